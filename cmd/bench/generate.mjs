// Prints the JavaScript that Blockly's own generator makes of workspaces:
// node generate.mjs NODE_MODULES FILE… → a JSON object of code by file.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [modules, ...files] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const Blockly = require("blockly");
const { javascriptGenerator } = require("blockly/javascript");

const code = {};
for (const file of files) {
  const workspace = new Blockly.Workspace(new Blockly.Options({ oneBasedIndex: true }));
  Blockly.serialization.workspaces.load(JSON.parse(readFileSync(file, "utf8")), workspace);
  code[file] = javascriptGenerator.workspaceToCode(workspace);
  workspace.dispose();
}
console.log(JSON.stringify(code));
