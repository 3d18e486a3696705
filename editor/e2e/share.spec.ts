import { execFileSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import { accessible } from './axe';
import { expect, test } from './editor';

test.describe.configure({ timeout: 180_000 });

const copied = (page: Page, label: string) =>
  page
    .getByRole('tabpanel')
    .getByRole('button', { name: `Copy: ${label}` })
    .locator('xpath=..')
    .locator('code')
    .innerText();

const hook = (id: string, fields: object) => ({ type: 'when_webhook', id, x: 40, y: 40, fields });

test('the snippets of a webhook work as they are: curl, JavaScript and an HTML form', async ({
  editor,
  page,
  context,
}) => {
  await expect(editor.runButton).toBeEnabled();
  const inputs = [{ name: 'who', type: 'text', default: "O'Neil <b>" }];
  const blocks = [
    {
      type: 'when_run',
      id: 'run',
      x: 40,
      y: 40,
      extraState: { inputs },
      next: {
        block: {
          type: 'immediate_return',
          id: 'out',
          inputs: { value: { block: { type: 'flow_input', id: 'in', fields: { NAME: 'who' } } } },
        },
      },
    },
    { ...hook('hook', { METHOD: 'POST', PATH: 'greet', AUTH: 'NONE', THEN: 'RUN' }), y: 240 },
  ];
  await page.request.put('/api/flows/greet', {
    data: { flow: { title: 'Greet' }, blocks: { languageVersion: 0, blocks } },
  });
  const published = await page.request.post('/api/flows/greet/publish');
  expect(published.ok(), await published.text()).toBe(true);
  await page.goto('/flows/greet');
  await editor.tab('Share').click();
  await expect(page.getByText('Anyone may call it.')).toBeVisible();

  const curl = await copied(page, 'Terminal');
  expect(execFileSync('bash', ['-c', `${curl} -s`]).toString()).toContain("O'Neil <b>");
  await page.getByRole('button', { name: 'JavaScript', exact: true }).click();
  const script = await copied(page, 'JavaScript');
  const said = page.waitForEvent('console');
  await page.evaluate(`(async () => { ${script} })()`);
  expect((await said).text()).toContain("O'Neil <b>");

  await page.getByRole('button', { name: 'HTML form', exact: true }).click();
  const form = await copied(page, 'HTML form');
  await editor.picture('share');
  await accessible(page, 'sharing');
  const other = await context.newPage();
  await other.setContent(form);
  await other.getByLabel('who').fill('Grace');
  await Promise.all([
    other.waitForResponse((r) => r.url().endsWith('/hooks/greet') && r.ok()),
    other.getByRole('button', { name: 'Send' }).click(),
  ]);
  await expect(other.getByText('Grace')).toBeVisible();
  await other.close();

  await page.getByText('Try the draft by its test address').click();
  const address = await copied(page, 'Test address');
  const answer = await page.request.post(address, { data: { who: 'a test' } });
  expect(await answer.text()).toContain('a test');
});

test('a webhook tells what its callers need', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  const blocks = [
    hook('a', { METHOD: 'POST', PATH: 'a', AUTH: 'HMAC', SECRET: 'signing-key' }),
    hook('b', { METHOD: 'GET', PATH: 'b', AUTH: 'BASIC', SECRET: 'door' }),
  ];
  await page.request.put('/api/flows/guarded', {
    data: { flow: { title: 'Guarded' }, blocks: { languageVersion: 0, blocks } },
  });
  await page.request.put('/api/secrets/signing-key', { data: { value: 'SECRET' } });
  const published = await page.request.post('/api/flows/guarded/publish');
  expect(published.ok(), await published.text()).toBe(true);
  await page.goto('/flows/guarded');
  await editor.tab('Share').click();
  const signed = page.getByRole('region', { name: 'Webhook' }).filter({ hasText: 'signing-key' });
  await expect(signed).toContainText('signs time and body');
  const curl = await signed.locator('code').nth(1).innerText();
  expect(
    execFileSync('bash', ['-c', curl.replace('curl ', "curl -s -o /dev/null -w '%{http_code}' ")]).toString(),
  ).toBe('200');
  const basic = page.getByRole('region', { name: 'Webhook' }).filter({ hasText: 'door' });
  await expect(basic.getByText(/-u 'NAME:PASSWORD'/)).toBeVisible();
  await expect(basic.getByRole('button', { name: 'HTML form' })).toHaveCount(0);
});

test('HTML in an address, a secret’s name and the note of a version is text', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  const evil = '<img src=x onerror="window.hacked=1">';
  const blocks = [hook('a', { METHOD: 'POST', PATH: `a/${evil}`, AUTH: 'BASIC', SECRET: evil })];
  await page.request.put('/api/flows/update-user', {
    data: { flow: { title: evil }, blocks: { languageVersion: 0, blocks } },
  });
  await page.request.post('/api/flows/update-user/versions/1/publish', { data: { note: evil } });
  await page.goto('/flows/update-user');
  await editor.tab('Share').click();
  await expect(page.getByRole('region', { name: 'Versions' }).getByText(evil)).toBeVisible();
  await expect(page.getByText(`The secret is kept as “${evil}”.`)).toBeVisible();
  await page.goto('/settings');
  await expect(page.getByLabel('Flow', { exact: true }).getByRole('option', { name: evil })).toHaveCount(1);
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
});

test('versions are listed, compared with the draft, restored, and gone back to', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  await editor.blocks.getByRole('button', { name: 'Edit text: 27 Rose Street' }).click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('5 Toadstool Row');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText('Version 2 is published.')).toBeVisible();
  await editor.tab('Share').click();
  const versions = page.getByRole('region', { name: 'Versions' });
  await expect(versions.getByRole('listitem')).toHaveCount(2);
  await expect(versions.getByRole('listitem').first()).toContainText(/Version 2 live .* owner/);
  await versions.getByRole('button', { name: 'Compare: Version 1' }).click();
  await expect(
    page.getByRole('region', { name: 'Since version 1' }).getByText('27 Rose Street → 5 Toadstool Row'),
  ).toBeVisible();
  await expect(editor.blocks.locator('.draft-changed')).toHaveCount(1);
  await editor.picture('versions');

  await versions.getByRole('button', { name: 'Go back to it: Version 1' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Go back to it' }).click();
  await expect(page.getByText('Version 1 is live again, as version 3.')).toBeVisible();
  await expect(editor.blocks.getByRole('button', { name: 'Edit text: 5 Toadstool Row' })).toBeVisible();
  const answer = await page.request.post('/hooks/update-user', { data: { password: 'wonderland' } });
  expect(await answer.text()).toContain('27 Rose Street');
  await accessible(page, 'versions');

  await versions.getByRole('button', { name: 'Make it the draft: Version 1' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make it the draft' }).click();
  await expect(page.getByText('The draft is version 1 now.')).toBeVisible();
  await expect(editor.blocks.getByRole('button', { name: 'Edit text: 27 Rose Street' })).toBeVisible();
  await expect(page.getByText('The draft is what is published.')).toBeVisible();
});
