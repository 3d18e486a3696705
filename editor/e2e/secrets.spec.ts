import { accessible } from './axe';
import { expect, test } from './editor';

test('a secret is kept, replaced and deleted, and its value is never shown again', async ({
  editor,
  page,
}) => {
  await expect(editor.runButton).toBeEnabled();
  await page.goto('/');
  await page.getByRole('link', { name: 'Secrets' }).click();
  await expect(page.getByText('There are no secrets yet.')).toBeVisible();
  await page.getByRole('button', { name: 'New secret' }).click();
  const dialog = page.getByRole('dialog', { name: 'New secret' });
  await dialog.getByLabel('Name').fill('no spaces please');
  await dialog.getByLabel('Value').fill('sk_live_1234');
  await accessible(page, 'a new secret');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toContainText('The name of a secret');
  await dialog.getByLabel('Name').fill('stripe-key');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('stripe-key is kept.')).toBeVisible();
  await expect(page.getByRole('row', { name: /stripe-key just now owner/ })).toBeVisible();
  await editor.picture('secrets');
  await accessible(page, 'secrets');

  await page.getByRole('button', { name: 'Replace stripe-key' }).click();
  const again = page.getByRole('dialog', { name: 'Replace stripe-key' });
  await expect(again.getByLabel('Value')).toHaveValue('');
  await again.getByLabel('Value').fill('sk_live_5678');
  await again.getByRole('button', { name: 'Save' }).click();
  await page.reload();
  await expect(page.getByRole('row', { name: /stripe-key/ })).toBeVisible();
  expect(await page.content()).not.toContain('sk_live');

  await page.getByRole('button', { name: 'Delete stripe-key' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('There are no secrets yet.')).toBeVisible();
});
