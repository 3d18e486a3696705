import * as Blockly from 'blockly/core';
import { groupWords as w } from '../../messages/group';
import { PieceDrag } from './moving';

/** Statements that hang together and are all selected; or one block with all that is in it. */
export type Piece = [Blockly.BlockSvg, ...Blockly.BlockSvg[]];

/**
 * The blocks of a workspace that are selected together. Blockly itself knows one selected
 * block; a group is what is pointed at with Shift, or framed, beyond it. What is done to a
 * group is done to exactly the blocks that are marked, with what is inside them: what hangs
 * below and isn't marked stays where it is, and closes up.
 */
export class Group {
  readonly #ids = new Set<string>();

  constructor(readonly workspace: Blockly.WorkspaceSvg) {
    workspace.addChangeListener((event) => {
      if (event.type === Blockly.Events.BLOCK_DELETE && this.#ids.size) this.#forgetGone();
    });
  }

  /** The blocks that are marked; two or more, or it is no group. */
  get blocks(): Blockly.BlockSvg[] {
    return [...this.#ids]
      .map((id) => this.workspace.getBlockById(id))
      .filter((block): block is Blockly.BlockSvg => !!block);
  }

  get several(): boolean {
    return this.#ids.size > 1;
  }

  has(block: Blockly.Block | null | undefined): boolean {
    return !!block && this.#ids.has(block.id);
  }

  toggle(block: Blockly.BlockSvg): void {
    if (this.has(block)) this.#unmark(block);
    else this.#mark(block);
    this.#say();
  }

  /** Adds blocks without a word for each. */
  add(blocks: Iterable<Blockly.BlockSvg>): void {
    for (const block of blocks) this.#mark(block);
    this.#say();
  }

  clear(): void {
    for (const block of this.blocks) this.#unmark(block);
    this.#ids.clear();
  }

  /** The group as pieces that can be moved and copied, in the order of the workspace. */
  pieces(): Piece[] {
    const inside = (block: Blockly.Block): boolean => {
      for (let around = block.getSurroundParent(); around; around = around.getSurroundParent())
        if (this.has(around)) return true;
      return false;
    };
    const outer = this.blocks.filter((block) => !inside(block));
    const heads = outer.filter((block) => !this.has(above(block)));
    return heads
      .map((head) => {
        const piece: Piece = [head];
        for (let next = head.getNextBlock(); next && this.has(next); next = next.getNextBlock())
          piece.push(next);
        return piece;
      })
      .sort((a, b) => a[0].getRelativeToSurfaceXY().y - b[0].getRelativeToSurfaceXY().y);
  }

  #mark(block: Blockly.BlockSvg): void {
    if (this.has(block) || block.isShadow()) return;
    this.#ids.add(block.id);
    block.getSvgRoot().classList.add('grouped');
    block.setDragStrategy(new PieceDrag(block, this));
  }

  #unmark(block: Blockly.BlockSvg): void {
    this.#ids.delete(block.id);
    block.getSvgRoot().classList.remove('grouped');
    block.setDragStrategy(new Blockly.dragging.BlockDragStrategy(block));
  }

  #forgetGone(): void {
    for (const id of this.#ids) if (!this.workspace.getBlockById(id)) this.#ids.delete(id);
  }

  #say(): void {
    if (this.#ids.size) Blockly.utils.aria.announceDynamicAriaState(w.selected(this.#ids.size));
  }
}

/** The statement that a block hangs below, unless it is the first within another. */
export function above(block: Blockly.BlockSvg): Blockly.BlockSvg | null {
  const before = block.getPreviousBlock();
  return before?.getNextBlock() === block ? before : null;
}
