// The HTTP side of the server: its metadata, the gate, and behind it MCP (streamable HTTP, without sessions).
import { createServer } from "node:http";
import { toNodeHandler } from "@modelcontextprotocol/node";
import {
  createMcpHandler,
  getOAuthProtectedResourceMetadataUrl,
  hostHeaderValidationResponse,
  originValidationResponse,
} from "@modelcontextprotocol/server";
import { createGate } from "./gate.mjs";
import { readSettings } from "./settings.mjs";
import { createTools, FIRST_SCOPE } from "./tools.mjs";

const LONGEST_BODY = 64 * 1024; // bytes

const { port, address, realmIssuer, checkEndpoint } = read();
const { hostname, pathname } = new URL(address);
const metadataAddress = getOAuthProtectedResourceMetadataUrl(new URL(address));
const metadataPath = new URL(metadataAddress).pathname;
const gate = createGate({ address, metadataAddress, checkEndpoint, scope: FIRST_SCOPE });
const mcp = createMcpHandler(({ authInfo }) => createTools(authInfo), { onerror: log });

/** RFC 9728 2. As MCP wants it, the scopes are those to begin with. */
const metadata = {
  resource: address,
  resource_name: "Expensicat for MCP",
  authorization_servers: [realmIssuer],
  scopes_supported: [FIRST_SCOPE],
  bearer_methods_supported: ["header"],
};

const server = createServer(
  toNodeHandler({ fetch: answer }, { onerror: log, maxRequestBodySize: LONGEST_BODY }),
);
server.on("error", (error) => fail(error.message));
server.listen(port, "127.0.0.1", () => console.log(`MCP server ready at ${address}`));

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}

async function answer(request) {
  const rebound = hostHeaderValidationResponse(request, [hostname]);
  if (rebound) return rebound;
  const path = new URL(request.url).pathname;
  if (path === metadataPath && request.method === "GET") {
    return Response.json(metadata, { headers: { "Access-Control-Allow-Origin": "*" } });
  }
  if (path !== pathname) return new Response(null, { status: 404 });
  const foreign = originValidationResponse(request, [hostname]);
  if (foreign) return foreign;
  const caller = await gate(request);
  return caller instanceof Response ? caller : mcp.fetch(request, { authInfo: caller });
}

function read() {
  try {
    return readSettings(process.env);
  } catch (error) {
    return fail(error.message);
  }
}

function fail(message) {
  console.error(`MCP server: ${message}`);
  process.exit(1);
}

function log(error) {
  console.error(`MCP server: ${error.message}`);
}
