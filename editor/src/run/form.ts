import type { FlowInput, Json, JsonObject } from '../api/types';
import { runWords as w } from '../messages';

/** What people type into the run form, and what the flow gets. */

export function preset(input: FlowInput): string {
  const value = input.default;
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function readJSON(input: FlowInput, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Error(w.notJson(input.name));
  }
}

function read(input: FlowInput, text: string): Json {
  switch (input.type) {
    case 'number': {
      const n = Number(text);
      if (!Number.isFinite(n)) throw new Error(w.notNumber(input.name));
      return n;
    }
    case 'boolean':
      return text === 'true';
    case 'list':
    case 'object':
      return readJSON(input, text);
    case 'any':
      return /^\s*[[{"\d-]|^(true|false|null)$/.test(text) ? readJSON(input, text) : text;
    default:
      return text;
  }
}

/** The inputs of a run; throws an Error in words for what can't be read. */
export function answers(inputs: FlowInput[], typed: Record<string, string>): JsonObject {
  const result: JsonObject = {};
  for (const input of inputs) {
    const text = typed[input.name] ?? '';
    const isText = input.type === 'text' || input.type === 'password';
    // An empty answer to anything but a text is no answer: the default counts.
    if (text === '' && (!isText || input.default === null || input.default === undefined)) continue;
    result[input.name] = read(input, text);
  }
  return result;
}
