/** What the editor says about breakpoints, runs from an effect on, and two runs side by side. */

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const debugWords = {
  round: 'Round',
  breakpoint: 'Breakpoint',
  set: 'Set breakpoint (F9)',
  remove: 'Remove breakpoint (F9)',
  runTo: 'Run to here',
  goTo: 'Go on to here',
  stopAt: (n: number) => `Stop at ${plural(n, 'breakpoint', 'breakpoints')}`,
  before: (block: string) => `Stopped before “${block}”`,
  asks: (block: string, effect: string) => `Stopped before “${block}” asks outside: ${effect}`,
  gave: (block: string) => `Stopped at “${block}”, which has its value`,
  title: 'Stopped',
  goOn: 'Continue',
  step: 'Step',
  stop: 'Stop',
  goOnKey: 'Continue (F8)',
  stepKey: 'To the next statement or effect (F10)',
  note: 'What the flow has done so far has happened. What comes now hasn’t.',
} as const;

export const fromWords = {
  from: 'Run from here…',
  title: (effect: string) => `Run from ${effect}`,
  text: 'A new run takes what came before this effect as given: it doesn’t happen again. From here on everything happens for real.',
  asBefore: 'as before',
  version: 'Version of the flow',
  sameVersion: 'The one that ran',
  draft: 'The draft as it is now',
  start: 'Run from here',
  notJson: (name: string) => `“${name}” must be written as JSON.`,
} as const;

export const partWords = {
  compare: 'Compare with…',
  choose: 'Compare this run with',
  none: 'This flow has no other runs.',
  back: 'Back to the run',
  left: 'Left',
  right: 'Right',
  where: 'Where the runs part',
  way: 'They go different ways',
  value: 'First other value',
  effect: 'First other effect',
  ended: 'had ended',
  asked: 'It was asked in another way.',
  answered: 'It was answered in another way.',
  inputs: 'Inputs that differ',
  blocks: 'Values that differ there',
  block: 'Block',
  input: 'Input',
  alike: 'These two runs did the same with the same values.',
  title: (flow: string) => `Two runs of ${flow}`,
  step: (n: number) => `step ${n}`,
  missing: (side: string) => `Only the other run asked it, not: ${side}`,
} as const;
