import * as Blockly from 'blockly/core';
import { groupWords as w } from '../../messages/group';
import * as acts from './acts';
import type { Group } from './group';
import { all } from './pointing';

/** The keys and the menu of groups. They stand before Blockly's own, and step aside where there is no group. */

const groups = new WeakMap<Blockly.WorkspaceSvg, Group>();

export function commandsFor(group: Group): void {
  groups.set(group.workspace, group);
  register();
}

const { KeyCodes } = Blockly.utils;
const held = (code: number, ...modifiers: number[]) =>
  Blockly.ShortcutRegistry.registry.createSerializedKey(code, modifiers);

let registered = false;

function register(): void {
  if (registered) return;
  registered = true;
  const control = KeyCodes.CTRL_CMD;
  key('remove', [KeyCodes.DELETE, KeyCodes.BACKSPACE], several, acts.remove);
  key('copy', [held(KeyCodes.C, control)], several, acts.copy);
  key('cut', [held(KeyCodes.X, control)], several, acts.cut);
  key('duplicate', [KeyCodes.D], several, acts.duplicate);
  key(
    'clear',
    [KeyCodes.ESC],
    (group) => group.blocks.length > 0,
    (group) => group.clear(),
  );
  key('paste', [held(KeyCodes.V, control)], () => true, acts.paste);
  key(
    'all',
    [held(KeyCodes.A, control)],
    () => true,
    (group) => group.add(all(group.workspace)),
  );
  key(
    'down',
    [held(KeyCodes.DOWN, KeyCodes.SHIFT)],
    () => true,
    (group) => extend(group, 'down'),
  );
  key(
    'up',
    [held(KeyCodes.UP, KeyCodes.SHIFT)],
    () => true,
    (group) => extend(group, 'up'),
  );

  const weight = 0.1; // first in the menu
  entry('remove', weight, w.remove, acts.remove);
  entry('duplicate', weight + 0.1, w.duplicate, acts.duplicate);
  entry('disable', weight + 0.2, w.disable, acts.disable);
  entry('collapse', weight + 0.3, w.collapse, acts.collapse);
}

const several = (group: Group) => group.several;

/** @param act - Does it; false if it isn't for a group after all. */
function key(
  name: string,
  keyCodes: (number | string)[],
  possible: (group: Group) => boolean,
  act: (group: Group) => unknown,
): void {
  const of = (workspace: Blockly.WorkspaceSvg) => {
    const group = groups.get(workspace);
    return group && !workspace.isReadOnly() && !workspace.isDragging() && possible(group) ? group : undefined;
  };
  Blockly.ShortcutRegistry.registry.register({
    name: `blockflow_group_${name}`,
    keyCodes,
    allowCollision: true,
    preconditionFn: (workspace) => !!of(workspace),
    callback: (workspace, event) => {
      const group = of(workspace);
      if (!group || act(group) === false) return false;
      event.preventDefault();
      return true;
    },
  });
}

function entry(
  name: string,
  weight: number,
  words: (n: number) => string,
  act: (group: Group) => void,
): void {
  const of = (block: Blockly.BlockSvg | undefined) => {
    const group = block && groups.get(block.workspace);
    return group?.several && group.has(block) ? group : undefined;
  };
  Blockly.ContextMenuRegistry.registry.register({
    id: `blockflow_group_${name}`,
    weight,
    scopeType: Blockly.ContextMenuRegistry.ScopeType.BLOCK,
    displayText: ({ block }) => words(of(block)?.blocks.length ?? 0),
    preconditionFn: ({ block }) => (of(block) ? 'enabled' : 'hidden'),
    callback: ({ block }) => {
      const group = of(block);
      if (group) act(group);
    },
  });
}

/** Puts the block at the keyboard into the group, and goes on to the one below or above. */
function extend(group: Group, to: 'up' | 'down'): boolean {
  const at = Blockly.common.getSelected();
  if (!(at instanceof Blockly.BlockSvg) || at.workspace !== group.workspace) return false;
  const next = to === 'down' ? at.getNextBlock() : at.getPreviousBlock();
  group.add(next ? [at, next] : [at]);
  if (next) Blockly.getFocusManager().focusNode(next);
  return true;
}
