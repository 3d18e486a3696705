import * as Blockly from 'blockly/core';
import { blockWords as w } from '../messages';

/** Says why a block that was let go at an input didn't snap: what stands there must be of another type. */

// Units of the workspace; Blockly moves a block away that came too close.
const NEAR = 40;
const MOVED_AWAY = 90;

const types: Record<string, keyof typeof w.types> = {
  String: 'text',
  Number: 'number',
  Boolean: 'boolean',
  Array: 'list',
  Object: 'object',
  Date: 'date',
};

/** The names of what a connection takes or gives; unknown ones aren't said. */
const named = (check: string[] | null): string[] =>
  (check ?? []).flatMap((type) => {
    const name = types[type];
    return name ? [w.types[name]] : [];
  });

const or = (names: string[]) => [...new Set(names)].join(w.or);

/** The nearest input that a block can't go into because of its type. */
function refusing(block: Blockly.BlockSvg, output: Blockly.RenderedConnection, within: number) {
  const { connectionChecker } = block.workspace;
  const own = new Set(block.getDescendants(false));
  let nearest: Blockly.RenderedConnection | undefined;
  let least = within;
  for (const other of block.workspace.getAllBlocks(false)) {
    if (own.has(other) || other.isShadow() || other.isInsertionMarker()) continue;
    for (const { type, connection } of other.inputList) {
      if (type !== Blockly.inputs.inputTypes.VALUE || !connection) continue;
      const input = connection as Blockly.RenderedConnection;
      const away = Math.hypot(input.x - output.x, input.y - output.y);
      const why = () => connectionChecker.canConnectWithReason(input, output, false);
      if (away >= least || why() !== Blockly.Connection.REASON_CHECKS_FAILED) continue;
      nearest = input;
      least = away;
    }
  }
  return nearest;
}

function whyNot(block: Blockly.BlockSvg, within: number): string {
  const output = block.outputConnection as Blockly.RenderedConnection | null;
  if (!output || output.isConnected()) return '';
  const input = refusing(block, output, within);
  if (!input) return '';
  const [takes, gives] = [named(input.getCheck()), named(output.getCheck())];
  return takes.length && gives.length ? w.doesntFit(or(takes), or(gives)) : w.doesntFitHere;
}

export function sayWhyRefused(workspace: Blockly.WorkspaceSvg): void {
  workspace.addChangeListener((event) => {
    if (event.type !== Blockly.Events.BLOCK_MOVE) return;
    const { blockId, reason, newCoordinate, newParentId } = event as Blockly.Events.BlockMove;
    if (!blockId || !newCoordinate || newParentId || !reason?.includes('drag')) return;
    const block = workspace.getBlockById(blockId);
    const why = block ? whyNot(block, reason.includes('bump') ? MOVED_AWAY : NEAR) : '';
    if (why) Blockly.Toast.show(workspace, { id: 'refused', message: why, duration: 8 });
  });
}
