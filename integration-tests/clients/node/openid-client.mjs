// openid-client as a public client; told to, it registers itself, pushes its requests and binds its tokens.
import * as client from "openid-client";
import { serve, versionOf } from "./steps.mjs";

const insecure = { execute: [client.allowInsecureRequests] };
let config, checks, tokens, DPoP;

await serve({
  async authorize({ issuer, clientId, redirectUri, scope, initialAccessToken }) {
    config = initialAccessToken
      ? await client.dynamicClientRegistration(
          new URL(issuer),
          {
            client_name: "openid-client",
            redirect_uris: [redirectUri],
            token_endpoint_auth_method: "none",
            dpop_bound_access_tokens: true,
            require_pushed_authorization_requests: true,
          },
          client.None(),
          { initialAccessToken, ...insecure },
        )
      : await client.discovery(new URL(issuer), clientId, undefined, client.None(), insecure);
    checks = {
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
      expectedState: client.randomState(),
      expectedNonce: client.randomNonce(),
    };
    const request = {
      redirect_uri: redirectUri,
      scope,
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: "S256",
    };
    const metadata = config.clientMetadata();
    if (metadata.dpop_bound_access_tokens) {
      DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair());
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
