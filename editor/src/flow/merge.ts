import type { FlowFile, Json, JsonObject } from '../api/types';

/** Brings two drafts together that began as the same one, block by block. */

export type Side = 'mine' | 'theirs';

/** A block, and apart from it which blocks stand in it and after it. */
interface Part {
  own: JsonObject;
  /** Ids by where they stand: the name of an input, or "next" with a mark that no input has. */
  slots: Record<string, string>;
}

type Parts = Map<string, Part>;

const NEXT = '\u0000next';

export interface Merged {
  file: FlowFile;
  /** Blocks that both sides changed in different ways; "" stands for title and description. */
  conflicts: string[];
  /** How many blocks only one side changed. */
  mine: number;
  theirs: number;
}

const text = (value: unknown) => JSON.stringify(value ?? null);
const object = (value: unknown) => (value ?? {}) as JsonObject;
const topOf = (file: FlowFile) => (object(file.blocks).blocks ?? []) as JsonObject[];

function take(parts: Parts, block: JsonObject): string {
  const { inputs, next, ...own } = block;
  const id = String(block.id);
  const part: Part = { own, slots: {} };
  const shadows: JsonObject = {};
  parts.set(id, part);
  const stand = (slot: string, connection: JsonObject) => {
    if (connection.block) part.slots[slot] = take(parts, object(connection.block));
    if (connection.shadow) shadows[slot] = connection.shadow;
  };
  for (const [name, connection] of Object.entries(object(inputs))) stand(name, object(connection));
  if (next) stand(NEXT, object(next));
  if (Object.keys(shadows).length) own.shadows = shadows;
  return id;
}

/** Whether every block has an id; a file that was written by hand may have none to compare by. */
export function comparable(file: FlowFile): boolean {
  const named = (block: JsonObject): boolean =>
    typeof block.id === 'string' &&
    [...Object.values(object(block.inputs)), object(block.next)].every((connection) => {
      const { block: inner } = object(connection);
      return !inner || named(object(inner));
    });
  return topOf(file).every(named);
}

function partsOf(file: FlowFile): Parts {
  const parts: Parts = new Map();
  for (const block of topOf(file)) take(parts, block);
  return parts;
}

// What a side says, if only one changed it; else null for a conflict.
function agreed(base: unknown, mine: unknown, theirs: unknown): Side | null {
  if (text(mine) === text(theirs) || text(theirs) === text(base)) return 'mine';
  return text(mine) === text(base) ? 'theirs' : null;
}

const lies = new Set(['x', 'y']);
const settled = (part: Part | undefined) =>
  part && { ...part, own: Object.fromEntries(Object.entries(part.own).filter(([key]) => !lies.has(key))) };

function together(
  base: Part | undefined,
  mine: Part | undefined,
  theirs: Part | undefined,
  choice: Side,
): { part: Part | undefined; conflict: boolean } {
  if (!mine || !theirs) {
    // One side removed it, or one side has it newly.
    const side = agreed(settled(base), settled(mine), settled(theirs));
    return { part: (side ?? choice) === 'mine' ? mine : theirs, conflict: !side };
  }
  let conflict = false;
  const pick = (a: Json | undefined, b: Json | undefined, c: Json | undefined, minor = false) => {
    const side = agreed(a, b, c);
    if (!side && !minor) conflict = true;
    return (side ?? (minor ? 'mine' : choice)) === 'mine' ? b : c;
  };
  const part: Part = { own: {}, slots: {} };
  for (const key of new Set([...Object.keys(mine.own), ...Object.keys(theirs.own)])) {
    if (key === 'fields') continue;
    const value = pick(base?.own[key], mine.own[key], theirs.own[key], lies.has(key));
    if (value !== undefined) part.own[key] = value;
  }
  const [f, g, h] = [base, mine, theirs].map((p) => object(p?.own.fields));
  const fields: JsonObject = {};
  for (const key of new Set([...Object.keys(g ?? {}), ...Object.keys(h ?? {})])) {
    const value = pick(f?.[key], g?.[key], h?.[key]);
    if (value !== undefined) fields[key] = value;
  }
  if (Object.keys(fields).length) part.own.fields = fields;
  for (const slot of new Set([...Object.keys(mine.slots), ...Object.keys(theirs.slots)])) {
    const id = pick(base?.slots[slot], mine.slots[slot], theirs.slots[slot]);
    if (id !== undefined) part.slots[slot] = id as string;
  }
  return { part, conflict };
}

