import * as Blockly from 'blockly/core';
import type { Vocabulary } from '../api/types';

/** The category of the blocks that this person, and this flow, uses most. */

export const MOST_USED = 'BLOCKFLOW_MOST_USED';
const STORE = 'blockflow-used';
const MOST = 12;

type Item = Blockly.utils.toolbox.BlockInfo;
type Entry = Blockly.utils.toolbox.ToolboxItemInfo;

/** How a block of each type comes out of the toolbox, with its proposals plugged in. */
function itemsOf(vocabulary: Vocabulary): Map<string, Item> {
  const found = new Map<string, Item>();
  const walk = (entry: Entry): void => {
    if ('contents' in entry) for (const part of entry.contents) walk(part);
    else if ('type' in entry && entry.type && !found.has(entry.type)) found.set(entry.type, entry as Item);
  };
  for (const entry of vocabulary.toolbox.contents) walk(entry as unknown as Entry);
  return found;
}

function counts(): Record<string, number> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORE) ?? '{}');
    return kept && typeof kept === 'object' ? (kept as Record<string, number>) : {};
  } catch {
    return {};
  }
}

/** Counts which blocks are put into a workspace, and fills its category. */
export function countUse(workspace: Blockly.WorkspaceSvg, vocabulary: Vocabulary): void {
  const items = itemsOf(vocabulary);
  workspace.registerToolboxCategoryCallback(MOST_USED, () => {
    const used = new Map(Object.entries(counts()));
    for (const { type } of workspace.getAllBlocks(false)) used.set(type, (used.get(type) ?? 0) + 1);
    return [...used]
      .filter(([type]) => items.has(type))
      .sort((a, b) => b[1] - a[1])
      .slice(0, MOST)
      .map(([type]) => items.get(type) as Item);
  });
  workspace.addChangeListener((event) => {
    if (event.type !== Blockly.Events.BLOCK_CREATE || !event.recordUndo) return;
    const type = (event as Blockly.Events.BlockCreate).json?.type;
    if (!type || !items.has(type)) return;
    const now = counts();
    now[type] = (Number(now[type]) || 0) + 1;
    localStorage.setItem(STORE, JSON.stringify(now));
  });
}
