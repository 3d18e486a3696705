import { post, sentence } from '../api/client';
import type { FlowFile, JsonObject } from '../api/types';
import { s } from '../messages/start';
import { keepAsNew } from './fresh';

/** The largest file that is taken, in bytes; the server's bound for XML too. */
const LARGEST = 16 << 20;

interface Report {
  converted: number;
  placeholders: { block: string; type: string; why: string }[];
  notes: string[];
}

/** What became of one file. */
export interface Brought {
  file: string;
  /** The flow that it is now, or "" if it was refused. */
  flow: string;
  title: string;
  /** Why it was refused, in a sentence. */
  refused: string;
  /** What came of logic that had to be converted. */
  report: Report | null;
}

interface Converted {
  flows: Record<string, { flow: FlowFile; report: Report }>;
  refused: Record<string, string>;
}

const bare = (name: string) => name.replace(/\.[^.]*$/, '');

function parsed(text: string): FlowFile | null {
  try {
    const file = JSON.parse(text) as FlowFile;
    return file && typeof file === 'object' && !Array.isArray(file) ? file : null;
  } catch {
    return null;
  }
}

/** Makes flows of files: those of Blockflow as they are, XML by converting it. */
export async function bring(files: File[], taken: string[]): Promise<Brought[]> {
  const names = [...taken];
  const all: Brought[] = [];
  const xml: Record<string, string> = {};
  const none = (file: string, refused: string) =>
    all.push({ file, flow: '', title: '', refused, report: null });

  const keep = async (file: string, flow: FlowFile, report: Report | null) => {
    const own = (flow.flow as JsonObject | undefined)?.title;
    const title = typeof own === 'string' && own ? own : bare(file);
    try {
      const name = await keepAsNew(flow, title, names);
      names.push(name);
      all.push({ file, flow: name, title, refused: '', report });
    } catch (e) {
      none(file, sentence(e));
    }
  };

  for (const file of files) {
    if (file.size > LARGEST) {
      none(file.name, s.tooBig);
      continue;
    }
    const text = await file.text();
    const flow = parsed(text);
    if (flow) await keep(file.name, flow, null);
    else if (text.trimStart().startsWith('<')) xml[file.name] = text;
    else none(file.name, s.notAFlow);
  }
  if (!Object.keys(xml).length) return all;
  try {
    const { flows, refused } = await post<Converted>('/api/import', { files: xml });
    for (const [name, { flow, report }] of Object.entries(flows)) await keep(name, flow, report);
    for (const [name, why] of Object.entries(refused)) none(name, why);
  } catch (e) {
    for (const name of Object.keys(xml)) none(name, sentence(e));
  }
  return all;
}
