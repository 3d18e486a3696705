import type * as Blockly from 'blockly/core';
import { commandsFor } from './commands';
import { Group } from './group';
import { pointAt } from './pointing';

/** Lets several blocks of a workspace be selected, moved, copied and deleted together. */
export function selectSeveral(workspace: Blockly.WorkspaceSvg): void {
  const group = new Group(workspace);
  pointAt(group);
  commandsFor(group);
}
