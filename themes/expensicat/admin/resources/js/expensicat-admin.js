// The pack's page in Keycloak's admin console: an entry in the navigation, and a page at
// #/{realm}/expensicat. The console has no place for either, so both are put beside what React has
// made, and nothing of it is changed or taken away. Where the console is not as it is known here
// (no navigation entry of these, no main element, no token), it is left as it was.

/** Navigation entries after which ours may stand, the best first; which there are depends on roles. */
const NEIGHBOURS = [
  "nav-item-client-scopes",
  "nav-item-realm-settings",
  "nav-item-identity-providers",
];
const MAIN = "#kc-main-content-page-container";
const ENTRY = "expensicat-nav-item";
const PAGE = "expensicat-admin-page";
const PATH = "expensicat";

/** How many entries a table shows at once. */
const PAGE_SIZE = 20;

/** More than the console's providers are deep; the search ends there. */
const MOST_FIBERS = 5000;

// ---- The console ----

/** The first value of a React context that passes a test. */
function contextValue(test) {
  const app = document.getElementById("app");
  const key = Object.keys(app ?? {}).find((name) => name.startsWith("__reactContainer$"));
  const waiting = [app?.[key]?.stateNode?.current];
  for (let seen = 0; waiting.length > 0 && seen < MOST_FIBERS; seen++) {
    const fiber = waiting.pop();
    const value = fiber?.memoizedProps?.value;
    if (value && typeof value === "object" && test(value)) {
      return value;
    }
    if (fiber?.sibling) waiting.push(fiber.sibling);
    if (fiber?.child) waiting.push(fiber.child);
  }
  return undefined;
}

/** The console's signed-in Keycloak client and its environment. */
function signedIn() {
  return contextValue(
    ({ keycloak, environment }) =>
      typeof keycloak?.updateToken === "function" &&
      typeof keycloak.token === "string" &&
      typeof environment?.adminBaseUrl === "string",
  );
}

function locale() {
  return contextValue(({ whoAmI }) => typeof whoAmI?.locale === "string")?.whoAmI.locale ?? "en";
}

/** One request to the pack's admin REST, with the console's own token. */
async function request(realm, path, method = "GET", body = undefined) {
  return adminRequest(realm, `/${PATH}${path}`, method, body);
}

