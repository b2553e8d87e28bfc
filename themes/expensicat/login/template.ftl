<#-- Keycloak's frame of each page, without scripts in the markup, with links where it has scripts. -->
<#import "footer.ftl" as loginFooter>
<#import "theme-resources.ftl" as themeResourceTags>

<#macro username>
  <div class="expensicat-attempted">
    <span id="kc-attempted-username">${auth.attemptedUsername}</span>
    <a id="reset-login" href="${url.loginRestartFlowUrl}">${msg("restartLoginTooltip")}</a>
  </div>
</#macro>

<#macro registrationLayout bodyClass="" displayInfo=false displayMessage=true displayRequiredFields=false>
<!DOCTYPE html>
<html class="${properties.kcHtmlClass!}" lang="${lang}"<#if realm.internationalizationEnabled> dir="${(locale.rtl)?then('rtl','ltr')}"</#if>>
<head>
  <meta charset="utf-8">
  <#if contentSecurityPolicy??><meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}"></#if>
  <meta name="color-scheme" content="light<#if darkMode> dark</#if>">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <#-- Keycloak gives no title to the page of an address that is not there, or of an error of its own. -->
  <title>${title!msg("errorTitle")}</title>
  <link rel="icon" href="${url.resourcesPath}/img/logo.svg" type="image/svg+xml">
  <#if themeResources?? && themeResources.styles?has_content>
    <@themeResourceTags.renderStyles themeResources.styles url.resourcesPath />
  <#elseif properties.styles?has_content>
    <#list properties.styles?split(' ') as style>
      <link href="${url.resourcesPath}/${style}" rel="stylesheet">
    </#list>
  </#if>
  <script type="importmap">
    { "imports": { "rfc4648": "${url.resourcesCommonPath}/vendor/rfc4648/rfc4648.js" } }
  </script>
  <#if scripts??>
    <#list scripts as script>
      <script src="${script}"></script>
    </#list>
  </#if>
  <script type="module" src="${url.resourcesPath}/js/passwordVisibility.js"></script>
  <#-- A page of no application has no sign-in that could have gone on in another tab. -->
  <#if client??><script type="module">
    <#outputformat "JavaScript">
    import { startSessionPolling, checkAuthSession } from ${(url.resourcesPath + "/js/authChecker.js")?c};
    startSessionPolling(${url.ssoLoginInOtherTabsUrl?c});
    <#if authenticationSession??>checkAuthSession(${authenticationSession.authSessionIdHash?c});</#if>
    </#outputformat>
  </script></#if>
</head>
<body id="keycloak-bg" class="${bodyClass}" data-page-id="login-${pageId}">
  <header id="kc-header">
    <span id="kc-header-wrapper"><img src="${url.resourcesPath}/img/logo.svg" alt="" width="32" height="32"> ${kcSanitize(msg("loginTitleHtml", (realm.displayNameHtml!'')))?no_esc}</span>
    <#if realm.internationalizationEnabled && locale.supported?size gt 1>
      <nav aria-label="${msg("expensicatLanguages")}">
        <details>
          <summary lang="${locale.currentLanguageTag!}">${locale.current}</summary>
          <ul>
            <#list locale.supported?sort_by("label") as language>
              <li><a href="${language.url}" lang="${language.languageTag}" hreflang="${language.languageTag}"<#if language.languageTag == locale.currentLanguageTag> aria-current="true"</#if>>${language.label}</a></li>
            </#list>
          </ul>
        </details>
      </nav>
    </#if>
  </header>
  <main>
    <h1 id="kc-page-title"><#nested "header"></h1>
    <#if auth?has_content && auth.showUsername() && !auth.showResetCredentials()>
      <#nested "show-username">
      <@username />
    </#if>
    <#-- What a person has begun of themselves needs no warning that it is to be done. -->
    <#if displayMessage && message?has_content && (message.type != 'warning' || !isAppInitiatedAction??)>
      <p class="${properties.kcAlertClass!} pf-m-${(message.type = 'error')?then('danger', message.type)}" role="${(message.type = 'error')?then('alert', 'status')}">
        <span class="icon <#if message.type = 'success'>icon-done<#else>icon-problem</#if>" aria-hidden="true"></span>
        <span class="kc-feedback-text">${message.summary}</span>
      </p>
    </#if>
    <#if displayRequiredFields>
      <p class="expensicat-quiet"><span aria-hidden="true">*</span> ${msg("requiredFields")}</p>
    </#if>

    <#nested "form">

    <#if auth?has_content && auth.showTryAnotherWayLink()>
      <form id="kc-select-try-another-way-form" action="${url.loginAction}" method="post">
        <button id="try-another-way" name="tryAnotherWay" value="on" class="${properties.kcButtonSecondaryClass} ${properties.kcButtonBlockClass}">${msg("doTryAnotherWay")}</button>
      </form>
    </#if>
    <#if switchOrganizationEnabled?? && switchOrganizationEnabled>
      <form id="kc-switch-organization-form" action="${url.loginAction}" method="post">
        <button id="switch-organization" name="switchOrganization" value="true" class="${properties.kcButtonSecondaryClass} ${properties.kcButtonBlockClass}">${msg("doSwitchOrganization")}</button>
      </form>
    </#if>

    <#nested "socialProviders">
    <#if displayInfo>
      <div id="kc-info"><#nested "info"></div>
    </#if>
    <@loginFooter.content/>
  </main>
</body>
</html>
</#macro>
