import type { Json, Run, TraceEvent } from '../api/types';

/** A run as it happens, told by the server. */

const ended = new Set(['succeeded', 'failed', 'cancelled']);

/** Whether a run will do nothing more. */
export const over = (run: Run): boolean => ended.has(run.status);

/** Where a run stands that is debugged, and all that it knows there. */
export interface Standing {
  /** The last event. */
  n: number;
  block: string;
  kind: 'start' | 'effect' | 'value';
  effect?: string;
  values: Record<string, { value: Json }>;
  variables: { name: string; set: number; value: Json }[];
}

interface Told {
  event?: (event: TraceEvent) => void;
  status?: (run: Run) => void;
  stands?: (at: Standing | null) => void;
}

/**
 * Tells what a run does until it has ended, or is put away to wait; or until the
 * signal. The browser connects again by itself where it left off.
 */
export function follow(id: string, told: Told, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const source = new EventSource(`/api/runs/${encodeURIComponent(id)}/events`);
    const stop = () => {
      source.close();
      done();
    };
    signal.addEventListener('abort', stop, { once: true });
    source.addEventListener('trace', (e) => told.event?.(JSON.parse(e.data) as TraceEvent));
    source.addEventListener('stands', (e) => told.stands?.(JSON.parse(e.data) as Standing | null));
    source.addEventListener('status', (e) => {
      const run = JSON.parse(e.data) as Run;
      told.status?.(run);
      if (over(run)) stop();
    });
    // A server that refuses the stream closes it for good.
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED) stop();
    });
  });
}
