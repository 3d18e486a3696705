import * as Blockly from 'blockly/core';
import type { Group, Piece } from './group';

/**
 * Cuts a piece out of its stack, and lets what was below it close up.
 *
 * @returns What puts it back.
 */
export function cutOut(piece: Piece): () => void {
  const first = piece[0];
  const last = piece.at(-1) ?? first;
  const up = first.outputConnection ?? first.previousConnection;
  const held = up?.targetConnection ?? null;
  const below = last.getNextBlock();
  below?.unplug(false);
  first.unplug(false);
  if (held && below?.previousConnection && first.previousConnection) held.connect(below.previousConnection);
  return () => {
    below?.unplug(false);
    if (held && up) held.connect(up);
    if (below?.previousConnection) last.nextConnection?.connect(below.previousConnection);
  };
}

interface Follower {
  block: Blockly.BlockSvg;
  start: Blockly.utils.Coordinate;
}

/**
 * How a block of a group is dragged: its piece as Blockly drags a stack, which may snap to
 * other blocks, and the other pieces beside it. Blockly has begun a group of events, so all of it is
 * undone at once.
 */
export class PieceDrag extends Blockly.dragging.BlockDragStrategy {
  #followers: Follower[] = [];
  #putBack: (() => void)[] = [];

  constructor(
    block: Blockly.BlockSvg,
    private readonly group: Group,
  ) {
    super(block);
  }

  override startDrag(e?: PointerEvent | KeyboardEvent): Blockly.IDraggable {
    const pieces = this.group.pieces();
    const own = pieces.find((piece) => piece.includes(this.block));
    if (!own || !this.group.several) return super.startDrag(e);
    if (own[0] !== this.block) return own[0].startDrag(e);
    this.#putBack = pieces.map(cutOut);
    this.#followers = pieces
      .filter((piece) => piece !== own)
      .map(([block]) => ({ block, start: block.getRelativeToSurfaceXY() }));
    return super.startDrag(e);
  }

  protected override shouldHealStack(): boolean {
    return false; // the piece has been cut out
  }

  override drag(to: Blockly.utils.Coordinate, e?: PointerEvent | KeyboardEvent): void {
    super.drag(to, e);
    const by = Blockly.utils.Coordinate.difference(this.block.getRelativeToSurfaceXY(), this.startLoc ?? to);
    for (const { block, start } of this.#followers)
      block.moveDuringDrag(Blockly.utils.Coordinate.sum(start, by));
  }

  override endDrag(e: PointerEvent | KeyboardEvent | undefined, how: Blockly.DragDisposition): void {
    const followers = this.#followers;
    this.#followers = this.#putBack = [];
    for (const { block, start } of followers) {
      const end = block.getRelativeToSurfaceXY();
      block.moveDuringDrag(start); // so that the event says from where
      block.moveTo(end, ['drag']);
    }
    super.endDrag(e, how);
    if (how === Blockly.DragDisposition.DELETE) for (const { block } of followers) block.dispose(false);
  }

  override revertDrag(): void {
    super.revertDrag();
    for (const { block, start } of this.#followers) block.moveDuringDrag(start);
    for (const back of this.#putBack.reverse()) back();
    this.#followers = this.#putBack = [];
  }
}
