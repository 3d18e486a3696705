import type { Locator, Page } from '@playwright/test';
import { accessible } from './axe';
import { type Editor, expect, test } from './editor';

test.describe.configure({ timeout: 100_000 });
test.use({ actionTimeout: 20_000 });

/** The first words on a block itself, and not on those inside it or below it. */
const words = (editor: Editor, id: string): Locator =>
  editor.block(id).locator(':scope > g:not([data-id]) > text').first();

/** Chooses from the menu of a block, where its words stand. */
async function choose(page: Page, on: Locator, entry: string): Promise<void> {
  await on.click({ button: 'right' });
  await page.getByRole('menuitem', { name: entry }).click();
}

test('a run stops at a breakpoint, shows what is known there, and goes on', async ({ editor, page }) => {
  await choose(page, words(editor, 'set-address'), 'Set breakpoint');
  await expect(editor.blocks.locator('.breakpoint-icon')).toHaveCount(1);
  await page.reload();
  await expect(editor.blocks.locator('.breakpoint-icon')).toHaveCount(1);
  await expect(page.getByLabel('Stop at 1 breakpoint')).toBeChecked();

  await editor.runButton.click();
  const stopped = page.getByRole('region', { name: /^Stopped before “set property/ });
  await expect(stopped).toBeVisible();
  await expect(stopped).toContainText('alice@newmail.com');
  await expect(stopped.getByRole('row', { name: 'address 1 Looking-Glass Lane' })).toBeVisible();
  await expect(editor.block('login').getByText('{ alice@newmail')).toBeVisible();
  await expect(editor.blocks.locator('.blocklyHighlighted').first()).toBeVisible();
  await editor.picture('breakpoint');
  await page.getByRole('button', { name: 'Use dark colours' }).click();
  await editor.picture('breakpoint-dark');
  await accessible(page, 'stopped at a breakpoint');

  await page.keyboard.press('F10');
  const return_ = page.getByRole('region', { name: /^Stopped before “return/ });
  await expect(return_.getByRole('row', { name: 'address 27 Rose Street' })).toBeVisible();
  await page.getByRole('button', { name: 'Step' }).click();
  await expect(page.getByRole('region', { name: /asks outside: users.update/ })).toBeVisible();
  const users = await (await page.request.get('/api/usertable')).text();
  expect(users).not.toContain('27 Rose Street');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('Succeeded')).toBeVisible();
  expect(await (await page.request.get('/api/usertable')).text()).toContain('27 Rose Street');
});

test('run to here stops once, and stopping there lets nothing more happen', async ({ editor, page }) => {
  await choose(page, words(editor, 'return'), 'Run to here');
  const stopped = page.getByRole('region', { name: /^Stopped before “return/ });
  await expect(stopped).toBeVisible();
  await stopped.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByText('Cancelled', { exact: true })).toBeVisible();
  expect(await (await page.request.get('/api/usertable')).text()).not.toContain('27 Rose Street');
  await editor.picture('run-to-here-stopped');
});

test('breakpoints are set and taken away by the keyboard', async ({ editor, page }) => {
  await words(editor, 'set-email').click();
  await page.keyboard.press('F9');
  await expect(editor.blocks.locator('.breakpoint-icon')).toHaveCount(1);
  await page.getByLabel('Stop at 1 breakpoint').uncheck();
  await editor.runButton.click();
  await expect(page.getByText('Succeeded')).toBeVisible();
  await words(editor, 'set-email').click();
  await page.keyboard.press('F9');
  await expect(editor.blocks.locator('.breakpoint-icon')).toHaveCount(0);
});

