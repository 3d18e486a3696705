// Times generated programs: node [--jitless] node.mjs RUNS < {"name": "code", …}
// prints the median of each in milliseconds. A program runs inside a function, which
// is the faster of the two ways.
import { readFileSync } from "node:fs";

globalThis.window = { alert() {} };
const runs = Number(process.argv[2]);
const medians = {};
for (const [name, code] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) {
  const program = new Function(code);
  const times = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    program();
    times.push(performance.now() - start);
  }
  medians[name] = times.sort((a, b) => a - b)[Math.floor(runs / 2)];
}
console.log(JSON.stringify(medians));
