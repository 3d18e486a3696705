import * as Blockly from 'blockly/core';

/** A flow in plain words: one line a statement, what is inside it under it. */
export interface Line {
  block: string;
  text: string;
  inside: Line[];
}

const LONGEST = 140;

function words(block: Blockly.Block): string {
  const parts: string[] = [];
  for (const input of block.inputList) {
    if (input.type === Blockly.inputs.inputTypes.STATEMENT) continue;
    for (const field of input.fieldRow) {
      if (!(field instanceof Blockly.FieldImage)) parts.push(field.getText().trim());
    }
    const plugged = input.connection?.targetBlock();
    if (plugged) parts.push(said(plugged));
    else if (input.connection) parts.push('…');
  }
  const text = parts.filter(Boolean).join(' ');
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

// A text that is meant literally stands in quotes, as on its block.
function said(block: Blockly.Block): string {
  if (block.type === 'text') return `“${block.getFieldValue('TEXT')}”`;
  return words(block);
}

function stack(first: Blockly.Block | null): Line[] {
  const lines: Line[] = [];
  for (let block = first; block; block = block.getNextBlock()) {
    if (!block.isEnabled()) continue;
    const inside = block.inputList
      .filter((input) => input.type === Blockly.inputs.inputTypes.STATEMENT)
      .flatMap((input) => stack(input.connection?.targetBlock() ?? null));
    lines.push({ block: block.id, text: words(block), inside });
  }
  return lines;
}

/** One list of lines for each stack of the workspace, from top to bottom. */
export const outline = (workspace: Blockly.Workspace): Line[][] =>
  workspace.getTopBlocks(true).map((block) => stack(block));
