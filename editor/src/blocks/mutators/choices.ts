import * as Blockly from 'blockly/core';
import type { Json, JsonObject, Mutator } from '../../api/types';
import { blockWords as w } from '../../messages';
import { asState, keepOthers, reshape, type Shaped, stateOf } from './change';

/** Shapes that are one yes or no, chosen in the block's context menu. */

interface Choice extends Shaped {
  on: boolean;
}

type Menu = Array<
  Blockly.ContextMenuRegistry.ContextMenuOption | Blockly.ContextMenuRegistry.LegacyContextMenuOption
>;

interface Spec {
  key: string;
  normally: boolean;
  words: { on: string; off: string };
  apply(block: Blockly.Block, on: boolean): void;
}

function registerChoice(id: string, spec: Spec): void {
  const mixin = {
    saveExtraState(this: Choice) {
      return stateOf(this, spec.key, this.on === spec.normally ? undefined : this.on);
    },
    loadExtraState(this: Choice, state: unknown) {
      const extra = asState(state);
      keepOthers(this, extra, spec.key);
      turn(this, typeof extra[spec.key] === 'boolean' ? (extra[spec.key] as boolean) : spec.normally);
    },
    customContextMenu(this: Choice, menu: Menu) {
      menu.push({
        text: this.on ? spec.words.off : spec.words.on,
        enabled: !this.isInFlyout,
        callback: () => reshape(this, () => turn(this, !this.on)),
      });
    },
  };
  function turn(block: Choice, on: boolean): void {
    if (block.on === on) return;
    block.on = on;
    spec.apply(block, on);
  }
  Blockly.Extensions.registerMutator(id, mixin as unknown as JsonObject, function (this: Blockly.Block) {
    (this as Choice).on = spec.normally;
  });
}

const LABEL = 'finally-label';

/** try_catch: with or without a part that is always done in the end. */
export function registerTry(id: string, spec: Mutator): void {
  registerChoice(id, {
    key: spec.key,
    normally: false,
    words: { on: w.addFinally, off: w.removeFinally },
    apply(block, on) {
      if (on) {
        block.appendEndRowInput(LABEL).appendField(w.finally);
        block.appendStatementInput(spec.key);
      } else {
        block.removeInput(LABEL, true);
        block.removeInput(spec.key, true);
      }
    },
  });
}

/** Effect blocks: a value, or a statement whose value nobody wants. */
export function registerToggle(id: string, spec: Mutator, definition: JsonObject): void {
  const check = (definition.output ?? null) as Json as string | string[] | null;
  registerChoice(id, {
    key: spec.key,
    normally: true,
    words: { on: w.asValue, off: w.asStatement },
    apply(block, on) {
      block.unplug(true);
      if (on) {
        if (block.nextConnection?.isConnected()) block.nextConnection.disconnect();
        block.setPreviousStatement(false);
        block.setNextStatement(false);
        block.setOutput(true, check);
      } else {
        block.setOutput(false);
        block.setPreviousStatement(true);
        block.setNextStatement(true);
      }
    },
  });
}
