import type { FlowFile } from '../api/types';

/** What isn't saved yet stays in the browser too, until the server has it. */

interface Kept {
  revision: number;
  file: FlowFile;
  /** What the server had when the edits began; absent in what an older editor kept. */
  base?: FlowFile;
}

const keyOf = (name: string) => `blockflow-draft-${name}`;

export function keep(name: string, kept: Kept): void {
  try {
    localStorage.setItem(keyOf(name), JSON.stringify(kept));
  } catch {
    // A browser may be full or forbid it; the page still has the edits.
  }
}

export function keptOf(name: string): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(name)) ?? 'null') as Kept | null;
    return kept && typeof kept.revision === 'number' && kept.file ? kept : null;
  } catch {
    return null;
  }
}

export function letGo(name: string): void {
  localStorage.removeItem(keyOf(name));
}
