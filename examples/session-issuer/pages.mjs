// The pages of the issuer: HTML in which every value is escaped, and the headers it goes out with.
import { randomBytes } from "node:crypto";

class Html {
  constructor(text) {
    this.text = text;
  }
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escaped(value) {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(escaped).join("");
  return String(value ?? "").replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** A template whose values are escaped unless they come from this function. */
function html(strings, ...values) {
  return new Html(strings.reduce((text, string, i) => text + escaped(values[i - 1]) + string));
}

const STYLE = new Html(`
  :root { color-scheme: light dark; --ink: #1c2430; --soft: #566173; --paper: #f4f6f9;
    --card: #fff; --line: #8a94a6; --accent: #1f5fbf; --on-accent: #fff; --alarm: #a81c1c; }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e8ecf2; --soft: #a9b4c4; --paper: #12161d; --card: #1b212b;
      --line: #6b7789; --accent: #8db8ff; --on-accent: #0d1a2e; --alarm: #ff9b9b; } }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
    background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
  main { width: 100%; max-width: 25rem; min-width: 0; padding: 2rem; background: var(--card);
    border-radius: .75rem; box-shadow: 0 .25rem 1.5rem rgb(0 0 0 / .12); }
  main.wide { max-width: 48rem; }
  h1 { margin: 0 0 .25rem; font-size: 1.5rem; line-height: 1.25; }
  h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
  p { margin: 0 0 1rem; color: var(--soft); overflow-wrap: anywhere; }
  label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
  input, button { width: 100%; padding: .65rem .75rem; border-radius: .4rem; font: inherit; }
  input { border: 1px solid var(--line); background: transparent; color: inherit; }
  button { margin-top: 1.5rem; border: 0; background: var(--accent); color: var(--on-accent);
    font-weight: 600; cursor: pointer; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  .alarm { margin: 1rem 0 0; color: var(--alarm); font-weight: 600; }
  pre { margin: 0; padding: .75rem; max-height: 12rem; overflow: auto; white-space: pre-wrap;
    overflow-wrap: anywhere; border: 1px solid var(--line); border-radius: .4rem; user-select: all; }
`);

/** Sends a page. What its policy lets run and look carries a nonce of this answer. */
function send(response, status, { title, body, script, wide = false, formAction, referrer }) {
  const nonce = randomBytes(16).toString("base64");
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main${wide ? html` class="wide"` : ""}>
${body}
</main>
${script ? html`<script nonce="${nonce}">${script}</script>` : ""}
</body>
</html>
`;
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    ...(script ? [`script-src 'nonce-${nonce}'`] : []),
    ...(formAction ? [`form-action ${formAction}`] : []),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  response.writeHead(status, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": policy.join("; "),
    "Cache-Control": "no-store",
    "Referrer-Policy": referrer,
    "X-Content-Type-Options": "nosniff",
  });
  response.end(page.text);
}

// With no-referrer a browser would send "Origin: null" with the forms of these pages.
const OWN_FORMS = { formAction: "'self'", referrer: "same-origin" };

function hiddenInputs(fields) {
  return Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`,
  );
}

/** The form for e-mail and password; what it is for (state and nonce) goes along. */
export function signInPage(response, { handOver = {}, email, failed = false }) {
  send(response, failed ? 422 : 200, {
    ...OWN_FORMS,
    title: "Sign in - Expensicat demo",
    body: html`<h1>Sign in</h1>
<p>to Expensicat (demo)</p>
${failed ? html`<p class="alarm" role="alert">E-mail or password is wrong.</p>` : ""}
<form method="post" action="/sign-in">
${hiddenInputs(handOver)}
<label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="username" required value="${email}"
  ${failed ? "" : "autofocus"}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required
  ${failed ? "autofocus" : ""}>
<button type="submit">Sign in</button>
</form>`,
  });
}

/**
 * A page that posts its fields to the realm by itself. Without form-action, because Chrome applies
 * that to the redirects after the post too, and those end at the application.
 */
export function handOverPage(response, brokerEndpoint, fields) {
  send(response, 200, {
    referrer: "no-referrer",
    title: "Signing in - Expensicat demo",
    body: html`<h1>Signing in</h1>
<p>If nothing happens, continue by hand.</p>
<form method="post" action="${brokerEndpoint}">
${hiddenInputs(fields)}
<button type="submit">Continue</button>
</form>`,
    script: new Html("document.forms[0].submit();"),
  });
}

/** Who is signed in, the session JWT, and how an API asks about it. */
export function sessionPage(response, { person, sessionJwt, introspectionEndpoint }) {
  const command =
    "curl -u expensicat-api:expensicat-api-dev-secret" +
    ` -d token=${sessionJwt} ${introspectionEndpoint}`;
  send(response, 200, {
    ...OWN_FORMS,
    wide: true,
    title: "Session - Expensicat demo",
    body: html`<h1>${person.name}</h1>
<p>${person.email}, for ${person.org_name}</p>
<h2 id="jwt">Session JWT</h2>
<pre tabindex="0" aria-labelledby="jwt">${sessionJwt}</pre>
<h2 id="introspection">What the realm says about it</h2>
<pre tabindex="0" aria-labelledby="introspection">${command}</pre>
${person.orgs
  .filter(({ id }) => id !== person.org)
  .map(
    ({ id, name }) => html`<form method="post" action="/act-for">
${hiddenInputs({ organization: id })}
<button type="submit">Act for ${name}</button>
</form>
`,
  )}<form method="post" action="/sign-out">
<button type="submit">Sign out</button>
</form>`,
  });
}

/** What went wrong, in one sentence. */
export function messagePage(response, status, message) {
  send(response, status, {
    formAction: "'none'",
    referrer: "no-referrer",
    title: "Expensicat demo",
    body: html`<h1>That did not work</h1>
<p>${message}</p>`,
  });
}
