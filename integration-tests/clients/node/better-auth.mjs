// A web application that signs people in by Better Auth's generic OAuth plugin, all in memory.
import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { fromNodeHeaders, toNodeHandler } from "better-auth/node";
import { genericOAuth } from "better-auth/plugins";
import { serve, versionOf } from "./steps.mjs";

const PROVIDER = "expensicat";

await serve({
  async start({ issuer, clientId, clientSecret, scope, port }) {
    const address = `http://127.0.0.1:${port}`;
    const discoveryUrl = `${issuer}/.well-known/openid-configuration`;
    const auth = betterAuth({
      baseURL: address,
      secret: crypto.randomUUID() + crypto.randomUUID(),
      database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
      plugins: [
        genericOAuth({
          config: [
            {
              providerId: PROVIDER,
              discoveryUrl,
              clientId,
              clientSecret,
              scopes: scope.split(" "),
              pkce: true,
              requireIdTokenVerification: true,
            },
          ],
        }),
      ],
      telemetry: { enabled: false },
      logger: { level: "warn", log: (level, message) => console.error(`${level}: ${message}`) },
    });
    const betterAuthAnswers = toNodeHandler(auth.handler);
    const pages = pagesOf(auth, { discoveryUrl, clientId, clientSecret });
    const server = createServer((request, response) =>
      request.url.startsWith("/api/auth/")
        ? betterAuthAnswers(request, response)
        : answer(pages[request.url], request, response),
    );
    await new Promise((listening) => server.listen(port, "127.0.0.1", listening));
    return { version: versionOf("better-auth"), url: address };
  },
});
process.exit(0);

/** By path: what is answered to a browser with these headers. */
function pagesOf(auth, { discoveryUrl, clientId, clientSecret }) {
  /** The account that the realm stands for, as Better Auth keeps it. */
  async function account(headers) {
    const { user } = await auth.api.getSession({ headers });
    const [found] = await (await auth.$context).internalAdapter.findAccounts(user.id);
    return found;
  }

  return {
    "/sign-in": (headers) =>
      auth.api.signInSocial({
        headers,
        body: { provider: PROVIDER, callbackURL: "/" },
        asResponse: true,
      }),

    async "/"(headers) {
      const { id, accountId: subject } = await account(headers);
      const { accessToken } = await auth.api.getAccessToken({ headers, body: { accountId: id } });
      return Response.json({ subject, access_token: accessToken });
    },

    async "/refresh"(headers) {
      const { id } = await account(headers);
      try {
        const tokens = await auth.api.refreshToken({ headers, body: { accountId: id } });
        return Response.json({ access_token: tokens.accessToken });
      } catch (error) {
        return Response.json({ error: error.body?.code ?? String(error) });
      }
    },

    /** Better Auth itself revokes nothing. */
    async "/revoke"(headers) {
      const { refreshToken: token } = await account(headers);
      const { revocation_endpoint } = await (await fetch(discoveryUrl)).json();
      const body = { token, client_id: clientId, client_secret: clientSecret };
      const { status } = await fetch(revocation_endpoint, {
        method: "POST",
        body: new URLSearchParams(body),
      });
      return Response.json({ status });
    },
  };
}

async function answer(page, request, response) {
  if (!page) return response.writeHead(404).end();
  try {
    const { headers, body, status } = await redirected(await page(fromNodeHeaders(request.headers)));
    response.writeHead(status, [...headers].flat());
    response.end(body);
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
}

/** Better Auth answers `{url}` where a page's script is to go on; here it is a redirect. */
async function redirected(answer) {
  const body = await answer.text();
  const { url } = JSON.parse(body);
  const headers = new Headers(answer.headers);
  headers.delete("content-length");
  if (!url) return { headers, body, status: answer.status };
  headers.set("location", url);
  return { headers, body: "", status: 302 };
}
