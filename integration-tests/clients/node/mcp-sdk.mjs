// The clients of the MCP SDK, which find the realm by the MCP server's metadata and register themselves there.
// `generation` says which: 1 speaks the protocol of 2025, 2 that of 2026-07-28.
import { serve, versionOf } from "./steps.mjs";

let sdk, settings, asked;
let kept = {};
let wantsMore = false;

const provider = {
  get redirectUrl() {
    return settings.redirectUri;
  },
  get clientMetadata() {
    return {
      client_name: "MCP SDK",
      redirect_uris: [settings.redirectUri],
      token_endpoint_auth_method: "none",
    };
  },
  clientInformation: () => kept.client,
  saveClientInformation: (client) => (kept.client = client),
  tokens: () => (wantsMore ? withoutRefreshToken(kept.tokens) : kept.tokens),
  saveTokens: (tokens) => (kept.tokens = tokens),
  codeVerifier: () => kept.codeVerifier,
  saveCodeVerifier: (codeVerifier) => (kept.codeVerifier = codeVerifier),
  invalidateCredentials: () => delete kept.tokens,
  redirectToAuthorization: (url) => (asked = url),
};

const GENERATIONS = {
  async 1() {
    const [auth, client, transport] = await Promise.all([
      import("@modelcontextprotocol/sdk/client/auth.js"),
      import("@modelcontextprotocol/sdk/client/index.js"),
      import("@modelcontextprotocol/sdk/client/streamableHttp.js"),
    ]);
    const finish = (connection, answer) => connection.finishAuth(answer.get("code"));
    return {
      ...auth,
      ...client,
      ...transport,
      finish,
      version: versionOf("@modelcontextprotocol/sdk"),
    };
  },

  async 2() {
    const client = await import("@modelcontextprotocol/client");
    const options = { versionNegotiation: { mode: { pin: "2026-07-28" } } };
    const finish = (connection, answer) => connection.finishAuth(answer);
    return { ...client, options, finish, version: versionOf("@modelcontextprotocol/client") };
  },
};

await serve({
  async authorize(given) {
    await use(given);
    if (await call("whoami")) throw new Error("The server has let a stranger in");
    return { version: sdk.version, clientId: kept.client.client_id, url: asked.href };
  },

  async callback({ url }) {
    await sdk.finish(transport(), new URL(url).searchParams);
    wantsMore = false;
    return { ...kept.tokens, subject: (await call("whoami")).user };
  },

  stored: () => kept,

  async resume({ stored, ...given }) {
    await use(given);
    kept = stored;
    return {};
  },

  async refresh() {
    const outcome = await sdk.auth(provider, { serverUrl: settings.resource });
    return outcome === "AUTHORIZED"
      ? { ...kept.tokens, subject: (await call("whoami")).user }
      : { error: outcome };
  },

  /** What a tool says, or where the person must go before. */
  async call({ tool, arguments: given }) {
    // The first generation would answer a 403 by a refresh, which gives nothing more.
    wantsMore = settings.generation === 1;
    const said = await call(tool, given);
    wantsMore &&= !said;
    return said ?? { url: asked.href };
  },

  /** It has no revoke. */
  async revoke() {
    const metadata = await fetch(`${settings.issuer}/.well-known/openid-configuration`);
    const { revocation_endpoint } = await metadata.json();
    const body = new URLSearchParams({
      client_id: kept.client.client_id,
      token: kept.tokens.refresh_token,
    });
    const { status } = await fetch(revocation_endpoint, { method: "POST", body });
    if (status !== 200) throw new Error(`Not revoked: ${status}`);
    return {};
  },
});

async function use(given) {
  settings = given;
  sdk = await GENERATIONS[settings.generation]();
}

function transport() {
  return new sdk.StreamableHTTPClientTransport(new URL(settings.resource), {
    authProvider: provider,
  });
}

/** What the tool says, or undefined where the person has to be asked before. */
async function call(name, given = {}) {
  const client = new sdk.Client({ name: "interop", version: "1" }, sdk.options);
  try {
    await client.connect(transport());
    const { structuredContent, isError, content } = await client.callTool({
      name,
      arguments: given,
    });
    if (isError) throw new Error(content[0].text);
    return structuredContent;
  } catch (error) {
    if (!(error instanceof sdk.UnauthorizedError)) throw error;
  } finally {
    await client.close();
  }
}

function withoutRefreshToken({ refresh_token, ...tokens }) {
  return tokens;
}
