import * as Blockly from 'blockly/core';
import type { Json, JsonObject } from '../../api/types';

/** A block whose shape is kept in its extraState. */
export interface Shaped extends Blockly.Block {
  saveExtraState(): JsonObject | null;
  loadExtraState(state: JsonObject): void;
  /** What the file said besides our own key; it goes back into the file. */
  otherState?: JsonObject;
}

/** Changes a block's shape as one step that can be undone. */
export function reshape(block: Shaped, change: () => void): void {
  const grouped = Blockly.Events.getGroup();
  if (!grouped) Blockly.Events.setGroup(true);
  const before = JSON.stringify(block.saveExtraState() ?? {});
  change();
  const after = JSON.stringify(block.saveExtraState() ?? {});
  if (before !== after) {
    Blockly.Events.fire(
      new (Blockly.Events.get(Blockly.Events.BLOCK_CHANGE))(block, 'mutation', null, before, after),
    );
  }
  if (!grouped) Blockly.Events.setGroup(false);
}

/** Takes note of the keys that aren't ours. */
export function keepOthers(block: Shaped, state: JsonObject, ours: string): void {
  const { [ours]: _, ...others } = state;
  block.otherState = others;
}

/** Our key and the others; null if there is nothing to write. */
export function stateOf(block: Shaped, ours: string, value: Json | undefined): JsonObject | null {
  const state: JsonObject = { ...block.otherState };
  if (value !== undefined) state[ours] = value;
  return Object.keys(state).length ? state : null;
}

/** An extraState that may be undone to or loaded: always an object for us. */
export const asState = (state: unknown): JsonObject =>
  state && typeof state === 'object' && !Array.isArray(state) ? (state as JsonObject) : {};
