import type * as Blockly from 'blockly/core';
import { ApiError, ask, flowPath, get, sentence } from '../api/client';
import type { Flow, FlowFile, JsonObject, Problem, Published } from '../api/types';
import { fileOf, show, unshowable } from '../blocks/workspace';
import { m } from '../messages';
import { keep, keptOf, letGo } from './buffer';
import { comparable } from './merge';

/** How long to wait after an edit before it is saved, in milliseconds. */
const PAUSE = 800;
/** How long to wait before asking a server again that didn't answer, in milliseconds. */
const AGAIN = 5000;

type SaveState = 'saved' | 'unsaved' | 'saving' | 'failed' | 'conflict' | 'unshowable';

type Theirs = { revision: number; flow: FlowFile };

const same = (a: FlowFile, b: FlowFile) => JSON.stringify(a) === JSON.stringify(b);

// A copy of a file in which one block has other code.
function withCode(file: FlowFile, id: string, code: string): FlowFile {
  return JSON.parse(JSON.stringify(file), (_key, value: unknown) => {
    const block = value as { id?: unknown; type?: unknown; fields?: JsonObject } | null;
    if (!block || typeof block !== 'object' || block.id !== id || !block.type) return value;
    return { ...block, fields: { ...block.fields, CODE: code } };
  }) as FlowFile;
}

/** The flow that is being edited: loads it, and saves it by itself. */
export class Draft {
  state = $state<SaveState>('saved');
  trouble = $state('');
  problems = $state.raw<Problem[]>([]);
  published = $state.raw<Published | null>(null);
  title = $state('');
  /** What happened to the flow without the person's doing, in a sentence. */
  said = $state('');

  #others: BroadcastChannel;
  #revision = 0;
  #file: FlowFile = {};
  #base: FlowFile | null = null; // what the server had when the edits began
  #theirs: Theirs | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #flying: Promise<void> | null = null;
  #edits = 0; // counts edits, so that one made while saving isn't taken for saved

  constructor(
    readonly name: string,
    readonly workspace: Blockly.WorkspaceSvg,
    /** Called when another flow file stands in the workspace. */
    readonly shown: () => void,
  ) {
    this.#others = new BroadcastChannel(`blockflow-${name}`);
    this.#others.onmessage = () => void this.#savedElsewhere();
  }

  async load(): Promise<void> {
    const flow = await get<Flow>(flowPath(this.name));
    this.published = flow.published;
    this.problems = flow.problems;
    const kept = keptOf(this.name);
    this.#take(flow.revision, flow.flow);
    this.#base = flow.flow;
    if (!kept || this.state === 'unshowable' || same(kept.file, flow.flow)) return;
    this.#take(kept.revision, kept.file);
    if (kept.revision === flow.revision) {
      this.said = m.keptBack;
      this.edited();
    } else {
      this.#base = kept.base ?? null;
      this.#theirs = { revision: flow.revision, flow: flow.flow };
      this.state = 'conflict';
    }
  }

  // Another tab saved: what it has is shown here, unless there are edits here too.
  async #savedElsewhere(): Promise<void> {
    if (this.state !== 'saved') return;
    const edits = this.#edits;
    try {
      const flow = await get<Flow>(flowPath(this.name));
      if (edits !== this.#edits || flow.revision === this.#revision) return;
      this.problems = flow.problems;
      this.#take(flow.revision, flow.flow);
      this.#base = flow.flow;
      this.said = m.otherTab;
    } catch {
      // The next save tells of it as a conflict.
    }
  }

