// openid-client as a public client; told to, it registers itself, pushes its requests and binds its tokens.
import * as client from "openid-client";
import { serve, versionOf } from "./steps.mjs";

const insecure = { execute: [client.allowInsecureRequests] };
let config, checks, tokens, keys, DPoP;

await serve({
  async authorize({ redirectUri, scope, registration, ...settings }) {
    await discover(settings);
    const everything = config.serverMetadata().scopes_supported.join(" ");
    if (registration) await register({ ...registration, redirectUri, everything }, settings);
    checks = {
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
      expectedState: client.randomState(),
      expectedNonce: client.randomNonce(),
    };
    const request = {
      redirect_uri: redirectUri,
      scope: scope ?? everything,
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: "S256",
    };
    const metadata = config.clientMetadata();
    if (metadata.dpop_bound_access_tokens) {
      keys = await client.randomDPoPKeyPair("ES256", { extractable: true });
      DPoP = client.getDPoPHandle(config, keys);
    }
    const url = metadata.require_pushed_authorization_requests
      ? await client.buildAuthorizationUrlWithPAR(config, request, { DPoP })
      : client.buildAuthorizationUrl(config, request);
    return { version: versionOf("openid-client"), clientId: metadata.client_id, url: url.href };
  },

  async callback({ url }) {
    tokens = await client.authorizationCodeGrant(config, new URL(url), checks, undefined, { DPoP });
    return { ...tokens, subject: tokens.claims().sub };
  },

  async stored() {
    const { client_id: clientId } = config.clientMetadata();
    return { clientId, tokens, keys: keys && { private: await jwk("private"), public: await jwk("public") } };
  },

  async resume({ issuer, stored }) {
    await discover({ issuer, clientId: stored.clientId });
    tokens = stored.tokens;
    if (stored.keys) {
      keys = {
        privateKey: await key(stored.keys.private, "sign"),
        publicKey: await key(stored.keys.public, "verify"),
      };
      DPoP = client.getDPoPHandle(config, keys);
    }
    return {};
  },

  async refresh() {
    try {
      tokens = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
      return tokens;
    } catch (error) {
      if (error instanceof client.ResponseBodyError) return { error: error.error };
      throw error;
    }
  },

  async revoke() {
    await client.tokenRevocation(config, tokens.refresh_token);
    return {};
  },
});

async function discover({ issuer, clientId }) {
  config = await client.discovery(new URL(issuer), clientId || "unregistered", undefined, client.None(), insecure);
}

async function register({ initialAccessToken, bound, allScopes, redirectUri, everything }, { issuer }) {
  config = await client.dynamicClientRegistration(
    new URL(issuer),
    {
      client_name: "openid-client",
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: "none",
      ...(bound && { dpop_bound_access_tokens: true, require_pushed_authorization_requests: true }),
      ...(allScopes && { scope: everything }),
    },
    client.None(),
    { initialAccessToken, ...insecure },
  );
}

function jwk(which) {
  return crypto.subtle.exportKey("jwk", keys[`${which}Key`]);
}

function key(exported, use) {
  const es256 = { name: "ECDSA", namedCurve: "P-256" };
  return crypto.subtle.importKey("jwk", exported, es256, true, [use]);
}
