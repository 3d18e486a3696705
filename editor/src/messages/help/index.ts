import type { Text } from '..';
import { language } from '../language';
import * as en from './en';

/** The sentences around the help of a block. */

type Messages = Text<typeof en>;

const others: Record<string, () => Promise<Messages>> = {
  de: () => import('./de'),
  es: () => import('./es'),
};

const words: Messages = (await others[language]?.()) ?? en;

export const { helpWords } = words;
