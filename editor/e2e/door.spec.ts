import { expect, PASSWORD, test } from './editor';

test('the one-time link works once, and the password opens the editor again', async ({ editor, page }) => {
  await page.getByRole('link', { name: 'All flows' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto(editor.server.setupLink);
  await expect(page.getByText('This link has been used already')).toBeVisible();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('Password').fill('a wrong guess');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: 'Open Update a user' })).toBeVisible();
});

test('a new flow starts with its hat and opens', async ({ editor, page }) => {
  await page.getByRole('link', { name: 'All flows' }).click();
  await page.getByRole('button', { name: 'New flow' }).click();
  await page.getByLabel('Title of the new flow').fill('Tea at five');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/flows\/tea-at-five$/);
  await expect(editor.blocks.getByText('when run')).toBeVisible();
  await editor.runButton.click();
  await expect(page.getByText('Succeeded')).toBeVisible();
  await editor.picture('new-flow');
});

test('a flow is duplicated and deleted from the list', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  await page.getByRole('link', { name: 'All flows' }).click();
  await page.getByRole('button', { name: 'Duplicate Update a user' }).click();
  const copy = page.getByRole('link', { name: 'Open Update a user (copy)' });
  await expect(copy).toBeVisible();
  await page.getByRole('button', { name: 'Delete Update a user (copy)' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(copy).toBeVisible();
  await page.getByRole('button', { name: 'Delete Update a user (copy)' }).click();
  await page.getByRole('button', { name: 'Delete flow' }).click();
  await expect(copy).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Open Update a user' })).toBeVisible();
});

test('light and dark are a switch away and stay chosen', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  await page.getByRole('button', { name: 'Use dark colours' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(page.getByRole('button', { name: 'Use light colours' })).toBeVisible();
});

test('losing the sign-in while editing costs no edit', async ({ editor, page }) => {
  await page.request.delete('/api/session');
  const title = page.getByLabel('Title of the flow');
  await title.fill('Kept through it all');
  await title.press('Tab');
  await page.getByRole('dialog', { name: 'Sign in' }).getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Save now' }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await page.reload();
  await expect(title).toHaveValue('Kept through it all');
  await expect(editor.runButton).toBeEnabled();
});

test('a flow with blocks that the editor does not know is left as it is', async ({ editor, page }) => {
  const strange = { type: 'from_the_future', id: 'strange', x: 40, y: 40 };
  const flow = { flow: { title: 'Tomorrow' }, blocks: { languageVersion: 0, blocks: [strange] } };
  await page.request.put('/api/flows/tomorrow', { data: flow });
  await page.goto('/flows/tomorrow');
  await expect(page.getByRole('alert')).toContainText('from_the_future');
  await expect(editor.runButton).toBeDisabled();
  const kept = await (await page.request.get('/api/flows/tomorrow')).json();
  expect(kept.flow.blocks.blocks).toEqual([strange]);
});
