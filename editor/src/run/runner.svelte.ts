import type * as Blockly from 'blockly/core';
import { ApiError, flowPath, get, post, sentence } from '../api/client';
import type { FlowInput, Problem, Run } from '../api/types';
import { answers, preset } from './form';
import { Replay } from './replay.svelte';

/** Runs the flow; what is known of the run is its replay. */
export class Runner {
  inputs = $state.raw<FlowInput[]>([]);
  typed = $state<Record<string, string>>({});
  busy = $state(false);
  refusal = $state('');
  problems = $state.raw<Problem[]>([]);
  readonly replay: Replay;

  constructor(
    readonly name: string,
    workspace: Blockly.WorkspaceSvg,
  ) {
    this.replay = new Replay(workspace);
  }

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
      await this.replay.open(run);
    } catch (e) {
      this.refusal = sentence(e);
      if (e instanceof ApiError) this.problems = (e.details.problems as Problem[] | undefined) ?? [];
    } finally {
      this.busy = false;
    }
  }

  forget(): void {
    this.refusal = '';
    this.problems = [];
    this.replay.forget();
  }
}
