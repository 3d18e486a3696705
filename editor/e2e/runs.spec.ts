import { expect, test } from './editor';

test('a run that a webhook began is found in the list and gone through step by step', async ({
  editor,
  page,
}) => {
  await expect(editor.runButton).toBeEnabled();
  const answer = await page.request.post('/hooks/update-user', { data: { password: 'wonderland' } });
  expect(answer.ok(), await answer.text()).toBe(true);
  await page.goto('/');
  await page.getByRole('link', { name: 'Runs' }).click();
  const runs = page.getByRole('table', { name: 'Runs' });
  await expect(runs.getByRole('row', { name: /Succeeded update-user .* webhook, version 1/ })).toBeVisible();
  await editor.picture('runs');
  await page.getByLabel('Status').selectOption({ label: 'Failed' });
  await expect(page.getByText('No run is like that. Choose a longer time or fewer filters.')).toBeVisible();
  await page.getByLabel('Status').selectOption({ label: 'All' });
  await runs.getByRole('link').first().click();

  await expect(page.getByRole('heading', { name: 'Run of Update a user' })).toBeVisible();
  await expect(page.getByText('Step 18 of 18')).toBeVisible();
  await expect(editor.block('login').getByText('{ alice@yourmail.… }')).toBeVisible();
  await page.getByRole('button', { name: /^users\.login, step/ }).click();
  await expect(page.getByText('Asks outside: users.login')).toBeVisible();
  await expect(page.getByText('No variable is set yet.')).toBeVisible();
  await editor.picture('past-run');
  await page.getByRole('button', { name: 'Last step' }).click();
  await page.getByRole('button', { name: 'Where user was set before' }).click();
  await expect(page.getByText('Sets user to')).toBeVisible();

  await editor.tab('Effects').click();
  await expect(page.getByRole('listitem').filter({ hasText: 'users.update' })).toContainText('answered');
  const [journal] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download the journal' }).click(),
  ]);
  expect(journal.suggestedFilename()).toMatch(/\.ndjson$/);
  await editor.picture('past-run-effects');
  await editor.tab('Run').click();
  await expect(page.getByRole('row', { name: 'address 1 Looking-Glass Lane 27 Rose Street' })).toBeVisible();
  await expect(page.getByText('wonderland')).toHaveCount(0);
  await page.getByRole('link', { name: 'Open flow' }).click();
  await expect(editor.runButton).toBeEnabled();
});

test('a failed run is retried from the block that failed', async ({ editor, page }) => {
  await editor.input('password').fill('not the password');
  await editor.runButton.click();
  await expect(page.getByText('Failed', { exact: true })).toBeVisible();
  await editor.tab('History').click();
  const runs = page.getByRole('table', { name: 'Runs' });
  await expect(runs.getByRole('row', { name: /Failed Invalid login or password/ })).toBeVisible();
  await editor.picture('history');
  await runs.getByRole('link').first().click();
  await expect(editor.blocks.getByText('Invalid login or password')).toBeVisible();
  const first = page.url();
  await page.getByRole('button', { name: 'Retry from the failed block' }).click();
  await expect(page).not.toHaveURL(first);
  await editor.tab('Run').click();
  await expect(page.getByRole('link', { name: 'Retry of an earlier run' })).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('Invalid login or password');
});

test('a run can be watched in slow motion, and stopped', async ({ editor, page }) => {
  await page.getByLabel('Speed').selectOption({ label: 'Step by step' });
  await editor.runButton.click();
  await expect(page.getByText(/^At work: /)).toBeVisible();
  await expect(editor.blocks.locator('.blocklyHighlighted').first()).toBeVisible();
  await editor.picture('slow-motion');
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByText('Succeeded')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Speed')).toHaveValue('slowest');
});

test('two runs are chosen from the list and compared', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  const small = { flow: { name: 'small' }, blocks: { blocks: [{ type: 'when_run', id: 'hat' }] } };
  expect((await page.request.put('/api/flows/small', { data: small })).ok()).toBe(true);
  expect((await page.request.post('/api/flows/small/publish', { data: {} })).ok()).toBe(true);
  for (const _ of [1, 2])
    expect((await page.request.post('/api/flows/small/run', { data: { input: {} } })).ok()).toBe(true);
  await page.goto('/runs');
  const table = page.getByRole('table', { name: 'Runs' });
  const ticks = table.getByRole('checkbox', { name: /^Select the run of/ });
  await expect(ticks).toHaveCount(2);
  await ticks.first().check();
  await expect(page.getByRole('link', { name: 'Compare them' })).toHaveCount(0);
  await ticks.last().check();
  await expect(page.getByRole('button', { name: 'Retry' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Compare them' }).click();
  await expect(page.getByRole('heading', { name: /compare|two runs/i }).first()).toBeVisible();
});
