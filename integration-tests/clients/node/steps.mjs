// How a client talks with the test: a JSON object a line, the step to do in, what came of it out. What `stored`
// answers, `resume` gets in the next process.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** Does the steps that stdin asks for by the name `do`, one after the other, until it ends. */
export async function serve(steps) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { do: step, ...given } = JSON.parse(line);
    console.log(JSON.stringify(await steps[step](given)));
  }
}

/** The installed version of a package. */
export function versionOf(name) {
  const file = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")).version;
}
