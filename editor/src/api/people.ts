import { ask, get, post } from './client';

/** Who may use this editor and its API. */

export type Role = 'owner' | 'editor' | 'viewer';
export type Scope = 'read' | 'run' | 'edit' | 'admin';

export interface Person {
  name: string;
  role: Role;
  created: string;
  /** Has no password yet. */
  invited: boolean;
}

export interface Token {
  id: string;
  name: string;
  scopes: Scope[];
  by: string;
  created: string;
  used: string | null;
}

export interface AuditEntry {
  at: string;
  by: string;
  action: string;
  subject: string;
  detail: string;
}

const at = (name: string) => `/api/people/${encodeURIComponent(name)}`;

/** The address at which somebody sets their password. */
export const linkOf = (invite: string) => `${location.origin}/setup?token=${encodeURIComponent(invite)}`;

export const listPeople = async () => (await get<{ people: Person[] }>('/api/people')).people;
export const invite = async (name: string, role: Role) =>
  linkOf((await post<{ invite: string }>('/api/people', { name, role })).invite);
export const inviteAgain = async (name: string) =>
  linkOf((await ask<{ invite: string }>('PATCH', at(name), { body: { invite: true } })).invite);
export const setRole = (name: string, role: Role) => ask<undefined>('PATCH', at(name), { body: { role } });
export const setOwnPassword = (name: string, old: string, password: string) =>
  ask<undefined>('PATCH', at(name), { body: { old, password } });
export const removePerson = (name: string) => ask<undefined>('DELETE', at(name));

export const listTokens = async () => (await get<{ tokens: Token[] }>('/api/tokens')).tokens;
export const makeToken = async (name: string, scopes: Scope[]) =>
  (await post<{ token: string }>('/api/tokens', { name, scopes })).token;
export const revokeToken = (id: string) => ask<undefined>('DELETE', `/api/tokens/${encodeURIComponent(id)}`);

export const auditLog = (before: number) =>
  get<{ entries: AuditEntry[]; next: number }>(`/api/audit?limit=100&before=${before}`);
