import type * as Blockly from 'blockly/core';
import type { FlowInput } from '../api/types';
import type { Declaring } from '../blocks/mutators/inputs';

/** A webhook hat of the flow, as its caller sees it. */
export interface Hook {
  block: string;
  address: string;
  curl: string;
  withToken: boolean;
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

function sample(inputs: FlowInput[]): string {
  const blank: Record<string, unknown> = { number: 0, boolean: true, list: [], object: {} };
  // A password's default is no secret from the flow's editor, but a line that
  // gets pasted around is no place for it.
  const body = inputs.map((i) => [i.name, i.type === 'password' ? '…' : (i.default ?? blank[i.type] ?? '')]);
  return JSON.stringify(Object.fromEntries(body));
}

/** The webhooks that a workspace describes. */
export function hooksOf(workspace: Blockly.Workspace, origin: string): Hook[] {
  const hat = workspace.getBlocksByType('when_run')[0] as Declaring | undefined;
  const inputs = (hat?.declared ?? []).filter(
    (i) => i.type !== 'password' || i.default === undefined || i.default === null,
  );
  return workspace.getBlocksByType('when_webhook', true).map((block) => {
    const method = String(block.getFieldValue('METHOD'));
    const address = `${origin}/hooks/${String(block.getFieldValue('PATH')).replace(/^\/+/, '')}`;
    const withToken = block.getFieldValue('AUTH') === 'TOKEN';
    const parts = ['curl', '-X', method, quoted(address)];
    if (withToken) parts.push('-H', quoted('Authorization: Bearer TOKEN'));
    if (method !== 'GET')
      parts.push('-H', quoted('Content-Type: application/json'), '-d', quoted(sample(inputs)));
    return { block: block.id, address, curl: parts.join(' '), withToken };
  });
}
