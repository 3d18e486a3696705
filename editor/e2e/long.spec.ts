import { expect, test } from './editor';

const ROUNDS = 3000;

const number = (id: string, NUM: number) => ({ block: { type: 'math_number', id, fields: { NUM } } });
const get = (id: string) => ({ block: { type: 'variables_get', id, fields: { VAR: { id: 'sum' } } } });

const add = {
  type: 'variables_set',
  id: 'set',
  fields: { VAR: { id: 'sum' } },
  inputs: {
    VALUE: {
      block: {
        type: 'math_arithmetic',
        id: 'add',
        fields: { OP: 'ADD' },
        inputs: { A: get('before'), B: number('one', 1) },
      },
    },
  },
};

const loop = {
  type: 'controls_repeat_ext',
  id: 'loop',
  inputs: { TIMES: number('times', ROUNDS), DO: { block: add } },
  next: { block: { type: 'immediate_return', id: 'return', inputs: { value: get('after') } } },
};

const flow = {
  flow: { name: 'long', title: 'Long' },
  variables: [{ id: 'sum', name: 'sum' }],
  blocks: {
    languageVersion: 0,
    blocks: [{ type: 'when_run', id: 'hat', x: 40, y: 40, next: { block: loop } }],
  },
};

test('a long run is right at its end, at its start and in between', async ({ editor, page }) => {
  const answer = await page.request.put('/api/flows/long', { data: flow });
  expect(answer.ok(), await answer.text()).toBe(true);
  await page.goto('/flows/long');
  await expect(editor.block('loop')).toBeVisible();
  await editor.runButton.click();
  await expect(page.getByText('Succeeded')).toBeVisible();
  await expect(editor.block('add').getByText(String(ROUNDS), { exact: true }).first()).toBeVisible();
  await editor.tab('Steps').click();
  const panel = page.getByRole('tabpanel');
  const position = panel.getByText(/^Step \d+ of \d+$/);
  const total = Number((await position.innerText()).split(' ').pop());
  expect(total).toBeGreaterThan(5000);
  const sum = panel.getByRole('region', { name: 'Variables at this moment' });
  await expect(sum).toContainText(new RegExp(`sum\\s+${ROUNDS}`));

  await page.getByRole('slider', { name: 'Step' }).fill(String(Math.floor(total / 2)));
  await expect(panel.getByText(/At work for the .* of 3000 times/)).toBeVisible();
  await expect(sum).toContainText(/sum\s+1(499|5\d\d)/);
  await editor.picture('long');
  await page.getByRole('button', { name: 'Where sum is set next' }).click();
  await expect(panel.getByText('Sets sum to')).toBeVisible();
  await page.getByRole('button', { name: 'First step' }).click();
  await expect(page.getByText('No variable is set yet.')).toBeVisible();
  await expect(editor.blocks.locator('.value-pill')).toHaveCount(0);
});
