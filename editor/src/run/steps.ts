import type { Json, TraceEvent } from '../api/types';

/** What is known at one moment of a run. */
export interface Moment {
  values: Map<string, Json>;
  variables: Map<string, Json>;
}

/** Everything up to and with step n (counted from 0). */
export function momentAt(events: TraceEvent[], n: number): Moment {
  const values = new Map<string, Json>();
  const variables = new Map<string, Json>();
  for (const event of events.slice(0, n + 1)) {
    if (event.kind === 'value') values.set(event.block, event.value ?? null);
    if (event.kind === 'set' && event.variable !== undefined)
      variables.set(event.variable, event.value ?? null);
  }
  return { values, variables };
}

/** The last step at which a block was at work up to a step, or -1. */
export function lastStepOf(events: TraceEvent[], block: string): number {
  return events.findLastIndex(
    (e) => e.block === block && (e.kind === 'value' || e.kind === 'failed' || e.kind === 'set'),
  );
}
