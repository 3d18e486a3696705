/** What the editor says about blocks that are selected together. */

export const groupWords = {
  selected: (n: number) => (n === 1 ? '1 block selected' : `${n} blocks selected`),
  remove: (n: number) => `Delete ${n} selected blocks`,
  duplicate: (n: number) => `Duplicate ${n} selected blocks`,
  disable: (n: number) => `Disable or enable ${n} selected blocks`,
  collapse: (n: number) => `Collapse or expand ${n} selected blocks`,
} as const;
