// Prints the JavaScript that Blockly's own generator makes of workspaces:
// node generate.mjs NODE_MODULES FILE… → a JSON object of code by file.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [modules, ...files] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const Blockly = require("blockly");
const { javascriptGenerator, Order } = require("blockly/javascript");

// Codeless's object blocks, which Blockly doesn't have.
Blockly.defineBlocksWithJsonArray([
  { type: "create_object", message0: "object", output: null },
  {
    type: "get_object_property",
    message0: "%1 %2",
    output: null,
    args0: [
      { type: "input_value", name: "prop_name" },
      { type: "input_value", name: "object" },
    ],
  },
  {
    type: "set_object_property",
    message0: "%1 %2 %3",
    previousStatement: null,
    nextStatement: null,
    args0: [
      { type: "input_value", name: "object" },
      { type: "input_value", name: "propName" },
      { type: "input_value", name: "propValue" },
    ],
  },
]);
const input = (block, name) => javascriptGenerator.valueToCode(block, name, Order.NONE);
Object.assign(javascriptGenerator.forBlock, {
  create_object: () => ["({})", Order.ATOMIC],
  get_object_property: (block) => [`${input(block, "object")}[${input(block, "prop_name")}]`, Order.MEMBER],
  set_object_property: (block) => `${input(block, "object")}[${input(block, "propName")}] = ${input(block, "propValue")};\n`,
});

const code = {};
for (const file of files) {
  const workspace = new Blockly.Workspace(new Blockly.Options({ oneBasedIndex: true }));
  Blockly.serialization.workspaces.load(JSON.parse(readFileSync(file, "utf8")), workspace);
  code[file] = javascriptGenerator.workspaceToCode(workspace);
  workspace.dispose();
}
console.log(JSON.stringify(code));
