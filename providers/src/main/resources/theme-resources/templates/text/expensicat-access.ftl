<#ftl output_format="plainText">
${msg(key + "Body", application, realmName, time)}

<#if organization?has_content>
${msg("expensicatAccessOrganization", organization)}

</#if>
<#if scopes?has_content>
${msg("expensicatAccessScopes", application)}

<#list scopes as scope>
- ${scope}
</#list>

</#if>
${msg(key + "Advice")}

${msg("expensicatAccessLink")}:
${account}
