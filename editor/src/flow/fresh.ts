import { ask, flowPath, get } from '../api/client';
import type { Flow, FlowFile, JsonObject } from '../api/types';

/** A file for a flow that has only its hat. */
export function newFlow(name: string, title: string): FlowFile {
  return {
    flow: { name, title },
    blocks: { languageVersion: 0, blocks: [{ type: 'when_run', id: 'when-run', x: 40, y: 40 }] },
    variables: [],
  };
}

/** Makes a flow of its own from the draft of another. */
export async function copyFlow(from: string, name: string, title: string): Promise<void> {
  const { flow } = await get<Flow>(flowPath(from));
  const about = { ...((flow.flow ?? {}) as JsonObject), name, title };
  await ask('PUT', flowPath(name), { body: { ...flow, flow: about }, headers: { 'If-None-Match': '*' } });
}

/** Keeps a file as a new flow of its own under a name like its title; gives that name. */
export async function keepAsNew(file: FlowFile, title: string, taken: string[]): Promise<string> {
  const name = nameFor(title, taken);
  const flow = { ...((file.flow ?? {}) as JsonObject), name, title };
  await ask('PUT', flowPath(name), { body: { ...file, flow }, headers: { 'If-None-Match': '*' } });
  return name;
}

/** Writes the tags of a flow into its file. */
export async function tag(name: string, tags: string[]): Promise<void> {
  const { flow, revision } = await get<Flow>(flowPath(name));
  const about = { ...((flow.flow ?? {}) as JsonObject), tags };
  await ask('PUT', flowPath(name), {
    body: { ...flow, flow: about },
    headers: { 'If-Match': `"${revision}"` },
  });
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
