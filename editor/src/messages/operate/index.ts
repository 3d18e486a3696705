import { language } from '../language';
import * as en from './en';

/** The sentences of the pages for operating, which load with those pages. */

type Text<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { [K in keyof T]: Text<T[K]> };

type Messages = Text<typeof en>;

const others: Record<string, () => Promise<Messages>> = {
  de: () => import('./de'),
  es: () => import('./es'),
};

const words: Messages = (await others[language]?.()) ?? en;

export const {
  o,
  usersWords,
  rulesWords,
  runsWords,
  scheduleWords,
  secretWords,
  peopleWords,
  settingsWords,
  hookWords,
  versionWords,
} = words;
