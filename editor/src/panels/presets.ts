import type { FlowInput, InputType } from '../api/types';
import { answers } from '../run/form';

/** An input as it was, with what the dialog changed; keys that the dialog doesn't show stay. */
export function presetOf(
  was: FlowInput | undefined,
  row: { name: string; type: InputType; preset: string; hint: string },
): FlowInput {
  const { default: _default, hint: _hint, ...rest }: FlowInput = was ?? { name: '', type: 'text' };
  const input: FlowInput = { ...rest, name: row.name, type: row.type };
  if (row.preset !== '') {
    const value = answers([{ ...input, default: '' }], { [row.name]: row.preset })[row.name];
    if (value !== undefined) input.default = value;
  }
  if (row.hint !== '') input.hint = row.hint;
  return input;
}
