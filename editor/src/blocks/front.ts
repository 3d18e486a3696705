import * as Blockly from 'blockly/core';

// Blockly brings a block to the front by moving all that is drawn after it behind
// it, in its stack and among the stacks, whenever it is touched. With a thousand
// blocks after it the browser then works for a quarter of a second on their styles.
// But blocks of a stack don't lie on each other: only other stacks do, and of
// them only those have to move that lie on the touched one.

function bringToFront(stack: Blockly.BlockSvg): void {
  const root = stack.getSvgRoot();
  if (!root.nextSibling) return;
  const box = stack.getBoundingRectangle();
  for (const other of stack.workspace.getTopBlocks(false)) {
    const above = other.getSvgRoot();
    const later = root.compareDocumentPosition(above) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (later && box.intersects(other.getBoundingRectangle())) root.parentNode?.insertBefore(above, root);
  }
}

Blockly.BlockSvg.prototype.moveSvgRootToFront = function (this: Blockly.BlockSvg): void {
  requestAnimationFrame(() => {
    if (this.isDeadOrDying() || this.isDragging()) return;
    const stack = this.getRootBlock();
    if (!stack.isDeadOrDying()) bringToFront(stack);
  });
};
