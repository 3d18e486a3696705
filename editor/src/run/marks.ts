import * as Blockly from 'blockly/core';
import type { Problem, RunError } from '../api/types';
import { told } from '../messages/sentences';
import { setFault } from './fault';

/** Warnings and marks on blocks. Only what changes is touched: a flow may be large. */

const still = matchMedia('(prefers-reduced-motion: reduce)');

const PROBLEM = 'problem';
const FAILED = 'failed-block';

const warned = new WeakMap<Blockly.Workspace, Map<string, string>>();
const failed = new WeakMap<Blockly.Workspace, Blockly.BlockSvg>();

/** Puts each problem on its block and takes old ones away. */
export function markProblems(workspace: Blockly.WorkspaceSvg, problems: Problem[]): void {
  const now = new Map<string, string>();
  for (const { block, message } of problems) {
    if (!block) continue;
    const known = now.get(block);
    const words = told(message);
    now.set(block, known ? `${known}\n${words}` : words);
  }
  const before = warned.get(workspace) ?? new Map<string, string>();
  for (const id of new Set([...before.keys(), ...now.keys()])) {
    const block = workspace.getBlockById(id);
    if (!block || before.get(id) === now.get(id)) continue;
    if (!now.has(id)) keepFocus(block);
    block.setWarningText(now.get(id) ?? null, PROBLEM);
  }
  warned.set(workspace, now);
}

// Who stands at a warning that goes away is left at its block, not nowhere.
function keepFocus(block: Blockly.BlockSvg): void {
  const at = Blockly.getFocusManager().getFocusedNode();
  if (at && block.getIcons().some((icon) => (icon as unknown) === at))
    Blockly.getFocusManager().focusNode(block);
}

/** Puts a run's error on the block that failed, opens it, and brings it into view. */
export function markError(workspace: Blockly.WorkspaceSvg, error: RunError): void {
  const block = error.block ? workspace.getBlockById(error.block) : null;
  if (!block) return;
  clearError(workspace);
  failed.set(workspace, block);
  block.addClass(FAILED);
  bringIntoView(workspace, block.id);
  setFault(block, told(error.message));
}

export function clearError(workspace: Blockly.WorkspaceSvg): void {
  const block = failed.get(workspace);
  failed.delete(workspace);
  if (!block || block.isDisposed()) return;
  setFault(block, null);
  block.removeClass(FAILED);
}

/** Moves the view only if the block can't be seen as it is. */
export function bringIntoView(workspace: Blockly.WorkspaceSvg, id: string): void {
  const block = workspace.getBlockById(id);
  if (!block) return;
  const view = workspace.getMetricsManager().getViewMetrics(true);
  const box = block.getBoundingRectangleWithoutChildren();
  const seen =
    box.left >= view.left &&
    box.top >= view.top &&
    box.top + 40 <= view.top + view.height &&
    box.left + 60 <= view.left + view.width;
  if (!seen) workspace.centerOnBlock(id, !still.matches);
}
