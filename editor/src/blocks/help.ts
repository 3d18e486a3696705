import * as Blockly from 'blockly/core';
import { helpWords as w } from '../messages/help';

/** Asking for the help of a block: from its menu, in the toolbox too, or with F1. */

let ask: ((type: string) => void) | undefined;
let registered = false;

export function onHelp(then: (type: string) => void): void {
  ask = then;
  if (registered) return;
  registered = true;
  const menu = Blockly.ContextMenuRegistry.registry;
  const own = menu.getItem('blockHelp');
  if (own) menu.unregister('blockHelp'); // it opens pages of other sites
  menu.register({
    id: 'blockflow_help',
    weight: own?.weight ?? 6,
    scopeType: Blockly.ContextMenuRegistry.ScopeType.BLOCK,
    displayText: w.help,
    preconditionFn: ({ block }) => (block ? 'enabled' : 'hidden'),
    callback: ({ block }) => {
      if (block) ask?.(block.type);
    },
  });
  Blockly.ShortcutRegistry.registry.register({
    name: 'blockflow_help',
    keyCodes: [Blockly.utils.KeyCodes.F1],
    preconditionFn: () => !!focused(),
    callback: (_workspace, event) => {
      event.preventDefault();
      const block = focused();
      if (block) ask?.(block.type);
      return !!block;
    },
  });
}

function focused(): Blockly.Block | null {
  const node = Blockly.getFocusManager().getFocusedNode();
  if (node instanceof Blockly.Field) return node.getSourceBlock();
  return node instanceof Blockly.BlockSvg ? node : null;
}
