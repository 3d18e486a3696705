import { expect, test } from './editor';

test('the editor after a run of the reference example', async ({ editor, page }) => {
  await editor.runButton.click();
  await expect(page.getByText('Succeeded')).toBeVisible();
  await expect(editor.block('update').getByText('{ alice@newmail.c… }').first()).toBeVisible();
  await page.screenshot({ path: 'screenshot.png' });
});
