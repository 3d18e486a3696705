import { ask, get, type Json, post } from './client';
import type { JsonObject } from './types';

/** What administers the users of the embedded service. */

export interface Property {
  name: string;
  type: string;
  required: boolean;
  identity: boolean;
  /** Kept by the service, not by people. */
  system: boolean;
}

export interface UserPage {
  total: number;
  /** There are more than `total`, which was not counted out. */
  more: boolean;
  columns: string[];
  rows: JsonObject[];
}

export interface UserSession {
  created: number;
  lastUsed: number;
  ends: number;
}

export interface OutboxMail {
  id: number;
  kind: string;
  to: string;
  subject: string;
  text: string;
  created: number;
  sent: number | null;
  tries: number;
  fault: string;
}

export type Rules = { [name: string]: boolean | number | string };

const root = '/api/admin/users';
const at = (id: string, rest = '') => `${root}/${encodeURIComponent(id)}${rest}`;
const role = (name: string, rest = '') => `${root}/roles/${encodeURIComponent(name)}${rest}`;

export interface UserQuery {
  search: string;
  sortBy: string;
  offset: number;
  pageSize: number;
}

export const listUsers = (q: UserQuery) =>
  get<UserPage>(
    `${root}?${new URLSearchParams({ search: q.search, sortBy: q.sortBy, offset: String(q.offset), pageSize: String(q.pageSize) })}`,
  );
export const createUser = (values: JsonObject) => post<JsonObject>(root, values);
export const changeUser = (id: string, values: JsonObject) =>
  ask<JsonObject>('PUT', at(id), { body: values });
export const removeUser = (id: string) => ask<Json>('DELETE', at(id));
export const setStatus = (id: string, userStatus: 'ENABLED' | 'DISABLED') =>
  ask<Json>('PUT', at(id, '/status'), { body: { userStatus } });
export const logOutUser = (id: string) => post<undefined>(at(id, '/logout'));
export const sessionsOf = async (id: string) =>
  (await get<{ sessions: UserSession[] }>(at(id, '/sessions'))).sessions;
export const rolesOf = async (id: string) => (await get<{ roles: string[] }>(at(id, '/roles'))).roles;

export const listProperties = async () =>
  (await get<{ properties: Property[] }>(`${root}/properties`)).properties;
export const defineProperty = (p: { name: string; type: string; required: boolean }) =>
  post<Property>(`${root}/properties`, p);

export const listRoles = async () => (await get<{ roles: string[] }>(`${root}/roles`)).roles;
export const addRole = (name: string) => post<undefined>(`${root}/roles`, { name });
export const removeRole = (name: string) => ask<undefined>('DELETE', role(name));
export const giveRole = (name: string, user: string, give: boolean) =>
  post<Json>(role(name, give ? '/assign' : '/unassign'), { user });

export const exportPath = (format: 'csv' | 'json') => `${root}/export?format=${format}`;
export const importUsers = (file: Blob) =>
  ask<{ created: number; updated: number }>('POST', `${root}/import`, { file });

export const listMails = async () => (await get<{ mails: OutboxMail[] }>(`${root}/outbox`)).mails;

export const readRules = () => get<Rules>('/api/settings/users');
export const saveRules = (rules: Rules) => ask<Rules>('PUT', '/api/settings/users', { body: rules });
