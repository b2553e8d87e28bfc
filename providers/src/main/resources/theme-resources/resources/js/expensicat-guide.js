// Makes an authorization request with PKCE (RFC 7636 4.1 to 4.3), redeems its code, and calls the API where it is at this
// address. A link may fill the form: #client_id=…&redirect_uri=…&scope=…
const form = document.getElementById("guide-authorize");
const link = document.getElementById("guide-link");
const answer = document.getElementById("guide-answer");
const call = document.getElementById("guide-call");
let request;
let accessToken;

const filled = new URLSearchParams(location.hash.slice(1));
for (const name of ["client_id", "redirect_uri"]) {
  form.elements[name].value = filled.get(name) ?? "";
}
for (const box of form.querySelectorAll("[name=scope]")) {
  box.checked = (filled.get("scope") ?? "").split(" ").includes(box.value);
}

const base64Url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const random = () => base64Url(crypto.getRandomValues(new Uint8Array(32)));

function show(where, ...lines) {
  const block = document.createElement("pre");
  block.tabIndex = 0;
  block.append(lines.join("\n"));
  where.replaceChildren(block);
}

async function showAnswer(where, response) {
  const body = await response.json();
  show(where, `HTTP ${response.status}`, JSON.stringify(body, null, 2));
  return body;
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
  call.hidden = true;
  link.querySelector("a").href = address;
  link.querySelector("code").textContent = address;
  link.hidden = false;
  link.querySelector("a").focus();
});

document.getElementById("guide-token").addEventListener("submit", async (event) => {
  event.preventDefault();
  const landed = new URL(event.target.elements.landed.value).searchParams;
  if (landed.get("state") !== request.state) {
    show(answer, "The state is not the one of this link: the answer belongs to another request.");
    return;
  }
  if (!landed.has("code")) {
    show(
      answer,
      landed.get("error") ?? "There is no code in that address.",
      landed.get("error_description") ?? "",
    );
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
    ({ access_token: accessToken } = await showAnswer(answer, response));
    call.hidden = !accessToken || new URL(form.dataset.api).origin !== location.origin;
  } catch (problem) {
    show(answer, `The token endpoint could not be asked: ${problem.message}`);
  }
});

call.querySelector("button").addEventListener("click", async () => {
  const called = call.querySelector("[role=status]");
  try {
    const response = await fetch(`${form.dataset.api}/transactions`, {
      headers: { Authorization: `Bearer ${accessToken}` },
    });
    await showAnswer(called, response);
  } catch (problem) {
    show(called, `The API could not be asked: ${problem.message}`);
  }
});
