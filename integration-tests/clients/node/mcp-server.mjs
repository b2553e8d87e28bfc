// A server of MCP at an address without a path, with one tool, which says who calls it. Who that is, or that it is
// nobody, it asks the realm's `check`, as any gateway does.
import { createServer } from "node:http";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { serve } from "./steps.mjs";

const METADATA = "/.well-known/oauth-protected-resource";

await serve({
  async start({ issuer, check, scope, port }) {
    const resource = `http://localhost:${port}`;
    const metadata = { resource, authorization_servers: [issuer], scopes_supported: [scope] };
    const server = createServer(async (request, response) => {
      if (request.url === METADATA) {
        response.setHeader("Content-Type", "application/json");
        return response.end(JSON.stringify(metadata));
      }
      if (request.url !== "/") return response.writeHead(404).end();
      const { authorization = "" } = request.headers;
      const decision = await fetch(check, { headers: { authorization } });
      if (decision.status !== 200) {
        const challenge = decision.headers.get("WWW-Authenticate");
        return response.writeHead(decision.status, { "WWW-Authenticate": challenge }).end();
      }
      await answer(decision.headers.get("X-Auth-Request-User"), request, response);
    });
    await new Promise((listening) => server.listen(port, "localhost", listening));
    return { resource };
  },
});
process.exit(0);

async function answer(user, request, response) {
  const server = new McpServer({ name: "expensicat", version: "1" });
  server.registerTool("whoami", { description: "Says who calls" }, () => ({
    content: [{ type: "text", text: user }],
  }));
  const transport = new StreamableHTTPServerTransport({});
  response.on("close", () => server.close());
  await server.connect(transport);
  await transport.handleRequest(request, response);
}
