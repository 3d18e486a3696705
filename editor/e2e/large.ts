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
/** A flow of so many blocks. */
export function large(blocks: number) {
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
