import type * as Blockly from 'blockly/core';
import './search';
import type { Vocabulary } from '../api/types';
import { blockWords as w } from '../messages';
import { MOST_USED } from './used';

/** The server's categories, Blockly's own two, and a search over all of them. */
export function toolbox(vocabulary: Vocabulary): Blockly.utils.toolbox.ToolboxDefinition {
  return {
    kind: 'categoryToolbox',
    contents: [
      { kind: 'search', name: w.search, contents: [] },
      { kind: 'category', name: w.mostUsed, colour: '#b3661d', custom: MOST_USED },
      ...vocabulary.toolbox.contents,
      { kind: 'category', name: w.variables, colour: '#a55b80', custom: 'VARIABLE' },
      { kind: 'category', name: w.functions, colour: '#995ba5', custom: 'PROCEDURE' },
    ],
  } as unknown as Blockly.utils.toolbox.ToolboxDefinition;
}
