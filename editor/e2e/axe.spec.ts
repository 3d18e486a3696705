import { accessible } from './axe';
import { expect, test } from './editor';

test.describe.configure({ timeout: 240_000 }); // axe looks at every block, in both colours

test('axe finds nothing wrong with the doors', async ({ editor, page }) => {
  await page.getByRole('link', { name: 'All flows' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByLabel('Password')).toBeVisible();
  await accessible(page, 'sign in');
  await page.goto(editor.server.setupLink);
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  await accessible(page, 'a used link');
});

test('axe finds nothing wrong with the list of flows', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  await page.getByRole('link', { name: 'All flows' }).click();
  await page.getByRole('button', { name: 'New flow' }).click();
  await accessible(page, 'flows');
  await page.getByRole('button', { name: 'Delete Update a user' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await accessible(page, 'deleting');
});

test('axe finds nothing wrong with the editor and its panels', async ({ editor, page }) => {
  await editor.runButton.click();
  await expect(page.getByText('Succeeded')).toBeVisible();
  for (const name of ['Run', 'Steps', 'History', 'Outline', 'Users', 'Share', 'Problems']) {
    await editor.tab(name).click();
    await expect(editor.tab(name)).toHaveAttribute('aria-selected', 'true');
    if (name === 'History') await expect(page.getByRole('table', { name: 'Runs' })).toBeVisible();
    await accessible(page, name);
  }
  await editor.block('when-run').getByRole('button', { name: 'Edit inputs' }).first().click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await accessible(page, 'inputs');
});

test('axe finds nothing wrong with a run that failed', async ({ editor, page }) => {
  await editor.input('password').fill('not the password');
  await editor.runButton.click();
  await expect(page.getByText('Failed', { exact: true })).toBeVisible();
  await expect(editor.blocks.getByText('Invalid login or password')).toBeVisible();
  await accessible(page, 'failed');
});

test('axe finds nothing wrong with the list of runs and a run', async ({ editor, page }) => {
  await editor.runButton.click();
  await expect(page.getByText('Succeeded')).toBeVisible();
  await page.goto('/runs');
  await expect(page.getByRole('table', { name: 'Runs' })).toBeVisible();
  await accessible(page, 'runs');
  await page.getByRole('table').getByRole('link').first().click();
  for (const name of ['Run', 'Steps', 'Effects']) {
    await editor.tab(name).click();
    await expect(editor.tab(name)).toHaveAttribute('aria-selected', 'true');
    await accessible(page, `a run: ${name}`);
  }
});
