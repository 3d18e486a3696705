import { get, post, sentence } from '../api/client';
import type { JsonObject, UserTable } from '../api/types';
import { userWords as w } from '../messages';
import { same } from '../value';

/** The user table as it was last read, and what changed since the reading before. */
export class Users {
  table = $state.raw<UserTable | null>(null);
  changed = $state.raw(new Set<string>());
  search = $state('');
  trouble = $state('');
  said = $state('');

  #before = new Map<string, JsonObject>();

  async read(compare = false): Promise<void> {
    try {
      const table = await get<UserTable>(
        `/api/usertable?limit=200&search=${encodeURIComponent(this.search)}`,
      );
      this.changed = compare ? this.#differences(table) : new Set();
      for (const row of table.rows) this.#before.set(String(row.objectId), row);
      this.table = table;
      this.trouble = '';
      this.said = '';
    } catch (e) {
      this.trouble = sentence(e);
    }
  }

  #differences(table: UserTable): Set<string> {
    const found = new Set<string>();
    for (const row of table.rows) {
      const id = String(row.objectId);
      const before = this.#before.get(id);
      for (const column of table.columns) {
        if (!before || !same(before[column], row[column])) found.add(cellId(id, column));
      }
    }
    return found;
  }

  async reset(): Promise<boolean> {
    try {
      await post('/api/usertable/reset');
      await this.read(true);
      this.said = w.resetDone;
      return true;
    } catch (e) {
      this.trouble = sentence(e);
      return false;
    }
  }
}

export const cellId = (objectId: string, column: string): string => `${objectId} ${column}`;
