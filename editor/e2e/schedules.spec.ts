import { accessible } from './axe';
import { expect, test } from './editor';

const every = (id: string, fields: object) => ({ type: 'when_every', id, x: 40, y: 40, fields });

test('schedules tell their next times in words, on a page and beside the flow', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  await page.goto('/schedules');
  await expect(page.getByText('No published flow has a schedule.')).toBeVisible();
  const blocks = [
    every('morning', { EVERY: '0 9 * * 1-5', ZONE: 'Europe/Berlin', MISSED: 'ONCE' }),
    every('often', { EVERY: '2 seconds', ZONE: 'UTC', MISSED: 'SKIP' }),
  ];
  const file = { flow: { title: 'By the clock' }, blocks: { languageVersion: 0, blocks } };
  await page.request.put('/api/flows/by-the-clock', { data: file });
  expect((await page.request.post('/api/flows/by-the-clock/publish')).ok()).toBe(true);
  await expect
    .poll(async () => (await (await page.request.get('/api/runs?flow=by-the-clock')).json()).runs.length)
    .toBeGreaterThan(0);

  await page.goto('/');
  await page.getByRole('link', { name: 'Schedules' }).click();
  const morning = page.getByRole('listitem').filter({ hasText: 'At 09:00, Monday through Friday' });
  await expect(morning).toContainText('Europe/Berlin');
  await expect(morning).toContainText(/Next run in \d+ (hour|day|minute)s?, \w{3}, \w{3} \d+, 09:00/);
  await expect(morning).toContainText('made up for by one run');
  await morning.getByText('The times after that').click();
  await expect(morning.getByRole('listitem')).toHaveCount(10);
  const often = page.getByRole('listitem').filter({ hasText: 'Every 2 seconds' });
  await expect(often).toContainText('are skipped');
  await expect(often.getByRole('link', { name: /^Succeeded/ }).first()).toBeVisible();
  await editor.picture('schedules');
  await accessible(page, 'schedules');

  await morning.getByRole('link', { name: 'by-the-clock' }).click();
  await editor.tab('Share').click();
  await expect(page.getByRole('region', { name: 'Schedules' }).getByText('Every 2 seconds')).toBeVisible();
  await editor.picture('schedules-share');
});
