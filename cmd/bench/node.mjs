// Times generated programs: node [--jitless] node.mjs. The first line
// of its input is {"name": "code", …}; each further line is the name of a program
// to run once, and is answered by the milliseconds it took. A program runs inside a
// function, which is the faster of the two ways.
import { createInterface } from "node:readline";

globalThis.window = { alert() {} };
let programs;
for await (const line of createInterface({ input: process.stdin })) {
  if (!programs) {
    programs = JSON.parse(line);
    for (const [name, code] of Object.entries(programs)) programs[name] = new Function(code);
    continue;
  }
  const start = performance.now();
  programs[line]();
  console.log(performance.now() - start);
}
