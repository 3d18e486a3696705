/** The sentences of the start page and of what is taken over into flows. */

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const s = {
  search: 'Search flows',
  show: 'Show',
  shows: {
    all: 'All flows',
    live: 'Published',
    changed: 'Published, with changes since',
    draft: 'Never published',
    problems: 'With problems',
    failed: 'Last run failed',
  },
  noneFound: 'No flow is like this.',
  showAll: 'Show all flows',
  count: (n: number) => plural(n, 'flow', 'flows'),
  changedSince: 'Changed since',

  tags: 'Tags',
  tagsOf: (title: string) => `Tags of ${title}`,
  tagsHint: 'Words that belong together with this flow, with commas between them.',
  save: 'Save',
  filterByTag: 'Show only flows with the tag',

  /** What the templates are called, where that isn't what their flows say. */
  templateWords: {} as Record<string, { title: string; description: string }>,

  import: 'Import…',
  importing: 'Importing…',
  drop: 'Drop flow files here',
  dropHint: 'Flow files (JSON), Codeless logic or Blockly workspaces (XML)',
  imported: 'What was imported',
  cameOver: (n: number) => plural(n, 'block came over', 'blocks came over'),
  placeholders: (n: number) => plural(n, 'block has no counterpart', 'blocks have no counterpart'),
  kept: 'Each became a placeholder that keeps the whole original.',
  notRead: (name: string) => `${name} could not be imported`,
  notAFlow: 'This file is neither a flow (JSON) nor logic (XML).',
  tooBig: 'This file is larger than 16 MB.',

  templates: 'Begin with a template',
  templatesText: 'A copy becomes a flow of your own. Nothing happens until you run it.',
  use: 'Use this',
  begins: {
    when_run: 'by hand',
    when_webhook: 'by webhook',
    when_every: 'by schedule',
    when_user: 'by users',
  } as Record<string, string>,
  begun: (ways: string) => `Begins ${ways}`,
  blocks: (n: number) => plural(n, 'block', 'blocks'),
};

export const mergeWords = {
  title: 'Bring both together',
  open: 'Compare and bring together',
  text: 'You and someone else changed this flow. What only one side changed is taken over. Choose where both did.',
  mine: 'Mine',
  theirs: 'Theirs',
  gone: 'removed',
  both: (n: number) => (n === 1 ? 'Both changed one block' : `Both changed ${n} blocks`),
  none: 'No block was changed by both: everything fits together.',
  takenMine: (n: number) => `${plural(n, 'block', 'blocks')} changed only by you`,
  takenTheirs: (n: number) => `${plural(n, 'block', 'blocks')} changed only by the others`,
  choose: (block: string) => `Which of “${block}”?`,
  name: 'Title and description',
  done: 'Bring together',
  merged: 'Both sides are in this flow now.',
};
