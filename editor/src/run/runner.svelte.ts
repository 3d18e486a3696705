import type * as Blockly from 'blockly/core';
import { ApiError, flowPath, get, post, sentence } from '../api/client';
import type { Change, FlowInput, Problem, Run, TraceEvent } from '../api/types';
import { showValues } from './badge';
import { answers, preset } from './form';
import { bringIntoView, clearError, markError } from './marks';
import { lastStepOf, momentAt } from './steps';

/** How many steps of a run are fetched at most. */
const STEPS = 5000;
const PAGE = 1000;

/** Runs the flow and holds what is known of its last run. */
export class Runner {
  inputs = $state.raw<FlowInput[]>([]);
  typed = $state<Record<string, string>>({});
  busy = $state(false);
  run = $state.raw<Run | null>(null);
  refusal = $state('');
  problems = $state.raw<Problem[]>([]);
  changes = $state.raw<Change[]>([]);
  events = $state.raw<TraceEvent[]>([]);
  total = $state(0);
  step = $state(0);
  showing = $state(true);

  constructor(
    readonly name: string,
    readonly workspace: Blockly.WorkspaceSvg,
  ) {}

  /** Reads which inputs the draft has. What was typed stays, unless the default changed under it. */
  async refresh(): Promise<void> {
    try {
      const { inputs } = await get<{ inputs: FlowInput[] }>(flowPath(this.name, '/inputs'));
      const before = new Map(this.inputs.map((i) => [i.name, preset(i)]));
      for (const input of inputs) {
        const typed = this.typed[input.name];
        if (typed === undefined || typed === before.get(input.name)) this.typed[input.name] = preset(input);
      }
      this.inputs = inputs;
    } catch {
      // A draft with problems has no inputs to tell; those known so far stay.
    }
  }

  /** Whether every input is what the flow proposes. */
  get asDeclared(): boolean {
    return this.inputs.every((input) => this.typed[input.name] === preset(input));
  }

  async start(): Promise<void> {
    this.forget();
    this.busy = true;
    try {
      const input = answers(this.inputs, this.typed);
      const run = await post<Run>(flowPath(this.name, '/run'), { input, version: 'draft' });
      const [{ changes }] = await Promise.all([
        get<{ changes: Change[] }>(`/api/runs/${run.id}/changes`),
        this.#trace(run),
      ]);
      this.changes = changes;
      this.run = run;
      this.step = Math.max(0, this.events.length - 1);
      this.draw();
      if (run.error) markError(this.workspace, run.error);
    } catch (e) {
      this.refusal = sentence(e);
      if (e instanceof ApiError) this.problems = (e.details.problems as Problem[] | undefined) ?? [];
    } finally {
      this.busy = false;
    }
  }

  async #trace(run: Run): Promise<void> {
    const events: TraceEvent[] = [];
    let total = 1;
    while (events.length < Math.min(total, STEPS)) {
      const page = await get<{ total: number; events: TraceEvent[] }>(
        `/api/runs/${run.id}/trace?from=${events.length}&limit=${PAGE}`,
      );
      total = page.total;
      events.push(...page.events);
      if (!page.events.length) break;
    }
    this.events = events;
    this.total = total;
  }

  /** Goes to a step and shows that moment on the blocks. */
  goTo(step: number): void {
    this.step = Math.max(0, Math.min(step, this.events.length - 1));
    this.draw();
    const block = this.events[this.step]?.block ?? null;
    this.workspace.highlightBlock(block);
    if (block) bringIntoView(this.workspace, block);
  }

  /** Goes to the step at which a block gave its value; says if there is one. */
  goToBlock(block: string): boolean {
    const step = lastStepOf(this.events, block);
    if (step >= 0) this.goTo(step);
    return step >= 0;
  }

  draw(): void {
    showValues(this.workspace, this.showing ? momentAt(this.events, this.step).values : new Map());
  }

  toggleValues(): void {
    this.showing = !this.showing;
    this.draw();
  }

  forget(): void {
    this.run = null;
    this.refusal = '';
    this.problems = [];
    this.changes = [];
    this.events = [];
    this.total = 0;
    this.step = 0;
    this.workspace.highlightBlock(null);
    clearError(this.workspace);
    showValues(this.workspace, new Map());
  }
}
