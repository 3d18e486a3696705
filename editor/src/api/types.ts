/** What travels between the editor and the server. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface Session {
  signedIn: boolean;
  setupNeeded: boolean;
  name: string;
  role: string;
}

export type Mutator =
  | { kind: 'properties'; prefix: string; key: string }
  | { kind: 'inputs' | 'try' | 'toggle'; key: string };

export interface BlockInfo {
  type: string;
  category: string;
  colour: string;
  builtin: boolean;
  definition?: JsonObject;
  mutator: Mutator | null;
  help: string;
  doc: string;
  effect: string;
  examples: Example[];
  /** What it says in English, if that isn't what it says. */
  english?: string;
}

/** A block and what it gives, or the code of the error that it stops with. */
export interface Example {
  block: JsonObject;
  gives?: Json;
  fails?: string;
}

export interface Vocabulary {
  version: string;
  blocks: BlockInfo[];
  toolbox: { kind: string; contents: JsonObject[] };
}

export interface Problem {
  code: string;
  message: string;
  block?: string;
  type?: string;
  place?: string;
}

export interface Published {
  version: number;
  at: string;
}

export interface FlowSummary {
  name: string;
  title: string;
  description: string;
  tags: string[];
  revision: number;
  updated: string;
  published: Published | null;
  problems: number;
  lastRun: { id: string; status: RunStatus; started: string } | null;
}

/** A flow file: a Blockly workspace and what we know about the flow besides. */
export type FlowFile = JsonObject;

export interface Flow {
  name: string;
  revision: number;
  flow: FlowFile;
  published: Published | null;
  problems: Problem[];
}

export type InputType = 'text' | 'number' | 'boolean' | 'list' | 'object' | 'date' | 'password' | 'any';

export interface FlowInput {
  name: string;
  type: InputType;
  default?: Json;
  hint?: string;
  needed?: boolean;
}

export type RunStatus = 'succeeded' | 'failed' | 'running' | 'waiting' | 'queued' | 'cancelled';

export interface RunError {
  code: string;
  message: string;
  block?: string;
  type?: string;
}

export interface Run {
  id: string;
  flow: string;
  version: number | 'draft';
  trigger: string;
  started: string;
  status: RunStatus;
  result?: Json;
  log?: string[];
  error: RunError | null;
  effects: number;
  steps: number;
  duration_ms: number;
  document?: FlowFile;
  input?: Json;
  origin?: { run: string; kind: string } | null;
}

export interface JournalEntry {
  place: string;
  block: string;
  kind: string;
  args: Json;
  status: 'answered' | 'refused';
  value?: Json;
  error?: RunError | null;
}

export interface TraceEvent {
  n: number;
  kind: 'start' | 'value' | 'set' | 'effect' | 'failed';
  block: string;
  value?: Json;
  variable?: string;
  effect?: string;
  place?: string;
  error?: RunError;
}

export interface Change {
  place: string;
  block: string;
  objectId: string;
  before: JsonObject | null;
  after: JsonObject;
}

export interface UserTable {
  total: number;
  columns: string[];
  rows: JsonObject[];
}

export interface Schedule {
  flow: string;
  block: string;
  version: number;
  every: string;
  zone: string;
  missed: string;
  next: string | null;
  then: string[];
}

export interface SecretInfo {
  name: string;
  updated: string;
  by: string;
}

export interface Version {
  version: number;
  at: string;
  by: string;
  note: string;
  /** Triggers run this one. */
  live: boolean;
}
