/** Which language the editor speaks: as chosen, else as the browser prefers. */

export const languages = { en: 'English', de: 'Deutsch', es: 'Español' } as const;

const kept = 'blockflow-language';

// Blockly speaks these too, from right to left; our own sentences stay English.
const rightToLeft = new Set(['he', 'ar']);

function chosen(): string {
  const wish = localStorage.getItem(kept) ?? '';
  if (wish in languages || rightToLeft.has(wish)) return wish;
  const own = navigator.languages.map((l) => l.slice(0, 2)).find((l) => l in languages);
  return own ?? 'en';
}

export const language = chosen();
export const fromRight = rightToLeft.has(language);

/** Speaks another language from now on. The page begins anew: every sentence changes. */
export function speak(wish: string): void {
  localStorage.setItem(kept, wish);
  location.reload();
}

document.documentElement.lang = language;
document.documentElement.dir = fromRight ? 'rtl' : 'ltr';
