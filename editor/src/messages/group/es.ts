import type { Text } from '..';
import type * as en from './en';

export const groupWords: Text<typeof en.groupWords> = {
  selected: (n) => (n === 1 ? '1 bloque seleccionado' : `${n} bloques seleccionados`),
  remove: (n) => `Eliminar ${n} bloques seleccionados`,
  duplicate: (n) => `Duplicar ${n} bloques seleccionados`,
  disable: (n) => `Desactivar o activar ${n} bloques seleccionados`,
  collapse: (n) => `Contraer o expandir ${n} bloques seleccionados`,
};
