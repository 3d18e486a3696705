import * as de from '../src/messages/de';
import * as deDebug from '../src/messages/debug/de';
import * as enDebug from '../src/messages/debug/en';
import * as esDebug from '../src/messages/debug/es';
import * as en from '../src/messages/en';
import * as es from '../src/messages/es';
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

for (const { language, words, operate, debug, start } of [
  { language: 'de', words: de, operate: deOperate, debug: deDebug, start: deStart },
  { language: 'es', words: es, operate: esOperate, debug: esDebug, start: esStart },
]) {
  test(`no sentence is missing in ${language}, and none is empty`, () => {
    expect(names(words).sort()).toEqual(names(en).sort());
    expect(names(operate).sort()).toEqual(names(enOperate).sort());
    expect(names(debug).sort()).toEqual(names(enDebug).sort());
    expect(names(start).sort()).toEqual(names(enStart).sort());
    expect(JSON.stringify([words, operate, debug, start])).not.toContain('""');
  });
}

test('the editor speaks German and Spanish, Blockly too, and remembers it', async ({ editor, page }) => {
  await page.getByRole('link', { name: 'All flows' }).click();
  await page.getByLabel('Language').selectOption({ label: 'Deutsch' });
  await expect(page.getByRole('heading', { name: 'Abläufe' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await page.getByRole('link', { name: 'Öffnen: Update a user' }).click();
  await page.getByRole('button', { name: 'Starten', exact: true }).click();
  await expect(page.getByText('Gelungen')).toBeVisible();
  await expect(page.getByRole('main').getByText(/^setze/)).toBeVisible();
  await editor.picture('german');
  await page.getByRole('link', { name: 'Alle Abläufe' }).click();
  await page.getByLabel('Sprache').selectOption({ label: 'Español' });
  await expect(page.getByRole('heading', { name: 'Flujos' })).toBeVisible();
  await page.getByRole('link', { name: 'Abrir Update a user' }).click();
  await expect(page.getByRole('button', { name: 'Ejecutar', exact: true })).toBeEnabled();
  await expect(page.getByRole('main').getByText(/^establecer/)).toBeVisible();
  await editor.picture('spanish');
  await page.setViewportSize({ width: 820, height: 1100 });
  await editor.picture('spanish-820');
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
