import type * as Blockly from 'blockly/core';
import type { Json, TraceEvent } from '../api/types';
import { showValues } from './badge';
import { bringIntoView } from './marks';

/** Milliseconds that each step is shown at least. */
export const speeds = { full: 0, slow: 250, slowest: 900 } as const;
export type Speed = keyof typeof speeds;

/** Shows the steps of a run on its blocks as they come in, no faster than asked for. */
export class Film {
  #waiting: TraceEvent[] = [];
  #values = new Map<string, Json>();
  #busy = false;
  #over: (() => void) | null = null;
  #cut = false;

  constructor(
    readonly workspace: Blockly.WorkspaceSvg,
    readonly speed: Speed,
    readonly shown: (event: TraceEvent) => void,
  ) {}

  add(event: TraceEvent): void {
    if (this.#cut) return;
    this.#waiting.push(event);
    if (!this.#busy) this.#next();
  }

  /** Resolves when all that came in has been shown. */
  end(): Promise<void> {
    // A page that nobody sees draws no frames, and need not.
    if (!this.#busy || this.#cut || document.hidden) return Promise.resolve();
    return new Promise((over) => {
      this.#over = over;
    });
  }

  /** Shows nothing more. */
  cut(): void {
    this.#cut = true;
    this.#waiting = [];
    this.#over?.();
  }

  #next(): void {
    const pause = speeds[this.speed];
    // At full speed, what comes in within a frame is shown with it.
    const now = pause ? this.#waiting.splice(0, 1) : this.#waiting.splice(0);
    const last = now.at(-1);
    this.#busy = last !== undefined;
    if (!last) {
      this.#over?.();
      return;
    }
    const values = new Map(this.#values);
    for (const e of now) if (e.kind === 'value') values.set(e.block, e.value ?? null);
    this.#values = values;
    showValues(this.workspace, values);
    this.workspace.highlightBlock(last.block);
    bringIntoView(this.workspace, last.block);
    this.shown(last);
    if (pause) setTimeout(() => this.#next(), pause);
    else requestAnimationFrame(() => this.#next());
  }
}
