import * as Blockly from 'blockly/core';
import type { JsonObject } from '../api/types';

interface Shown {
  by: string;
  for: string[];
}

/**
 * Fields that are shown only while a drop-down of their block has certain values.
 * Returns the definition with what keeps to that.
 */
export function withShown(type: string, definition: JsonObject): JsonObject {
  const { shown, ...rest } = definition as JsonObject & { shown?: Record<string, Shown> };
  if (!shown) return rest;
  const id = `blockflow_shown_${type}`;
  if (!Blockly.Extensions.isRegistered(id)) {
    Blockly.Extensions.register(id, function (this: Blockly.Block) {
      for (const [name, rule] of Object.entries(shown)) keep(this, name, rule);
    });
  }
  return { ...rest, extensions: [...((rest.extensions ?? []) as string[]), id] };
}

function keep(block: Blockly.Block, name: string, rule: Shown): void {
  const field = block.getField(name);
  const by = block.getField(rule.by);
  if (!field || !by) return;
  const show = (value: unknown): void => {
    field.setVisible(rule.for.includes(String(value)));
    if (block instanceof Blockly.BlockSvg && block.rendered) block.queueRender();
  };
  show(by.getValue());
  by.setValidator((value: string) => {
    show(value);
    return value;
  });
}
