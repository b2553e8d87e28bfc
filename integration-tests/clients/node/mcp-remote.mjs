// mcp-remote as a desktop application starts it: a process that speaks MCP by its stdin and stdout, and keeps its
// registration and its tokens in a folder of its own.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { serve, versionOf } from "./steps.mjs";

const ASKS = /Please authorize this client by visiting:\s+(\S+)/;

let client, connected;
let said = "";

await serve({
  /** Answers when it is connected, or has an address that somebody must go to before. */
  async start({ resource, folder }) {
    const transport = new StdioClientTransport({
      command: "node",
      args: ["node_modules/mcp-remote/dist/proxy.js", resource, "--allow-http", "--transport", "http-only"],
      env: { ...process.env, MCP_REMOTE_CONFIG_DIR: folder, BROWSER: "true" },
      stderr: "pipe",
    });
    const asks = new Promise((resolve) =>
      transport.stderr.on("data", (more) => {
        process.stderr.write(more);
        said += more;
        const found = ASKS.exec(said);
        if (found) resolve(found[1]);
      }),
    );
    client = new Client({ name: "interop", version: "1" });
    connected = client.connect(transport);
    connected.catch(() => {});
    const url = await Promise.race([asks, connected]);
    return { version: versionOf("mcp-remote"), ...(url && { url }) };
  },

  async call() {
    await connected;
    const { content } = await client.callTool({ name: "whoami" });
    return { user: content[0].text };
  },

  async stop() {
    await client.close();
    return {};
  },
});
process.exit(0);
