import type { Page } from '@playwright/test';
import { expect, test } from './editor';

const PREFIX = 'create_object_mutator_container_properties_stack_property';

const text = (id: string, TEXT: string) => ({ block: { type: 'text', id, fields: { TEXT } } });

const object = {
  type: 'create_object',
  id: 'object',
  x: 40,
  y: 300,
  extraState: { properties: ['email', 'address'], shelf: 3 },
  inputs: { [`${PREFIX}0`]: text('e', 'a@b.c'), [`${PREFIX}1`]: text('a', '27 Rose Street') },
};

const login = {
  type: 'users_login',
  id: 'login',
  extraState: { hasOutput: false },
  inputs: { identity: text('i', 'alice@yourmail.com'), password: text('p', 'wonderland') },
};

const attempt = {
  type: 'try_catch',
  id: 'try',
  fields: { VAR: { id: 'e' } },
  inputs: { try: { block: login } },
};

const shapes = {
  flow: { name: 'shapes', title: 'Shapes' },
  blocks: {
    languageVersion: 0,
    blocks: [{ type: 'when_run', id: 'hat', x: 40, y: 40, next: { block: attempt } }, object],
  },
  variables: [{ id: 'e', name: 'error' }],
};

interface State {
  type: string;
  id: string;
  extraState?: unknown;
  inputs?: Record<string, { block?: State }>;
  next?: { block: State };
}

test.beforeEach(async ({ editor, page }) => {
  const answer = await page.request.put('/api/flows/shapes', { data: shapes });
  expect(answer.ok(), await answer.text()).toBe(true);
  await page.goto('/flows/shapes');
  await expect(editor.block('object')).toBeVisible();
});

/** A block as the server has it, among those of the flow and what is plugged into them. */
async function saved(page: Page, id: string): Promise<State | undefined> {
  const { flow } = await (await page.request.get('/api/flows/shapes')).json();
  const find = (block: State | undefined): State | undefined => {
    if (!block || block.id === id) return block;
    for (const part of [...Object.values(block.inputs ?? {}), block.next]) {
      const found = find(part?.block);
      if (found) return found;
    }
    return undefined;
  };
  return (flow.blocks.blocks as State[]).map(find).find(Boolean);
}

test('properties are added, named, moved and removed on the block, and values go with their names', async ({
  editor,
  page,
}) => {
  const block = editor.block('object');
  await block.getByRole('button', { name: 'Add property' }).click();
  await block.getByRole('button', { name: 'Edit text: property' }).click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('city');
  await page.keyboard.press('Enter');
  await block.getByRole('button', { name: 'Move property up' }).first().click();
  await expect
    .poll(async () => (await saved(page, 'object'))?.extraState)
    .toEqual({
      properties: ['address', 'email', 'city'],
      shelf: 3,
    });
  expect((await saved(page, 'object'))?.inputs?.[`${PREFIX}0`]?.block?.id).toBe('a');

  await block.getByRole('button', { name: 'Remove property' }).first().click();
  await expect
    .poll(async () => (await saved(page, 'object'))?.extraState)
    .toEqual({ properties: ['email', 'city'], shelf: 3 });
  const undo = page.getByRole('button', { name: 'Undo' });
  for (let edits = 4; edits > 0; edits--) await undo.click();
  await expect(undo).toBeDisabled();
  await expect.poll(async () => (await saved(page, 'object'))?.extraState).toEqual(object.extraState);
  expect((await saved(page, 'object'))?.inputs?.[`${PREFIX}1`]?.block?.id).toBe('a');
  await editor.picture('shapes');
});

test('inputs are declared in a dialog and asked for in the run form', async ({ editor, page }) => {
  await editor.block('hat').getByRole('button', { name: 'Edit inputs' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Inputs of this flow' });
  await dialog.getByRole('button', { name: 'Add input' }).click();
  await dialog.getByLabel('Name').fill('age');
  await dialog.getByLabel('Type').selectOption({ label: 'number' });
  await dialog.getByLabel('Default').fill('a lot');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('“age” must be a number.');
  await dialog.getByLabel('Default').fill('7');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(editor.blocks.getByText('age: number')).toBeVisible();
  await expect(editor.input('age')).toHaveValue('7');
  expect((await saved(page, 'hat'))?.extraState).toEqual({
    inputs: [{ name: 'age', type: 'number', default: 7 }],
  });
});

test('the context menu gives try a last part, and makes a statement a value', async ({ editor, page }) => {
  const choose = async (words: string, entry: string) => {
    await editor.blocks.getByText(words, { exact: true }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: entry }).click();
  };
  await choose('try', 'Add “in the end” part');
  await expect(editor.blocks.getByText('in the end')).toBeVisible();
  await expect.poll(async () => (await saved(page, 'try'))?.extraState).toEqual({ finally: true });
  await choose('Login', 'Use as a value');
  await expect
    .poll(async () => (await saved(page, 'login')) && !(await saved(page, 'login'))?.extraState)
    .toBe(true);
  expect((await saved(page, 'try'))?.inputs?.try).toBeUndefined();
});

test('the toolbox has every category, and the search finds blocks by their words', async ({ page }) => {
  for (const name of ['Start', 'Logic', 'Text', 'Objects', 'Users', 'Variables', 'Functions']) {
    await expect(page.getByRole('treeitem', { name })).toBeVisible();
  }
  await page.getByPlaceholder('Search for blocks').fill('Register');
  await expect(page.getByText('Register user')).toBeVisible();
  // None of these words stands on the block: they are in its help.
  await page.getByPlaceholder('Search for blocks').fill('started with');
  await expect(page.locator('.blocklyFlyout').getByText('input', { exact: true })).toBeVisible();
  await page.getByPlaceholder('Search for blocks').fill('no block says this');
  await expect(page.getByText('No block has these words')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText('No block has these words')).toBeHidden();
});

test('blocks of the flow are found by their words', async ({ editor, page }) => {
  await page.goto('/flows/update-user');
  await editor.block('login').getByText('Login').click();
  await page.keyboard.press('ControlOrMeta+f');
  const find = page.locator('.blockly-ws-search');
  await expect(find).toBeVisible();
  await page.keyboard.type('rose');
  await expect(editor.blocks.locator('.blockly-ws-search-current')).toHaveCount(1);
  await editor.picture('find');
  for (const name of ['Find previous', 'Find next', 'Close']) {
    await expect(find.getByRole('button', { name })).toBeInViewport({ ratio: 1 });
  }
  await find.getByRole('button', { name: 'Close' }).click();
  await expect(find).toBeHidden();
});

test('an input is chosen among those that the flow declares', async ({ editor, page }) => {
  await page.goto('/flows/update-user');
  const name = editor.blocks.getByRole('button', { name: 'dropdown: password' });
  await name.click();
  await page.getByRole('option', { name: 'New input…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Inputs of this flow' });
  await dialog.getByRole('button', { name: 'Add input' }).click();
  await dialog.getByLabel('Name').last().fill('secret word');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await name.click();
  await page.getByRole('option', { name: 'secret word' }).click();
  await expect(editor.block('login').getByText('secret word')).toBeVisible();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
});
