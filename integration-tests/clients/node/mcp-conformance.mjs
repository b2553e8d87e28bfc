// The conformance suite of MCP. It names a function of newer versions of Node.js than those that this repository asks
// for, and does not call it here: bundled as CommonJS it runs all the same.
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { createServer, request as forward } from "node:http";
import { join } from "node:path";
import { build } from "esbuild";
import { serve, versionOf } from "./steps.mjs";

const PACKAGE = "@modelcontextprotocol/conformance";
const ASKS = /^(http\S+\/authorize\?\S+)$/m;

let ended;

await serve({
  /** The version, once it can run. */
  async start() {
    await build({
      entryPoints: [suite("js")],
      outfile: suite("cjs"),
      bundle: true,
      platform: "node",
      format: "cjs",
      define: { "import.meta.url": "here" },
      banner: { js: 'const here = require("node:url").pathToFileURL(__filename).href;' },
      logLevel: "error",
    });
    return { version: versionOf(PACKAGE) };
  },

  /** What it checks of an authorization server, or where a person must go before; then `answered` says it. */
  async authorization({ arguments: given }) {
    let asks;
    const asked = new Promise((resolve) => (asks = (url) => resolve({ url })));
    ended = run(["authorization", ...given], (said) => ASKS.test(said) && asks(ASKS.exec(said)[1]));
    return Promise.race([ended, asked]);
  },

  answered: () => ended,

  /** What it checks of an MCP server, each request with that token, which the suite does not know of. */
  async server({ resource, token, arguments: given }) {
    const { origin, pathname } = new URL(resource);
    const proxy = createServer((asked, answer) => {
      const { method, url, rawHeaders } = asked;
      const headers = [...rawHeaders, "Authorization", `Bearer ${token}`];
      const call = forward(origin, { method, path: url, headers, setHost: false }, (answered) => {
        answer.writeHead(answered.statusCode, answered.headers);
        answered.pipe(answer);
      });
      call.on("error", () => answer.destroy());
      answer.on("close", () => call.destroy());
      asked.pipe(call);
    });
    await new Promise((listening) => proxy.listen(0, "localhost", listening));
    const url = `http://localhost:${proxy.address().port}${pathname}`;
    const checks = await run(["server", "--url", url, ...given]);
    proxy.closeAllConnections();
    proxy.close();
    return checks;
  },
});
process.exit(0);

function suite(kind) {
  return `node_modules/${PACKAGE}/dist/index.${kind}`;
}

/** The checks, each with an `id`, its `status`, and what is wrong where something is. */
async function run(given, hear = () => {}) {
  const folder = await mkdtemp("results-");
  const suiteRun = spawn("node", [suite("cjs"), ...given, "--output-dir", folder]);
  let said = "";
  suiteRun.stderr.pipe(process.stderr);
  suiteRun.stdout.on("data", (more) => hear((said += more)));
  await new Promise((closed) => suiteRun.on("close", closed));
  process.stderr.write(said);
  const found = await Promise.all(
    (await readdir(folder)).map(async (each) =>
      JSON.parse(await readFile(join(folder, each, "checks.json"), "utf8")),
    ),
  );
  return {
    checks: found.flat().map(({ id, status, errorMessage }) => ({ id, status, errorMessage })),
  };
}
