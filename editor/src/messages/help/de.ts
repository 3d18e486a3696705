import type { Text } from '..';
import type * as en from './en';

export const helpWords: Text<typeof en.helpWords> = {
  help: 'Hilfe (F1)',
  title: (category) => `${category}: Hilfe zu einem Block`,
  examples: 'Beispiele',
  example: (n) => `Beispiel ${n}`,
  gives: 'ergibt',
  fails: 'hält an mit dem Fehler',
  insert: 'In meinen Ablauf legen',
  unknown: 'Zu diesem Block gibt es keine Hilfe.',
};
