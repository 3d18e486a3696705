import { language } from '../language';
import * as en from './en';

/** The sentences of the start page and of bringing two drafts together. */

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

export const { s, mergeWords } = words;
