import * as Blockly from 'blockly/core';
import type { Problem, RunError } from '../api/types';

/** Warnings and marks on blocks. */

const PROBLEM = 'problem';
const ERROR = 'run-error';
const FAILED = 'failed-block';

/** Puts each problem on its block and takes old ones away. */
export function markProblems(workspace: Blockly.WorkspaceSvg, problems: Problem[]): void {
  for (const block of workspace.getAllBlocks(false)) {
    const mine = problems.filter((p) => p.block === block.id).map((p) => p.message);
    block.setWarningText(mine.length ? mine.join('\n') : null, PROBLEM);
  }
}

/** Puts a run's error on the block that failed, opens it, and brings it into view. */
export function markError(workspace: Blockly.WorkspaceSvg, error: RunError): void {
  const block = error.block ? workspace.getBlockById(error.block) : null;
  if (!block) return;
  block.setWarningText(error.message, ERROR);
  block.addClass(FAILED);
  workspace.centerOnBlock(block.id, true);
  void Blockly.renderManagement.finishQueuedRenders().then(() => {
    if (!block.isDisposed()) void block.getIcon(Blockly.icons.WarningIcon.TYPE)?.setBubbleVisible(true);
  });
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
  if (!seen) workspace.centerOnBlock(id, true);
}

export function clearError(workspace: Blockly.WorkspaceSvg): void {
  for (const block of workspace.getAllBlocks(false)) {
    block.setWarningText(null, ERROR);
    block.removeClass(FAILED);
  }
}
