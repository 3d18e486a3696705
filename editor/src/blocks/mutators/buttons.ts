import * as Blockly from 'blockly/core';

const drawn = (path: string) =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><circle cx="10" cy="10" r="9.5" fill="#fff" fill-opacity=".26"/><path d="${path}" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>`,
  )}`;

const images = {
  plus: drawn('M10 5.500v9M5.500 10h9'),
  minus: drawn('M5.500 10h9'),
  up: drawn('M10 14.500V6M6.500 9 10 5.500 13.500 9'),
  pencil: drawn('m6 14 .7-3L12.500 5.200l2.300 2.300L9 13.300Z'),
};

/** A small round button on a block; its label is what a screen reader says. */
export function button(image: keyof typeof images, label: string, press: () => void): Blockly.FieldImage {
  const field = new Blockly.FieldImage(images[image], 20, 20, label, press);
  field.setTooltip(label);
  return field;
}
