/** What the editor says around the help of a block. */

export const helpWords = {
  help: 'Help (F1)',
  title: (category: string) => `${category}: help for a block`,
  examples: 'Examples',
  example: (n: number) => `Example ${n}`,
  gives: 'gives',
  fails: 'stops with the error',
  insert: 'Put it into my flow',
  unknown: 'There is no help for this block.',
} as const;
