import { language } from '../language';

/**
 * What blocks and checks say when something is wrong, in the language of the page. The server says it
 * in English, with names and values filled in; each sentence is known here with its gaps, as Go
 * writes them, and anything else stays as it is.
 */

interface Sentences {
  /** What fills gaps and is no name: the kinds of values. */
  kinds: Record<string, string>;
  sentences: Record<string, string>;
}

const files: Record<string, () => Promise<{ default: Sentences }>> = {
  de: () => import('./de.json'),
  es: () => import('./es.json'),
};

const known = (await files[language]?.())?.default;

const GAP = /%(?:\[(\d+)\])?(?:\.\d+)?([sqdc])/g;
const filled: Record<string, string> = {
  s: '(.+?)',
  q: '("(?:[^"\\\\]|\\\\.)*")',
  d: '(-?\\d+)',
  c: '(.)',
};

interface Pattern {
  is: RegExp;
  words: string;
}

const patterns: Pattern[] = Object.entries(known?.sentences ?? {}).map(([sentence, words]) => ({
  is: new RegExp(
    `^${sentence
      .split(GAP)
      .map((part, i) => (i % 3 === 2 ? filled[part] : i % 3 === 0 ? literally(part) : ''))
      .join('')}$`,
    's',
  ),
  words,
}));

function literally(text: string | undefined): string {
  return (text ?? '').replaceAll('%%', '%').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

const AT = / \(at character \d+\)$/;

/** A sentence of the server in the language of the page, or as it is. */
export function told(message: string): string {
  const [at = ''] = AT.exec(message) ?? [];
  const bare = message.slice(0, message.length - at.length);
  for (const { is, words } of patterns) {
    const gaps = is.exec(bare);
    if (!gaps) continue;
    let next = 0;
    const said = words.replace(GAP, (_, place: string | undefined) => {
      const gap = gaps[place ? Number(place) : ++next] ?? '';
      return known?.kinds[gap] ?? gap;
    });
    return said + at.replace(/[^\d()]+(\d+)/, ': $1').replace(': ', ' ');
  }
  return message;
}
