// Blockly, loaded without a browser, and the JavaScript that its generator makes of
// a workspace. differential_test.go puts Blockly, generator and the differences of
// differences.js here.
(function (Blockly, generator, differences) {
  "use strict";
  Blockly.utils.xml.injectDependencies(xml);
  Blockly.Events.disable();
  // Nobody reads what stands on the blocks, but taking it apart takes time.
  for (const [name, text] of Object.entries(Blockly.Msg)) Blockly.Msg[name] = (text.match(/%\d/g) ?? ["-"]).join(" ");
  const workspace = new Blockly.Workspace(new Blockly.Options({ oneBasedIndex: true }));

  // A browser names these among the properties of its globalThis; goja doesn't.
  generator.addReservedWords("Array,Infinity,Math,NaN,Number,RegExp,String,alert,isNaN,undefined,window");

  // Watching means that the inputs of blocks that differ pass through $v. What
  // Blockly's generator writes around them stays as it is.
  let watching = false;
  let wrapAll = false; // literals too
  let info = {};
  let newlines = false; // whether a text has line breaks, which Blockly drops

  const valueToCode = generator.valueToCode;
  generator.valueToCode = function (block, name, order) {
    const rule = watching && differences[block.type];
    if (!rule?.inputs) return valueToCode.call(this, block, name, order);
    const code = valueToCode.call(this, block, name, 99);
    if (!code) return code;
    const child = block.getInputTargetBlock(name);
    if (!wrapAll && (child.type === "math_number" || child.type === "text")) {
      const field = child.getFieldValue(child.type === "text" ? "TEXT" : "NUM");
      info[block.id].raw[name] = child.type === "text" ? field : Number(field);
      return valueToCode.call(this, block, name, order);
    }
    return `$v(${JSON.stringify(block.id)}, "${name}", ${code})`;
  };

  const quote = generator.quote_;
  generator.quote_ = function (text) {
    newlines ||= text.includes("\n");
    const quoted = quote.call(this, text);
    return watching ? quoted.replaceAll("\\\n", "\\n") : quoted;
  };

  for (const [type, write] of Object.entries(generator.forBlock)) {
    generator.forBlock[type] = function (block, g) {
      const rule = watching && differences[type];
      if (!rule) return write.call(this, block, g);
      const id = JSON.stringify(block.id);
      const fields = {};
      for (const field of ["OP", "MODE", "WHERE", "WHERE1", "WHERE2", "TYPE", "DIRECTION", "END", "PROPERTY", "TEXT"]) {
        fields[field] = block.getFieldValue(field);
      }
      const me = (info[block.id] = { type, fields, raw: {}, first: null, last: null, rule });
      let made = write.call(this, block, g);
      const isValue = Array.isArray(made);
      let code = isValue ? made[0] : made;
      const at = [];
      for (const name of Object.keys(rule.inputs ?? {})) {
        const i = code.indexOf(`$v(${id}, "${name}"`);
        if (i >= 0) at.push([i, name]);
      }
      at.sort((a, b) => a[0] - b[0]);
      me.first = at[0]?.[1] ?? null;
      me.last = at.at(-1)?.[1] ?? null;
      if (rule.write) code = rule.write(code, block.id);
      if (isValue) {
        if (rule.inputs && !me.first) code = `($c(${id}), ${code})`;
        if (rule.instead) code = `$r(${id}, ${code})`;
        return code === made[0] ? made : [`(${code})`, 0];
      }
      return rule.inputs && !me.first ? `$c(${id});\n${code}` : code;
    };
  }

  // rereads reports whether a loop or a part has a variable of which Blockly's code
  // reads more than once what is read once here.
  function rereads(block) {
    const bare = (name) => block.getInputTargetBlock(name)?.type.startsWith("variables_get");
    switch (block.type) {
      case "controls_repeat_ext":
        return bare("TIMES");
      case "controls_for":
        return bare("TO");
      case "controls_forEach":
        return bare("LIST");
      case "lists_getSublist":
      case "text_getSubstring":
        return ["AT1", "AT2"].some((name) => block.getInputTargetBlock(name)?.getDescendants().some((b) => b.type.startsWith("procedures_call") || b.type === "lists_getIndex"));
    }
    return false;
  }

  const finish = generator.finish;
  let variables = [];
  generator.finish = function (code) {
    const all = variables.map((id) => {
      const name = this.getVariableName(id);
      return `typeof ${name} === "undefined" ? undefined : ${name}`;
    });
    return finish.call(this, `${code}\n$end([${all.join(", ")}]);\n`);
  };
  generator.INFINITE_LOOP_TRAP = "$tick();\n";

  return {
    types: Object.keys(Blockly.Blocks),
    load(file) {
      const state = JSON.parse(file);
      variables = state.variables.map((v) => v.id);
      workspace.clear();
      Blockly.serialization.workspaces.load(state, workspace);
    },
    // code gives the generator's own code, or that with its inputs watched.
    code(watched, literalsToo) {
      watching = watched;
      wrapAll = literalsToo;
      info = {};
      newlines = false;
      const code = generator.workspaceToCode(workspace);
      return { code, info, newlines, rereads: workspace.getAllBlocks().some(rereads) };
    },
  };
});
