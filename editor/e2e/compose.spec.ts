import { accessible } from './axe';
import { expect, test } from './editor';

const text = (id: string, TEXT: string) => ({ block: { type: 'text', id, fields: { TEXT } } });

const flow = {
  flow: { name: 'hints', title: 'Hints' },
  variables: [
    { id: 'a', name: 'unused one' },
    { id: 'b', name: 'total' },
  ],
  blocks: {
    languageVersion: 0,
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
            fields: { VAR: { id: 'a' } },
            inputs: { VALUE: { block: { type: 'expression', id: 'code', fields: { CODE: '1 + 1' } } } },
            next: {
              block: {
                type: 'set_object_property',
                id: 'property',
                inputs: { propName: text('name', 'city'), propValue: text('value', 'Oxford') },
              },
            },
          },
        },
      },
      { type: 'text_print', id: 'loose', x: 40, y: 400, inputs: { TEXT: text('t', 'never') } },
    ],
  },
};

test.beforeEach(async ({ editor, page }) => {
  const answer = await page.request.put('/api/flows/hints', { data: flow });
  expect(answer.ok(), await answer.text()).toBe(true);
  await page.goto('/flows/hints');
  await expect(editor.block('hat')).toBeVisible();
});

test('hints stand on the blocks and in the list, and go when their reason goes', async ({ editor, page }) => {
  await editor.tab('Problems').click();
  const panel = page.getByRole('tabpanel');
  await expect(panel.getByText('“unused one” is set here, but nothing uses it.')).toBeVisible();
  await panel.getByRole('button', { name: /These blocks stand under no hat/ }).click();
  await expect(editor.block('loose')).toHaveClass(/blocklySelected/);
  await editor.picture('hints');
  await page.keyboard.press('Delete');
  await expect(panel.getByText(/These blocks stand under no hat/)).toHaveCount(0);
});

test('the outline tells the flow in words and leads to its blocks', async ({ editor, page }) => {
  await editor.tab('Outline').click();
  const stack = page.getByRole('tabpanel').getByRole('region', { name: 'when run' });
  await expect(stack.getByRole('button')).toHaveText([
    'when run',
    'set unused one to expression 1 + 1',
    'set property “city” of … to “Oxford”',
  ]);
  await editor.picture('outline');
  await stack.getByRole('button', { name: /^set property/ }).click();
  await expect(editor.block('property')).toHaveClass(/blocklySelected/);
});

test('an expression is written with the names it knows, and checked while it is typed', async ({
  editor,
  page,
}) => {
  await editor.block('code').getByRole('button', { name: 'Edit text: 1 + 1' }).click();
  const dialog = page.getByRole('dialog', { name: 'Expression' });
  const code = dialog.getByRole('textbox', { name: 'Code' });
  await code.fill('2 +');
  await expect(dialog.locator('.note')).toContainText(/./);
  await code.fill('');
  await code.pressSequentially('2 + tot');
  const proposal = dialog.getByRole('option', { name: 'total' });
  await expect(proposal).toBeVisible();
  await editor.picture('expression');
  await accessible(page, 'the dialog for code');
  await proposal.click();
  await expect(code).toHaveText('2 + total');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(editor.block('code').getByText('2 + total')).toBeVisible();
});

test('where a property is named, those of the users are proposed', async ({ editor, page }) => {
  await editor.tab('Users').click();
  await expect(page.getByRole('table', { name: 'Users' })).toBeVisible();
  await editor.block('name').getByText('city').click();
  const field = page.locator('.blocklyHtmlInput');
  await expect(field).toHaveAttribute('list', 'property-names');
  for (const name of ['address', 'city', 'email']) {
    await expect(page.locator(`#property-names option[value="${name}"]`)).toHaveCount(1);
  }
});
