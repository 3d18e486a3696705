import * as Blockly from 'blockly/core';
import type { Json } from '../api/types';

/** What is different between the published version and the draft, as the server tells it. */
export interface Difference {
  same: boolean;
  added: { id: string; type: string }[];
  removed: { id: string; type: string }[];
  changed: { id: string; type: string; moved: { from: string; to: string } | null; fields: Setting[] }[];
  settings: Setting[];
  variables: Setting[];
}

export interface Setting {
  name: string;
  from: Json;
  to: Json;
}

// Blockly writes fields that a file by hand may leave out: their default is no change.
function isDefault(workshop: Blockly.Workspace, type: string, field: Setting): boolean {
  if (field.from !== null || !(type in Blockly.Blocks)) return false;
  return workshop.newBlock(type).getFieldValue(field.name) === field.to;
}

/** A difference without what only looks like one. */
export function withoutDefaults(difference: Difference): Difference {
  const workshop = new Blockly.Workspace();
  const changed = difference.changed
    .map((c) => ({
      ...c,
      all: c.fields.length,
      fields: c.fields.filter((f) => !isDefault(workshop, c.type, f)),
    }))
    .filter((c) => c.moved || c.fields.length || !c.all);
  workshop.dispose();
  const { added, removed, settings, variables } = difference;
  const same = [added, removed, changed, settings, variables].every((list) => !list.length);
  return { ...difference, changed, same };
}

const ADDED = 'draft-added';
const CHANGED = 'draft-changed';

let marked: Blockly.BlockSvg[] = [];

/** Marks on the blocks themselves what the draft adds and changes; null: no marks. */
export function markDifference(workspace: Blockly.WorkspaceSvg, difference: Difference | null): void {
  for (const block of marked) {
    if (block.isDisposed()) continue;
    block.removeClass(ADDED);
    block.removeClass(CHANGED);
  }
  marked = [];
  const mark = (id: string, name: string) => {
    const block = workspace.getBlockById(id);
    block?.addClass(name);
    if (block) marked.push(block);
  };
  for (const { id } of difference?.added ?? []) mark(id, ADDED);
  for (const { id } of difference?.changed ?? []) mark(id, CHANGED);
}
