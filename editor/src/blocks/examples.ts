import * as Blockly from 'blockly/core';
import type { Json, JsonObject } from '../api/types';
import { blockInfo } from './define';

type State = Blockly.serialization.blocks.State;

/**
 * The blocks of an example. In examples a plain value may stand for an input, a name for a
 * variable, and a block for what is below.
 */
export function stateOf(example: JsonObject): State {
  const { fields, inputs, next, ...rest } = example;
  const variables = variablesOf(String(example.type));
  return {
    ...rest,
    fields: mapped(fields, (value, name) => (variables.has(name) ? { name: value } : value)),
    inputs: mapped(inputs, (value) => ({ block: isBlock(value) ? stateOf(value) : literal(value) })),
    ...(isBlock(next) ? { next: { block: stateOf(next) } } : {}),
  } as unknown as State;
}

const mapped = <T>(object: Json | undefined, change: (value: Json, name: string) => T): Record<string, T> =>
  Object.fromEntries(
    Object.entries((object ?? {}) as JsonObject).map(([name, value]) => [name, change(value, name)]),
  );

const isBlock = (value: Json | undefined): value is JsonObject =>
  !!value && typeof value === 'object' && !Array.isArray(value) && String(value.type) in Blockly.Blocks;

function variablesOf(type: string): Set<string> {
  const definition = blockInfo(type)?.definition;
  if (!definition) return new Set(['VAR']); // Blockly's own
  const args = (definition.args0 ?? []) as JsonObject[];
  return new Set(args.filter((arg) => arg.type === 'field_variable').map((arg) => String(arg.name)));
}

/** The block that stands for a value. */
function literal(value: Json): State {
  if (value === null) return { type: 'logic_null' };
  if (typeof value === 'number') return { type: 'math_number', fields: { NUM: value } };
  if (typeof value === 'boolean')
    return { type: 'logic_boolean', fields: { BOOL: value ? 'TRUE' : 'FALSE' } };
  if (typeof value === 'string') return { type: 'text', fields: { TEXT: value } };
  if (!Array.isArray(value)) return { type: 'expression', fields: { CODE: JSON.stringify(value) } };
  return {
    type: 'lists_create_with',
    extraState: { itemCount: value.length },
    inputs: Object.fromEntries(value.map((item, i) => [`ADD${i}`, { block: literal(item) }])),
  };
}
