import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { type Running, serve } from './server';

export const PASSWORD = 'correct horse battery';

/** The editor as a person finds it on the screen. */
export class Editor {
  constructor(
    readonly page: Page,
    readonly server: Running,
  ) {}

  async setUp(): Promise<void> {
    await this.page.goto(this.server.setupLink);
    await this.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await this.page.getByLabel('Password again').fill(PASSWORD);
    await this.page.getByRole('button', { name: 'Set password and start' }).click();
    await expect(this.runButton).toBeEnabled();
  }

  get runButton(): Locator {
    return this.page.getByRole('button', { name: 'Run', exact: true });
  }

  /** A field of the run form. */
  input(name: string): Locator {
    return this.page.getByRole('form', { name: 'Inputs' }).getByLabel(name);
  }

  get blocks(): Locator {
    return this.page.getByRole('main', { name: 'Blocks of the flow' });
  }

  /** A block, by the id that the flow's file gives it. */
  block(id: string): Locator {
    return this.blocks.locator(`.blocklyBlockCanvas [data-id="${id}"]`).first();
  }

  tab(name: string): Locator {
    return this.page.getByRole('tab', { name });
  }

  async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: `test-results/${name}.png` });
  }
}

export const test = base.extend<{ server: Running; editor: Editor }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameters from this pattern.
  server: async ({}, use) => {
    const server = await serve();
    await use(server);
    await server.stop();
  },
  baseURL: async ({ server }, use) => {
    await use(server.address);
  },
  editor: async ({ page, server }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (fault) => faults.push(fault.message));
    const editor = new Editor(page, server);
    await editor.setUp();
    await use(editor);
    expect(faults, 'errors that nobody caught in the page').toEqual([]);
  },
});

export { expect };
