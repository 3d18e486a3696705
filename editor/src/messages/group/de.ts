import type { Text } from '..';
import type * as en from './en';

export const groupWords: Text<typeof en.groupWords> = {
  selected: (n) => (n === 1 ? '1 Block ausgewählt' : `${n} Blöcke ausgewählt`),
  remove: (n) => `${n} ausgewählte Blöcke löschen`,
  duplicate: (n) => `${n} ausgewählte Blöcke kopieren`,
  disable: (n) => `${n} ausgewählte Blöcke aus- oder einschalten`,
  collapse: (n) => `${n} ausgewählte Blöcke zu- oder aufklappen`,
};
