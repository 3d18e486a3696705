import * as en from './en';
import { language } from './language';

/** The editor's sentences in the language that was chosen. */

export type Text<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { [K in keyof T]: Text<T[K]> };

/** What every language must say; a missing sentence doesn't compile. */
export type Messages = Text<typeof en>;

const others: Record<string, () => Promise<Messages>> = {
  de: () => import('./de'),
  es: () => import('./es'),
};

const words: Messages = (await others[language]?.()) ?? en;

export const {
  m,
  statusWords,
  runWords,
  pastWords,
  liveWords,
  stepWords,
  userWords,
  shareWords,
  problemWords,
  hintWords,
  outlineWords,
  codeWords,
  blockWords,
} = words;
