import * as Blockly from 'blockly/core';
import 'blockly/blocks';
import type { BlockInfo, JsonObject, Vocabulary } from '../api/types';
import './declared';
import { withShown } from './shown';
import './textfield';
import { registerToggle, registerTry } from './mutators/choices';
import { registerInputs } from './mutators/inputs';
import { registerProperties } from './mutators/properties';

const HAT = 'blockflow_hat';
const known = new Map<string, BlockInfo>();

/** What the server says about a block type. */
export const blockInfo = (type: string): BlockInfo | undefined => known.get(type);

Blockly.Extensions.register(HAT, function (this: Blockly.Block) {
  // A change of theme would take the hat off again: themes have hats of their own.
  Object.defineProperty(this, 'hat', { get: () => 'cap', set: () => {} });
});

/** Makes the server's blocks Blockly's, each once. */
export function define(vocabulary: Vocabulary): void {
  const definitions: JsonObject[] = [];
  for (const block of vocabulary.blocks) {
    if (known.has(block.type)) continue;
    known.set(block.type, block);
    if (!block.builtin && block.definition) definitions.push(ready(block));
  }
  Blockly.common.defineBlocksWithJsonArray(definitions);
}

const rows = new Set(['properties', 'inputs']);

/** A definition as Blockly draws it best. */
function ready(block: BlockInfo): JsonObject {
  const { style, ...definition } = structuredClone(block.definition ?? {});
  if (style && typeof style === 'object') definition.extensions = [HAT];
  // Sentences read better in one line than as a pile of rows.
  if (definition.inputsInline === undefined) definition.inputsInline = !rows.has(block.mutator?.kind ?? '');
  if (block.type === 'flow_input') choosing(definition);
  return withMutator(block, withShown(block.type, withOwnRows(definition)));
}

// The name of an input is chosen among those that the flow declares.
function choosing(definition: JsonObject): void {
  for (const arg of (definition.args0 ?? []) as JsonObject[]) {
    if (arg.name === 'NAME') arg.type = 'field_declared_input';
  }
}

// Words before a statement input push it far to the right; in a row of their own
// they leave the usual C shape.
function withOwnRows(definition: JsonObject): JsonObject {
  const given = (definition.args0 ?? []) as JsonObject[];
  const args: JsonObject[] = [];
  const message = String(definition.message0 ?? '').replace(/%(\d+)/g, (_, n: string) => {
    const arg = given[Number(n) - 1];
    if (!arg) return '';
    if (arg.type === 'input_statement') args.push({ type: 'input_end_row' });
    args.push(arg);
    return arg.type === 'input_statement' ? `%${args.length - 1} %${args.length}` : `%${args.length}`;
  });
  return { ...definition, message0: message, args0: args };
}

function withMutator(block: BlockInfo, definition: JsonObject): JsonObject {
  const mutator = block.mutator;
  if (!mutator) return definition;
  const id = `blockflow_${block.type}`;
  if (mutator.kind === 'properties') registerProperties(id, mutator);
  else if (mutator.kind === 'inputs') registerInputs(id, mutator);
  else if (mutator.kind === 'try') registerTry(id, mutator);
  else registerToggle(id, mutator, definition);
  return { ...definition, mutator: id };
}

/** The block types of a flow that nobody has defined. */
export function unknownTypes(file: JsonObject): string[] {
  const found = new Set<string>();
  const walk = (node: unknown): void => {
    if (!node || typeof node !== 'object') return;
    for (const part of Array.isArray(node) ? node : Object.values(node)) walk(part);
    for (const key of ['block', 'shadow'] as const) {
      const child = (node as JsonObject)[key] as JsonObject | undefined;
      if (child && typeof child === 'object' && typeof child.type === 'string') found.add(child.type);
    }
  };
  const top = (file.blocks as JsonObject | undefined)?.blocks;
  for (const block of Array.isArray(top) ? top : []) walk({ block });
  return [...found].filter((type) => !(type in Blockly.Blocks));
}
