import type { Page } from '@playwright/test';
import { accessible } from './axe';
import { type Editor, expect, test } from './editor';

async function toStart(editor: Editor): Promise<void> {
  await editor.page.getByRole('link', { name: 'All flows' }).click();
  await expect(editor.page.getByRole('link', { name: 'Open Update a user' })).toBeVisible();
}

/** Drops files onto the page as a person does from a folder. */
async function drop(page: Page, files: { name: string; text: string }[]): Promise<void> {
  const data = await page.evaluateHandle((list) => {
    const transfer = new DataTransfer();
    for (const { name, text } of list) transfer.items.add(new File([text], name));
    return transfer;
  }, files);
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: data });
  await expect(page.getByText('Drop flow files here')).toBeVisible();
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
}

const HOSTILE = '<img src=x onerror="window.hit=1">';

test('from the opened page to a changed user record are two clicks', async ({ editor, page }) => {
  await toStart(editor);
  let clicks = 0;
  const click = async (name: string) => {
    await page.getByRole(name.startsWith('Open') ? 'link' : 'button', { name, exact: true }).click();
    clicks++;
  };
  await click('Open Update a user');
  await expect(editor.runButton).toBeEnabled();
  await click('Run');
  await expect(page.getByText('Succeeded')).toBeVisible();
  await expect(page.getByRole('row', { name: /27 Rose Street/ }).first()).toBeVisible();
  expect(clicks).toBe(2);
});

test('flows are found by words, by how they stand and by tags', async ({ editor, page }) => {
  for (const [name, title] of [
    ['tea', 'Tea for Élise'],
    ['hats', 'Hats'],
  ]) {
    await page.request.put(`/api/flows/${name}`, {
      data: { flow: { title, description: 'At the party' }, blocks: { languageVersion: 0, blocks: [] } },
    });
  }
  await toStart(editor);
  const found = page.getByRole('link', { name: /^Open/ });
  await expect(found).toHaveCount(3);
  await page.getByRole('searchbox', { name: 'Search flows' }).fill('elise PARTY');
  await expect(found).toHaveText([/Tea for Élise$/]);
  await expect(page.getByRole('status').getByText('1 flow', { exact: true })).toBeVisible();
  await page.getByRole('searchbox').fill('nothing like it');
  await page.getByRole('button', { name: 'Show all flows' }).click();
  await page.getByLabel('Show', { exact: true }).selectOption('Never published');
  await expect(found).toHaveText([/Hats$/, /Tea for Élise$/]);
  await page.getByRole('button', { name: 'Tags of Hats' }).click();
  await page.getByLabel('Tags', { exact: true }).fill('party, felt , party');
  await page.keyboard.press('Enter');
  await page
    .getByRole('group', { name: 'Show only flows with the tag' })
    .getByRole('button', { name: 'felt' })
    .click();
  await expect(found).toHaveText([/Hats$/]);
  await accessible(page, 'the list of flows, filtered');
  await editor.picture('start-filtered');
  await page.reload();
  await expect(page.getByRole('button', { name: 'party', exact: true })).toBeVisible();
});

test('flow files and logic in XML are dropped onto the page and become flows', async ({ editor, page }) => {
  await toStart(editor);
  const own = await (await page.request.get('/api/flows/update-user')).json();
  const hostile = { flow: { title: HOSTILE, tags: [HOSTILE] }, blocks: { languageVersion: 0, blocks: [] } };
  const logic =
    '<xml xmlns="http://www.w3.org/1999/xhtml"><block type="root_block_event"><statement name="statements_code">' +
    '<block type="ui_common_blocks__set_component_state"/></statement></block></xml>';
  const plain = `<xml xmlns="https://developers.google.com/blockly/xml"><block type="text_print"><value name="TEXT"><shadow type="text"><field name="TEXT">${HOSTILE.replaceAll('<', '&lt;')}</field></shadow></value></block></xml>`;
  await drop(page, [
    { name: 'again.json', text: JSON.stringify(own.flow) },
    { name: 'hostile.json', text: JSON.stringify(hostile) },
    { name: 'event.xml', text: logic },
    { name: 'plain.xml', text: plain },
    { name: 'torn.xml', text: '<xml><block' },
    { name: 'letter.txt', text: 'Dear Alice' },
  ]);
  const report = page.getByRole('dialog', { name: 'What was imported' });
  await expect(report.getByRole('link', { name: 'Open Update a user' })).toBeVisible();
  await expect(report.getByText('1 block has no counterpart')).toBeVisible();
  await expect(report.getByText('letter.txt could not be imported')).toBeVisible();
  await expect(report.getByText('torn.xml could not be imported')).toBeVisible();
  await accessible(page, 'the report of an import');
  await editor.picture('imported');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('link', { name: 'Open Update a user' })).toHaveCount(2);
  await expect(page.getByRole('link', { name: `Open ${HOSTILE}` })).toBeVisible();
  await page.getByRole('link', { name: 'Open plain' }).click();
  await expect(editor.runButton).toBeEnabled();
  await expect(editor.blocks.getByText(HOSTILE)).toBeVisible();
  expect(await page.evaluate(() => (window as { hit?: number }).hit)).toBeUndefined();
});

test('a template explains itself and becomes a flow of one’s own', async ({ editor, page }) => {
  await toStart(editor);
  const templates = page.getByRole('region', { name: 'Begin with a template' });
  await expect(templates.getByRole('heading', { level: 3 }).first()).toHaveText('Update a user');
  await expect(templates.getByText('Begins by hand, by webhook').first()).toBeVisible();
  await accessible(page, 'the list of flows with its templates');
  for (const width of [820, 1280, 1920]) {
    await page.setViewportSize({ width, height: 1000 });
    await editor.picture(`start-${width}`);
  }
  await templates.getByRole('button', { name: /^Use this.*Keep orders/ }).click();
  await expect(page).toHaveURL(/\/flows\/keep-orders$/);
  await editor.runButton.click();
  await expect(page.getByText('Succeeded')).toBeVisible();
});

test('the start page is worked by keyboard', async ({ editor, page }) => {
  await toStart(editor);
  await page.getByRole('searchbox').focus();
  await page.keyboard.type('update');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Show', { exact: true })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Open Update a user' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Tags of Update a user' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Tags of Update a user' })).toBeVisible();
  await accessible(page, 'the tags of a flow');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Tags of Update a user' })).toBeFocused();
});