/** One request to admin REST; of an answer without content nothing comes. */
async function adminRequest(realm, path, method = "GET", body = undefined) {
  const { keycloak, environment } = signedIn();
  await keycloak.updateToken(5);
  const address = `${environment.adminBaseUrl}/admin/realms/${encodeURIComponent(realm)}`;
  const answer = await fetch(address + path, {
    method,
    headers: {
      Accept: "application/json",
      Authorization: `Bearer ${keycloak.token}`,
      ...(body && { "Content-Type": "application/json" }),
    },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new Error(problem.errorMessage ?? problem.error ?? `HTTP ${answer.status}`);
  }
  return answer.status === 204 ? undefined : answer.json();
}

// ---- Elements ----

/** An element with attributes, handlers (`on…`) and children; what is absent or false is left out. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      made.addEventListener(key.slice(2), value);
    } else if (value !== undefined && value !== null && value !== false) {
      made.setAttribute(key, value === true ? "" : value);
    }
  }
  made.append(...children.flat().filter((child) => child || child === 0));
  return made;
}

function button(text, kind, onclick, more = {}) {
  return element(
    "button",
    { type: "button", class: `pf-v5-c-button ${kind}`, onclick, ...more },
    text,
  );
}

function label(text, colour) {
  return element(
    "span",
    { class: `pf-v5-c-label ${colour}` },
    element(
      "span",
      { class: "pf-v5-c-label__content" },
      element("span", { class: "pf-v5-c-label__text" }, text),
    ),
  );
}

function table(caption, headings, rows) {
  return element(
    "table",
    { class: "pf-v5-c-table pf-m-grid-md pf-m-compact" },
    element("caption", { class: "pf-v5-c-table__caption" }, caption),
    element(
      "thead",
      { class: "pf-v5-c-table__thead" },
      element(
        "tr",
        { class: "pf-v5-c-table__tr" },
        headings.map((heading) =>
          element("th", { class: "pf-v5-c-table__th", scope: "col" }, heading),
        ),
      ),
    ),
    element("tbody", { class: "pf-v5-c-table__tbody" }, rows),
  );
}

/** A row; each cell says on a telephone what its column is. */
function row(headings, ...cells) {
  return element(
    "tr",
    { class: "pf-v5-c-table__tr" },
    cells.map((cell, column) =>
      element(
        "td",
        { class: "pf-v5-c-table__td", "data-label": headings[column] },
        ...[cell].flat(),
      ),
    ),
  );
}

// ---- The page ----

class Page {
  constructor(realm, { may, texts }) {
    this.realm = realm;
    this.may = may;
    this.texts = texts;
    this.locale = locale();
    this.live = element("div", { role: "status", "aria-live": "polite", class: "expensicat-live" });
    this.title = element("h1", { class: "pf-v5-c-title pf-m-2xl", tabindex: "-1" }, this.t("title"));
    const floor = may.viewFloor && this.floor();
    this.element = element(
      "div",
      { id: PAGE, lang: this.locale },
      element(
        "section",
        { class: "pf-v5-c-page__main-section pf-m-light" },
        this.title,
        element("p", { class: "expensicat-introduction" }, this.t("introduction")),
      ),
      element(
        "section",
        { class: "pf-v5-c-page__main-section pf-m-light expensicat-parts" },
        this.live,
        floor,
        may.viewScopes && this.scopes(),
        may.viewFloor && this.resources(),
        may.viewClients && this.metClients(),
        may.viewIssuers && this.issuers(),
        may.viewUsers && this.access(),
        may.viewDifference && this.exportDifferences(),
      ),
    );
    if (floor) {
      this.showWhatTheRealmLacks(floor);
      this.showWhatTheServerLacks(floor);
    }
  }

  /** Puts a part of its own before another where the server is not as the pack expects it. */
  async showWhatTheServerLacks(neighbour) {
    try {
      const { notInEffect, builtForThisKeycloak } = await request(this.realm, "/server");
      if (notInEffect.length > 0 || !builtForThisKeycloak) {
        neighbour.before(this.server(notInEffect, builtForThisKeycloak));
      }
    } catch (problem) {
      this.say("danger", this.t("failed", problem.message));
    }
  }

  /** Puts a part of its own behind another where the realm lacks anything that the pack needs. */
  async showWhatTheRealmLacks(neighbour) {
    try {
      const lacks = await request(this.realm, "/realm");
      if (lacks.length > 0) {
        neighbour.after(this.realmNeeds());
      }
    } catch (problem) {
      this.say("danger", this.t("failed", problem.message));
    }
  }

  /** A text; {0} and {1} are filled in. */
  t(key, ...values) {
    return (this.texts[key] ?? key).replace(/\{(\d)\}/g, (place, index) => values[index] ?? place);
  }

  /** A time that was so many seconds ago, in words. */
  ago(seconds) {
    const units = [
      ["day", 86400],
      ["hour", 3600],
      ["minute", 60],
      ["second", 1],
    ];
    const [unit, length] = units.find(([, size]) => seconds >= size) ?? ["second", 1];
    return new Intl.RelativeTimeFormat(this.locale, { numeric: "auto" }).format(
      -Math.floor(seconds / length),
      unit,
    );
  }

  say(kind, text) {
    this.live.replaceChildren(
      element(
        "div",
        { class: `pf-v5-c-alert pf-m-inline pf-m-${kind}` },
        element("p", { class: "pf-v5-c-alert__title" }, text),
      ),
    );
  }

  /** Runs what an admin has asked for, and says how it ended. */
  async act(action) {
    try {
      this.say("success", await action());
    } catch (problem) {
      this.say("danger", this.t("failed", problem.message));
    }
  }

  /** A part of the page that `load` fills, now and whenever it is called. */
  part(heading, load) {
    const body = element("div", { class: "pf-v5-c-card__body" });
    this.parts = (this.parts ?? 0) + 1;
    const id = `expensicat-part-${this.parts}`;
    const part = element(
      "section",
      { class: "pf-v5-c-card pf-m-flat", "aria-labelledby": id },
      element(
        "div",
        { class: "pf-v5-c-card__title" },
        element("h2", { class: "pf-v5-c-card__title-text pf-v5-c-title pf-m-lg", id }, heading),
      ),
      body,
    );
    part.load = async () => {
      body.setAttribute("aria-busy", "true");
      if (body.childElementCount === 0) {
        body.append(element("p", {}, this.t("loading")));
      }
      try {
        body.replaceChildren(...[await load()].flat().filter((child) => child));
      } catch (problem) {
        body.replaceChildren(element("p", {}, this.t("failed", problem.message)));
      }
      body.removeAttribute("aria-busy");
    };
    part.load();
    return part;
  }

  /**
   * A list in pages: one entry more than is shown is asked for, to know whether there is a next
   * page.
   *
   * @param path the address, to which first and max are added
   * @param render makes the elements of the entries of a page
   */
  async paged(name, path, render) {
    const holder = element("div");
    const show = async (first) => {
      const separator = path.includes("?") ? "&" : "?";
      const found = await request(
        this.realm,
        `${path}${separator}first=${first}&max=${PAGE_SIZE + 1}`,
      );
      const shown = found.slice(0, PAGE_SIZE);
      const more = found.length > PAGE_SIZE;
      const turn = (to) => () => show(to).catch((e) => this.say("danger", this.t("failed", e.message)));
      holder.replaceChildren(
        ...[render(shown)].flat().filter((child) => child),
        ...(first === 0 && !more
          ? []
          : [
              element(
                "nav",
                { class: "expensicat-pages", "aria-label": this.t("pages", name) },
                button(this.t("previous"), "pf-m-secondary pf-m-small", turn(first - PAGE_SIZE), {
                  disabled: first === 0,
                }),
                element("span", {}, this.t("range", first + 1, first + shown.length)),
                button(this.t("next"), "pf-m-secondary pf-m-small", turn(first + PAGE_SIZE), {
                  disabled: !more,
                }),
              ),
            ]),
      );
    };
    await show(0);
    return holder;
  }

  /**
   * Asks before something is changed; the promise is whether to go on.
   *
   * @param action what the button that goes on says
   * @param go what is done then; while it does not work the dialog stays, and says why not
   */
  confirm(title, text, action, go = async () => {}) {
    return new Promise((resolve) => {
      const problem = element("p", { role: "alert", class: "expensicat-problem" });
      const attempt = async () => {
        try {
          await go();
          dialog.close("go");
        } catch ({ message }) {
          problem.replaceChildren(this.t("failed", message));
        }
      };
      const dialog = element(
        "dialog",
        {
          class: "pf-v5-c-modal-box pf-m-sm expensicat-dialog",
          "aria-labelledby": "expensicat-dialog-title",
          "aria-describedby": "expensicat-dialog-text",
          onclose: () => {
            dialog.remove();
            resolve(dialog.returnValue === "go");
          },
        },
        element(
          "header",
          { class: "pf-v5-c-modal-box__header" },
          element(
            "h1",
            { class: "pf-v5-c-modal-box__title pf-m-icon", id: "expensicat-dialog-title" },
            element("span", { class: "pf-v5-c-modal-box__title-text" }, title),
          ),
        ),
        element(
          "div",
          { class: "pf-v5-c-modal-box__body", id: "expensicat-dialog-text", tabindex: "0" },
          text,
          problem,
        ),
        element(
          "footer",
          { class: "pf-v5-c-modal-box__footer" },
          button(action, "pf-m-primary", attempt),
          button(this.t("cancel"), "pf-m-link", () => dialog.close(""), { autofocus: true }),
        ),
      );
      this.element.append(dialog);
      dialog.showModal();
    });
  }

  floor() {
    return this.part(this.t("floor"), async () => {
      const { enforced, realms } = await request(this.realm, "/floor");
      return [
        element(
          "p",
          {},
          enforced
            ? label(this.t("floorEnforced"), "pf-m-green")
            : label(this.t("floorOff"), "pf-m-red"),
        ),
        element("p", {}, enforced ? this.t("floorEnforcedText") : this.t("floorOffText")),
        element("p", {}, this.t("floorRealms", realms.join(", ") || this.t("none"))),
      ];
    });
  }

  /** Providers that do not stand in their place, and a Keycloak that they were not made for. */
  server(notInEffect, builtForThisKeycloak) {
    return this.part(this.t("server"), async () => [
      element("p", {}, label(this.t("stateDrifted"), "pf-m-red")),
      notInEffect.length > 0 && element("p", {}, this.t("notInEffect", notInEffect.join(", "))),
      !builtForThisKeycloak && element("p", {}, this.t("otherKeycloak")),
    ]);
  }

  /** What the pack needs of the realm beside scopes and clients. */
  realmNeeds() {
    const part = this.part(this.t("realm"), async () => {
      const differences = await request(this.realm, "/realm");
      const isInStep = differences.length === 0;
      return [
        element(
          "p",
          {},
          isInStep
            ? label(this.t("stateInStep"), "pf-m-green")
            : label(this.t("stateDrifted"), "pf-m-gold"),
        ),
        element("p", {}, this.t("realmText")),
        !isInStep && this.comparison(this.t("realm"), this.t("needed"), differences),
        !isInStep &&
          this.may.mendRealm &&
          button(this.t("mendRealm"), "pf-m-secondary", () => this.mendRealm(differences, part)),
      ];
    });
    return part;
  }

  async mendRealm(differences, part) {
    const text = [
      element("p", {}, this.t("mendRealmText")),
      element(
        "ul",
        { class: "pf-v5-c-list" },
        differences.map(({ what, found, wanted }) =>
          element("li", {}, `${what}: ${found ?? this.t("nothing")} → ${wanted}`),
        ),
      ),
    ];
    if (!(await this.confirm(this.t("mendTitle"), text, this.t("mend")))) {
      return;
    }
    await this.act(async () => {
      const mended = await request(this.realm, "/realm/mend", "POST");
      return mended.length === 0
        ? this.t("nothingToMend")
        : this.t("mended", mended.map(({ what }) => what).join(", "));
    });
    await part.load();
    this.title.focus();
  }

  /** Where the realm is not what the export says. */
  exportDifferences() {
    return this.part(this.t("export"), async () => {
      const headings = [this.t("what"), this.t("found"), this.t("exported")];
      const differences = await request(this.realm, "/difference");
      return [
        element("p", {}, this.t("exportText")),
        differences.length === 0
          ? element("p", {}, label(this.t("stateInStep"), "pf-m-green"))
          : table(
              this.t("export"),
              headings,
              differences.map(({ path, expected, actual }) =>
                row(
                  headings,
                  element("span", {}, element("code", {}, path)),
                  actual === null ? element("em", {}, this.t("nothing")) : this.value(actual),
                  this.value(expected),
                ),
              ),
            ),
      ];
    });
  }

  /** A JSON value in words; of an object its path says enough. */
  value(json) {
    if (Array.isArray(json)) {
      return json.map((member) => this.value(member)).join(", ");
    }
    return typeof json === "object" ? "…" : String(json);
  }

  scopes() {
    const part = this.part(this.t("scopes"), () =>
      this.paged(this.t("scopes"), "/scopes", (scopes) => {
        const headings = [
          this.t("scope"),
          this.t("description"),
          this.t("state"),
          this.t("clients"),
          this.t("actions"),
        ];
        const drifted = scopes.filter((status) => status.differences.length > 0);
        return [
          drifted.length > 1 &&
            this.may.mendScopes &&
            button(this.t("mendAll"), "pf-m-secondary", () => this.mend(drifted, part)),
          table(
            this.t("scopes"),
            headings,
            scopes.flatMap((status) => this.scope(status, headings, part)),
          ),
        ];
      }),
    );
    return part;
  }

  /** The row of one scope, and below it what belongs to it. */
  scope(status, headings, part) {
    const { name, description } = status.scope;
    const below = element(
      "td",
      { class: "pf-v5-c-table__td expensicat-below", colspan: headings.length },
    );
    const details = element("tr", { class: "pf-v5-c-table__tr", hidden: true }, below);
    const differences =
      status.state === "DRIFTED" ? this.differences(name, status.differences) : undefined;
    if (differences) {
      below.append(differences);
      details.hidden = false;
    }
    const clients =
      status.state !== "MISSING" &&
      button(
        this.t("clients"),
        "pf-m-link pf-m-inline",
        async ({ currentTarget: opener }) => {
          const open = below.querySelector(".expensicat-clients");
          if (open) {
            open.remove();
          } else {
            try {
              below.append(await this.clients(name));
            } catch (problem) {
              this.say("danger", this.t("failed", problem.message));
              return;
            }
          }
          opener.setAttribute("aria-expanded", String(!open));
          details.hidden = below.childElementCount === 0;
        },
        { "aria-expanded": "false", "aria-label": this.t("clientsOf", name) },
      );
    const mend =
      status.differences.length > 0 &&
      this.may.mendScopes &&
      button(this.t("mend"), "pf-m-secondary pf-m-small", () => this.mend([status], part), {
        "aria-label": this.t("mendScope", name),
      });
    return [
      row(
        headings,
        element("code", {}, name),
        description,
        this.state(status.state),
        clients || "",
        mend || "",
      ),
      details,
    ];
  }

  state(state) {
    switch (state) {
      case "IN_STEP":
        return label(this.t("stateInStep"), "pf-m-green");
      case "DRIFTED":
        return label(this.t("stateDrifted"), "pf-m-gold");
      case "MISSING":
        return [label(this.t("stateMissing"), "pf-m-red"), this.small(this.t("missingText"))];
      default:
        return [label(this.t("stateDisabled"), ""), this.small(this.t("disabledText"))];
    }
  }

  small(text) {
    return element("p", { class: "expensicat-small" }, text);
  }

  differences(name, differences) {
    return this.comparison(this.t("differences", name), this.t("wanted"), differences);
  }

  comparison(caption, wantedHeading, differences) {
    const headings = [this.t("what"), this.t("found"), wantedHeading];
    return table(
      caption,
      headings,
      differences.map(({ what, found, wanted }) =>
        row(
          headings,
          element("code", {}, what),
          found ?? element("em", {}, this.t("nothing")),
          wanted,
        ),
      ),
    );
  }

  async clients(name) {
    const headings = [this.t("clients"), this.t("clientName"), this.t("assigned")];
    const list = await this.paged(
      this.t("clientsOf", name),
      `/scopes/clients?scope=${encodeURIComponent(name)}`,
      (clients) =>
        clients.length === 0
          ? element("p", {}, this.t("none"))
          : table(
              this.t("clientsOf", name),
              headings,
              clients.map(({ id, clientId, name: clientName, byDefault }) =>
                row(
                  headings,
                  this.clientLink(id, clientId, "clientScopes/setup"),
                  clientName ?? "",
                  byDefault ? this.t("default") : this.t("optional"),
                ),
              ),
            ),
    );
    list.classList.add("expensicat-clients");
    return list;
  }

  /** The protected resources. */
  resources() {
    const part = this.part(this.t("resources"), async () => {
      const headings = [
        this.t("resource"),
        this.t("audience"),
        this.t("scopes"),
        this.t("actions"),
      ];
      const resources = await request(this.realm, "/resources");
      return [
        element("p", {}, this.t("resourcesText")),
        table(
          this.t("resources"),
          headings,
          resources.map((resource, index) => this.resource(resource, index === 0, headings, part)),
        ),
        this.may.mendRealm &&
          button(this.t("addResource"), "pf-m-secondary", () => this.editResource({}, part)),
      ];
    });
    return part;
  }

  resource(resource, isApi, headings, part) {
    const { audience, name, address, scopes, problems } = resource;
    return row(
      headings,
      [
        element("span", {}, name ?? audience),
        this.small(address ?? this.t("noAddress")),
        ...problems.map((problem) => this.small(this.t("flaw", problem))),
      ],
      element("code", {}, audience),
      scopes.join(" "),
      this.may.mendRealm
        ? [
            button(
              this.t("edit"),
              "pf-m-secondary pf-m-small",
              () => this.editResource(resource, part),
              { "aria-label": `${this.t("edit")}: ${audience}` },
            ),
            !isApi &&
              button(
                this.t("remove"),
                "pf-m-link pf-m-small",
                () => this.removeResource(audience, part),
                { "aria-label": `${this.t("remove")}: ${audience}` },
              ),
          ]
        : "",
    );
  }

  /** A line of a form; what is typed there is its `value`. */
  field(id, name, value, more = {}) {
    const input = element("input", { id, value, autocomplete: "off", ...more });
    const line = element(
      "div",
      { class: "pf-v5-c-form__group" },
      element("label", { for: id }, name),
      element("span", { class: "pf-v5-c-form-control" }, input),
    );
    Object.defineProperty(line, "value", { get: () => input.value.trim() });
    return line;
  }

  async editResource({ audience, name, address, scopes }, part) {
    const fields = {
      audience: this.field("expensicat-audience", this.t("audience"), audience, {
        readonly: audience !== undefined,
      }),
      name: this.field("expensicat-name", this.t("clientName"), name),
      address: this.field("expensicat-address", this.t("address"), address),
      scopes: this.field("expensicat-scopes", this.t("scopesTaken"), scopes?.join(" ")),
    };
    const saved = await this.confirm(
      this.t("resource"),
      [element("p", {}, this.t("resourceText")), ...Object.values(fields)],
      this.t("save"),
      () =>
        request(this.realm, `/resources/${encodeURIComponent(fields.audience.value)}`, "PUT", {
          name: fields.name.value,
          address: fields.address.value,
          scopes: fields.scopes.value.split(/\s+/).filter((scope) => scope),
        }),
    );
    if (saved) {
      this.say("success", this.t("saved", fields.audience.value));
      await part.load();
      this.title.focus();
    }
  }

  async removeResource(audience, part) {
    if (
      !(await this.confirm(
        this.t("removeTitle", audience),
        this.t("removeText"),
        this.t("remove"),
      ))
    ) {
      return;
    }
    await this.act(async () => {
      await request(this.realm, `/resources/${encodeURIComponent(audience)}`, "DELETE");
      return this.t("removed", audience);
    });
    await part.load();
    this.title.focus();
  }

  /** The clients that the rules refuse something, or change. */
  metClients() {
    return this.part(this.t("met"), () =>
      this.paged(this.t("met"), "/clients", (clients) => {
        const headings = [this.t("client"), this.t("clientName"), this.t("findings")];
        return clients.length === 0
          ? element("p", {}, this.t("noneMet"))
          : [
              element("p", {}, this.t("metText")),
              table(
                this.t("met"),
                headings,
                clients.map(({ id, clientId, name, findings }) =>
                  row(
                    headings,
                    this.clientLink(id, clientId, "settings"),
                    name ?? "",
                    element(
                      "ul",
                      { class: "pf-v5-c-list pf-m-plain" },
                      findings.map((finding) => this.finding(finding)),
                    ),
                  ),
                ),
              ),
            ];
      }),
    );
  }

  finding({ rule, effect, text, value }) {
    return element(
      "li",
      {},
      effect === "REFUSED"
        ? label(this.t("refused"), "pf-m-red")
        : label(this.t("changed"), "pf-m-gold"),
      ` ${this.rule(rule) ?? text} `,
      value && element("code", {}, value),
    );
  }

  /** A rule in words; undefined for one that this page does not know. */
  rule(name) {
    return {
      REDIRECT_WILDCARD: this.t("ruleRedirectWildcard"),
      REDIRECT_OUT_OF_BAND: this.t("ruleRedirectOutOfBand"),
      NO_REDIRECT: this.t("ruleNoRedirect"),
      SIGN_OUT_WILDCARD: this.t("ruleSignOutWildcard"),
      IMPLICIT: this.t("ruleImplicit"),
      PASSWORD: this.t("rulePassword"),
      DEVICE: this.t("ruleDevice"),
      CIBA: this.t("ruleCiba"),
      JWT_GRANT: this.t("ruleJwtGrant"),
      SERVICE_ACCOUNT_SCOPE: this.t("ruleServiceAccountScope"),
      SCOPE_BY_DEFAULT: this.t("ruleScopeByDefault"),
      PKCE: this.t("rulePkce"),
      CONSENT: this.t("ruleConsent"),
      TOKEN_FORM: this.t("ruleTokenForm"),
    }[name];
  }

  clientLink(id, clientId, tab) {
    return element(
      "a",
      { href: `#/${encodeURIComponent(this.realm)}/clients/${id}/${tab}` },
      clientId,
    );
  }

  async mend(statuses, part) {
    const text = [
      element("p", {}, this.t("mendText")),
      element(
        "ul",
        { class: "pf-v5-c-list" },
        statuses.flatMap((status) =>
          status.differences.map(({ what, found, wanted }) =>
            element(
              "li",
              {},
              element("code", {}, status.scope.name),
              status.state === "MISSING"
                ? ` ${this.t("mendMissing")}`
                : `, ${what}: ${found ?? this.t("nothing")} → ${wanted}`,
            ),
          ),
        ),
      ),
      element("p", {}, this.t("mendBack")),
    ];
    if (!(await this.confirm(this.t("mendTitle"), text, this.t("mend")))) {
      return;
    }
    await this.act(async () => {
      const names = statuses.map((status) => `scope=${encodeURIComponent(status.scope.name)}`);
      const mended = await request(this.realm, `/scopes/mend?${names.join("&")}`, "POST");
      return mended.length === 0
        ? this.t("nothingToMend")
        : this.t("mended", mended.map((status) => status.scope.name).join(", "));
    });
    await part.load();
    this.title.focus();
  }

  /** What a person has granted for which organisation; Keycloak's page of consents knows of none. */
  access() {
    const found = element("div");
    const username = element("input", {
      id: "expensicat-username",
      autocomplete: "off",
      required: true,
    });
    const show = async () => {
      const exactly = new URLSearchParams({ username: username.value, exact: "true" });
      const [user] = await adminRequest(this.realm, `/users?${exactly}`);
      found.replaceChildren(
        ...(user ? await this.consents(user, show) : [element("p", {}, this.t("noUser"))]),
      );
    };
    const form = element(
      "form",
      {
        class: "pf-v5-l-flex",
        onsubmit: (event) => {
          event.preventDefault();
          show().catch((e) => this.say("danger", this.t("failed", e.message)));
        },
      },
      element("label", { for: "expensicat-username" }, this.t("username")),
      element("div", {}, element("span", { class: "pf-v5-c-form-control" }, username)),
      element("button", { class: "pf-v5-c-button pf-m-secondary" }, this.t("show")),
    );
    return this.part(this.t("access"), async () => [
      element("p", {}, this.t("accessText")),
      form,
      found,
    ]);
  }

  async consents(user, again) {
    const headings = [
      this.t("client"),
      this.t("organization"),
      this.t("granted"),
      this.t("actions"),
    ];
    const applications = await request(this.realm, `/users/${user.id}/consents`);
    const rows = applications.flatMap(({ clientId, organizations }) =>
      organizations.map(({ id, name, scopes }) => {
        const organization = name || this.t("noOrganization");
        return row(
          headings,
          clientId,
          organization,
          scopes.join(" "),
          this.may.manageUsers
            ? button(
                this.t("takeAway"),
                "pf-m-secondary pf-m-small",
                () => this.takeAway(user, clientId, { id, organization }, again),
                { "aria-label": `${this.t("takeAway")}: ${clientId}, ${organization}` },
              )
            : "",
        );
      }),
    );
    return [
      rows.length === 0
        ? element("p", {}, this.t("noAccess"))
        : table(this.t("access"), headings, rows),
    ];
  }

  async takeAway(user, clientId, { id, organization }, again) {
    const text = this.t("takeAwayText", clientId, organization);
    if (!(await this.confirm(this.t("takeAwayTitle"), text, this.t("takeAway")))) {
      return;
    }
    await this.act(async () => {
      const query = new URLSearchParams({ client_id: clientId, organization: id });
      await request(this.realm, `/users/${user.id}/consents?${query}`, "DELETE");
      await again();
      return this.t("takenAway", clientId, organization);
    });
    this.title.focus();
  }

  issuers() {
    const part = this.part(this.t("issuers"), () =>
      this.paged(this.t("issuers"), "/issuers", (issuers) => {
        const headings = [
          this.t("issuer"),
          this.t("state"),
          this.t("keys"),
          this.t("keysAge"),
          this.t("actions"),
        ];
        return issuers.length === 0
          ? element("p", {}, this.t("noIssuers"))
          : table(
              this.t("issuers"),
              headings,
              issuers.map((issuer) => this.issuer(issuer, headings, part)),
            );
      }),
    );
    return part;
  }

  issuer(issuer, headings, part) {
    const { alias, displayName, keys } = issuer;
    const settings = `#/${encodeURIComponent(this.realm)}/identity-providers/expensicat-session-jwt/${encodeURIComponent(alias)}/settings`;
    return row(
      headings,
      [element("a", { href: settings }, displayName || alias), this.small(issuer.issuer ?? "")],
      [
        issuer.enabled
          ? label(this.t("enabled"), "pf-m-green")
          : label(this.t("switchedOff"), ""),
        issuer.flaw && this.small(this.t("flaw", issuer.flaw)),
      ],
      this.keys(keys),
      this.age(keys),
      keys?.jwksUrl && this.may.reloadKeys
        ? button(this.t("reload"), "pf-m-secondary pf-m-small", () => this.reload(issuer, part), {
            "aria-label": this.t("reloadOf", alias),
          })
        : "",
    );
  }

  keys(keys) {
    return keys?.known.length > 0
      ? element(
          "ul",
          {},
          keys.known.map(({ kid, algorithm }) =>
            element("li", {}, element("code", {}, kid ?? "—"), algorithm ? ` ${algorithm}` : ""),
          ),
        )
      : this.t("none");
  }

  age(keys) {
    if (!keys) {
      return "";
    }
    if (!keys.jwksUrl) {
      return this.t("keysPinned");
    }
    return [
      keys.age === undefined ? this.t("keysUnknown") : this.ago(keys.age),
      keys.failedAgo !== undefined &&
        element(
          "p",
          {},
          label(this.t("keysFailed", this.ago(keys.failedAgo)), "pf-m-orange"),
        ),
    ];
  }

  async reload({ alias, keys }, part) {
    const text = [
      element("p", {}, this.t("reloadText", keys.jwksUrl)),
      element("p", {}, this.t("reloadBack")),
    ];
    if (!(await this.confirm(this.t("reloadTitle", alias), text, this.t("reload")))) {
      return;
    }
    await this.act(async () => {
      await request(this.realm, `/issuers/${encodeURIComponent(alias)}/reload-keys`, "POST");
      return this.t("reloaded", alias);
    });
    await part.load();
    this.title.focus();
  }
}

// ---- Beside React ----

/** What the admin may see and do, by realm; `undefined` for a realm that the pack does not serve. */
const overviews = new Map();
let page;

function overview(realm) {
  if (!overviews.has(realm)) {
    overviews.set(realm, undefined);
    request(realm, `?locale=${encodeURIComponent(locale())}`)
      .then((found) => {
        overviews.set(realm, found);
        sync();
      })
      .catch(() => {});
  }
  return overviews.get(realm);
}

function seesAnything(found) {
  return found && (found.may.viewFloor || found.may.viewScopes || found.may.viewIssuers);
}

/** Brings entry and page to where the console is now; changes nothing where nothing differs. */
function sync() {
  const neighbour = NEIGHBOURS.map((id) =>
    document.querySelector(`[data-testid="${id}"]`),
  ).find((found) => found);
  const item = neighbour?.closest("li");
  const main = document.querySelector(MAIN);
  const encodedRealm = /^#\/([^/]+)\//.exec(neighbour?.getAttribute("href") ?? "")?.[1];
  if (!item || !main || !encodedRealm || !signedIn()) {
    leave();
    return;
  }
  const realm = decodeURIComponent(encodedRealm);
  const found = overview(realm);
  if (!seesAnything(found)) {
    leave();
    return;
  }
  const address = `#/${encodedRealm}/${PATH}`;
  const isOpen = location.hash.replace(/[?].*$/, "") === address;
  showEntry(item, address, isOpen, found.texts.navigation);
  if (isOpen) {
    if (page?.realm !== realm || page.element.parentElement !== main) {
      closePage();
      page = new Page(realm, found);
      main.append(page.element);
      page.title.focus();
    }
  } else {
    closePage();
  }
}

function showEntry(item, address, isOpen, text) {
  let entry = document.getElementById(ENTRY);
  if (entry?.previousElementSibling !== item) {
    entry?.remove();
    entry = element(
      "li",
      { id: ENTRY },
      element("a", { class: "pf-v5-c-nav__link", "data-testid": "nav-item-expensicat" }, text),
    );
    item.after(entry);
  }
  const link = entry.firstElementChild;
  if (link.getAttribute("href") !== address) {
    link.setAttribute("href", address);
  }
  if (link.classList.contains("pf-m-current") !== isOpen) {
    link.classList.toggle("pf-m-current", isOpen);
    if (isOpen) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
}

function closePage() {
  page?.element.remove();
  page = undefined;
}

function leave() {
  document.getElementById(ENTRY)?.remove();
  closePage();
}

new MutationObserver(sync).observe(document.body, { childList: true, subtree: true });
window.addEventListener("hashchange", sync);
