import { m } from '../messages';
import { told } from '../messages/sentences';
import type { Json } from './types';

/** An answer that says no, or no answer at all (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: { [key: string]: unknown },
  ) {
    super(message);
  }
}

interface Options {
  body?: unknown;
  /** A body that isn't JSON of ours, sent as it is. */
  file?: Blob;
  headers?: Record<string, string>;
}

async function send(method: string, path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = { ...options.headers };
  const init: RequestInit = { method, headers, credentials: 'same-origin' };
  if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(options.body);
  }
  if (options.file) {
    headers['Content-Type'] = options.file.type;
    init.body = options.file;
  }
  try {
    return await fetch(path, init);
  } catch {
    throw new ApiError(0, 'no_answer', m.noAnswer, {});
  }
}

/** Asks the server; throws ApiError with the server's own sentence if it says no. */
export async function ask<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const answer = await send(method, path, options);
  if (answer.status === 204) return undefined as T;
  const text = await answer.text();
  let data: unknown = null;
  try {
    data = text ? JSON.parse(text) : null;
  } catch {
    data = null;
  }
  if (answer.ok) return data as T;
  const error = (data as { error?: { code?: string; message?: string } } | null)?.error ?? {};
  if (answer.status === 401) signedOut?.();
  const words = error.message ? told(error.message) : m.badAnswer(answer.status);
  throw new ApiError(answer.status, error.code ?? 'unknown', words, { ...error });
}

let signedOut: (() => void) | undefined;

/** Says what to do when the server no longer knows who we are. */
export function onSignedOut(then: () => void): void {
  signedOut = then;
}

export const get = <T>(path: string) => ask<T>('GET', path);
export const post = <T>(path: string, body: unknown = {}) => ask<T>('POST', path, { body });

export const flowPath = (name: string, rest = '') => `/api/flows/${encodeURIComponent(name)}${rest}`;

/** The sentence to show for anything that was thrown. */
export const sentence = (e: unknown): string => (e instanceof Error ? e.message : String(e));

export type { Json };
