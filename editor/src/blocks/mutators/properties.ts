import * as Blockly from 'blockly/core';
import type { JsonObject, Mutator } from '../../api/types';
import { blockWords as w } from '../../messages';
import { button } from './buttons';
import { asState, keepOthers, reshape, type Shaped, stateOf } from './change';

/** One value input for each name; the names are edited on the block itself. */

// The name belongs to the block's shape, so the file doesn't hold it twice.
class NameField extends Blockly.FieldTextInput {
  override isSerializable(): boolean {
    return false;
  }
}

interface Properties extends Shaped {
  count: number;
}

const fieldOf = (i: number) => `property-name-${i}`;
const HEAD = 'properties-head';

type Spec = Extract<Mutator, { kind: 'properties' }>;

function names(block: Properties): string[] {
  return Array.from({ length: block.count }, (_, i) => String(block.getFieldValue(fieldOf(i)) ?? ''));
}

function build(block: Properties, spec: Spec, list: string[]): void {
  for (let i = 0; i < block.count; i++) block.removeInput(spec.prefix + i, true);
  block.count = list.length;
  list.forEach((name, i) => {
    const input = block.appendValueInput(spec.prefix + i).setAlign(Blockly.inputs.Align.RIGHT);
    if (i > 0) input.appendField(button('up', w.moveProperty, () => move(block, spec, i)));
    input.appendField(new NameField(name), fieldOf(i));
    input.appendField(button('minus', w.removeProperty, () => remove(block, spec, i)));
  });
}

/** Puts another list of names in place; `from[i]` says which old row became row i. */
function arrange(block: Properties, spec: Spec, list: string[], from: number[]): void {
  reshape(block, () => {
    const plugged = Array.from({ length: block.count }, (_, i) => {
      const connection = block.getInput(spec.prefix + i)?.connection;
      const target = connection?.targetConnection ?? null;
      const shadow = connection?.getShadowState() ?? null;
      connection?.setShadowState(null);
      if (target && !target.getSourceBlock().isShadow()) connection?.disconnect();
      return { target, shadow };
    });
    build(block, spec, list);
    from.forEach((old, i) => {
      const connection = block.getInput(spec.prefix + i)?.connection;
      const was = plugged[old];
      if (!connection || !was) return;
      if (was.shadow) connection.setShadowState(was.shadow);
      if (was.target && !was.target.getSourceBlock().isDisposed()) connection.connect(was.target);
    });
  });
}

function add(block: Properties, spec: Spec): void {
  const list = names(block);
  let name: string = w.newProperty;
  for (let n = 2; list.includes(name); n++) name = `${w.newProperty}${n}`;
  arrange(
    block,
    spec,
    [...list, name],
    list.map((_, i) => i),
  );
}

function remove(block: Properties, spec: Spec, row: number): void {
  const list = names(block);
  const rows = list.map((_, i) => i).filter((i) => i !== row);
  arrange(
    block,
    spec,
    list.filter((_, i) => i !== row),
    rows,
  );
}

function move(block: Properties, spec: Spec, row: number): void {
  const rows = names(block).map((_, i) => i);
  rows.splice(row - 1, 2, row, row - 1);
  const list = names(block);
  arrange(
    block,
    spec,
    rows.map((i) => list[i] ?? ''),
    rows,
  );
}

export function registerProperties(id: string, spec: Spec): void {
  const mixin = {
    saveExtraState(this: Properties) {
      return stateOf(this, spec.key, names(this));
    },
    loadExtraState(this: Properties, state: unknown) {
      const extra = asState(state);
      keepOthers(this, extra, spec.key);
      const list = extra[spec.key];
      build(this, spec, Array.isArray(list) ? list.map(String) : []);
    },
  };
  Blockly.Extensions.registerMutator(id, mixin as unknown as JsonObject, function (this: Blockly.Block) {
    const block = this as Properties;
    block.count = 0;
    const head = block.inputList[0] ?? block.appendDummyInput(HEAD);
    head.appendField(button('plus', w.addProperty, () => add(block, spec)));
  });
}
