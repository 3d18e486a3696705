import { get, post, sentence } from '../../api/client';
import type { Run } from '../../api/types';

export interface ChartPart {
  at: string;
  succeeded: number;
  failed: number;
  cancelled: number;
  unfinished: number;
  median_ms: number;
  slow_ms: number;
}

/** How far back one looks, in hours; 0 is all the time, without charts' end. */
export const spans = [1, 24, 24 * 7, 24 * 30] as const;

const AT_ONCE = 50;
const PARTS = 60;
const HOUR = 3_600_000;

/** The runs that one looks at: which, how far back, and what was chosen of them. */
export class RunsSeen {
  flow = $state('');
  status = $state('');
  trigger = $state('');
  search = $state('');
  /** In hours, or 0 for between `from` and `to`. */
  span = $state(24);
  from = $state('');
  to = $state('');

  runs = $state.raw<Run[] | null>(null);
  chart = $state.raw<ChartPart[]>([]);
  next = $state('');
  trouble = $state('');
  chosen = $state.raw(new Set<string>());
  #asked = 0;

  constructor(query: string) {
    const q = new URLSearchParams(query);
    this.flow = q.get('flow') ?? '';
    this.status = q.get('status') ?? '';
    this.trigger = q.get('trigger') ?? '';
    this.search = q.get('search') ?? '';
    const hours = Number(q.get('hours') ?? 24);
    this.span = (spans as readonly number[]).includes(hours) || hours === 0 ? hours : 24;
    this.from = q.get('from') ?? '';
    this.to = q.get('to') ?? '';
  }

  /** The filters as an address, so that a view can be kept and sent. */
  get address(): string {
    const q = new URLSearchParams();
    const { flow, status, trigger, search, from, to } = this;
    for (const [name, value] of Object.entries({ flow, status, trigger, search }))
      if (value) q.set(name, value);
    if (this.span !== 24) q.set('hours', String(this.span));
    if (this.span === 0)
      for (const [name, value] of Object.entries({ from, to })) if (value) q.set(name, value);
    const text = q.toString();
    return text ? `/runs?${text}` : '/runs';
  }

  get #time(): { since: string; until: string } {
    const iso = (text: string) => (text ? new Date(text).toISOString() : '');
    if (this.span) return { since: new Date(Date.now() - this.span * HOUR).toISOString(), until: '' };
    return { since: iso(this.from), until: iso(this.to) };
  }

  get query(): URLSearchParams {
    const { flow, status, trigger, search } = this;
    return new URLSearchParams({ flow, status, trigger, search: search.trim(), ...this.#time });
  }

  async read(older = false): Promise<void> {
    const mine = ++this.#asked;
    const query = this.query;
    query.set('limit', String(AT_ONCE));
    if (older) query.set('before', this.next);
    const { flow, trigger } = this;
    try {
      const [page, chart] = await Promise.all([
        get<{ runs: Run[]; next: string }>(`/api/runs?${query}`),
        older
          ? null
          : get<{ parts: ChartPart[] }>(
              `/api/runs/chart?${new URLSearchParams({ flow, trigger, ...this.#time, parts: String(PARTS) })}`,
            ),
      ]);
      if (mine !== this.#asked) return;
      this.runs = older ? [...(this.runs ?? []), ...page.runs] : page.runs;
      this.next = page.next;
      if (chart) this.chart = chart.parts;
      if (!older) this.chosen = new Set();
      this.trouble = '';
    } catch (e) {
      if (mine === this.#asked) this.trouble = sentence(e);
    }
  }
}

export interface Retried {
  id: string;
  retry: string | null;
  error: { code: string; message: string } | null;
}

/** Retries runs, or all dead letters, and says what became of each. */
export const retryMany = async (which: { ids: string[] } | { deadLetters: true; flow: string }) =>
  (await post<{ runs: Retried[] }>('/api/runs/retry', which)).runs;
