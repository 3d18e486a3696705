import type { Json } from './types';
import type { Property } from './users';

/** What a form field holds of a property, as text. */
export function asText(p: Property, value: Json | undefined): string {
  if (value === null || value === undefined) return '';
  if (p.type === 'DATETIME' && typeof value === 'number') return localTime(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

// The form in which a browser's date field wants a moment: on the clock here.
function localTime(at: number): string {
  const date = new Date(at);
  const here = new Date(at - date.getTimezoneOffset() * 60_000);
  return here.toISOString().slice(0, 19);
}

/** The value that a text stands for; null where the field is empty. */
export function asValue(p: Property, text: string): Json {
  if (text === '') return null;
  switch (p.type) {
    case 'INT':
    case 'DOUBLE': {
      const number = Number(text.replace(',', '.'));
      // What is no number goes as it was typed: the service says what is wrong.
      return Number.isFinite(number) ? number : text;
    }
    case 'BOOLEAN':
      return text === 'true';
    case 'DATETIME':
      return new Date(text).getTime();
    default:
      return text;
  }
}

/** A name for a user among people. */
export const nameOf = (user: { [key: string]: Json }): string =>
  [user.email, user.name, user.objectId].find((v): v is string => typeof v === 'string' && v !== '') ?? '?';
