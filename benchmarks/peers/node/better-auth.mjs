// Better Auth with its OAuth provider, opaque access tokens (its default), on SQLite.
import { randomBytes } from "node:crypto";
import { oauthProvider } from "@better-auth/oauth-provider";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { jwt } from "better-auth/plugins/jwt";
import { openDatabase, redirectUri, scopes, serve } from "./peer.mjs";

const ACCESS_TOKEN = 300; // seconds
const REFRESH_TOKEN = 90 * 24 * 3600;

serve(async (address) => {
  const auth = betterAuth({
    baseURL: address,
    secret: randomBytes(32).toString("base64url"),
    database: openDatabase(),
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    plugins: [
      jwt({ disableSettingJwtHeader: true }),
      oauthProvider({
        loginPage: "/sign-in",
        consentPage: "/consent",
        scopes: ["openid", "offline_access", ...scopes],
        accessTokenExpiresIn: ACCESS_TOKEN,
        refreshTokenExpiresIn: REFRESH_TOKEN,
      }),
    ],
    logger: { level: "error" },
  });
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  const owner = { name: "owner", email: "owner@load.test", password: randomBytes(24).toString("hex") };
  const signedUp = await auth.api.signUpEmail({ body: owner, asResponse: true });
  const cookies = signedUp.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
  const headers = new Headers({ cookie: cookies.join("; ") });
  // With a secret, since only the client that a token was issued to may introspect an opaque one.
  const { client_id: client, client_secret: secret } = await auth.api.adminCreateOAuthClient({
    headers,
    body: {
      client_name: "load",
      application_type: "native",
      token_endpoint_auth_method: "client_secret_basic",
      redirect_uris: [redirectUri],
      grant_types: ["authorization_code", "refresh_token"],
      scope: ["openid", "offline_access", ...scopes].join(" "),
    },
  });
  return { listener: toNodeHandler(auth), client, secret, api: `${client}:${secret}` };
});
