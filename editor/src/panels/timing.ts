import cronstrue from 'cronstrue';
import { language } from '../messages/language';
import { scheduleWords as w } from '../messages/operate';

// The words of cron in the languages that it has beside English.
const locales: Record<string, () => Promise<unknown>> = {
  de: () => import('cronstrue/locales/de'),
  es: () => import('cronstrue/locales/es'),
};
await locales[language]?.();
const locale = language in locales ? language : 'en';

const units = new Set(['second', 'minute', 'hour', 'day', 'week']);

/** What a schedule says, in words: an interval such as “5 minutes”, or cron. */
export function inWords(every: string): string {
  const [, count, unit = ''] = /^(\d+) (\w+?)s?$/.exec(every) ?? [];
  if (count && units.has(unit))
    return w.every(
      new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(Number(count)),
    );
  try {
    return cronstrue.toString(every, { locale, use24HourTimeFormat: true });
  } catch {
    return every; // the server knows more spellings, such as descriptors
  }
}

/** A moment on the clock of a zone: “Tue, Nov 24, 09:00”. */
export function onClock(at: string, zone: string): string {
  const shape: Intl.DateTimeFormatOptions = {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone || 'UTC',
  };
  try {
    return new Intl.DateTimeFormat(language, shape).format(new Date(at));
  } catch {
    return at; // a zone that this browser doesn't know
  }
}

const relative = new Intl.RelativeTimeFormat(language, { numeric: 'always' });
const steps: [number, Intl.RelativeTimeFormatUnit][] = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** How far ahead a moment is: “in 5 minutes”. */
export function ahead(at: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((Date.parse(at) - now) / 1000));
  const [size, unit] = steps.find(([s]) => seconds >= s) ?? [1, 'second'];
  return relative.format(Math.floor(seconds / size), unit);
}
