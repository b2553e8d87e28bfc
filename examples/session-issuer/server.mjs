// The HTTP side of the demo issuer: Better Auth's own addresses, the hand-over and two small forms.
import { createServer } from "node:http";
import { fromNodeHeaders, toNodeHandler } from "better-auth/node";
import { createIssuer } from "./issuer.mjs";
import { handOverPage, messagePage, sessionPage, signInPage } from "./pages.mjs";
import { readSettings } from "./settings.mjs";

const LONGEST_FORM = 16 * 1024; // bytes

/** An answer that is an error page. */
class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const settings = read();
const server = createServer();
server.on("error", (error) => fail(error.message));
server.listen(settings.port, "127.0.0.1", async () => {
  const address = settings.issuer ?? `http://localhost:${server.address().port}`;
  const issuer = await createIssuer(address, settings);
  const betterAuth = toNodeHandler(issuer.handler);
  const routes = pages(issuer);
  server.on("request", (request, response) =>
    request.url.startsWith("/api/auth/")
      ? betterAuth(request, response)
      : answer(routes, request, response),
  );
  console.log(`Session issuer ready at ${address}`);
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}

function read() {
  try {
    return readSettings(process.env);
  } catch (error) {
    return fail(error.message);
  }
}

function fail(message) {
  console.error(`Session issuer: ${message}`);
  process.exit(1);
}

/** By method and path: what is answered to a request and its address. */
function pages(issuer) {
  const { brokerEndpoint, introspectionEndpoint } = settings;

  const routes = {
    async "GET /"(request, response) {
      const headers = fromNodeHeaders(request.headers);
      const person = await issuer.person(headers);
      if (!person) return signInPage(response, {});
      const sessionJwt = await issuer.sessionJwt(headers);
      return sessionPage(response, { person, sessionJwt, introspectionEndpoint });
    },

    async "GET /hand-over"(request, response, url) {
      const handOver = signIn(url.searchParams);
      if (!handOver) {
        throw new Refusal(400, "A sign-in comes here with one state and one nonce.");
      }
      const person = await issuer.person(fromNodeHeaders(request.headers));
      const { state, nonce, organization } = handOver;
      if (person) {
        const assertion = await issuer.assertion(person, nonce, organization);
        return handOverPage(response, brokerEndpoint, { state, assertion });
      }
      return url.searchParams.get("prompt") === "none"
        ? handOverPage(response, brokerEndpoint, { state, error: "login_required" })
        : signInPage(response, { handOver });
    },

    async "POST /sign-in"(request, response) {
      const form = await ownForm(issuer, request);
      const handOver = signIn(form);
      const email = form.get("email") ?? "";
      const headers = fromNodeHeaders(request.headers);
      const signedIn = await issuer.signIn(headers, email, form.get("password") ?? "");
      if (!signedIn.ok) return signInPage(response, { handOver, email, failed: true });
      const next = handOver ? `/hand-over?${new URLSearchParams(handOver)}` : "/";
      return redirect(response, next, signedIn);
    },

    async "POST /act-for"(request, response) {
      const form = await ownForm(issuer, request);
      const headers = fromNodeHeaders(request.headers);
      const changed = await issuer.actFor(headers, form.get("organization") ?? "");
      if (!changed.ok) throw new Refusal(403, "You do not belong to that company.");
      return redirect(response, "/", changed);
    },

    async "POST /sign-out"(request, response) {
      await ownForm(issuer, request);
      return redirect(response, "/", await issuer.signOut(fromNodeHeaders(request.headers)));
    },
  };
  return settings.testControls ? { ...routes, ...testControls(issuer) } : routes;
}

/** What a test may do to the issuer and no caller otherwise. */
function testControls(issuer) {
  return {
    async "POST /test/rotate"(request, response, url) {
      await issuer.rotate(url.searchParams.get("withdraw") === "true");
      response.writeHead(204).end();
    },

    async "POST /test/verify-email"(request, response, url) {
      const found = await issuer.verifyEmail(url.searchParams.get("email") ?? "");
      response.writeHead(found ? 204 : 404).end();
    },
  };
}

async function answer(routes, request, response) {
  try {
    const url = new URL(`http://localhost${request.url}`);
    const route = routes[`${request.method} ${url.pathname}`];
    if (!route) throw new Refusal(404, "There is nothing at this address.");
    await route(request, response, url);
  } catch (error) {
    const expected = error instanceof Refusal;
    if (!expected) console.error(error);
    if (response.headersSent) return response.destroy();
    messagePage(
      response,
      expected ? error.status : 500,
      expected ? error.message : "The server failed.",
    );
  }
}

/**
 * What a sign-in at the realm is told apart by, and the company that it asks for, if any; undefined
 * unless state and nonce are there once.
 */
function signIn(parameters) {
  const [states, nonces] = [parameters.getAll("state"), parameters.getAll("nonce")];
  const organization = parameters.get("organization");
  return states.length === 1 && nonces.length === 1 && states[0] && nonces[0]
    ? { state: states[0], nonce: nonces[0], ...(organization && { organization }) }
    : undefined;
}

/** The form that was sent, from a page of this server: no other site signs anybody in or out. */
async function ownForm(issuer, request) {
  if (request.headers.origin !== issuer.address) {
    throw new Refusal(403, `This form is only taken from pages of ${issuer.address}.`);
  }
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > LONGEST_FORM) throw new Refusal(413, "The form is too long.");
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}

/** On to an address of this server, with the cookies of an answer of Better Auth. */
function redirect(response, location, { headers }) {
  response.writeHead(303, {
    Location: location,
    "Set-Cookie": headers.getSetCookie(),
    "Cache-Control": "no-store",
  });
  response.end();
}
