import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './editor';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Asks axe about the page as it is, in both colours. */
export async function accessible(page: Page, what: string): Promise<void> {
  for (const theme of ['light', 'dark']) {
    await page.evaluate((t) => document.documentElement.setAttribute('data-theme', t), theme);
    const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
    const told = violations.map(
      (v) =>
        `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary} ${n.any.flatMap((c) => c.relatedNodes?.map((r) => r.html))}`)}`,
    );
    expect(told, `${what}, ${theme}`).toEqual([]);
  }
}
