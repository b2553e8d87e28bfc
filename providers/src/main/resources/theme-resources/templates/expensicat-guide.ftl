<#-- The public guide with this server's addresses, and a flow to try; it is in English, as the guide is. -->
<#import "template.ftl" as layout>
<@layout.registrationLayout bodyClass="wide" displayMessage=false; section>
  <#if section = "header">
    Authentication
  <#elseif section = "form">
    <div class="expensicat-guide" lang="en">
      <p>The ${realm.displayName!realm.name} API takes bearer tokens: session JWTs, and OAuth2 access tokens for third-party applications.</p>
      <pre tabindex="0"><code>Authorization: Bearer YOUR_TOKEN</code></pre>

      <h2>OAuth2 (authorization code + PKCE)</h2>
      <h3>1. Redirect to authorize</h3>
      <pre tabindex="0"><code>GET ${authorize}</code></pre>
      <table>
        <thead><tr><th scope="col">Parameter</th><th scope="col">Description</th></tr></thead>
        <tbody>
          <tr><td><code>client_id</code></td><td>Your application's client ID</td></tr>
          <tr><td><code>redirect_uri</code></td><td>Your registered callback URL</td></tr>
          <tr><td><code>response_type</code></td><td>Must be <code>code</code></td></tr>
          <tr><td><code>scope</code></td><td>Space-separated list of scopes</td></tr>
          <tr><td><code>code_challenge</code></td><td>PKCE code challenge (S256)</td></tr>
          <tr><td><code>code_challenge_method</code></td><td>Must be <code>S256</code></td></tr>
          <tr><td><code>state</code></td><td>Random string to prevent CSRF</td></tr>
        </tbody>
      </table>
      <h3>2. Exchange code for token</h3>
      <pre tabindex="0"><code>POST ${token}
Content-Type: application/json

{
  "grant_type": "authorization_code",
  "code": "AUTH_CODE",
  "redirect_uri": "https://yourapp.com/callback",
  "client_id": "YOUR_CLIENT_ID",
  "code_verifier": "PKCE_CODE_VERIFIER"
}</code></pre>
      <p>The response includes an <code>access_token</code> and a <code>refresh_token</code>.</p>
      <h3>3. Call the API</h3>
      <pre tabindex="0"><code>curl -H "Authorization: Bearer ACCESS_TOKEN" \
  ${api}/transactions</code></pre>
      <h3>All three as a program</h3>
      <#include "expensicat-guide-programs.ftl">
      <p>Libraries find all addresses at <a href="${metadata}">${metadata}</a>.</p>
      <p>Each address with its parameters and answers, in OpenAPI 3.1: <a href="${openapiJson}">JSON</a> or <a href="${openapiYaml}">YAML</a>.</p>

      <h2>Scopes</h2>
      <table>
        <thead><tr><th scope="col">Scope</th><th scope="col">What it opens</th></tr></thead>
        <tbody>
          <#list scopes as scope>
            <tr><td><code>${scope.name()}</code></td><td>${scope.description()}</td></tr>
          </#list>
        </tbody>
      </table>

      <#if resources?size gt 1>
        <h2>Protected resources</h2>
        <p>A token is for each of them that takes one of its scopes, or for those alone that you name by <code>resource</code> (RFC 8707), at authorize or token.</p>
        <table>
          <thead><tr><th scope="col">Resource</th><th scope="col"><code>resource</code></th><th scope="col">Scopes</th></tr></thead>
          <tbody>
            <#list resources as resource>
              <tr><td>${resource.title()}</td><td><#if resource.address().isPresent()><code>${resource.address().get()}</code></#if></td><td><#list resource.scopes() as scope><code>${scope}</code><#sep> </#list></td></tr>
            </#list>
          </tbody>
        </table>
      </#if>

      <h2>Try it</h2>
      <p>The code verifier is made in this page and stays in it. Only a public client, one without a secret, can be tried here.</p>
      <noscript><p class="expensicat-notice">This form needs JavaScript: PKCE is computed in the browser.</p></noscript>
      <form id="guide-authorize" class="${properties.kcFormClass!}" data-authorize="${authorize}" data-token="${token}" data-api="${api}">
        <label class="${properties.kcLabelClass!}" for="client_id">Client ID</label>
        <span class="${properties.kcInputClass!}"><input id="client_id" name="client_id" required autocomplete="off" spellcheck="false"></span>
        <label class="${properties.kcLabelClass!}" for="redirect_uri">Callback URL, as registered</label>
        <span class="${properties.kcInputClass!}"><input id="redirect_uri" name="redirect_uri" type="url" required autocomplete="off" spellcheck="false"></span>
        <fieldset>
          <legend>Scopes: request only those that your application needs</legend>
          <ul>
            <#list scopes as scope>
              <li><label><input type="checkbox" name="scope" value="${scope.name()}"><code>${scope.name()}</code><span>${scope.description()}</span></label></li>
            </#list>
          </ul>
        </fieldset>
        <button class="${properties.kcButtonClass!} ${properties.kcButtonPrimaryClass!}">Make the authorize link</button>
      </form>
      <div id="guide-link" hidden>
        <p><a target="_blank" rel="noopener noreferrer">Open the authorize link in a new tab</a></p>
        <pre tabindex="0"><code></code></pre>
        <form id="guide-token" class="${properties.kcFormClass!}">
          <label class="${properties.kcLabelClass!}" for="landed">Address where the browser landed, within 60 seconds</label>
          <span class="${properties.kcInputClass!}"><input id="landed" name="landed" type="url" required autocomplete="off" spellcheck="false"></span>
          <button class="${properties.kcButtonClass!} ${properties.kcButtonPrimaryClass!}">Exchange the code for tokens</button>
        </form>
      </div>
      <div id="guide-answer" role="status"></div>
      <div id="guide-call" hidden>
        <button type="button" class="${properties.kcButtonClass!} ${properties.kcButtonPrimaryClass!}">List transactions with the access token</button>
        <div role="status"></div>
      </div>

      <h2>Errors</h2>
      <p>What an answer says in <code>error</code>; its <code>error_uri</code> leads here, and <code>error_description</code> says more.</p>
      <table>
        <thead><tr><th scope="col">Error</th><th scope="col">What is wrong</th><th scope="col">What to do</th></tr></thead>
        <tbody>
          <#list errors as error>
            <tr id="error-${error.name()}"><td><code>${error.name()}</code></td><td>${error.why()?replace("`", "")}</td><td>${error.mend()?replace("`", "")}</td></tr>
          </#list>
        </tbody>
      </table>
      <script type="module" src="${url.resourcesPath}/js/expensicat-guide.js"></script>
    </div>
  </#if>
</@layout.registrationLayout>
