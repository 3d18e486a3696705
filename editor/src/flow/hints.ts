import type * as Blockly from 'blockly/core';
import type { Problem } from '../api/types';
import { hintWords as w } from '../messages';

/** What can be said about a flow while it is composed, before the server checks it. */

const begins = (block: Blockly.Block) => !block.previousConnection && !block.outputConnection;

// With hats, a stack under none of them is a draft that doesn't run.
function unreachable(workspace: Blockly.Workspace): Problem[] {
  const tops = workspace.getTopBlocks(true);
  if (!tops.some(begins)) return [];
  return tops
    .filter((block) => !begins(block))
    .map((block) => ({ code: 'unreachable', message: w.unreachable, block: block.id, type: block.type }));
}

interface Use {
  set: Blockly.Block[];
  other: Blockly.Block[];
}

function uses(workspace: Blockly.Workspace): Map<string, Use> {
  const found = new Map<string, Use>();
  for (const block of workspace.getAllBlocks(false)) {
    for (const variable of block.getVarModels()) {
      const id = variable.getId();
      const use = found.get(id) ?? { set: [], other: [] };
      (block.type === 'variables_set' ? use.set : use.other).push(block);
      found.set(id, use);
    }
  }
  return found;
}

function variables(workspace: Blockly.Workspace): Problem[] {
  const code = workspace
    .getAllBlocks(false)
    .map((block) => block.getFieldValue('CODE'))
    .filter((text): text is string => typeof text === 'string')
    .join('\n');
  const problems: Problem[] = [];
  for (const [id, { set, other }] of uses(workspace)) {
    const name = workspace.getVariableMap().getVariableById(id)?.getName() ?? '';
    if (code.includes(name)) continue;
    const say = (block: Blockly.Block | undefined, message: string) => {
      if (block) problems.push({ code: 'variable', message, block: block.id, type: block.type });
    };
    if (!other.length) say(set[0], w.unused(name));
    else if (!set.length && other.every((b) => b.type === 'variables_get')) say(other[0], w.unset(name));
  }
  return problems;
}

/** All hints on a workspace. */
export function hintsOn(workspace: Blockly.Workspace): Problem[] {
  return [...unreachable(workspace), ...variables(workspace)];
}
