import { expect, test } from './editor';

const text = (TEXT: string) => ({ shadow: { type: 'text', fields: { TEXT } } });
const number = (NUM: number) => ({ block: { type: 'math_number', fields: { NUM } } });
const user = { block: { type: 'variables_get', fields: { VAR: { id: 'user' } } } };

interface Part {
  type: string;
  id?: string;
  next?: { block: Part };
  [key: string]: unknown;
}

// A property set, and a question with a print in it: twelve blocks.
const parts = (i: number): Part[] => [
  {
    type: 'set_object_property',
    inputs: {
      object: user,
      propName: text('name'),
      propValue: {
        block: {
          type: 'text_join',
          extraState: { itemCount: 2 },
          inputs: { ADD0: text('a'), ADD1: number(i) },
        },
      },
    },
  },
  {
    type: 'controls_if',
    inputs: {
      IF0: { block: { type: 'logic_compare', fields: { OP: 'EQ' }, inputs: { A: user, B: number(3) } } },
      DO0: { block: { type: 'text_print', inputs: { TEXT: text('x') } } },
    },
  },
];

// Several stacks, the first one of half of all blocks.
function large(blocks: number) {
  let made = 0;
  const stacks: Part[] = [];
  while (made < blocks) {
    const list: Part[] = [
      { type: 'when_run', id: `hat${stacks.length}`, x: 40 + 700 * stacks.length, y: 40 },
    ];
    for (
      const most = stacks.length ? 80 : blocks / 2;
      12 * list.length < 2 * most && made < blocks;
      made += 12
    )
      list.push(...parts(made));
    for (let i = list.length - 1; i > 0; i--) (list[i - 1] as Part).next = { block: list[i] as Part };
    made++;
    stacks.push(list[0] as Part);
  }
  return {
    flow: { name: 'large', title: 'Large' },
    variables: [{ id: 'user', name: 'user' }],
    blocks: { languageVersion: 0, blocks: stacks },
  };
}

const count = (file: unknown) => JSON.stringify(file).split('"type":').length - 1;

test('of a large flow the beginning is there at once, and nothing is lost by changing it before the rest is', async ({
  editor,
  page,
}) => {
  const file = large(2000);
  const answer = await page.request.put('/api/flows/large', { data: file });
  expect(answer.ok(), await answer.text()).toBe(true);
  const began = Date.now();
  await page.goto('/flows/large', { waitUntil: 'commit' });
  await editor.block('hat0').waitFor();
  const first = Date.now() - began;
  await page.getByRole('textbox', { name: 'Title of the flow' }).fill('Larger');
  await expect(editor.block(`hat${file.blocks.blocks.length - 1}`)).toBeAttached();
  console.log(`2,000 blocks: the first after ${first} ms, all after ${Date.now() - began} ms`);
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await expect
    .poll(async () => (await (await page.request.get('/api/flows/large')).json()).flow.flow.title)
    .toBe('Larger');
  const { flow } = await (await page.request.get('/api/flows/large')).json();
  expect(count(flow)).toBe(count(file));
});
