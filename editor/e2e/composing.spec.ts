import { accessible } from './axe';
import { expect, test } from './editor';

test.describe.configure({ timeout: 100_000 });
test.use({ actionTimeout: 20_000 });

const number = (id: string, NUM: number) => ({ block: { type: 'math_number', id, fields: { NUM } } });
const sum = {
  type: 'math_arithmetic',
  id: 'sum',
  fields: { OP: 'ADD' },
  inputs: { A: number('a', 1), B: number('b', 2) },
};
const flow = {
  flow: { name: 'composing', title: 'Composing' },
  variables: [{ id: 'v', name: 'total' }],
  blocks: {
    blocks: [
      {
        type: 'when_run',
        id: 'hat',
        x: 40,
        y: 40,
        next: {
          block: {
            type: 'variables_set',
            id: 'set',
            fields: { VAR: { id: 'v' } },
            inputs: { VALUE: { block: sum } },
          },
        },
      },
      { type: 'text', id: 'loose', x: 60, y: 300, fields: { TEXT: 'seven' } },
    ],
  },
};

test.beforeEach(async ({ editor, page }) => {
  const answer = await page.request.put('/api/flows/composing', { data: flow });
  expect(answer.ok(), await answer.text()).toBe(true);
  await page.goto('/flows/composing');
  await expect(editor.block('loose')).toBeVisible();
});

test('a block that does not fit does not snap, and it is said why', async ({ editor, page }) => {
  const from = await editor.block('loose').boundingBox();
  const to = await editor.block('b').boundingBox();
  if (!from || !to) throw new Error('A block is nowhere to be seen.');
  await page.mouse.move(from.x + 6, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + 10, to.y + to.height / 2 + 4, { steps: 12 });
  await page.mouse.up();
  await expect(page.getByText('This place takes number, and the block gives text.')).toBeVisible();
  await editor.picture('refused');
  await accessible(page, 'a block that does not fit');
  await expect(editor.block('sum').locator('[data-id="loose"]')).toHaveCount(0);
});

test('the blocks that are used most have a category of their own', async ({ editor, page }) => {
  await page.getByRole('treeitem', { name: 'Most used' }).click();
  const flyout = page.locator('.blocklyToolboxFlyout');
  await expect(flyout.getByText('when run')).toBeVisible();
  await expect(flyout.getByText('123')).toBeVisible();
  await expect(flyout.locator('.math_arithmetic')).toBeVisible();
  await editor.picture('most-used');
});

test('a block is duplicated, collapsed, disabled and given a comment from its menu', async ({
  editor,
  page,
}) => {
  const menu = async (entry: string) => {
    await editor.block('sum').locator(':scope > g:not([data-id]) > text').first().click({ button: 'right' });
    await page.getByRole('menuitem', { name: entry }).first().click();
  };
  for (const entry of ['Duplicate', 'Add Comment', 'Disable Block']) await menu(entry);
  await expect(editor.block('sum')).toHaveClass(/blocklyDisabled/);
  await expect(editor.blocks.locator('.blocklyCommentIcon, .blocklyIconGroup').first()).toBeVisible();
  await menu('Enable Block');
  await menu('Collapse Block');
  await editor.picture('collapsed');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(editor.block('a')).toBeVisible();
});

test('what is not published yet is marked on the blocks and counted', async ({ editor, page }) => {
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(page.getByText('Published v1')).toBeVisible();
  await expect(editor.block('loose')).not.toHaveClass(/unpublished/);
  await editor.block('loose').getByText('seven').click();
  await page.keyboard.type('eight');
  await page.keyboard.press('Enter');
  await expect(editor.block('loose')).toHaveClass(/unpublished/);
  await editor.picture('unpublished');
  await accessible(page, 'an unpublished change');
  await page.getByRole('button', { name: '1 unpublished change' }).click();
  await expect(page.getByRole('heading', { name: /version 1/i })).toBeVisible();
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(page.getByRole('button', { name: '1 unpublished change' })).toHaveCount(0);
  await expect(editor.block('loose')).not.toHaveClass(/unpublished/);
});
