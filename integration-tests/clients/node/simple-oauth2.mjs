// simple-oauth2 as a confidential client, whose token requests are forms or JSON.
import { createHash, randomBytes } from "node:crypto";
import simpleOAuth2 from "simple-oauth2";
import { serve, versionOf } from "./steps.mjs";

let metadata, client, formClient, redirect, checks, held;

await serve({
  async authorize({ redirectUri, scope, ...settings }) {
    await prepare(settings);
    redirect = redirectUri;
    checks = { state: random(), codeVerifier: random() };
    const url = client.authorizeURL({
      redirect_uri: redirect,
      scope,
      state: checks.state,
      code_challenge: createHash("sha256").update(checks.codeVerifier).digest("base64url"),
      code_challenge_method: "S256",
    });
    return { version: versionOf("simple-oauth2"), clientId: settings.clientId, url };
  },

  async callback({ url }) {
    const answer = new URL(url).searchParams;
    if (answer.get("state") !== checks.state) throw new Error("The answer to another request");
    held = await client.getToken({
      code: answer.get("code"),
      redirect_uri: redirect,
      code_verifier: checks.codeVerifier,
    });
    return { ...held.token, subject: await subject() };
  },

  stored: () => held.token,

  async resume({ stored, ...settings }) {
    await prepare(settings);
    held = client.createToken(stored);
    return {};
  },

  async refresh() {
    try {
      held = await held.refresh();
      return held.token;
    } catch (error) {
      const { payload } = error.data ?? {};
      if (payload?.error) return { error: payload.error };
      throw error;
    }
  },

  /** RFC 7009 knows forms only, and answers nothing. */
  async revoke() {
    await formClient.createToken(held.token).revoke("refresh_token", { json: true });
    return {};
  },
});

async function prepare({ issuer, clientId, clientSecret, bodyFormat }) {
  metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  const path = (endpoint) => new URL(metadata[endpoint]).pathname;
  const config = {
    client: { id: clientId, secret: clientSecret },
    auth: {
      tokenHost: new URL(issuer).origin,
      tokenPath: path("token_endpoint"),
      authorizePath: path("authorization_endpoint"),
      revokePath: path("revocation_endpoint"),
    },
  };
  formClient = new simpleOAuth2.AuthorizationCode(config);
  client =
    bodyFormat === "json"
      ? new simpleOAuth2.AuthorizationCode({
          ...config,
          options: { bodyFormat, authorizationMethod: "body" },
        })
      : formClient;
}

/** It looks into no ID token. */
async function subject() {
  const authorization = `Bearer ${held.token.access_token}`;
  const answer = await fetch(metadata.userinfo_endpoint, { headers: { authorization } });
  return (await answer.json()).sub;
}

function random() {
  return randomBytes(32).toString("base64url");
}
