import * as Blockly from 'blockly/core';
import type { FlowFile } from '../api/types';
import { fileOf, nameOf } from '../blocks/workspace';

/** One side of a conflict, as Blockly writes it, and the words of its blocks. */
export interface SideOf {
  file: FlowFile;
  name: (id: string) => string | null;
}

/** Reads a file in a workspace that nobody sees, so that sides differ only in what was changed. */
export function sideOf(file: FlowFile): SideOf {
  const workshop = new Blockly.Workspace();
  Blockly.Events.disable();
  try {
    Blockly.serialization.workspaces.load(structuredClone(file), workshop);
    const names = new Map(
      workshop.getAllBlocks(false).map((block) => [block.id, nameOf(workshop, block.id)] as const),
    );
    return { file: fileOf(workshop, file), name: (id) => names.get(id) ?? null };
  } finally {
    workshop.dispose();
    Blockly.Events.enable();
  }
}
