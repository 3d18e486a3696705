import type * as Blockly from 'blockly/core';
import { get, sentence } from '../api/client';
import type { Change, Run } from '../api/types';
import { showValues } from './badge';
import { bringIntoView, clearError, markError } from './marks';
import { type Moment, Trace, type Variable } from './trace';

export interface Effect {
  n: number;
  block: string;
  effect: string;
  place: string;
}

/** When the block or variable of a step was at work besides. */
export interface Times {
  before: number | null;
  after: number | null;
  nth: number;
  of: number;
}

const WAIT = 120; // milliseconds at rest, before the server is asked what costs it a whole replay

/** A run that is over, at one of its moments, on the blocks of a workspace. */
export class Replay {
  run = $state.raw<Run | null>(null);
  changes = $state.raw<Change[]>([]);
  effects = $state.raw<Effect[]>([]);
  total = $state(0);
  step = $state(0);
  loading = $state(false);
  trouble = $state('');
  showing = $state(true);
  variables = $state.raw<Map<string, Variable>>(new Map());
  /** How often the block of this step was at work. */
  times = $state.raw<Times | null>(null);

  trace: Trace | null = $state.raw(null);
  #at = -1; // the step whose moment is drawn
  #rest: ReturnType<typeof setTimeout> | undefined;
  #reaching = false;

  constructor(readonly workspace: Blockly.WorkspaceSvg) {}

  /** The event at this step; undefined while it is on its way. */
  get event() {
    return this.loading ? undefined : this.trace?.event(this.step);
  }

  /** Shows how a run ended. */
  async open(run: Run): Promise<void> {
    const trace = new Trace(run.id);
    const [{ changes }, { effects }] = await Promise.all([
      get<{ changes: Change[] }>(`/api/runs/${run.id}/changes`),
      get<{ effects: Effect[] }>(`/api/runs/${run.id}/marks`),
      trace.open(),
    ]);
    this.changes = changes;
    this.effects = effects;
    this.trace = trace;
    this.total = trace.total;
    this.step = Math.max(0, trace.total - 1);
    this.run = run;
    this.workspace.highlightBlock(null);
    this.#draw(trace.moment(this.step));
    if (run.error) markError(this.workspace, run.error);
  }

  /** Goes to a step and shows that moment on the blocks. */
  async goTo(step: number): Promise<void> {
    const { trace } = this;
    if (!trace) return;
    this.step = Math.max(0, Math.min(step, this.total - 1));
    clearTimeout(this.#rest);
    if (!trace.has(this.step)) {
      this.loading = true;
      // While one window is on its way, the slider may go on: then the last place counts.
      if (this.#reaching) return;
      this.#reaching = true;
      try {
        while (trace === this.trace && !trace.has(this.step)) await trace.reach(this.step);
        this.trouble = '';
      } catch (e) {
        this.trouble = sentence(e);
      } finally {
        this.#reaching = false;
      }
      if (trace !== this.trace) return;
    }
    this.#show(trace);
  }

  #show(trace: Trace): void {
    this.loading = false;
    this.#draw(trace.moment(this.step));
    const block = trace.event(this.step)?.block ?? null;
    this.workspace.highlightBlock(block);
    if (block) bringIntoView(this.workspace, block);
    clearTimeout(this.#rest);
    this.times = null;
    this.#rest = setTimeout(() => void this.#settle(trace, this.step), WAIT);
  }

  // At rest, what a list has become in the meantime counts too.
  async #settle(trace: Trace, step: number): Promise<void> {
    const event = trace.event(step);
    const here = () => trace === this.trace && step === this.step;
    try {
      const moment = trace.exactly(step);
      const times = event
        ? get<Times>(`/api/runs/${trace.run}/find?at=${step}&block=${encodeURIComponent(event.block)}`)
        : null;
      const [{ variables }, found] = await Promise.all([moment, times]);
      if (!here()) return;
      this.variables = variables;
      this.times = found;
    } catch (e) {
      if (here()) this.trouble = sentence(e);
    }
  }

  /** Goes to where a variable was set before, or after, this step. */
  async goToSetting(variable: string, later: boolean): Promise<void> {
    if (!this.trace) return;
    const path = `/api/runs/${this.trace.run}/find?at=${this.step}&variable=${encodeURIComponent(variable)}`;
    try {
      const { before, after } = await get<Times>(path);
      const n = later ? after : before;
      if (n !== null) await this.goTo(n);
    } catch (e) {
      this.trouble = sentence(e);
    }
  }

  /** Goes to the nth time that the block of this step is at work: a round of its loop. */
  async goToTime(nth: number): Promise<void> {
    const block = this.event?.block;
    if (!this.trace || !block) return;
    const path = `/api/runs/${this.trace.run}/find?at=${this.step}&nth=${nth}&block=${encodeURIComponent(block)}`;
    try {
      const { there } = await get<{ there: number | null }>(path);
      if (there !== null) await this.goTo(there);
    } catch (e) {
      this.trouble = sentence(e);
    }
  }

  /** Goes to the next effect, or the one before. */
  async goToEffect(later: boolean): Promise<void> {
    const found = later
      ? this.effects.find((e) => e.n > this.step)
      : this.effects.findLast((e) => e.n < this.step);
    if (found) await this.goTo(found.n);
  }

  /** Goes to the step at which a block gave its value; says if there is one. */
  goToBlock(block: string): boolean {
    const step = this.trace?.lastOf(block, this.step) ?? -1;
    if (step >= 0) void this.goTo(step);
    return step >= 0;
  }

  #draw(moment: Moment): void {
    this.variables = moment.variables;
    this.#at = this.step;
    showValues(this.workspace, this.showing ? moment.values : new Map());
  }

  toggleValues(): void {
    this.showing = !this.showing;
    if (this.trace && this.#at >= 0) this.#draw(this.trace.moment(this.#at));
  }

  forget(): void {
    clearTimeout(this.#rest);
    this.run = null;
    this.changes = [];
    this.effects = [];
    this.trace = null;
    this.total = 0;
    this.step = 0;
    this.#at = -1;
    this.loading = false;
    this.trouble = '';
    this.times = null;
    this.variables = new Map();
    this.workspace.highlightBlock(null);
    clearError(this.workspace);
    showValues(this.workspace, new Map());
  }
}
