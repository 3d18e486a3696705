import { ApiError, flowPath, post } from '../api/client';
import type { Problem } from '../api/types';
import { m } from '../messages';
import type { Draft } from './draft.svelte';

/** Publishes the saved draft; gives the sentence to show. Throws the server's refusal. */
export async function publish(draft: Draft): Promise<string> {
  await draft.save();
  if (draft.state !== 'saved') throw new Error(draft.trouble || m.conflict);
  try {
    const { version } = await post<{ version: number }>(flowPath(draft.name, '/publish'));
    draft.published = { version, at: new Date().toISOString() };
    return m.publishedNow(version);
  } catch (e) {
    if (e instanceof ApiError && Array.isArray(e.details.problems)) {
      draft.problems = e.details.problems as Problem[];
      throw new Error(m.publishRefused);
    }
    throw e;
  }
}