test('a past run goes on from one of its effects, with another input', async ({ editor, page }) => {
  await editor.input('password').fill('not the password');
  await editor.runButton.click();
  await expect(page.getByText('Failed', { exact: true })).toBeVisible();
  await editor.tab('History').click();
  await page.getByRole('table', { name: 'Runs' }).getByRole('link').first().click();
  await editor.tab('Effects').click();
  await page
    .getByRole('listitem')
    .filter({ hasText: 'users.login' })
    .getByRole('button', { name: 'Run from here' })
    .click();
  const dialog = page.getByRole('dialog', { name: 'Run from users.login' });
  await expect(dialog).toBeVisible();
  await dialog.getByLabel('password').fill('wonderland');
  await editor.picture('run-from');
  await accessible(page, 'the dialog for a run from an effect');
  const first = page.url();
  await dialog.getByRole('button', { name: 'Run from here' }).click();
  await expect(page).not.toHaveURL(first);
  await editor.tab('Run').click();
  await expect(page.getByText('Succeeded')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Goes on from an effect of an earlier run' })).toBeVisible();
});

test('a run from an effect is refused if the flow would come there in another way', async ({
  editor,
  page,
}) => {
  const input = (NAME: string) => ({ block: { type: 'flow_input', fields: { NAME } } });
  const login = {
    type: 'users_login',
    extraState: { hasOutput: false },
    inputs: { identity: input('who'), password: input('password') },
    next: {
      block: {
        type: 'users_login',
        extraState: { hasOutput: false },
        inputs: {
          identity: { block: { type: 'text', fields: { TEXT: 'bob@yourmail.com' } } },
          password: { block: { type: 'text', fields: { TEXT: 'builder' } } },
        },
      },
    },
  };
  const inputs = [
    { name: 'who', type: 'text', default: 'alice@yourmail.com' },
    { name: 'password', type: 'password', default: 'wonderland' },
  ];
  const flow = {
    flow: { name: 'who', title: 'Who' },
    blocks: { blocks: [{ type: 'when_run', extraState: { inputs }, next: { block: login } }] },
  };
  expect((await page.request.put('/api/flows/who', { data: flow })).ok()).toBe(true);
  const answer = await page.request.post('/api/flows/who/run', { data: {} });
  expect(answer.ok(), await answer.text()).toBe(true);
  const { id } = (await answer.json()) as { id: string };
  await page.goto(`/runs/${id}`);
  await page
    .getByRole('button', { name: /^users\.login, step/ })
    .last()
    .click();
  await page.getByRole('button', { name: 'Run from here' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('who').fill('bob@yourmail.com');
  await dialog.getByRole('button', { name: 'Run from here' }).click();
  await expect(dialog.getByRole('alert')).toContainText("The flow can't go on from here");
  await editor.picture('run-from-refused');
});

test('two runs stand side by side where they part', async ({ editor, page }) => {
  await editor.runButton.click();
  await expect(page.getByText('Succeeded')).toBeVisible();
  await editor.input('password').fill('not the password');
  await editor.runButton.click();
  await expect(page.getByText('Failed', { exact: true })).toBeVisible();
  await editor.tab('History').click();
  await page.getByRole('table', { name: 'Runs' }).getByRole('link').first().click();
  await page.getByRole('button', { name: 'Compare with' }).click();
  const dialog = page.getByRole('dialog', { name: 'Compare this run with' });
  await expect(dialog.getByRole('link', { name: /Succeeded/ })).toBeVisible();
  await accessible(page, 'choosing a run to compare with');
  await dialog.getByRole('link', { name: /Succeeded/ }).click();

  await expect(page.getByRole('heading', { name: 'Two runs of Update a user' })).toBeVisible();
  const left = page.getByRole('region', { name: 'Left' });
  const right = page.getByRole('region', { name: 'Right' });
  await expect(left.getByText('Invalid login or password').first()).toBeVisible();
  await expect(right.getByText(/^“Login .* gives$/)).toBeVisible();
  await editor.picture('compare-runs');
  await page.getByRole('button', { name: 'Use dark colours' }).click();
  await editor.picture('compare-runs-dark');
  await left.getByRole('slider', { name: 'Step' }).fill('0');
  await expect(left.getByText(/^Step 1 of/)).toBeVisible();
  await page.getByRole('button', { name: /^They go different ways/ }).click();
  await expect(left.getByText(/^Step 1 of/)).toHaveCount(0);
  await expect(left.getByText('Invalid login or password').first()).toBeVisible();
  await accessible(page, 'two runs');
});
