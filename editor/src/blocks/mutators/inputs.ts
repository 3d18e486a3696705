import * as Blockly from 'blockly/core';
import type { FlowInput, JsonObject, Mutator } from '../../api/types';
import { blockWords as w } from '../../messages';
import { button } from './buttons';
import { asState, keepOthers, reshape, type Shaped, stateOf } from './change';

/** A hat's declared inputs: shown as rows, edited in a dialog of the page. */

export interface Declaring extends Shaped {
  declared: FlowInput[];
  declare(list: FlowInput[]): void;
}

let edit: ((block: Declaring) => void) | undefined;

/** Says who shows the dialog. */
export function onEditInputs(open: (block: Declaring) => void): void {
  edit = open;
}

/** Opens the dialog for a hat. */
export function editInputs(block: Declaring): void {
  edit?.(block);
}

const row = (i: number) => `declared-${i}`;

function build(block: Declaring, list: FlowInput[]): void {
  for (let i = 0; block.getInput(row(i)); i++) block.removeInput(row(i));
  block.declared = list;
  list.forEach((input, i) => {
    const type = w.types[input.type] ?? input.type;
    block.appendDummyInput(row(i)).appendField(`${input.name}: ${type}`);
  });
}

export function registerInputs(id: string, spec: Mutator): void {
  const mixin = {
    saveExtraState(this: Declaring) {
      const list = this.declared as unknown as JsonObject[];
      return stateOf(this, spec.key, list.length ? list : undefined);
    },
    loadExtraState(this: Declaring, state: unknown) {
      const extra = asState(state);
      keepOthers(this, extra, spec.key);
      const list = extra[spec.key];
      build(this, Array.isArray(list) ? (list as unknown as FlowInput[]) : []);
    },
    declare(this: Declaring, list: FlowInput[]) {
      reshape(this, () => build(this, list));
    },
  };
  Blockly.Extensions.registerMutator(id, mixin as unknown as JsonObject, function (this: Blockly.Block) {
    const block = this as Declaring;
    block.declared = [];
    const head = block.inputList[0] ?? block.appendDummyInput();
    head.appendField(button('pencil', w.editInputs, () => editInputs(block)));
  });
}
