/*
 * Shows when each application was last used, and for which organisations it has access, which can
 * be taken away for each, in the console's list of applications. The console shows nothing that it
 * does not know, so this listens to the list as the console gets it, and adds lines where the
 * console has its own. It also gives the menu of narrow windows the name that the
 * console forgets, which a screen reader says. Where it finds another console than it knows, it does
 * nothing.
 */
const LIST = /\/realms\/[^/]+\/account\/applications\/?$/;
const LAST_USED = "data-expensicat-last-used";
const ORGANIZATIONS = "data-expensicat-organizations";
const environment = JSON.parse(document.getElementById("environment")?.textContent ?? "{}");
const consoleFetch = window.fetch;

let applications = [];
let authorization = "";
let texts = {};

window.fetch = async (...request) => {
  const response = await consoleFetch.apply(window, request);
  try {
    const { pathname } = new URL(response.url);
    const method = request[1]?.method ?? request[0]?.method ?? "GET";
    if (response.ok && method === "GET" && LIST.test(pathname)) {
      authorization = new Headers(request[1]?.headers ?? request[0]?.headers).get("Authorization");
      void take(response.clone());
    }
  } catch {
    // The console goes on without the line.
  }
  return response;
};

async function take(response) {
  try {
    applications = await response.json();
    show();
  } catch {
    applications = [];
  }
}

/** The texts of the theme, from where the console has its own. */
async function load() {
  const { serverBaseUrl, realm, locale } = environment;
  const answer = await consoleFetch(`${serverBaseUrl}/resources/${realm}/account/${locale}`);
  texts = Object.fromEntries((await answer.json()).map(({ key, value }) => [key, value]));
  show();
}

function show() {
  const { expensicatLastUsed: label, expensicatMenu: menu } = texts;
  if (!label || !menu) return;
  document
    .querySelector("[data-testid=options-kebab-toggle]:not([aria-label])")
    ?.setAttribute("aria-label", menu);
  for (const application of applications) {
    const { clientId, lastUsed, organizations = [] } = application;
    const list = document.getElementById(`content-${clientId}`)?.querySelector("dl");
    if (!list) continue;
    const text = lastUsed ? date(lastUsed) : "";
    put(list, LAST_USED, text, () => group(label, text));
    put(list, ORGANIZATIONS, organizations.map(({ id }) => id).join(" "), () =>
      group(texts.expensicatAccessFor, ...organizations.map((one) => organization(application, one)))
    );
  }
}

/** Has a list have a line with a mark, as long as there is anything to say. */
function put(list, mark, value, line) {
  const shown = list.querySelector(`[${mark}]`);
  if (shown?.getAttribute(mark) === value) return;
  shown?.remove();
  if (!value) return;
  const made = line();
  made.setAttribute(mark, value);
  list.append(made);
}

function organization(application, { id, name }) {
  const line = document.createElement("div");
  const button = element("button", "pf-v5-c-button pf-m-secondary pf-m-small");
  const words = { name: application.clientName || application.clientId };
  words.organization = name || texts.expensicatNoOrganization;
  const question = texts.expensicatTakeAwayQuestion.replace(/\{\{(\w+)\}\}/g, (_, word) => words[word]);
  button.type = "button";
  button.textContent = texts.expensicatTakeAway;
  button.setAttribute("aria-label", question);
  button.addEventListener("click", () => {
    if (window.confirm(question)) void takeAway(application.clientId, id);
  });
  line.append(words.organization, " ", button);
  return line;
}

/** The console has no way to be told of a change; and where its token is too old, it gets another. */
async function takeAway(clientId, organization) {
  const { serverBaseUrl, realm } = environment;
  const query = new URLSearchParams({ client_id: clientId, organization });
  await consoleFetch(`${serverBaseUrl}/realms/${realm}/expensicat/consents?${query}`, {
    method: "DELETE",
    headers: { Authorization: authorization },
  });
  window.location.reload();
}

/** The elements of which the console makes a line itself. */
function group(label, ...values) {
  const group = element("div", "pf-v5-c-description-list__group");
  const term = element("dt", "pf-v5-c-description-list__term");
  const words = element("span", "pf-v5-c-description-list__text");
  const description = element("dd", "pf-v5-c-description-list__description");
  const value = element("div", "pf-v5-c-description-list__text");
  words.textContent = label;
  value.append(...values);
  term.append(words);
  description.append(value);
  group.append(term, description);
  return group;
}

function element(name, className) {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

function date(millis) {
  return new Intl.DateTimeFormat(environment.locale, {
    dateStyle: "long",
    timeStyle: "short",
  }).format(millis);
}

new MutationObserver(show).observe(document.body, { childList: true, subtree: true });
load().catch(() => {}); // then the console stays as it was
