import * as Blockly from 'blockly/core';
import type { Group, Piece } from './group';

/** What can be done to a group. Each is undone in one step. */

type State = Blockly.serialization.blocks.State;

const BESIDE = 32; // how far from the original a copy lands

let copied: State[] = [];
let instead: unknown; // what Blockly had copied then: when it has something else, that is newer

function inOneStep(act: () => void): void {
  const before = Blockly.Events.getGroup();
  if (!before) Blockly.Events.setGroup(true);
  try {
    act();
  } finally {
    Blockly.Events.setGroup(before);
  }
}

export function remove(group: Group): void {
  inOneStep(() => {
    for (const piece of group.pieces())
      for (const block of piece.reverse()) if (block.isDeletable()) block.dispose(true);
  });
  group.clear();
}

export function copy(group: Group): void {
  copied = states(group);
  instead = Blockly.clipboard.getLastCopiedData();
}

export function cut(group: Group): void {
  copy(group);
  remove(group);
}

/** Pastes what was copied as a group; says whether that is what was copied last. */
export function paste(group: Group): boolean {
  if (!copied.length || instead !== Blockly.clipboard.getLastCopiedData()) return false;
  insert(group, copied);
  return true;
}

export function duplicate(group: Group): void {
  insert(group, states(group));
}

/** Disables the blocks, or enables them if all are disabled. */
export function disable(group: Group): void {
  const disabled = group.blocks.some((block) => block.isEnabled());
  inOneStep(() => {
    for (const block of group.blocks) block.setDisabledReason(disabled, Blockly.constants.MANUALLY_DISABLED);
  });
}

/** Collapses the blocks, or shows them whole if all are collapsed. */
export function collapse(group: Group): void {
  const collapsed = group.blocks.some((block) => !block.isCollapsed());
  inOneStep(() => {
    for (const block of group.blocks) block.setCollapsed(collapsed);
  });
}

function states(group: Group): State[] {
  return group
    .pieces()
    .map(stateOf)
    .filter((state) => state !== null);
}

/** A piece as its file would have it, without what hangs below it. */
function stateOf(piece: Piece): State | null {
  const state = Blockly.serialization.blocks.save(piece[0], { addCoordinates: true, saveIds: false });
  let last = state;
  for (let n = 1; n < piece.length; n++) last = last?.next?.block ?? null;
  if (last) delete last.next;
  return state;
}

function insert(group: Group, all: State[]): void {
  const { workspace } = group;
  group.clear();
  inOneStep(() => {
    for (const state of all) {
      const block = Blockly.serialization.blocks.append(structuredClone(state), workspace, {
        recordUndo: true,
      });
      if (!(block instanceof Blockly.BlockSvg)) continue;
      block.moveBy(BESIDE, BESIDE);
      const fresh = [block];
      for (let next = block.getNextBlock(); next; next = next.getNextBlock()) fresh.push(next);
      group.add(fresh);
    }
  });
  const [first] = group.blocks;
  if (first) Blockly.getFocusManager().focusNode(first);
}
