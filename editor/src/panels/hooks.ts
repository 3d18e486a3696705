import type * as Blockly from 'blockly/core';
import type { FlowInput, InputType } from '../api/types';
import type { Declaring } from '../blocks/mutators/inputs';

/** How a webhook knows its callers, as the field AUTH of its hat says. */
export type HookAuth = 'NONE' | 'TOKEN' | 'BASIC' | 'HEADER' | 'BEARER' | 'GITHUB' | 'STRIPE' | 'HMAC';

/** A webhook hat of the flow, as its caller sees it. */
export interface Hook {
  block: string;
  method: string;
  address: string;
  auth: HookAuth;
  /** The name of the secret that callers need, if they need one. */
  secret: string;
  /** Ready to be pasted; empty where that way can't call it. */
  curl: string;
  fetch: string;
  form: string;
}

interface Call {
  method: string;
  address: string;
  auth: HookAuth;
  /** The fields of the body; null: it takes none. */
  fields: { name: string; type: InputType; value: unknown }[] | null;
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
const inHtml = (text: string) =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);
const bodyOf = (call: Call) => Object.fromEntries((call.fields ?? []).map((f) => [f.name, f.value]));

// What stands in for the caller's own secret.
const headers: Partial<Record<HookAuth, [string, string]>> = {
  TOKEN: ['Authorization', 'Bearer TOKEN'],
  BEARER: ['Authorization', 'Bearer SECRET'],
  HEADER: ['X-Webhook-Token', 'SECRET'],
};

function curlOf(call: Call): string {
  if (call.auth === 'GITHUB' || call.auth === 'STRIPE') return '';
  const body = JSON.stringify(bodyOf(call));
  const parts = ['curl', '-X', call.method, quoted(call.address)];
  const header = headers[call.auth];
  if (header) parts.push('-H', quoted(header.join(': ')));
  if (call.auth === 'BASIC') parts.push('-u', quoted('NAME:PASSWORD'));
  if (call.auth === 'HMAC')
    parts.push(
      '-H',
      '"X-Timestamp: $T"',
      '-H',
      '"X-Signature: $S"',
      '-H',
      quoted('Content-Type: application/json'),
      '-d',
      '"$B"',
    );
  else if (call.fields) parts.push('-H', quoted('Content-Type: application/json'), '-d', quoted(body));
  if (call.auth !== 'HMAC') return parts.join(' ');
  const sign = `S=$(printf '%s.%s' "$T" "$B" | openssl dgst -sha256 -hmac 'SECRET' | sed 's/.* //')`;
  return [`B=${quoted(call.fields ? body : '')}`, 'T=$(date +%s)', sign, parts.join(' ')].join('\n');
}

function fetchOf(call: Call): string {
  if (call.auth === 'GITHUB' || call.auth === 'STRIPE' || call.auth === 'HMAC') return '';
  const sent: Record<string, string> = {};
  const header = headers[call.auth];
  if (header) sent[header[0]] = header[1];
  if (call.auth === 'BASIC') sent.Authorization = 'BASIC';
  if (call.fields) sent['Content-Type'] = 'application/json';
  const lines = [`  method: ${JSON.stringify(call.method)},`];
  const written = JSON.stringify(sent).replace('"BASIC"', '"Basic " + btoa("NAME:PASSWORD")');
  if (Object.keys(sent).length) lines.push(`  headers: ${written},`);
  if (call.fields) lines.push(`  body: JSON.stringify(${JSON.stringify(bodyOf(call))}),`);
  return [
    `const answer = await fetch(${JSON.stringify(call.address)}, {`,
    ...lines,
    '});',
    'console.log(await answer.json());',
  ].join('\n');
}

const kinds: Partial<Record<InputType, string>> = {
  number: 'number',
  password: 'password',
  date: 'datetime-local',
  boolean: 'checkbox',
};

function formOf(call: Call): string {
  // A form has no headers, and sends by GET or POST only.
  if (call.auth !== 'NONE' || !['GET', 'POST'].includes(call.method)) return '';
  const fields = (call.fields ?? []).map((f) => {
    const name = inHtml(f.name);
    const kind = kinds[f.type] ?? 'text';
    return `  <label>${name} <input name="${name}" type="${kind}"${kind === 'number' ? ' step="any"' : ''}></label>`;
  });
  return [
    `<form method="${call.method.toLowerCase()}" action="${inHtml(call.address)}">`,
    ...fields,
    '  <button>Send</button>',
    '</form>',
  ].join('\n');
}

function fieldsOf(inputs: FlowInput[]): NonNullable<Call['fields']> {
  const blank: Partial<Record<InputType, unknown>> = { number: 0, boolean: true, list: [], object: {} };
  // A password's default is no secret from the flow's editor, but a line that
  // gets pasted around is no place for it.
  return inputs
    .filter((i) => i.type !== 'password' || i.default === undefined || i.default === null)
    .map((i) => ({
      name: i.name,
      type: i.type,
      value: i.type === 'password' ? '…' : (i.default ?? blank[i.type] ?? ''),
    }));
}

/** The webhooks that a workspace describes. */
export function hooksOf(workspace: Blockly.Workspace, origin: string): Hook[] {
  const hat = workspace.getBlocksByType('when_run')[0] as Declaring | undefined;
  return workspace.getBlocksByType('when_webhook', true).map((block) => {
    const field = (name: string) => String(block.getFieldValue(name) ?? '');
    const method = field('METHOD') === 'ANY' ? 'POST' : field('METHOD');
    const address = `${origin}/hooks/${field('PATH').replace(/^\/+/, '')}`;
    const auth = field('AUTH') as HookAuth;
    const fields =
      method === 'GET' || method === 'HEAD'
        ? null
        : fieldsOf(field('THEN') === 'RUN' ? (hat?.declared ?? []) : []);
    const call: Call = { method, address, auth, fields };
    return {
      block: block.id,
      method,
      address,
      auth,
      secret: auth === 'NONE' || auth === 'TOKEN' ? '' : field('SECRET').trim(),
      curl: curlOf(call),
      fetch: fetchOf(call),
      form: formOf(call),
    };
  });
}
