/*
 * Shows when each application was last used, in the console's list of applications. The console
 * shows nothing that it does not know, so this listens to the list as the console gets it, and adds
 * a line where the console has its own. It also gives the menu of narrow windows the name that the
 * console forgets, which a screen reader says. Where it finds another console than it knows, it does
 * nothing.
 */
const LIST = /\/realms\/[^/]+\/account\/applications\/?$/;
const MARK = "data-expensicat-last-used";
const environment = JSON.parse(document.getElementById("environment")?.textContent ?? "{}");
const consoleFetch = window.fetch;

let applications = [];
let texts = {};

window.fetch = async (...request) => {
  const response = await consoleFetch.apply(window, request);
  try {
    const { pathname } = new URL(response.url);
    const method = request[1]?.method ?? request[0]?.method ?? "GET";
    if (response.ok && method === "GET" && LIST.test(pathname)) {
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
  for (const { clientId, lastUsed } of applications) {
    const list = document.getElementById(`content-${clientId}`)?.querySelector("dl");
    if (!list) continue;
    const text = lastUsed ? date(lastUsed) : "";
    const shown = list.querySelector(`[${MARK}]`);
    if (shown?.getAttribute(MARK) === text) continue;
    shown?.remove();
    if (text) list.append(group(label, text));
  }
}

/** The elements of which the console makes a line itself. */
function group(label, text) {
  const group = element("div", "pf-v5-c-description-list__group");
  const term = element("dt", "pf-v5-c-description-list__term");
  const words = element("span", "pf-v5-c-description-list__text");
  const description = element("dd", "pf-v5-c-description-list__description");
  const value = element("div", "pf-v5-c-description-list__text");
  group.setAttribute(MARK, text);
  words.textContent = label;
  value.textContent = text;
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
