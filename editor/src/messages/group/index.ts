import type { Text } from '..';
import { language } from '../language';
import * as en from './en';

/** The sentences about blocks that are selected together. */

type Messages = Text<typeof en>;

const others: Record<string, () => Promise<Messages>> = {
  de: () => import('./de'),
  es: () => import('./es'),
};

const words: Messages = (await others[language]?.()) ?? en;

export const { groupWords } = words;
