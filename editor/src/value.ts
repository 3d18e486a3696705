import type { Json, JsonObject } from './api/types';
import { runWords as w } from './messages';
import { language } from './messages/language';

/** Values as text for people. */

export const isObject = (v: Json | undefined): v is JsonObject =>
  !!v && typeof v === 'object' && !Array.isArray(v);

const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

// What people call a thing, before what machines call it.
const telling = ['email', 'name', 'title', 'message', 'id', 'objectId'];

/** A few characters that tell a value from others. */
export function brief(value: Json | undefined, length: number): string {
  if (value === null || value === undefined) return w.nothing;
  if (typeof value === 'string') return cut(value === '' ? '“”' : value.replace(/\s+/g, ' '), length);
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value !== 'object') return String(value);
  const key = telling.find((k) => typeof value[k] === 'string') ?? Object.keys(value)[0];
  if (key === undefined) return '{ }';
  return `{ ${cut(isObject(value[key]) ? '…' : brief(value[key], length), length - 4)} }`;
}

/** The whole value, as it would stand in a file. */
export const whole = (value: Json | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null, null, 2);

const moments = new Set(['created', 'updated', 'lastLogin']);
const clock = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });

/** A property of a user record in one line; moments as dates. */
export function cell(column: string, value: Json | undefined): string {
  if (value === null || value === undefined) return '–';
  if (moments.has(column) && typeof value === 'number') return clock.format(new Date(value));
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export const same = (a: Json | undefined, b: Json | undefined): boolean =>
  JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
