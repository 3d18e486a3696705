/** Light or dark: as the system says, until the person chooses. */
const kept = 'blockflow-theme';
const system = matchMedia('(prefers-color-scheme: dark)');

type Choice = 'light' | 'dark';

function stored(): Choice | null {
  const value = localStorage.getItem(kept);
  return value === 'light' || value === 'dark' ? value : null;
}

export const theme = $state({ dark: (stored() ?? (system.matches ? 'dark' : 'light')) === 'dark' });

function apply(): void {
  document.documentElement.dataset.theme = theme.dark ? 'dark' : 'light';
}

export function switchTheme(): void {
  theme.dark = !theme.dark;
  localStorage.setItem(kept, theme.dark ? 'dark' : 'light');
  apply();
}

system.addEventListener('change', () => {
  if (stored()) return;
  theme.dark = system.matches;
  apply();
});
apply();
