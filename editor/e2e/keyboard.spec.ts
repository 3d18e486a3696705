import { expect, test } from './editor';

test.describe.configure({ timeout: 100_000 });

const flow = {
  flow: { name: 'keys', title: 'Keys' },
  blocks: { blocks: [{ type: 'when_run', id: 'hat', x: 40, y: 40 }] },
};

test('a flow is composed and run by the keyboard alone', async ({ editor, page }) => {
  const answer = await page.request.put('/api/flows/keys', { data: flow });
  expect(answer.ok(), await answer.text()).toBe(true);
  await page.goto('/flows/keys');
  await expect(editor.block('hat')).toBeVisible();
  // From the last button above the blocks: the search, a word, the drawer that it fills, the first block.
  await editor.runButton.focus();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('searchbox', { name: 'Search for blocks' })).toBeFocused();
  await page.keyboard.type('print');
  await expect(page.locator('.blocklyToolboxFlyout').getByText('print')).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter'); // takes it in hand
  const print = editor.blocks.locator('.text_print:visible');
  await expect(print).toHaveCount(1);
  await page.keyboard.press('ArrowDown'); // to where it fits
  await editor.picture('keyboard-moving');
  await page.keyboard.press('Enter');
  await expect(editor.block('hat').locator('.text_print')).toBeVisible();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await expect(print.locator('.blocklyWarningIcon')).toHaveCount(0); // it stands under a hat now
  await page.keyboard.press('ArrowRight'); // to what is in it
  await page.keyboard.press('ArrowRight'); // to its field
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('by hand');
  await page.keyboard.press('Enter');
  await expect(print.getByText('by hand')).toBeVisible();
  await editor.runButton.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Succeeded')).toBeVisible();
  await expect(page.getByRole('tabpanel').getByText('by hand')).toBeVisible();
  await editor.picture('keyboard');
});
