import type { FlowSummary } from '../../api/types';
import type { s } from '../../messages/start';

export type Show = keyof typeof s.shows;

/** Whether the draft was saved after what is published. */
export const changedSince = (flow: FlowSummary): boolean =>
  !!flow.published && Date.parse(flow.updated) > Date.parse(flow.published.at);

const like: Record<Show, (flow: FlowSummary) => boolean> = {
  all: () => true,
  live: (flow) => !!flow.published,
  changed: changedSince,
  draft: (flow) => !flow.published,
  problems: (flow) => flow.problems > 0,
  failed: (flow) => flow.lastRun?.status === 'failed',
};

const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Whether a flow has all the words, the tag, and is as it is to be. */
export function shown(flow: FlowSummary, words: string, show: Show, tag: string): boolean {
  if (!like[show](flow) || (tag && !flow.tags.includes(tag))) return false;
  const text = plain([flow.title, flow.name, flow.description, ...flow.tags].join(' '));
  return plain(words)
    .split(/\s+/)
    .every((word) => text.includes(word));
}
