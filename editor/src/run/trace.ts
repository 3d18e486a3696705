import { get } from '../api/client';
import type { Json, TraceEvent } from '../api/types';

/** How many events come at a time. */
const SPAN = 1000;
/** How many windows of a trace are kept; the one used longest ago goes first. */
const KEPT = 8;
/** How far properties are looked for: levels, and names. */
const DEEPEST = 3;
const MOST = 300;

/** What is known at one moment of a run. */
export interface Moment {
  values: Map<string, Json>;
  variables: Map<string, Variable>;
}

export interface Variable {
  value: Json;
  /** The number of the event that set it. */
  set: number;
}

interface Told {
  values: Record<string, { value: Json }>;
  variables: { name: string; set: number; value: Json }[];
}

interface Span {
  from: number;
  events: TraceEvent[];
  /** What held before the first event. */
  base: Moment;
}

interface Page {
  from: number;
  total: number;
  events: TraceEvent[];
}

const nothing = (): Moment => ({ values: new Map(), variables: new Map() });

/** A run's trace, however long: it comes from the server by the window. */
export class Trace {
  total = 0;
  #spans: Span[] = [];

  constructor(readonly run: string) {}

  /** Reads the end of the trace, which is what one wants to see first. */
  async open(): Promise<void> {
    const page = await get<Page>(`/api/runs/${this.run}/trace?from=-${SPAN}`);
    this.total = page.total;
    this.#keep(page, page.from > 0 ? await this.exactly(page.from - 1) : nothing());
  }

  #keep(page: Page, base: Moment): Span {
    const span = { from: page.from, events: page.events, base };
    this.#spans = [span, ...this.#spans].slice(0, KEPT);
    return span;
  }

  #spanOf(n: number): Span | undefined {
    const found = this.#spans.find((s) => n >= s.from && n < s.from + s.events.length);
    if (found && found !== this.#spans[0]) {
      this.#spans = [found, ...this.#spans.filter((s) => s !== found)];
    }
    return found;
  }

  /** Whether a step can be shown without asking the server. */
  has(n: number): boolean {
    return this.#spanOf(n) !== undefined;
  }

  /** Gets the events around a step, if they aren't there yet. */
  async reach(n: number): Promise<void> {
    if (this.has(n) || n < 0 || n >= this.total) return;
    const from = Math.max(0, n - SPAN / 2);
    const [page, base] = await Promise.all([
      get<Page>(`/api/runs/${this.run}/trace?from=${from}&limit=${SPAN}`),
      from > 0 ? this.exactly(from - 1) : nothing(),
    ]);
    this.#keep(page, base);
  }

  event(n: number): TraceEvent | undefined {
    const span = this.#spanOf(n);
    return span?.events[n - span.from];
  }

  /** Everything up to and with a step that `has` is true for. */
  moment(n: number): Moment {
    const span = this.#spanOf(n);
    if (!span) return nothing();
    const values = new Map(span.base.values);
    const variables = new Map(span.base.variables);
    for (let i = span.from; i <= n; i++) {
      const event = span.events[i - span.from];
      if (event?.kind === 'value') values.set(event.block, event.value ?? null);
      if (event?.kind === 'set' && event.variable !== undefined)
        variables.set(event.variable, { value: event.value ?? null, set: i });
    }
    return { values, variables };
  }

  /** A moment as the server knows it, what changed inside of lists and objects too. */
  async exactly(n: number): Promise<Moment> {
    const told = await get<Told>(`/api/runs/${this.run}/moment?at=${n}`);
    return {
      values: new Map(Object.entries(told.values).map(([block, v]) => [block, v.value])),
      variables: new Map(told.variables.map(({ name, set, value }) => [name, { set, value }])),
    };
  }

  /** The names of the properties of all objects that are known at a step. */
  properties(n: number): string[] {
    const found = new Set<string>();
    const look = (value: Json, depth: number): void => {
      if (!value || typeof value !== 'object' || depth > DEEPEST || found.size > MOST) return;
      if (Array.isArray(value)) {
        for (const part of value.slice(0, 3)) look(part, depth + 1);
        return;
      }
      for (const [name, part] of Object.entries(value)) {
        found.add(name);
        look(part, depth + 1);
      }
    };
    const { values, variables } = this.moment(n);
    for (const value of values.values()) look(value, 0);
    for (const { value } of variables.values()) look(value, 0);
    return [...found];
  }

  /** The last step up to one at which a block gave a value, among those at hand; or -1. */
  lastOf(block: string, upTo: number): number {
    for (let i = upTo; i >= 0; i--) {
      const e = this.event(i);
      if (!e) return -1;
      if (e.block === block && (e.kind === 'value' || e.kind === 'failed' || e.kind === 'set')) return i;
    }
    return -1;
  }
}
