import type { Component } from 'svelte';

type Page = Component<{ signedOut: () => void }>;

// What has no way to sign out takes no properties.
const without = (page: { default: Component<Record<string, never>> }) => page as unknown as { default: Page };

/** Pages that load when they are opened, by the first part of their address. */
export const lazily: Record<string, () => Promise<{ default: Page }>> = {
  compare: () => import('./compare/ComparePage.svelte').then(without),
  people: () => import('./people/PeoplePage.svelte'),
  runs: () => import('./runs/RunsPage.svelte'),
  schedules: () => import('./operate/SchedulesPage.svelte'),
  secrets: () => import('./operate/SecretsPage.svelte'),
  settings: () => import('./settings/SettingsPage.svelte'),
  users: () => import('./users/UsersPage.svelte'),
};
