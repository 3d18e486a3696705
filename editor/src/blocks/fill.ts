import * as Blockly from 'blockly/core';
import type { FlowFile } from '../api/types';

// Drawing a block takes Blockly most of a millisecond. So of a large flow only the
// beginning is drawn at once, and the rest in short turns between which the page
// stays alive. Who touches the blocks before all are there waits for the rest: a
// stack that misses its end must not be changed.

/** How many blocks are drawn before anything is shown. */
const AT_ONCE = 80;
/** How many blocks are drawn in one go after that, at least. */
const PIECE = 25;
/** How long to draw before the page has its turn, in milliseconds. */
const TURN = 24;

interface BlockState {
  type: string;
  id?: string;
  inputs?: Record<string, { block?: BlockState; shadow?: BlockState }>;
  next?: { block?: BlockState };
}

/** A part of a stack that is still to be drawn, below the block named, or a stack of its own. */
interface Piece {
  state: BlockState;
  below?: string;
}

// How many blocks stand in the inputs of a block, itself included.
function size(state: BlockState): number {
  let n = 1;
  for (const input of Object.values(state.inputs ?? {})) {
    for (let b = input.block ?? input.shadow; b; b = b.next?.block) n += size(b);
  }
  return n;
}

// Cuts a stack behind so many blocks; the second part is what follows, if anything does.
function cut(stack: BlockState, most: number): [BlockState, number, Piece?] {
  const kept: BlockState[] = [];
  let n = 0;
  let at: BlockState | undefined = stack;
  while (at && (n < most || !at.id)) {
    n += size(at);
    kept.push(at);
    at = at.next?.block;
  }
  const below = kept.at(-1)?.id;
  let head: BlockState | undefined;
  for (const block of kept.reverse()) {
    const { next: _, ...rest } = block;
    head = head ? { ...rest, next: { block: head } } : { ...rest };
  }
  return [head ?? stack, n, at && below ? { state: at, below } : undefined];
}

/** What is still being drawn, by workspace. */
const fillings = new WeakMap<Blockly.Workspace, Filling>();

/** What comes before a change of the blocks. */
const TOUCHES = ['pointerdown', 'keydown', 'paste', 'drop'];

class Filling {
  #stopped = false;
  #finish = (): void => this.finish();

  get #place(): Element {
    return this.workspace.getInjectionDiv();
  }

  constructor(
    readonly workspace: Blockly.WorkspaceSvg,
    readonly pieces: Piece[],
    readonly filled: () => void,
    readonly failed: (e: unknown) => void,
  ) {
    fillings.set(workspace, this);
    for (const touch of TOUCHES) this.#place.addEventListener(touch, this.#finish, true);
    this.#later();
  }

  #later(): void {
    setTimeout(() => {
      if (this.#stopped) return;
      try {
        this.#turn(performance.now() + TURN);
      } catch (e) {
        this.stop();
        this.failed(e);
      }
    });
  }

  #turn(until: number): void {
    quietly(() => {
      do this.#draw();
      while (this.pieces.length && performance.now() < until);
    });
    if (this.pieces.length) this.#later();
    else this.#end();
  }

  #draw(): void {
    const piece = this.pieces.shift();
    if (!piece) return;
    const [state, , rest] = cut(piece.state, PIECE);
    const block = Blockly.serialization.blocks.append(
      state as unknown as Blockly.serialization.blocks.State,
      this.workspace,
    );
    const above = piece.below ? this.workspace.getBlockById(piece.below)?.nextConnection : undefined;
    if (above && block.previousConnection) above.connect(block.previousConnection);
    if (rest) this.pieces.unshift(rest);
  }

  #end(): void {
    this.stop();
    this.filled();
  }

  /** Draws all that is left. */
  finish(): void {
    if (!this.#stopped) this.#turn(Number.POSITIVE_INFINITY);
  }

  stop(): void {
    this.#stopped = true;
    for (const touch of TOUCHES) this.#place.removeEventListener(touch, this.#finish, true);
    if (fillings.get(this.workspace) === this) fillings.delete(this.workspace);
  }
}

/** Draws the rest of a flow now, if there is one. */
export function fillUp(workspace: Blockly.Workspace): void {
  fillings.get(workspace)?.finish();
}

/**
 * Puts a flow into a workspace, the beginning at once; `filled` is called when all of it is there,
 * `failed` if the rest can't be drawn.
 */
export function fill(
  workspace: Blockly.WorkspaceSvg,
  file: FlowFile,
  filled: () => void,
  failed: (e: unknown) => void,
): void {
  fillings.get(workspace)?.stop();
  const blocks = (file.blocks ?? {}) as { blocks?: BlockState[] };
  const first: BlockState[] = [];
  const pieces: Piece[] = [];
  let drawn = 0;
  for (const stack of blocks.blocks ?? []) {
    if (drawn >= AT_ONCE) {
      pieces.push({ state: stack });
      continue;
    }
    const [head, n, rest] = cut(stack, AT_ONCE - drawn);
    drawn += n;
    first.push(head);
    if (rest) pieces.push(rest);
  }
  quietly(() =>
    Blockly.serialization.workspaces.load(
      structuredClone({ ...file, blocks: { ...blocks, blocks: first } }),
      workspace,
    ),
  );
  if (!pieces.length) {
    filled();
    return;
  }
  new Filling(workspace, pieces, filled, failed);
}

// Changes a workspace without anything counting as an edit.
function quietly(change: () => void): void {
  Blockly.Events.disable();
  try {
    change();
  } finally {
    Blockly.Events.enable();
  }
}
