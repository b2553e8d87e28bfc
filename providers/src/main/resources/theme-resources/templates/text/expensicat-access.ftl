<#ftl output_format="plainText">
${msg(key + "Body", application, realmName, time)}

<#if scopes?has_content>
${msg("expensicatAccessScopes", application)}

<#list scopes as scope>
- ${scope}
</#list>

</#if>
${msg(key + "Advice")}

${msg("expensicatAccessLink")}:
${account}
