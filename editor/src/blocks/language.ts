import * as Blockly from 'blockly/core';
import * as english from 'blockly/msg/en';
import { language } from '../messages/language';

/** Blockly's own words, in the language of the page. English first: some translations lack the newest. */

type Words = Record<string, string>;

const others: Record<string, () => Promise<unknown>> = {
  de: () => import('blockly/msg/de'),
  es: () => import('blockly/msg/es'),
  he: () => import('blockly/msg/he'),
  ar: () => import('blockly/msg/ar'),
};

Blockly.setLocale(english as unknown as Words);
const words = await others[language]?.();
if (words) Blockly.setLocale(words as Words);
