import type { Json, TraceEvent } from '../../api/types';

/** Where two runs part, as the server tells it; null for what doesn't differ. */
export interface Comparison {
  way: Parting | null;
  value: Parting | null;
  effect: {
    place: string;
    what: 'missing' | 'asked' | 'answered';
    a: EffectThen | null;
    b: EffectThen | null;
  } | null;
  inputs: Different[];
  blocks: Different[];
}

export interface Parting {
  n: number;
  /** What the run did there; null if it had ended. */
  a: TraceEvent | null;
  b: TraceEvent | null;
}

interface EffectThen {
  /** The step; null if it comes after the runs have parted. */
  n: number | null;
  block: string;
  effect: string;
}

export interface Different {
  name: string;
  a: Json;
  b: Json;
}
