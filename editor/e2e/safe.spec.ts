import type { Page } from '@playwright/test';
import { expect, test } from './editor';

const title = (page: Page) => page.getByLabel('Title of the flow');

async function savedTitle(page: Page): Promise<string> {
  const { flow } = await (await page.request.get('/api/flows/update-user')).json();
  return flow.flow.title;
}

test('what could not be saved is kept in the browser and comes back', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  await page.route('**/api/flows/update-user', (route) =>
    route.request().method() === 'PUT' ? route.abort() : route.fallback(),
  );
  await title(page).fill('Written in a tunnel');
  await expect(page.getByRole('alert')).toContainText('Your changes are kept in this browser');
  page.on('dialog', (dialog) => dialog.accept()); // leaving asks first
  await page.reload();
  await expect(title(page)).toHaveValue('Written in a tunnel');
  await expect(page.getByText('Changes that had not been saved are back.')).toBeVisible();
  await page.unroute('**/api/flows/update-user');
  await expect.poll(() => savedTitle(page), { timeout: 30_000 }).toBe('Written in a tunnel');
  await page.reload();
  await expect(title(page)).toHaveValue('Written in a tunnel');
  await expect(page.getByText('Changes that had not been saved are back.')).toHaveCount(0);
});

test('two tabs with the same flow see each other', async ({ editor, page, context }) => {
  await expect(editor.runButton).toBeEnabled();
  const other = await context.newPage();
  await other.goto('/flows/update-user');
  await expect(title(other)).toHaveValue('Update a user');
  await title(page).fill('Said in the first tab');
  await expect(title(other)).toHaveValue('Said in the first tab');
  await expect(other.getByText('This flow was changed in another tab')).toBeVisible();
  await title(other).fill('And in the second');
  await expect(title(page)).toHaveValue('And in the second');
  await other.close();
});

test('the draft is compared with what is published, block by block', async ({ editor, page }) => {
  await editor.tab('Share').click();
  const compare = page.getByRole('region', { name: 'Since version 1' });
  await expect(compare.getByText('The draft is what is published.')).toBeVisible();
  await editor.blocks.getByRole('button', { name: 'Edit text: 27 Rose Street' }).click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('5 Toadstool Row');
  await page.keyboard.press('Enter');
  const change = compare.getByRole('listitem').filter({ hasText: '27 Rose Street → 5 Toadstool Row' });
  await expect(change).toBeVisible();
  await expect(editor.blocks.locator('.draft-changed')).toHaveCount(1);
  await editor.picture('compare');
  await editor.tab('Run').click();
  await expect(editor.blocks.locator('.draft-changed')).toHaveCount(0);
});
