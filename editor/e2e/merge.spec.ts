import type { FlowFile, Json, JsonObject } from '../src/api/types';
import { comparable, merge, type Side } from '../src/flow/merge';
import { accessible } from './axe';
import { expect, test } from './editor';

type Stack = [string, string?][];

/** A stack of statements: each its id and what its field says. */
function flow(stack: Stack, title = 'T'): FlowFile {
  const next = stack.reduceRight<JsonObject | null>(
    (after, [id, says = '']) => ({
      type: 'say',
      id,
      fields: { TEXT: says },
      ...(after ? { next: { block: after } } : {}),
    }),
    null,
  );
  return { flow: { title }, blocks: { languageVersion: 0, blocks: next ? [{ ...next, x: 40, y: 40 }] : [] } };
}

function told(file: FlowFile): string[] {
  const line = (block: JsonObject): string => {
    const after = (block.next as JsonObject | undefined)?.block as JsonObject | undefined;
    return `${block.id}=${(block.fields as JsonObject).TEXT}${after ? ` ${line(after)}` : ''}`;
  };
  return ((file.blocks as JsonObject).blocks as Json[]).map((block) => line(block as JsonObject));
}

const base = flow([['a'], ['b'], ['c']]);
for (const { name, mine, theirs, both, conflicts = [], choose = {} } of [
  {
    name: 'what one side changed is taken over',
    mine: flow([['a', 'm'], ['b'], ['c']]),
    theirs: flow([['a'], ['b'], ['c', 't']]),
    both: ['a=m b= c=t'],
  },
  {
    name: 'both may add blocks at different places',
    mine: flow([['a'], ['m'], ['b'], ['c']]),
    theirs: flow([['a'], ['b'], ['c'], ['t']]),
    both: ['a= m= b= c= t='],
  },
  {
    name: 'a block that one side removed is gone',
    mine: flow([['a'], ['c']]),
    theirs: flow([['a'], ['b'], ['c', 't']]),
    both: ['a= c=t'],
  },
  {
    name: 'one field with two values is a conflict, mine by default',
    mine: flow([['a', 'm'], ['b'], ['c']]),
    theirs: flow([['a', 't'], ['b'], ['c']]),
    both: ['a=m b= c='],
    conflicts: ['a'],
  },
  {
    name: 'a conflict goes the way that was chosen',
    mine: flow([['a', 'm'], ['b'], ['c']]),
    theirs: flow([['a', 't'], ['b'], ['c']]),
    both: ['a=t b= c='],
    conflicts: ['a'],
    choose: { a: 'theirs' as const },
  },
  {
    name: 'removed here and changed there is a conflict',
    mine: flow([['a'], ['c']]),
    theirs: flow([['a'], ['b', 't'], ['c']]),
    both: ['a= c='],
    conflicts: ['b'],
  },
  {
    name: 'a block that lost its place stands by itself',
    mine: flow([['a'], ['m'], ['b'], ['c']]),
    theirs: flow([['a'], ['t'], ['b'], ['c']]),
    both: ['a= m= b= c=', 't='],
    conflicts: ['a'],
  },
  {
    name: 'two titles are a conflict',
    mine: flow([['a'], ['b'], ['c']], 'M'),
    theirs: flow([['a'], ['b'], ['c']], 'T2'),
    both: ['a= b= c='],
    conflicts: [''],
  },
]) {
  test(`merging: ${name}`, () => {
    const merged = merge(base, mine, theirs, choose as Record<string, Side>);
    expect(told(merged.file)).toEqual(both);
    expect(merged.conflicts).toEqual(conflicts);
    // Merging changes none of what it is given.
    expect(told(base)).toEqual(['a= b= c=']);
  });
}

test('merging: a file whose blocks have no ids is not compared by them', () => {
  expect(comparable(base)).toBe(true);
  const bare = { type: 'say', id: 'a', next: { block: { type: 'say' } } };
  expect(comparable({ blocks: { languageVersion: 0, blocks: [bare] } })).toBe(false);
});

test('two people change a flow, and both changes are brought together block by block', async ({
  editor,
  page,
}) => {
  const { flow: file } = await (await page.request.get('/api/flows/update-user')).json();
  const theirs = JSON.stringify(file)
    .replace('27 Rose Street', '<i>9 Theirs Lane</i>')
    .replace('alice@newmail.com', 'alice@theirs.com');
  await page.request.put('/api/flows/update-user', { data: JSON.parse(theirs) });
  await editor.blocks.getByRole('button', { name: 'Edit text: 27 Rose Street' }).click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('5 Mine Row');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Compare and bring together' }).click();
  const dialog = page.getByRole('dialog', { name: 'Bring both together' });
  await expect(dialog.getByText('Both changed one block')).toBeVisible();
  await expect(dialog.getByText('5 Mine Row')).toBeVisible();
  await expect(dialog.getByText('<i>9 Theirs Lane</i>')).toBeVisible();
  await accessible(page, 'the dialog that brings drafts together');
  await editor.picture('merge');
  await dialog.getByRole('radio', { name: /Theirs/ }).check();
  await dialog.getByRole('button', { name: 'Bring together' }).click();
  await expect(page.getByText('Both sides are in this flow now.')).toBeVisible();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  const after = JSON.stringify((await (await page.request.get('/api/flows/update-user')).json()).flow);
  expect(after).toContain('9 Theirs Lane');
  expect(after).toContain('alice@theirs.com');
  expect(after).not.toContain('27 Rose Street');
});
