import * as de from '../src/messages/de';
import * as deDebug from '../src/messages/debug/de';
import * as enDebug from '../src/messages/debug/en';
import * as esDebug from '../src/messages/debug/es';
import * as en from '../src/messages/en';
import * as es from '../src/messages/es';
import * as deGroup from '../src/messages/group/de';
import * as enGroup from '../src/messages/group/en';
import * as esGroup from '../src/messages/group/es';
import * as deHelp from '../src/messages/help/de';
import * as enHelp from '../src/messages/help/en';
import * as esHelp from '../src/messages/help/es';
import * as deOperate from '../src/messages/operate/de';
import * as enOperate from '../src/messages/operate/en';
import * as esOperate from '../src/messages/operate/es';
import * as deStart from '../src/messages/start/de';
import * as enStart from '../src/messages/start/en';
import * as esStart from '../src/messages/start/es';
import { expect, test } from './editor';

/** The names of all sentences, and for those with gaps how many there are. */
function names(words: object, within = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) => {
    const name = `${within}${key}`;
    if (typeof value === 'function') return [`${name}(${value.length})`];
    return typeof value === 'object' ? names(value, `${name}.`) : [name];
  });
}

for (const { language, words, operate, debug, start, group, help } of [
  {
    language: 'de',
    words: de,
    operate: deOperate,
    debug: deDebug,
    start: deStart,
    group: deGroup,
    help: deHelp,
  },
  {
    language: 'es',
    words: es,
    operate: esOperate,
    debug: esDebug,
    start: esStart,
    group: esGroup,
    help: esHelp,
  },
]) {
  test(`no sentence is missing in ${language}, and none is empty`, () => {
    expect(names(words).sort()).toEqual(names(en).sort());
    expect(names(operate).sort()).toEqual(names(enOperate).sort());
    expect(names(debug).sort()).toEqual(names(enDebug).sort());
    const said = (all: object) => names(all).filter((name) => !name.includes('templateWords.'));
    expect(said(start).sort()).toEqual(said(enStart).sort());
    expect(names(group).sort()).toEqual(names(enGroup).sort());
    expect(names(help).sort()).toEqual(names(enHelp).sort());
    expect(JSON.stringify([words, operate, debug, start, group, help])).not.toContain('""');
  });
}

test('the editor speaks German and Spanish, Blockly too, and remembers it', async ({ editor, page }) => {
  await page.getByRole('link', { name: 'All flows' }).click();
  await page.getByLabel('Language').selectOption({ label: 'Deutsch' });
  await expect(page.getByRole('heading', { name: 'Abläufe' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  const { templates } = await (await page.request.get('/api/templates')).json();
  for (const { name } of templates)
    for (const all of [deStart, esStart]) expect(all.s.templateWords[name]?.title, name).toBeTruthy();
  await expect(page.getByRole('heading', { name: 'Bestellungen aufbewahren' })).toBeVisible();
  await editor.picture('german-start');
  await page.getByRole('link', { name: 'Öffnen: Update a user' }).click();
  await page.getByRole('button', { name: 'Starten', exact: true }).click();
  await expect(page.getByText('Gelungen')).toBeVisible();
  await expect(page.getByRole('main').getByText('setze', { exact: true })).toBeVisible();
  await expect(page.getByRole('main').getByText('wenn gestartet', { exact: true })).toBeVisible();
  await expect(page.getByRole('treeitem', { name: 'Dateien und Nachrichten' })).toBeVisible();
  await editor.picture('german');
  const flyout = page.locator('.blocklyToolboxFlyout');
  for (const word of ['anmelden passwort', 'login']) {
    await page.getByRole('searchbox').fill(word);
    await expect(flyout.getByText('Anmelden').first()).toBeVisible();
  }
  await page.getByRole('searchbox').fill('');
  await page.getByRole('treeitem', { name: 'Benutzer', exact: true }).click();
  await expect(flyout.getByText('Benutzer ändern')).toBeVisible();
  for (const x of [10, 12]) await flyout.getByText('Benutzer ändern').hover({ position: { x, y: 6 } });
  await expect(page.getByText('Speichert die geänderten Eigenschaften eines')).toBeVisible();
  await editor.picture('german-toolbox');
  await page.keyboard.press('Escape');
  await editor.tab('Gliederung').click();
  await expect(page.getByRole('tabpanel').getByText(/Benutzer ändern/)).toBeVisible();
  await editor.picture('german-outline');
  await page.getByRole('link', { name: 'Alle Abläufe' }).click();
  await page.getByLabel('Sprache').selectOption({ label: 'Español' });
  await expect(page.getByRole('heading', { name: 'Flujos' })).toBeVisible();
  await page.getByRole('link', { name: 'Abrir Update a user' }).click();
  await expect(page.getByRole('button', { name: 'Ejecutar', exact: true })).toBeEnabled();
  await expect(page.getByRole('main').getByText('al ejecutar', { exact: true })).toBeVisible();
  await editor.picture('spanish');
  await page.setViewportSize({ width: 820, height: 1100 });
  await editor.picture('spanish-820');
  await page.reload();
  await expect(page.getByRole('main').getByText('al ejecutar', { exact: true })).toBeVisible();
  await expect(page.getByRole('tab', { name: 'Ejecución' })).toHaveCount(0); // the blocks have the page
  await editor.picture('spanish-820-reloaded');
  await page.getByRole('button', { name: 'Panel lateral' }).click();
  await expect(page.getByRole('tab', { name: 'Ejecución' })).toBeVisible();
  await editor.picture('spanish-820-panel');
  await page.getByLabel('Idioma').selectOption({ label: 'English' });
  await expect(editor.runButton).toBeEnabled();
});

test('from right to left, toolbox and panel change sides and the flow runs', async ({ editor, page }) => {
  await page.evaluate(() => localStorage.setItem('blockflow-language', 'he'));
  await page.reload();
  await expect(editor.runButton).toBeEnabled();
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  const toolbox = await page.locator('.blocklyToolbox').boundingBox();
  const panel = await page.getByRole('tabpanel').boundingBox();
  expect(toolbox?.x ?? 0).toBeGreaterThan(panel?.x ?? 0);
  await editor.runButton.click();
  await expect(page.getByText('Succeeded')).toBeVisible();
  await editor.picture('right-to-left');
});

test('what is wrong is said in the language of the page', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  const flow = {
    flow: { name: 'wrong', title: 'Wrong' },
    blocks: {
      blocks: [
        {
          type: 'when_run',
          id: 'hat',
          next: {
            block: {
              type: 'text_print',
              id: 'print',
              inputs: {
                TEXT: {
                  block: {
                    type: 'math_modulo',
                    id: 'rest',
                    inputs: { DIVIDEND: { shadow: { type: 'text', fields: { TEXT: 'seven' } } } },
                  },
                },
              },
            },
          },
        },
      ],
    },
  };
  expect((await page.request.put('/api/flows/wrong', { data: flow })).ok()).toBe(true);
  await page.evaluate(() => localStorage.setItem('blockflow-language', 'de'));
  await page.goto('/flows/wrong');
  await editor.tab('Probleme').click();
  await expect(page.getByRole('tabpanel')).toContainText('ist ein Text; wo er steht, passt nur: eine Zahl.');
  await editor.picture('german-problems');
});
