// Makes an authorization request with PKCE (RFC 7636 4.1 to 4.3) and redeems its code.
const form = document.getElementById("guide-authorize");
const link = document.getElementById("guide-link");
const answer = document.getElementById("guide-answer");
let request;

const base64Url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const random = () => base64Url(crypto.getRandomValues(new Uint8Array(32)));

function show(...lines) {
  const block = document.createElement("pre");
  block.tabIndex = 0;
  block.append(lines.join("\n"));
  answer.replaceChildren(block);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const data = new FormData(form);
  const verifier = random();
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  request = {
    client_id: data.get("client_id"),
    redirect_uri: data.get("redirect_uri"),
    state: random(),
    verifier,
  };
  const address = new URL(form.dataset.authorize);
  address.search = new URLSearchParams({
    client_id: request.client_id,
    redirect_uri: request.redirect_uri,
    response_type: "code",
    scope: data.getAll("scope").join(" "),
    code_challenge: base64Url(hash),
    code_challenge_method: "S256",
    state: request.state,
  });
  answer.replaceChildren();
  link.querySelector("a").href = address;
  link.querySelector("code").textContent = address;
  link.hidden = false;
  link.querySelector("a").focus();
});

document.getElementById("guide-token").addEventListener("submit", async (event) => {
  event.preventDefault();
  const landed = new URL(event.target.elements.landed.value).searchParams;
  if (landed.get("state") !== request.state) {
    show("The state is not the one of this link: the answer belongs to another request.");
    return;
  }
  if (!landed.has("code")) {
    show(landed.get("error") ?? "There is no code in that address.", landed.get("error_description") ?? "");
    return;
  }
  try {
    const response = await fetch(form.dataset.token, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        grant_type: "authorization_code",
        code: landed.get("code"),
        redirect_uri: request.redirect_uri,
        client_id: request.client_id,
        code_verifier: request.verifier,
      }),
    });
    show(`HTTP ${response.status}`, JSON.stringify(await response.json(), null, 2));
  } catch (problem) {
    show(`The token endpoint could not be asked: ${problem.message}`);
  }
});
