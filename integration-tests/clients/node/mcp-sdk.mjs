// The client of the MCP SDK, which finds the realm by the MCP server's metadata and registers itself there.
import { auth, UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { serve, versionOf } from "./steps.mjs";

let settings, asked;
let kept = {};

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
  tokens: () => kept.tokens,
  saveTokens: (tokens) => (kept.tokens = tokens),
  codeVerifier: () => kept.codeVerifier,
  saveCodeVerifier: (codeVerifier) => (kept.codeVerifier = codeVerifier),
  invalidateCredentials: () => delete kept.tokens,
  redirectToAuthorization: (url) => (asked = url),
};

await serve({
  async authorize(given) {
    settings = given;
    try {
      await whoami();
      throw new Error("The server has let a stranger in");
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
    }
    return {
      version: versionOf("@modelcontextprotocol/sdk"),
      clientId: kept.client.client_id,
      url: asked.href,
    };
  },

  async callback({ url }) {
    await transport().finishAuth(new URL(url).searchParams.get("code"));
    return { ...kept.tokens, subject: await whoami() };
  },

  stored: () => kept,

  async resume({ stored, ...given }) {
    settings = given;
    kept = stored;
    return {};
  },

  async refresh() {
    const outcome = await auth(provider, { serverUrl: settings.resource });
    return outcome === "AUTHORIZED" ? { ...kept.tokens, subject: await whoami() } : { error: outcome };
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

function transport() {
  return new StreamableHTTPClientTransport(new URL(settings.resource), { authProvider: provider });
}

async function whoami() {
  const client = new Client({ name: "interop", version: "1" });
  await client.connect(transport());
  const { content } = await client.callTool({ name: "whoami" });
  await client.close();
  return content[0].text;
}
