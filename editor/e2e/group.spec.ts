import type { Page } from '@playwright/test';
import { accessible } from './axe';
import { type Editor, expect, test } from './editor';

test.describe.configure({ timeout: 100_000 });
test.use({ actionTimeout: 20_000 });

const print = (id: string, next?: object) => ({
  type: 'text_print',
  id,
  inputs: { TEXT: { shadow: { type: 'text', fields: { TEXT: id } } } },
  ...(next ? { next: { block: next } } : {}),
});

const flow = {
  flow: { name: 'group', title: 'Group' },
  blocks: {
    blocks: [
      {
        type: 'when_run',
        id: 'hat',
        x: 40,
        y: 40,
        next: { block: print('one', print('two', print('three', print('four')))) },
      },
      { ...print('five'), x: 420, y: 60 },
    ],
  },
};

test.beforeEach(async ({ editor, page }) => {
  const answer = await page.request.put('/api/flows/group', { data: flow });
  expect(answer.ok(), await answer.text()).toBe(true);
  await page.goto('/flows/group');
  await expect(editor.block('five')).toBeVisible();
});

const word = (editor: Editor, id: string) =>
  editor.block(id).locator(':scope > g:not([data-id]) > text').first();
const pick = (editor: Editor, id: string) => word(editor, id).click({ modifiers: ['Shift'] });
const marked = (editor: Editor) => editor.blocks.locator('.grouped');

/** What hangs below the hat, as the server has it. */
async function stack(page: Page): Promise<string[]> {
  const file = await (await page.request.get('/api/flows/group')).json();
  const list: string[] = [];
  const tops = file.flow.blocks.blocks;
  let block = tops.find((top: { id: string }) => top.id === 'hat');
  while (block) {
    list.push(block.inputs?.TEXT?.shadow?.fields.TEXT ?? block.inputs?.TEXT?.block?.fields?.TEXT ?? block.id);
    block = block.next?.block;
  }
  return list;
}

test('blocks pointed at with Shift are deleted together, and come back in one step', async ({
  editor,
  page,
}) => {
  await pick(editor, 'two');
  await pick(editor, 'three');
  await pick(editor, 'five');
  await pick(editor, 'five'); // and out again
  await expect(marked(editor)).toHaveCount(2);
  await editor.picture('group');
  await accessible(page, 'a group of blocks');
  await page.keyboard.press('Delete');
  await expect(editor.block('two')).toHaveCount(0);
  await expect.poll(() => stack(page)).toEqual(['hat', 'one', 'four']);
  await page.keyboard.press('Control+z');
  await expect.poll(() => stack(page)).toEqual(['hat', 'one', 'two', 'three', 'four']);
});

test('a group is dragged to another place, the rest closes up, and one step takes it back', async ({
  editor,
  page,
}) => {
  await pick(editor, 'one');
  await pick(editor, 'two');
  const from = await word(editor, 'two').boundingBox();
  const head = await editor.block('one').boundingBox();
  if (!from || !head) throw new Error('A block is nowhere to be seen.');
  await page.mouse.move(from.x + 5, from.y + 5);
  await page.mouse.down();
  await page.mouse.move(from.x + 60, from.y + 60, { steps: 6 });
  const last = await editor.block('four').boundingBox(); // where the rest has closed up to
  if (!last) throw new Error('The last block is nowhere to be seen.');
  await page.mouse.move(from.x + 9, from.y + 9 + last.y + last.height - head.y, { steps: 12 });
  await editor.picture('group-dragged');
  await page.mouse.up();
  await expect.poll(() => stack(page)).toEqual(['hat', 'three', 'four', 'one', 'two']);
  await page.keyboard.press('Control+z');
  await expect.poll(() => stack(page)).toEqual(['hat', 'one', 'two', 'three', 'four']);
});

test('a frame selects what it touches, and a click beside ends the group', async ({ editor, page }) => {
  const first = await editor.block('two').boundingBox();
  const last = await editor.block('five').boundingBox();
  if (!first || !last) throw new Error('A block is nowhere to be seen.');
  await page.keyboard.down('Shift');
  await page.mouse.move(last.x + last.width + 30, last.y - 10);
  await page.mouse.down();
  await page.mouse.move(last.x + 20, last.y + last.height + 10, { steps: 4 });
  await expect(page.locator('.group-frame')).toBeVisible();
  await page.mouse.move(first.x + 10, first.y + first.height / 2, { steps: 8 });
  await editor.picture('group-frame');
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await expect(page.locator('.group-frame')).toHaveCount(0);
  await expect.poll(() => marked(editor).count()).toBeGreaterThan(2);
  await page.mouse.click(last.x + last.width + 30, last.y + last.height + 120);
  await expect(marked(editor)).toHaveCount(0);
});

test('a group is made, copied and pasted by the keyboard, and said aloud', async ({ editor, page }) => {
  await word(editor, 'two').click();
  await page.keyboard.press('Shift+ArrowDown');
  await expect(marked(editor)).toHaveCount(2);
  await expect(page.getByText('2 blocks selected')).toBeAttached();
  await page.keyboard.press('Control+c');
  await page.keyboard.press('Escape');
  await expect(marked(editor)).toHaveCount(0);
  await page.keyboard.press('Control+v');
  await expect(marked(editor)).toHaveCount(2);
  const copies = editor.blocks.locator('.blocklyBlockCanvas .text_print');
  await expect(copies).toHaveCount(7);
  await page.keyboard.press('d');
  await expect(copies).toHaveCount(9);
  await page.keyboard.press('Control+a');
  await expect.poll(() => marked(editor).count()).toBe(10);
});

test('a group is disabled and collapsed from its menu', async ({ editor, page }) => {
  await pick(editor, 'one');
  await pick(editor, 'three');
  const menu = async (entry: string) => {
    await word(editor, 'three').click({ button: 'right' });
    await page.getByRole('menuitem', { name: entry }).click();
  };
  await menu('Disable or enable 2 selected blocks');
  await expect(editor.block('one')).toHaveClass(/blocklyDisabled/);
  await expect(editor.block('three')).toHaveClass(/blocklyDisabled/);
  await expect(editor.block('two')).not.toHaveClass(/blocklyDisabled/);
  await editor.picture('group-disabled');
});
