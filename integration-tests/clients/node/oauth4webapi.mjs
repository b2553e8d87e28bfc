// oauth4webapi as a confidential client that signs its assertions with a key of its own.
import * as oauth from "oauth4webapi";
import { serve, versionOf } from "./steps.mjs";

const insecure = { [oauth.allowInsecureRequests]: true };
let server, client, authentication, redirect, checks, tokens;

await serve({
  async authorize({ clientId, redirectUri, scope, ...settings }) {
    await prepare({ clientId, ...settings });
    redirect = redirectUri;
    checks = {
      codeVerifier: oauth.generateRandomCodeVerifier(),
      state: oauth.generateRandomState(),
      nonce: oauth.generateRandomNonce(),
    };
    const url = new URL(server.authorization_endpoint);
    url.search = new URLSearchParams({
      response_type: "code",
      client_id: clientId,
      redirect_uri: redirectUri,
      scope,
      state: checks.state,
      nonce: checks.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(checks.codeVerifier),
      code_challenge_method: "S256",
    });
    return { version: versionOf("oauth4webapi"), clientId, url: url.href };
  },

  async callback({ url }) {
    const parameters = oauth.validateAuthResponse(server, client, new URL(url), checks.state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      parameters,
      redirect,
      checks.codeVerifier,
      insecure,
    );
    tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: checks.nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, response, insecure);
    return { ...tokens, subject: oauth.getValidatedIdTokenClaims(tokens).sub };
  },

  stored: () => tokens,

  async resume({ stored, ...settings }) {
    await prepare(settings);
    tokens = stored;
    return {};
  },

  async refresh() {
    const response = await oauth.refreshTokenGrantRequest(
      server,
      client,
      authentication,
      tokens.refresh_token,
      insecure,
    );
    try {
      tokens = await oauth.processRefreshTokenResponse(server, client, response);
      return tokens;
    } catch (error) {
      if (error instanceof oauth.ResponseBodyError) return { error: error.error };
      throw error;
    }
  },

  async revoke() {
    const response = await oauth.revocationRequest(
      server,
      client,
      authentication,
      tokens.refresh_token,
      insecure,
    );
    await oauth.processRevocationResponse(response);
    return {};
  },
});

async function prepare({ issuer, clientId, privateKey }) {
  const expected = new URL(issuer);
  server = await oauth.processDiscoveryResponse(
    expected,
    await oauth.discoveryRequest(expected, insecure),
  );
  client = { client_id: clientId };
  const es256 = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("jwk", privateKey, es256, false, ["sign"]);
  authentication = oauth.PrivateKeyJwt({ key, kid: privateKey.kid });
}
