import type * as Blockly from 'blockly/core';
import { ApiError, flowPath, get, post, sentence } from '../api/client';
import type { FlowInput, Problem, Run, TraceEvent } from '../api/types';
import { showValues } from './badge';
import { Breakpoints } from './breakpoints.svelte';
import { Film, type Speed, speeds } from './film';
import { answers, preset } from './form';
import { follow, over, type Standing } from './live';
import { bringIntoView } from './marks';
import { Replay } from './replay.svelte';

const kept = 'blockflow-speed';

function keptSpeed(): Speed {
  const speed = localStorage.getItem(kept);
  return speed !== null && speed in speeds ? (speed as Speed) : 'full';
}

/** Runs the flow; what is known of the run is its replay. */
export class Runner {
  inputs = $state.raw<FlowInput[]>([]);
  typed = $state<Record<string, string>>({});
  busy = $state(false);
  refusal = $state('');
  problems = $state.raw<Problem[]>([]);
  speed = $state<Speed>(keptSpeed());
  /** What the run does just now, while one watches. */
  now = $state.raw<TraceEvent | null>(null);
  /** Where the run stands, if it does. */
  standing = $state.raw<Standing | null>(null);
  /** Whether breakpoints count. */
  stopping = $state(true);
  readonly replay: Replay;
  readonly breakpoints: Breakpoints;
  #film: Film | null = null;
  #running = '';
  #leaving = new AbortController();

  constructor(
    readonly name: string,
    workspace: Blockly.WorkspaceSvg,
    runTo: (block: string) => void,
  ) {
    this.replay = new Replay(workspace);
    this.breakpoints = new Breakpoints(name, workspace, runTo, () => this.standing !== null);
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

  get #stops(): string[] {
    return this.stopping ? this.breakpoints.present : [];
  }

  /** Runs the draft; until it comes to a block, if one is given. */
  async start(until = ''): Promise<void> {
    this.forget();
    this.busy = true;
    try {
      const input = answers(this.inputs, this.typed);
      const stops = this.#stops;
      const debug = stops.length || until ? { stops, until } : undefined;
      const begun = await post<Run>(flowPath(this.name, '/run'), {
        input,
        version: 'draft',
        wait: false,
        debug,
      });
      const run = await this.#watch(begun);
      if (run) await this.replay.open(run);
    } catch (e) {
      this.refusal = sentence(e);
      if (e instanceof ApiError) this.problems = (e.details.problems as Problem[] | undefined) ?? [];
    } finally {
      this.busy = false;
      this.now = null;
      this.standing = null;
      this.#film = null;
    }
  }

  // Shows the run while it happens; gives what came of it.
  async #watch(begun: Run): Promise<Run | null> {
    localStorage.setItem(kept, this.speed);
    this.#running = begun.id;
    const film = new Film(this.replay.workspace, this.speed, (event) => {
      this.now = event;
    });
    this.#film = film;
    let stood = 0;
    const stands = async (at: Standing | null) => {
      const here = ++stood;
      this.standing = null;
      await film.end();
      if (at && here === stood && this.busy) this.#stand(at);
    };
    await follow(begun.id, { event: (e) => film.add(e), stands }, this.#leaving.signal);
    stood++;
    await film.end();
    film.cut();
    if (this.#leaving.signal.aborted) return null;
    return get<Run>(`/api/runs/${begun.id}`);
  }

  // Shows what every block and variable holds where the run stands.
  #stand(at: Standing): void {
    const { workspace } = this.replay;
    this.standing = at;
    showValues(workspace, new Map(Object.entries(at.values).map(([id, v]) => [id, v.value])));
    workspace.highlightBlock(at.block);
    bringIntoView(workspace, at.block);
  }

  /** Lets a run that stands go on: to the next breakpoint, statement or effect, or to a block. */
  async goOn(to: { step?: boolean; until?: string }): Promise<void> {
    if (!this.standing) return;
    this.standing = null;
    try {
      await post(`/api/runs/${this.#running}/debug`, { do: 'continue', stops: this.#stops, ...to });
    } catch (e) {
      this.refusal = sentence(e);
    }
  }

  /** Ends the run if it still goes on, and the slow motion. */
  async stop(): Promise<void> {
    this.#film?.cut();
    try {
      const run = await get<Run>(`/api/runs/${this.#running}`);
      if (!over(run)) await post(`/api/runs/${this.#running}/cancel`);
    } catch (e) {
      this.refusal = sentence(e);
    }
  }

  /** The page goes away; the run doesn't. */
  leave(): void {
    this.#leaving.abort();
    this.#film?.cut();
  }

  forget(): void {
    this.refusal = '';
    this.problems = [];
    this.replay.forget();
  }
}
