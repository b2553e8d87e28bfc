<#-- Of a login theme it takes nothing but template.ftl: it is shown in whichever a realm has. -->
<#import "template.ftl" as layout>
<@layout.registrationLayout bodyClass="oauth" displayMessage=false; section>
  <#if section = "header">
    <#if consent.selfNamed() && consent.document()?has_content>
      ${msg("expensicatConsentTitleDocument", consent.document(), consent.application())}
    <#else>
      ${msg(consent.selfNamed()?then("expensicatConsentTitleSelfNamed", "expensicatConsentTitle"), consent.application())}
    </#if>
  <#elseif section = "form">
    <div class="expensicat-consent">
      <p class="expensicat-person">
        <#if consent.organization()?has_content && !consent.organizations()?has_content>${msg("expensicatSignedInFor", consent.person(), consent.organization())}<#else>${msg("expensicatSignedInAs", consent.person())}</#if>
        <a id="reset-login" href="${url.loginRestartFlowUrl}">${msg("expensicatNotYou")}</a>
      </p>
      <#if consent.unverified()>
        <p class="expensicat-notice" role="note">${msg("expensicatConsentUnverified", realm.displayName!realm.name)}</p>
      <#elseif consent.firstTime()>
        <p>${msg("expensicatConsentFirstTime", consent.application())}</p>
      </#if>
      <#if consent.description()?has_content>
        <p><#if consent.unverified()>${msg("expensicatSaysOfItself", consent.description())}<#else>${consent.description()}</#if></p>
      </#if>
      <form class="${properties.kcFormClass!}" action="${url.loginAction}" method="post">
        <#if consent.organizations()?has_content>
          <fieldset class="expensicat-group">
            <legend>${msg("expensicatOrganization")}</legend>
            <ul>
              <#list consent.organizations() as organization>
                <li><label><input type="radio" name="organization" value="${organization.id()}" required<#if organization.chosen()> checked</#if>> <span>${organization.name()}</span></label></li>
              </#list>
            </ul>
          </fieldset>
        </#if>
        <p id="expensicat-asks">${msg("expensicatConsentAsks", consent.application())}</p>
        <#list consent.groups() as group>
          <fieldset class="expensicat-group">
            <legend>${msg("expensicatGroup." + group.name())}</legend>
            <ul>
              <#list group.scopes() as scope>
                <li<#if scope.powerful()> class="expensicat-powerful"</#if>>
                  <label>
                    <#if scope.required()>
                      <input type="checkbox" checked disabled>
                    <#else>
                      <input type="checkbox" name="scope" value="${scope.name()}"<#if scope.ticked()> checked</#if>>
                    </#if>
                    <span class="expensicat-kind expensicat-kind-${scope.kind()}">${msg("expensicatKind." + scope.kind())}</span>
                    <span>${scope.text()}</span>
                    <#if scope.powerful()><strong class="expensicat-warning">${msg("expensicatPowerful")}</strong></#if>
                    <#if scope.required()><small>${msg("expensicatRequired")}</small></#if>
                  </label>
                </li>
              </#list>
            </ul>
          </fieldset>
        </#list>
        <dl class="expensicat-facts">
          <dt>${msg("expensicatRunBy")}</dt>
          <dd><#if consent.operator()?has_content>${consent.operator()}<#else>${msg("expensicatRunByUnknown")}</#if></dd>
          <dt>${msg("expensicatSendsBack")}</dt>
          <dd><#if consent.onThisDevice()>${msg("expensicatThisDevice")}<#else>${consent.destination()}</#if></dd>
          <#if consent.resources()?has_content>
            <dt>${msg("expensicatCountsAt")}</dt>
            <dd>${consent.resources()?join(", ")}</dd>
          </#if>
          <dt>${msg("expensicatLasts")}</dt>
          <dd>${msg("expensicatLastsText", consent.days())}</dd>
          <#if consent.website()?has_content || consent.terms()?has_content || consent.policy()?has_content || consent.logo()?has_content>
            <dt>${msg(consent.unverified()?then("expensicatMoreUnverified", "expensicatMore"), consent.application())}</dt>
            <dd>
              <#if consent.website()?has_content><a href="${consent.website()}" rel="noopener noreferrer">${msg("expensicatWebsite")}</a></#if>
              <#if consent.terms()?has_content><a href="${consent.terms()}" rel="noopener noreferrer">${msg("oauthGrantTos")}</a></#if>
              <#if consent.policy()?has_content><a href="${consent.policy()}" rel="noopener noreferrer">${msg("oauthGrantPolicy")}</a></#if>
              <#if consent.logo()?has_content><a href="${consent.logo()}" rel="noopener noreferrer">${msg("expensicatLogo")}</a></#if>
            </dd>
          </#if>
        </dl>
        <div class="${properties.kcFormGroupClass!}">
          <div class="${properties.kcFormActionGroupClass!}">
            <button id="kc-login" name="accept" class="${properties.kcButtonClass!} ${properties.kcButtonPrimaryClass!} ${properties.kcButtonBlockClass!}">${msg("expensicatAllow")}</button>
            <button id="kc-cancel" name="cancel" class="${properties.kcButtonClass!} ${properties.kcButtonSecondaryClass!} ${properties.kcButtonBlockClass!}">${msg("expensicatDeny")}</button>
          </div>
        </div>
      </form>
    </div>
  </#if>
</@layout.registrationLayout>
