<!doctype html>
<html lang="${locale.toLanguageTag()}" dir="${ltr?then('ltr', 'rtl')}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${subject}</title>
<style>
body { margin: 0; padding: 24px 16px; color: #1b1d21; background: #f4f5f7; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.card { max-width: 560px; margin: 0 auto; padding: 24px; background: #fff; border-radius: 8px; overflow-wrap: anywhere; }
h1 { margin: 0 0 16px; font-size: 22px; line-height: 1.3; }
ul { padding-inline-start: 24px; }
li { margin: 4px 0; }
.button { display: inline-block; padding: 10px 18px; color: #fff; background: [[brand.colour]]; border-radius: 6px; text-decoration: none; font-weight: 600; }
.aside { color: #4d5258; font-size: 14px; }
@media (prefers-color-scheme: dark) {
  body { color: #e8e8e8; background: #16181b; }
  .card { background: #24272c; }
  .button { color: #10151b; background: [[brand.colour.dark]]; }
  .aside { color: #b8bdc4; }
}
</style>
</head>
<body>
<div class="card" role="article" aria-labelledby="subject">
<h1 id="subject">${subject}</h1>
<p>${msg(key + "Body", application, realmName, time)}</p>
<#if organization?has_content>
<p>${msg("expensicatAccessOrganization", organization)}</p>
</#if>
<#if scopes?has_content>
<p>${msg("expensicatAccessScopes", application)}</p>
<ul>
<#list scopes as scope>
<li>${scope}</li>
</#list>
</ul>
</#if>
<p>${msg(key + "Advice")}</p>
<p><a class="button" href="${account}">${msg("expensicatAccessLink")}</a></p>
<p class="aside">${account}</p>
</div>
</body>
</html>