// Puts blocks together again. Each stands once; who has no place left stands by itself.
function assemble(parts: Parts, order: string[]): JsonObject[] {
  const placed = new Set<string>();
  const inner = new Set([...parts.values()].flatMap((p) => Object.values(p.slots)));
  const build = (id: string): JsonObject | null => {
    const part = parts.get(id);
    if (!part || placed.has(id)) return null;
    placed.add(id);
    const { shadows, ...own } = part.own;
    const inputs: JsonObject = {};
    let next: JsonObject | undefined;
    for (const slot of new Set([...Object.keys(object(shadows)), ...Object.keys(part.slots)])) {
      const connection: JsonObject = {};
      const shadow = object(shadows)[slot];
      if (shadow) connection.shadow = shadow;
      const child = part.slots[slot] === undefined ? null : build(part.slots[slot]);
      if (child) connection.block = child;
      if (!child && !shadow) continue;
      if (slot === NEXT) next = connection;
      else inputs[slot] = connection;
    }
    return { ...own, ...(Object.keys(inputs).length ? { inputs } : {}), ...(next ? { next } : {}) };
  };
  const top: JsonObject[] = [];
  const stand = (id: string) => {
    const block = build(id);
    if (block) top.push({ x: 40, y: 40, ...block });
  };
  for (const id of order) if (!inner.has(id)) stand(id);
  for (const id of parts.keys()) if (!inner.has(id)) stand(id);
  for (const id of parts.keys()) stand(id);
  // Only what stands by itself has a place of its own.
  const within = (value: unknown): void => {
    for (const key of ['inputs', 'next']) {
      const held = object(object(value)[key]);
      for (const connection of key === 'next' ? [held] : Object.values(held)) {
        const child = object(object(connection).block);
        delete child.x;
        delete child.y;
        if (child.type) within(child);
      }
    }
  };
  top.forEach(within);
  return top;
}

// Lists of things with an id, such as variables.
function lists(base: Json | undefined, mine: Json | undefined, theirs: Json | undefined): Json[] {
  const [a, b, c] = [base, mine, theirs].map(
    (list) => new Map(((list ?? []) as JsonObject[]).map((item) => [String(item.id), item])),
  );
  return [...new Set([...(b?.keys() ?? []), ...(c?.keys() ?? [])])].flatMap((id) => {
    const side = agreed(a?.get(id), b?.get(id), c?.get(id)) ?? 'mine';
    const item = side === 'mine' ? (b?.get(id) ?? null) : (c?.get(id) ?? null);
    return item ? [item] : [];
  });
}

/** Merges; `choices` say which side counts where both changed a block, mine if they don't. */
export function merge(
  base: FlowFile,
  mine: FlowFile,
  theirs: FlowFile,
  choices: Record<string, Side> = {},
): Merged {
  const [a, b, c] = [partsOf(base), partsOf(mine), partsOf(theirs)];
  const parts: Parts = new Map();
  const result: Merged = { file: {}, conflicts: [], mine: 0, theirs: 0 };
  for (const id of new Set([...b.keys(), ...c.keys(), ...a.keys()])) {
    const [was, left, right] = [a.get(id), b.get(id), c.get(id)];
    const { part, conflict } = together(was, left, right, choices[id] ?? 'mine');
    if (part) parts.set(id, part);
    if (conflict) result.conflicts.push(id);
    else if (text(left) !== text(right)) {
      if (text(left) !== text(was)) result.mine++;
      if (text(right) !== text(was)) result.theirs++;
    }
  }
  const file: FlowFile = {};
  for (const key of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const side = agreed(base[key], mine[key], theirs[key]);
    if (key === 'flow' && !side) result.conflicts.push('');
    const value =
      (side ?? (key === 'flow' ? (choices[''] ?? 'mine') : 'mine')) === 'mine' ? mine[key] : theirs[key];
    if (value !== undefined) file[key] = value;
  }
  for (const key of ['variables', 'workspaceComments']) {
    const list = lists(base[key], mine[key], theirs[key]);
    if (list.length) file[key] = list;
  }
  const order = [...topOf(mine), ...topOf(theirs)].map((block) => String(block.id));
  file.blocks = { ...object(mine.blocks), blocks: assemble(parts, order) };
  return { ...result, file };
}
