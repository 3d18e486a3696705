import { accessible } from './axe';
import { expect, test } from './editor';

test.describe.configure({ timeout: 100_000 });

test('every block has help with examples that can be put into the flow', async ({ editor, page }) => {
  await page.getByRole('treeitem', { name: 'Lists' }).click();
  const flyout = page.locator('.blocklyToolboxFlyout');
  await flyout.getByText('contains').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Help (F1)' }).click();
  const help = page.getByRole('dialog', { name: 'Lists: help for a block' });
  await expect(help.getByText('Says whether a list has this item.')).toBeVisible();
  const example = help.getByRole('listitem', { name: 'Example 1' });
  await expect(example.getByText('contains')).toBeVisible();
  await expect(example.getByText('true')).toBeVisible();
  await editor.picture('help');
  await accessible(page, 'the help of a block');
  await example.getByRole('button', { name: 'Put it into my flow' }).click();
  await expect(help).toHaveCount(0);
  await expect(editor.blocks.locator('.list_contains:visible')).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(editor.blocks.locator('.list_contains:visible')).toHaveCount(0);
});

test('F1 opens the help of the block at the keyboard, and Escape goes back to it', async ({
  editor,
  page,
}) => {
  await editor.block('login').getByText('Login').click();
  await page.keyboard.press('F1');
  const help = page.getByRole('dialog', { name: 'Users: help for a block' });
  await expect(help.getByText('Logs a user in and gives the user.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(help).toHaveCount(0);
  await expect(editor.block('login')).toBeVisible();
});
