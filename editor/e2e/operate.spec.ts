import type { Page } from '@playwright/test';
import { accessible } from './axe';
import { expect, test } from './editor';

const HOSTILE = '<img src=x onerror="window.hacked=1">';

test.describe.configure({ timeout: 180_000 });

async function call(page: Page, password: string): Promise<void> {
  await page.request.post('/hooks/update-user', { data: { password } });
}

test('runs are filtered, searched, charted, exported and retried together', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  await call(page, 'wonderland');
  for (let i = 0; i < 3; i++) await call(page, 'not the password');
  await page.goto('/');
  await page.getByRole('link', { name: 'Runs', exact: true }).click();
  await expect(page.getByText('4 runs, 3 of them failed.')).toBeVisible();
  const runs = page.getByRole('table', { name: 'Runs', exact: true });
  await expect(runs.getByRole('row')).toHaveCount(5);
  await expect(page.getByRole('figure', { name: 'How long they took' })).toBeVisible();
  const counted = page.getByRole('figure', { name: 'Runs over time' });
  await counted.getByText('Show as a table').click();
  await expect(counted.getByRole('row').nth(1)).toContainText('1 3 0 0'.split(' ').join(''));
  await editor.picture('runs-charts');
  await accessible(page, 'runs with charts');

  await page.getByRole('searchbox').fill('invalid login');
  await expect(runs.getByRole('row')).toHaveCount(4);
  await page.getByLabel('Status').selectOption({ label: 'Succeeded' });
  await expect(page.getByText('No run is like that.')).toBeVisible();
  await page.getByLabel('Status').selectOption({ label: 'All' });
  await page.getByRole('combobox', { name: 'Time' }).selectOption({ label: 'from … to …' });
  await page.getByLabel('To', { exact: true }).fill('2020-01-01T00:00');
  await expect(page.getByText('No run is like that.')).toBeVisible();
  await page.getByRole('combobox', { name: 'Time' }).selectOption({ label: 'the last hour' });
  await expect(page).toHaveURL(/search=invalid\+login&hours=1/);
  await page.reload();
  await expect(runs.getByRole('row')).toHaveCount(4);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('runs.csv');
  await page.getByLabel('Select all runs').check();
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(page.getByText('3 runs are tried again.')).toBeVisible();
});

test('dead letters are retried or put aside', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  for (let i = 0; i < 3; i++) await call(page, 'not the password');
  const letters = async () => (await (await page.request.get('/api/deadletters')).json()).runs.length;
  await expect.poll(letters).toBe(3);
  await page.goto('/runs');
  await page.getByRole('link', { name: 'Dead letters' }).click();
  const table = page.getByRole('table', { name: 'Dead letters' });
  await expect(table.getByRole('row')).toHaveCount(4);
  await table.getByRole('checkbox').nth(1).check();
  await page.getByRole('button', { name: 'Put aside' }).click();
  await expect(page.getByText('1 run was put aside.')).toBeVisible();
  await expect(table.getByRole('row')).toHaveCount(3);
  await editor.picture('dead-letters');
  await accessible(page, 'dead letters');
  await page.getByRole('button', { name: 'Retry all' }).click();
  await expect(page.getByText('2 runs are tried again.')).toBeVisible();
});

test('whatever stands in the name of a flow or an error is text', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  const blocks = [
    {
      type: 'when_run',
      id: 'r',
      next: {
        block: {
          type: 'immediate_return',
          id: 'x',
          inputs: {
            value: {
              block: {
                type: 'expression',
                id: 'e',
                fields: { CODE: `error("${HOSTILE.replaceAll('"', '\\"')}")` },
              },
            },
          },
        },
      },
    },
  ];
  await page.request.put('/api/flows/hostile', {
    data: { flow: { title: HOSTILE }, blocks: { languageVersion: 0, blocks } },
  });
  await page.request.post('/api/flows/hostile/run', { data: { input: {} } });
  await page.goto('/runs');
  await expect(page.getByLabel('Flow').getByRole('option', { name: HOSTILE })).toHaveCount(1);
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
});
