import type { TraceEvent } from '../api/types';
import { stepWords as w } from '../messages';

/** What happens at a step, as a sentence. */
export function sentenceOf(e: TraceEvent, nameOf: (at: { block?: string }) => string): string {
  if (e.kind === 'start') return w.start(nameOf(e));
  if (e.kind === 'value') return w.value(nameOf(e));
  if (e.kind === 'set') return w.set(e.variable ?? '');
  if (e.kind === 'effect') return w.effect(e.effect ?? '');
  return w.failed(nameOf(e));
}
