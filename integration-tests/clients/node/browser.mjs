// An application that lives in a browser: a page at each of its addresses, and one script, bundled of `app` and
// what npm has installed.
import { createServer } from "node:http";
import { build } from "esbuild";
import { serve, versionOf } from "./steps.mjs";

await serve({
  async start({ app, library, port, ...settings }) {
    const { outputFiles } = await build({
      entryPoints: [app],
      bundle: true,
      write: false,
      format: "esm",
      jsx: "automatic",
      define: { "process.env.NODE_ENV": '"production"' },
    });
    const page = `<!doctype html><title>${library}</title><link rel="icon" href="data:,"><main></main>
      <script>globalThis.settings = ${JSON.stringify(settings)}</script>
      <script type="module" src="/app.js"></script>`;
    const server = createServer(({ url }, response) => {
      const script = url === "/app.js";
      response.setHeader("Content-Type", script ? "text/javascript" : "text/html");
      response.end(script ? outputFiles[0].text : page);
    });
    await new Promise((listening) => server.listen(port, "localhost", listening));
    return { version: versionOf(library) };
  },
});
process.exit(0);
