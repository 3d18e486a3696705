import { m } from './messages';
import { language } from './messages/language';

const clock = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });

/** A moment in words: "2 minutes ago", or the date once it is more than a day old. */
export function when(iso: string): string {
  const seconds = Math.round((Date.parse(iso) - Date.now()) / 1000);
  const age = Math.abs(seconds);
  if (age < 60) return m.justNow;
  if (age < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (age < 86400) return relative.format(Math.round(seconds / 3600), 'hour');
  return clock.format(new Date(iso));
}

/** A moment by the clock, from milliseconds since 1970 or a time as the API writes it. */
export const moment = (at: number | string): string => clock.format(new Date(at));
