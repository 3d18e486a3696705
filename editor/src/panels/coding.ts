import * as Blockly from 'blockly/core';
import type { JsonObject } from '../api/types';
import type { Declaring } from '../blocks/mutators/inputs';

/** What the dialog for code is about: a field of a block, and the names known there. */
export interface Coding {
  block: string;
  code: string;
  language: 'expression' | 'script';
  names: string[];
  done: (code: string) => void;
}

const word = /^[A-Za-z_]\w*$/;

function namesIn(workspace: Blockly.Workspace): string[] {
  const variables = workspace.getVariableMap().getAllVariables();
  const hat = workspace.getBlocksByType('when_run')[0] as Declaring | undefined;
  const inputs = (hat?.declared ?? []).map((input) => input.name).filter((name) => word.test(name));
  return [
    ...variables
      .map((v) => v.getName())
      .map((name) => (word.test(name) ? name : `vars[${JSON.stringify(name)}]`)),
    ...inputs.map((name) => `input.${name}`),
  ];
}

// A script knows only what it is given.
function argsOf(block: Blockly.Block): string[] {
  const { args } = (block.saveExtraState?.() ?? {}) as JsonObject;
  return Array.isArray(args) ? args.map(String) : [];
}

export function codingOf(field: Blockly.Field): Coding | null {
  const block = field.getSourceBlock();
  if (!block) return null;
  const language = block.type === 'expression' ? 'expression' : 'script';
  return {
    block: block.id,
    code: String(field.getValue() ?? ''),
    language,
    names: language === 'script' ? argsOf(block) : namesIn(block.workspace),
    done: (code) => {
      Blockly.Events.setGroup(true);
      field.setValue(code);
      Blockly.Events.setGroup(false);
    },
  };
}
