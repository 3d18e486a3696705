import { get, post, sentence } from '../api/client';
import type { Json, JsonObject, UserTable } from '../api/types';
import { changeUser, listProperties, type Property } from '../api/users';
import { userWords as w } from '../messages';
import { same } from '../value';

/** How often the table is read while a flow runs, in milliseconds. */
const PAUSE = 400;

/** The user table as it was last read, and what changed since the run began. */
export class Users {
  table = $state.raw<UserTable | null>(null);
  properties = $state.raw<Property[]>([]);
  changed = $state.raw(new Set<string>());
  search = $state('');
  trouble = $state('');
  said = $state('');

  #before = new Map<string, JsonObject>();
  #asked = 0;

  /** Reads the table; compared, what differs from before the run is marked. */
  async read(compare = false): Promise<void> {
    const mine = ++this.#asked;
    try {
      const table = await get<UserTable>(
        `/api/usertable?limit=200&search=${encodeURIComponent(this.search)}`,
      );
      if (mine !== this.#asked) return; // a later reading is on its way
      this.changed = compare ? this.#differences(table) : new Set();
      this.table = table;
      if (!compare) this.remember();
      this.trouble = '';
      this.said = '';
    } catch (e) {
      if (mine === this.#asked) this.trouble = sentence(e);
    }
  }

  /** From now on what changes is marked. */
  remember(): void {
    this.#before = new Map((this.table?.rows ?? []).map((row) => [String(row.objectId), row]));
  }

  /** Shows changes while they happen, until the function that it gives is called. */
  watch(): () => void {
    const timer = setInterval(() => void this.read(true), PAUSE);
    return () => clearInterval(timer);
  }

  /** Puts another value into a cell. */
  async change(objectId: string, column: string, value: Json): Promise<boolean> {
    try {
      await changeUser(objectId, { [column]: value });
      await this.read(true);
      return true;
    } catch (e) {
      this.trouble = sentence(e);
      return false;
    }
  }

  /** What may stand in the cells, which somebody needs who wants to change one. */
  async learn(): Promise<void> {
    try {
      this.properties = await listProperties();
    } catch {
      this.properties = []; // who may not change users only looks at them
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
      this.remember();
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
