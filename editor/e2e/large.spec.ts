import { expect, test } from './editor';
import { large } from './large';

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

interface Timings {
  events: number[];
  tasks: number[];
}

declare global {
  interface Window {
    timings: Timings;
  }
}

test('what a person does in a large flow is answered before they notice', async ({ editor, page }) => {
  test.setTimeout(120_000);
  const file = large(2000);
  const answer = await page.request.put('/api/flows/large', { data: file });
  expect(answer.ok(), await answer.text()).toBe(true);
  await page.addInitScript(() => {
    window.timings = { events: [], tasks: [] };
    const watch = (type: string, list: number[]) =>
      new PerformanceObserver((found) => {
        for (const { duration } of found.getEntries()) list.push(duration);
      }).observe({ type, durationThreshold: 16 } as PerformanceObserverInit);
    watch('event', window.timings.events);
    watch('longtask', window.timings.tasks);
  });
  await page.goto('/flows/large');
  await expect(editor.block(`hat${file.blocks.blocks.length - 1}`)).toBeAttached();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();

  const idle = () =>
    page.evaluate(() => new Promise((done) => requestIdleCallback(() => done(null), { timeout: 3000 })));
  const figures: string[] = [];
  /** Does something; the figures are the slowest answer to an event, and the longest task until all is quiet. */
  const timed = async (what: string, act: () => Promise<unknown>) => {
    await idle();
    await page.evaluate(() => {
      window.timings.events.length = window.timings.tasks.length = 0;
    });
    await act();
    await page.waitForFunction(() => performance.now() > 0);
    await expect(page.getByText('Saved', { exact: true })).toBeVisible();
    await idle();
    const { events, tasks } = await page.evaluate(() => window.timings);
    figures.push(
      `${what}: ${Math.max(0, ...events).toFixed(0)} ms (longest task ${Math.max(0, ...tasks).toFixed(0)} ms)`,
    );
  };

  const print = page.locator('.text_print').first();
  const box = async () => {
    const found = await print.boundingBox();
    if (!found) throw new Error('The block is nowhere to be seen.');
    return found;
  };
  const at = await box();
  await timed('selecting a block', () => page.mouse.click(at.x + 8, at.y + 8));
  await timed('opening a field and typing into it', async () => {
    await print.locator('.blocklyTextInputField, .blocklyEditableField').first().click();
    await page.keyboard.type('hello', { delay: 40 });
    await page.keyboard.press('Enter');
  });
  await timed('undoing it', () => page.getByRole('button', { name: 'Undo' }).click());
  await timed('opening a drawer', () => page.getByRole('treeitem', { name: 'Logic' }).click());
  await timed('dragging a block out of it', async () => {
    const block = await page.locator('.blocklyToolboxFlyout .logic_boolean').first().boundingBox();
    if (!block) throw new Error('The drawer has no such block.');
    await page.mouse.move(block.x + 6, block.y + 6);
    await page.mouse.down();
    await page.mouse.move(at.x + 300, at.y + 40, { steps: 12 });
    await page.mouse.up();
  });
  await timed('dragging a statement out of its stack', async () => {
    const from = await box();
    await page.mouse.move(from.x + 8, from.y + 8);
    await page.mouse.down();
    await page.mouse.move(from.x + 250, from.y + 60, { steps: 12 });
    await page.mouse.up();
  });
  await timed('deleting it', () => page.keyboard.press('Delete'));
  await timed('scrolling', async () => {
    await page.mouse.move(at.x + 200, at.y + 100);
    for (let n = 0; n < 10; n++) await page.mouse.wheel(0, 60);
  });
  await timed('zooming', () => page.getByRole('button', { name: 'Zoom out' }).click());
  console.log(`2,000 blocks, until the answer to an event is on the screen:\n${figures.join('\n')}`);
});
