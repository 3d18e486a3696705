import { accessible } from './axe';
import { expect, test } from './editor';

test.describe.configure({ timeout: 180_000 });

test('somebody is invited, sets a password, sees what the role permits, and is removed', async ({
  editor,
  page,
  browser,
}) => {
  await expect(editor.runButton).toBeEnabled();
  await page.goto('/');
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  const dialog = page.getByRole('dialog', { name: 'Invite somebody' });
  await dialog.getByLabel('Name').fill('Ada');
  await accessible(page, 'inviting');
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  await expect(dialog.getByRole('alert')).toContainText('small letters');
  await dialog.getByLabel('Name').fill('ada@example.com');
  await dialog.getByLabel('Role').selectOption({ label: 'Viewer' });
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  const made = page.getByRole('dialog', { name: 'The link for ada@example.com' });
  const link = (await made.getByText('/setup?token=').textContent()) ?? '';
  await page.keyboard.press('Escape');
  const row = page.getByRole('row', { name: /ada@example\.com invited/ });
  await expect(row).toBeVisible();
  await editor.picture('people');
  await accessible(page, 'people');

  const context = await browser.newContext();
  const ada = await context.newPage();
  await ada.goto(link);
  await ada.getByLabel('Password', { exact: true }).fill('analytical engine');
  await ada.getByLabel('Password again').fill('analytical engine');
  await ada.getByRole('button', { name: 'Set password and start' }).click();
  await expect(ada.getByRole('link', { name: 'Open Update a user' })).toBeVisible();
  await expect(ada.getByRole('link', { name: 'Users', exact: true })).toHaveCount(0);
  await expect(ada.getByRole('link', { name: 'People' })).toHaveCount(0);
  await ada.goto('/people');
  await expect(ada.getByRole('alert')).toContainText("don't permit this");
  await ada.getByRole('button', { name: 'ada@example.com' }).click();
  const own = ada.getByRole('dialog', { name: 'Change my password' });
  await own.getByLabel('Password until now').fill('a wrong guess');
  await own.getByLabel('New password').fill('difference engine');
  await own.getByLabel('Password again').fill('difference engine');
  await own.getByRole('button', { name: 'Save' }).click();
  await expect(own.getByRole('alert')).toContainText('not your password');
  await own.getByLabel('Password until now').fill('analytical engine');
  await own.getByRole('button', { name: 'Save' }).click();
  await expect(ada.getByLabel('Name')).toHaveValue('ada@example.com');
  await ada.getByLabel('Password').fill('difference engine');
  await ada.getByRole('button', { name: 'Sign in' }).click();
  await expect(ada.getByRole('button', { name: 'ada@example.com' })).toBeVisible();

  await page.getByLabel('Role of ada@example.com').selectOption({ label: 'Editor' });
  await expect(page.getByText('ada@example.com has another role now.')).toBeVisible();
  await ada.goto('/');
  await expect(ada.getByRole('link', { name: 'Users', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Remove ada@example.com' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('ada@example.com is removed.')).toBeVisible();
  await ada.reload();
  await expect(ada.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await context.close();
});

test('a token is made for some scopes, shown once, and revoked; the audit log tells of it', async ({
  editor,
  page,
}) => {
  await expect(editor.runButton).toBeEnabled();
  await page.goto('/people/tokens');
  await expect(page.getByText('There are no tokens yet.')).toBeVisible();
  await page.getByRole('button', { name: 'New token' }).click();
  const dialog = page.getByRole('dialog', { name: 'New token' });
  await dialog.getByLabel('Name').fill('<b>ci</b>');
  await dialog.getByLabel('run', { exact: true }).uncheck();
  await accessible(page, 'a new token');
  await dialog.getByRole('button', { name: 'Make token' }).click();
  const token = await page.getByRole('dialog', { name: 'The token is made' }).getByText('bft_').textContent();
  await page.keyboard.press('Escape');
  const row = page.getByRole('row', { name: '<b>ci</b> read owner' });
  await expect(row).toBeVisible();
  const ask = (path: string) =>
    fetch(`${editor.server.address}${path}`, { headers: { Authorization: `Bearer ${token}` } });
  expect((await ask('/api/flows')).status).toBe(200);
  expect((await ask('/api/people')).status).toBe(403);
  await editor.picture('tokens');
  await accessible(page, 'tokens');
  await page.getByRole('button', { name: 'Revoke <b>ci</b>' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(row).toHaveCount(0);
  expect((await ask('/api/flows')).status).toBe(401);

  await page.getByRole('link', { name: 'Audit log' }).click();
  const log = page.getByRole('table', { name: 'Audit log' });
  await expect(log.getByRole('row', { name: /owner made the token .* <b>ci<\/b>/ })).toBeVisible();
  await page.getByRole('searchbox').fill('revoked');
  await expect(log.getByRole('row')).toHaveCount(2);
  await page.getByRole('searchbox').fill('');
  await editor.picture('audit');
  await accessible(page, 'the audit log');
});

test('settings of flows and mail are kept, and those of the server are told', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  await page.request.put('/api/flows/on-trouble', {
    data: {
      flow: { title: 'On trouble' },
      blocks: { languageVersion: 0, blocks: [{ type: 'when_run', id: 'r' }] },
    },
  });
  await page.goto('/');
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByLabel('Flow', { exact: true }).selectOption({ label: 'Update a user' });
  await page.getByLabel('When a run fails, run the flow').selectOption({ label: 'On trouble' });
  await page.getByLabel('Runs at a time').fill('5');
  await page.getByLabel('Web pages that may call the webhooks').fill('https://shop.example.com/path');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('without a path');
  await page.getByLabel('Web pages that may call the webhooks').fill('https://shop.example.com');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  const policy = await (await page.request.get('/api/flows/update-user/policy')).json();
  expect(policy).toMatchObject({
    onFailure: 'on-trouble',
    concurrency: 5,
    origins: ['https://shop.example.com'],
  });
  await editor.picture('settings-flows');
  await accessible(page, 'settings of flows');

  await page.getByRole('link', { name: 'Mail' }).click();
  await page.getByLabel('Host').fill('smtp.example.com');
  await page.getByLabel('From').fill('no-reply@example.com');
  await page.getByLabel('Password').fill('s3cret of mail');
  await page.getByLabel('User name').fill('blockflow');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Host')).toHaveValue('smtp.example.com');
  expect(await page.getByLabel('Password').inputValue()).not.toContain('s3cret');
  await editor.picture('settings-mail');
  await accessible(page, 'settings of mail');

  await page.getByRole('link', { name: 'This server' }).click();
  await expect(page.getByRole('row', { name: /^Ended runs are kept for 30 days/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /A run may take 5 minutes run-timeout/ })).toBeVisible();
  await page.getByLabel('Ended runs are kept for, instead').fill('7');
  await page.getByLabel('Requests a second from one address, instead').fill('0.1');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('from 1 to 1000000 requests');
  await page.getByLabel('Requests a second from one address, instead').fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.reload();
  await expect(page.getByRole('row', { name: /^Ended runs are kept for 7 days/ })).toBeVisible();
  await editor.picture('settings-server');
  await accessible(page, 'settings of the server');
});
