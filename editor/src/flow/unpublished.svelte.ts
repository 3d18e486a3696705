import type * as Blockly from 'blockly/core';
import { flowPath, get } from '../api/client';
import { type Difference, withoutDefaults } from './compare';

const MARK = 'unpublished';

/** What the draft has that its published version hasn't: a number, and a mark on each block. */
export class Unpublished {
  count = $state(0);
  #marked = new Set<string>();
  #asked = 0;

  constructor(readonly workspace: Blockly.WorkspaceSvg) {}

  /** Compares the draft, as it was saved last, with a published version; 0: there is none. */
  async read(name: string, version: number): Promise<void> {
    const asked = ++this.#asked;
    if (!version) {
      this.#show(null);
      return;
    }
    try {
      const difference = await get<Difference>(flowPath(name, `/compare?from=${version}&to=draft`));
      if (asked === this.#asked) this.#show(withoutDefaults(difference));
    } catch {
      // The marks are a help, not more: they stay as they were until the next save.
    }
  }

  // Only what changes is touched: a flow may be large.
  #show(difference: Difference | null): void {
    const { added = [], removed = [], changed = [], settings = [], variables = [] } = difference ?? {};
    this.count = added.length + removed.length + changed.length + settings.length + variables.length;
    const now = new Set([...added, ...changed].map((block) => block.id));
    for (const id of this.#marked) if (!now.has(id)) this.workspace.getBlockById(id)?.removeClass(MARK);
    for (const id of now) this.workspace.getBlockById(id)?.addClass(MARK);
    this.#marked = now;
  }
}