  #take(revision: number, file: FlowFile): void {
    this.#revision = revision;
    this.#file = file;
    const about = (file.flow ?? {}) as JsonObject;
    this.title = typeof about.title === 'string' ? about.title : this.name;
    const why = unshowable(file);
    this.state = why ? 'unshowable' : 'saved';
    this.trouble = why && m.cantShow(why);
    if (why) return;
    show(this.workspace, file).then(
      () => this.shown(),
      (e) => {
        this.state = 'unshowable';
        this.trouble = m.cantShow(sentence(e));
      },
    );
  }

  get file(): FlowFile {
    return fileOf(this.workspace, this.#file);
  }

  /** Notes an edit; it is saved a moment later. */
  edited(): void {
    if (this.state === 'unshowable') return;
    this.#edits++;
    if (this.state === 'conflict') return;
    this.state = 'unsaved';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), PAUSE);
  }

  rename(title: string): void {
    this.title = title;
    this.#file = { ...this.#file, flow: { ...((this.#file.flow ?? {}) as JsonObject), title } };
    this.edited();
  }

  /** Saves what isn't saved yet; afterwards `state` says how it went. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#flying) await this.#flying;
    if (this.state !== 'unsaved' && this.state !== 'failed') return;
    this.#flying = this.#send();
    try {
      await this.#flying;
    } finally {
      this.#flying = null;
    }
  }

  async #send(): Promise<void> {
    this.state = 'saving';
    const edits = this.#edits;
    const { file } = this;
    keep(this.name, { revision: this.#revision, file, base: this.#base ?? undefined });
    try {
      const saved = await ask<{ revision: number; problems: Problem[] }>('PUT', flowPath(this.name), {
        body: file,
        headers: { 'If-Match': `"${this.#revision}"` },
      });
      this.#revision = saved.revision;
      this.#base = file;
      this.problems = saved.problems;
      this.trouble = '';
      this.state = 'saved';
      letGo(this.name);
      this.#others.postMessage(saved.revision);
      if (edits !== this.#edits) this.edited();
    } catch (e) {
      if (e instanceof ApiError && e.status === 409) {
        this.#theirs = (e.details.current as Theirs | undefined) ?? null;
        this.state = 'conflict';
        return;
      }
      this.state = 'failed';
      this.trouble = sentence(e);
      if (e instanceof ApiError && e.status === 0) {
        this.trouble = m.offline;
        this.#timer = setTimeout(() => void this.save(), AGAIN);
      }
    }
  }

  /** What the server says about a block if its code were this. */
  async check(block: string, code: string): Promise<Problem[]> {
    const { problems } = await ask<{ problems: Problem[] }>('POST', '/api/validate', {
      body: withCode(this.file, block, code),
    });
    return problems.filter((p) => p.block === block);
  }

  /** Puts a published version in the place of the draft. Throws the server's refusal. */
  async restore(version: number): Promise<void> {
    await this.save();
    if (this.state !== 'saved') throw new Error(this.trouble || m.conflict);
    await ask('POST', flowPath(this.name, `/versions/${version}/restore`), {
      headers: { 'If-Match': `"${this.#revision}"` },
    });
    await this.load();
    this.#others.postMessage(this.#revision);
  }

  async loadTheirs(): Promise<void> {
    letGo(this.name);
    if (this.#theirs) {
      this.#take(this.#theirs.revision, this.#theirs.flow);
      this.#base = this.#theirs.flow;
    }
    if (!this.#theirs) await this.load();
    this.#theirs = null;
    this.trouble = '';
  }

  /** Both sides of a conflict and what they began with, or null if that isn't known. */
  get sides(): { base: FlowFile; mine: FlowFile; theirs: FlowFile } | null {
    if (this.state !== 'conflict' || !this.#base || !this.#theirs) return null;
    if (!comparable(this.#base) || !comparable(this.#theirs.flow)) return null;
    return { base: this.#base, mine: this.file, theirs: this.#theirs.flow };
  }

  /** Goes on with a file that has both sides of the conflict, and saves it. */
  async takeMerged(file: FlowFile): Promise<void> {
    if (!this.#theirs) return;
    const { revision, flow } = this.#theirs;
    this.#take(revision, file);
    if (this.state === 'unshowable') return;
    this.#base = flow;
    this.#theirs = null;
    this.state = 'unsaved';
    await this.save();
  }

  async keepMine(): Promise<void> {
    this.#revision = this.#theirs?.revision ?? (await get<Flow>(flowPath(this.name))).revision;
    this.#theirs = null;
    this.state = 'unsaved';
    await this.save();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#others.close();
  }
}
