import type { FlowFile } from '../api/types';

/** A file for a flow that has only its hat. */
export function newFlow(name: string, title: string): FlowFile {
  return {
    flow: { name, title },
    blocks: { languageVersion: 0, blocks: [{ type: 'when_run', id: 'when-run', x: 40, y: 40 }] },
    variables: [],
  };
}

/** A name for addresses, made from a title, that no other flow has. */
export function nameFor(title: string, taken: string[]): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  const base = plain.replace(/^-+|-+$/g, '').slice(0, 60) || 'flow';
  let name = base;
  for (let n = 2; taken.includes(name); n++) name = `${base}-${n}`;
  return name;
}
