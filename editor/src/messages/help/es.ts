import type { Text } from '..';
import type * as en from './en';

export const helpWords: Text<typeof en.helpWords> = {
  help: 'Ayuda (F1)',
  title: (category) => `${category}: ayuda de un bloque`,
  examples: 'Ejemplos',
  example: (n) => `Ejemplo ${n}`,
  gives: 'da',
  fails: 'se para con el error',
  insert: 'Ponerlo en mi flujo',
  unknown: 'No hay ayuda para este bloque.',
};
