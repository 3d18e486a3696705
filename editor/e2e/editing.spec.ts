import type { APIResponse, Page } from '@playwright/test';
import { expect, test } from './editor';

const flowAt = '/api/flows/update-user';

async function draft(page: Page): Promise<{ revision: number; flow: Record<string, unknown> }> {
  return (await page.request.get(flowAt)).json();
}

async function put(page: Page, path: string, flow: unknown): Promise<APIResponse> {
  const answer = await page.request.put(path, { data: flow as Record<string, unknown> });
  expect(answer.ok(), await answer.text()).toBe(true);
  return answer;
}

test('an edit is saved by itself and is there after a reload', async ({ editor, page }) => {
  await editor.blocks.getByRole('button', { name: 'Edit text: 27 Rose Street' }).click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('5 Toadstool Row');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Unsaved changes')).toBeVisible();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await page.getByLabel('Title of the flow').fill('Move Alice');
  await expect(page.getByText('Unsaved changes')).toBeVisible(); // without leaving the field
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await expect.poll(async () => JSON.stringify((await draft(page)).flow)).toContain('Move Alice');
  await page.reload();
  await expect(editor.blocks.getByText('5 Toadstool Row')).toBeVisible();
  await expect(page.getByLabel('Title of the flow')).toHaveValue('Move Alice');
});

test('undo and redo take an edit back and forth', async ({ editor, page }) => {
  const undo = page.getByRole('button', { name: 'Undo' });
  await expect(undo).toBeDisabled();
  await editor.blocks.getByRole('button', { name: 'Edit text: 27 Rose Street' }).click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('elsewhere');
  await page.keyboard.press('Enter');
  await undo.click();
  await expect(editor.blocks.getByText('27 Rose Street')).toBeVisible();
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect(editor.blocks.getByText('elsewhere')).toBeVisible();
});

test('what the editor does not know of a flow file is kept when it saves', async ({ editor, page }) => {
  const { flow } = await draft(page);
  const about = flow.flow as Record<string, unknown>;
  await put(page, flowAt, {
    ...flow,
    flow: { ...about, owner: 'the Cheshire cat' },
    madeWith: { tea: true },
  });
  await page.reload();
  await page.getByLabel('Title of the flow').fill('Still whole');
  await page.getByLabel('Title of the flow').press('Tab');
  await expect
    .poll(async () => ((await draft(page)).flow.flow as Record<string, unknown>).title)
    .toBe('Still whole');
  const after = (await draft(page)).flow;
  expect(after.madeWith).toEqual({ tea: true });
  expect((after.flow as Record<string, unknown>).owner).toBe('the Cheshire cat');
  expect(after.blocks).toBeTruthy();
  await expect(editor.runButton).toBeEnabled();
});

test('someone else saving in between is seen, and either side can win', async ({ editor, page }) => {
  const { flow } = await draft(page);
  const about = flow.flow as Record<string, unknown>;
  await put(page, flowAt, { ...flow, flow: { ...about, title: 'Theirs' } });
  const title = page.getByLabel('Title of the flow');
  await title.fill('Mine');
  await title.press('Tab');
  await expect(page.getByText('Someone else saved this flow in the meantime.')).toBeVisible();
  await editor.picture('conflict');
  await page.getByRole('button', { name: 'Load theirs' }).click();
  await expect(title).toHaveValue('Theirs');
  await put(page, flowAt, flow);
  await title.fill('Mine again');
  await title.press('Tab');
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await expect
    .poll(async () => ((await draft(page)).flow.flow as Record<string, unknown>).title)
    .toBe('Mine again');
});

test('a problem stands on its block and in the list', async ({ editor, page }) => {
  const { flow } = await draft(page);
  const bare = { type: 'set_object_property', id: 'bare' };
  const hat = { type: 'when_run', id: 'hat', x: 40, y: 40, next: { block: bare } };
  await put(page, flowAt, { ...flow, blocks: { languageVersion: 0, blocks: [hat] } });
  await page.reload();
  await editor.tab('Problems').click();
  const problem = page.getByRole('tabpanel').getByRole('button').first();
  await expect(problem).toBeVisible();
  await problem.click();
  await expect(editor.block('bare')).toHaveClass(/blocklySelected/);
  await editor.picture('problems');
  await editor.runButton.click();
  await expect(page.getByText("The flow couldn't be run.")).toBeVisible();
});

test('publishing gives a version, and the webhook can be copied', async ({ editor, page }) => {
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText(/Version \d+ is published\./)).toBeVisible();
  await editor.tab('Share').click();
  await expect(page.getByText(/curl -X POST '.*\/hooks\/update-user'/)).toBeVisible();
  await editor.picture('share');
});

test('HTML in a flow, a run and a user is shown as text and runs nothing', async ({ editor, page }) => {
  const evil = '<img src=x onerror="window.__pwned=1"><script>window.__pwned=1</script>';
  const { flow } = await draft(page);
  const text = JSON.stringify(flow).replaceAll('27 Rose Street', evil.replaceAll('"', '\\"'));
  const hostile = JSON.parse(text) as Record<string, unknown>;
  hostile.flow = { name: 'hostile', title: evil, description: evil };
  hostile.blocks = JSON.parse(
    JSON.stringify(hostile.blocks)
      .replaceAll('"path":"update-user"', '"path":"hostile"')
      .replaceAll('"PATH":"update-user"', '"PATH":"hostile"'),
  );
  await put(page, '/api/flows/hostile', hostile);
  await page.goto('/flows/hostile');
  await expect(page.getByLabel('Title of the flow')).toHaveValue(evil);
  await editor.runButton.click();
  await expect(page.getByText('Succeeded')).toBeVisible();
  await expect(page.getByRole('tabpanel').getByText(evil).first()).toBeVisible();
  for (const name of ['Steps', 'Users', 'Share', 'Problems']) await editor.tab(name).click();
  await page.getByRole('link', { name: 'All flows' }).click();
  await expect(page.getByText(evil).first()).toBeVisible();
  expect(await page.evaluate(() => (window as unknown as { __pwned?: unknown }).__pwned)).toBeUndefined();
  await editor.picture('hostile');
});
