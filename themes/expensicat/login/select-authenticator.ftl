<#-- Keycloak's page, where each choice is no button and needs a script. -->
<#import "template.ftl" as layout>
<@layout.registrationLayout displayInfo=false; section>
  <#if section = "header">
    ${msg("loginChooseAuthenticator")}
  <#elseif section = "form">
    <ul class="expensicat-choices" role="list">
      <#list auth.authenticationSelections as way>
        <li>
          <form action="${url.loginAction}" method="post">
            <button name="authenticationExecution" value="${way.authExecId}">
              <strong>${msg(way.displayName)}</strong>
              <span>${msg(way.helpText)}</span>
            </button>
          </form>
        </li>
      </#list>
    </ul>
  </#if>
</@layout.registrationLayout>
