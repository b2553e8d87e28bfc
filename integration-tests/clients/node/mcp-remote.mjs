// mcp-remote as a desktop application starts it: a process that speaks MCP by its stdin and stdout, and keeps its
// registration and its tokens in a folder of its own.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { serve, versionOf } from "./steps.mjs";

const ASKS = /Please authorize this client by visiting:\s+(\S+)/;
const LISTENS = /OAuth callback server running/;

let client, connected, called;
let said = "";
let asks = () => {};

await serve({
  /** Answers when it is connected, or has an address that somebody must go to before. */
  async start({ resource, folder }) {
    const transport = new StdioClientTransport({
      command: "node",
      args: [
        "node_modules/mcp-remote/dist/proxy.js",
        resource,
        "--allow-http",
        "--transport",
        "http-only",
      ],
      env: { ...process.env, MCP_REMOTE_CONFIG_DIR: folder, BROWSER: "true" },
      stderr: "pipe",
    });
    transport.stderr.on("data", hear);
    client = new Client({ name: "interop", version: "1" });
    connected = client.connect(transport);
    return {
      version: versionOf("mcp-remote"),
      ...(await unlessItAsks(connected.then(() => ({})))),
    };
  },

  /** What a tool says, or the address that somebody must go to before; then `answered` says it. */
  async call({ tool, arguments: given }) {
    await connected;
    called = client
      .callTool({ name: tool, arguments: given })
      .then(({ structuredContent }) => structuredContent);
    return unlessItAsks(called);
  },

  answered: () => called,

  async stop() {
    await client.close();
    return {};
  },
});
process.exit(0);

function unlessItAsks(answer) {
  answer.catch(() => {});
  return Promise.race([answer, new Promise((resolve) => (asks = (url) => resolve({ url })))]);
}

function hear(more) {
  process.stderr.write(more);
  said += more;
  const found = ASKS.exec(said);
  if (!found || !LISTENS.test(said)) return;
  said = "";
  asks(found[1]);
}
