import { sentence } from '../../api/client';
import type { JsonObject } from '../../api/types';
import { listProperties, listUsers, type Property, type UserPage } from '../../api/users';

/** The page of users that one looks at: what was searched, the order, and where. */
export class People {
  page = $state.raw<UserPage | null>(null);
  properties = $state.raw<Property[]>([]);
  search = $state('');
  column = $state('');
  down = $state(false);
  offset = $state(0);
  size = $state(50);
  trouble = $state('');
  busy = $state(false);
  chosen = $state.raw(new Set<string>());

  #asked = 0;

  async read(): Promise<void> {
    const mine = ++this.#asked;
    this.busy = true;
    try {
      if (!this.properties.length) this.properties = await listProperties();
      const page = await listUsers({
        search: this.search.trim(),
        sortBy: this.column && `${this.column} ${this.down ? 'desc' : 'asc'}`,
        offset: this.offset,
        pageSize: this.size,
      });
      if (mine !== this.#asked) return; // a later question has been asked
      this.page = page;
      this.trouble = '';
      const here = new Set(page.rows.map((r) => String(r.objectId)));
      this.chosen = new Set([...this.chosen].filter((id) => here.has(id)));
    } catch (e) {
      if (mine === this.#asked) this.trouble = sentence(e);
    } finally {
      if (mine === this.#asked) this.busy = false;
    }
  }

  goTo(offset: number): void {
    this.offset = Math.max(0, offset);
    void this.read();
  }

  /** Where the last page begins; unknown while the users aren't counted out. */
  get lastOffset(): number {
    const total = this.page?.total ?? 0;
    return Math.max(0, Math.floor((total - 1) / this.size) * this.size);
  }

  sort(column: string): void {
    if (this.column !== column) {
      this.column = column;
      this.down = false;
    } else if (!this.down) this.down = true;
    else {
      this.column = '';
      this.down = false;
    }
    this.goTo(0);
  }

  choose(ids: string[], on: boolean): void {
    const chosen = new Set(this.chosen);
    for (const id of ids) on ? chosen.add(id) : chosen.delete(id);
    this.chosen = chosen;
  }

  get rows(): JsonObject[] {
    return this.page?.rows ?? [];
  }
}
