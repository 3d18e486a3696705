import './blocks.css';
import { WorkspaceSearch } from '@blockly/plugin-workspace-search';
import * as Blockly from 'blockly/core';
import type { FlowFile, JsonObject, Vocabulary } from '../api/types';
import { m } from '../messages';
import { fromRight } from '../messages/language';
import { colours } from './colours';
import './fields';
import './front';
import './language';
import { define, unknownTypes } from './define';
import { fill, fillUp } from './fill';
import { selectSeveral } from './group';
import { toolbox } from './toolbox';
import { countUse } from './used';

const drawing: Blockly.BlocklyOptions = {
  renderer: 'zelos',
  media: '/blockly-media/',
  sounds: false,
  rtl: fromRight,
  zoom: { controls: false, wheel: true, pinch: true, startScale: 0.8, maxScale: 2.5, minScale: 0.3 },
  move: { scrollbars: true, drag: true, wheel: true },
};

/** Puts a workspace into an element of the page. */
export function inject(place: HTMLElement, vocabulary: Vocabulary, dark: boolean): Blockly.WorkspaceSvg {
  define(vocabulary);
  const workspace = Blockly.inject(place, {
    ...drawing,
    theme: colours(dark),
    toolbox: toolbox(vocabulary),
    trashcan: true,
  });
  new WorkspaceSearch(workspace).init();
  countUse(workspace, vocabulary);
  selectSeveral(workspace);
  return workspace;
}

/** Puts a workspace that only shows into an element of the page. */
export function injectToShow(
  place: HTMLElement,
  vocabulary: Vocabulary,
  dark: boolean,
): Blockly.WorkspaceSvg {
  define(vocabulary);
  return Blockly.inject(place, { ...drawing, theme: colours(dark), readOnly: true });
}

/** Why a file can't be shown without losing something, or "". */
export function unshowable(file: FlowFile): string {
  const unknown = unknownTypes(file);
  return unknown.length ? m.unknownBlocks(unknown.join(', ')) : '';
}

/**
 * Shows a flow file; nothing of it counts as an edit. Of a large one the rest comes a moment
 * later: the promise is kept when all of it is there, and broken if it can't be shown.
 */
export function show(workspace: Blockly.WorkspaceSvg, file: FlowFile): Promise<void> {
  return new Promise((filled, failed) => {
    fill(
      workspace,
      file,
      () => {
        Blockly.Events.disable();
        spread(workspace);
        Blockly.Events.enable();
        filled();
      },
      failed,
    );
    workspace.clearUndo();
    fit(workspace);
  });
}

const LARGEST = 0.9;
const SMALLEST = 0.65;
const MARGIN = 40; // pixels around the flow, and room for values

/** Brings the whole width of the first stack into view where it can be read so. */
export function fit(workspace: Blockly.WorkspaceSvg): void {
  const box = workspace.getTopBlocks(true)[0]?.getBoundingRectangle() ?? workspace.getBlocksBoundingBox();
  const view = workspace.getMetricsManager().getViewMetrics(false);
  const wide = (view.width - 2 * MARGIN) / Math.max(1, (box.right - box.left) * 1.3);
  const scale = Math.min(LARGEST, Math.max(SMALLEST, wide));
  workspace.setScale(scale);
  const x = workspace.RTL ? view.width - MARGIN - box.right * scale : MARGIN - box.left * scale;
  workspace.scroll(x, MARGIN - box.top * scale);
}

const GAP = 32;

// A file written by hand, or for another way of drawing, may have stacks lie on
// each other: the lower one moves down.
function spread(workspace: Blockly.WorkspaceSvg): void {
  const placed: Blockly.utils.Rect[] = [];
  for (const block of workspace.getTopBlocks(true)) {
    const box = block.getBoundingRectangle();
    const low = placed.filter((other) => other.intersects(box)).map((other) => other.bottom);
    if (low.length) block.moveBy(0, Math.max(...low) + GAP - box.top);
    placed.push(block.getBoundingRectangle());
  }
}

/** The file that a workspace stands for, with all that it doesn't show itself. */
export function fileOf(workspace: Blockly.Workspace, loaded: FlowFile): FlowFile {
  const {
    blocks: _blocks,
    variables: _variables,
    workspaceComments: _comments,
    procedures: _procedures,
    ...rest
  } = loaded;
  fillUp(workspace);
  const saved = Blockly.serialization.workspaces.save(workspace) as JsonObject;
  return { ...rest, blocks: { languageVersion: 0, blocks: [] }, ...saved };
}

/** Brings a block into view and selects it; says whether it is still there. */
export function goTo(workspace: Blockly.WorkspaceSvg, id: string): boolean {
  if (!workspace.getBlockById(id)) fillUp(workspace);
  const block = workspace.getBlockById(id);
  if (!block) return false;
  workspace.centerOnBlock(id, !matchMedia('(prefers-reduced-motion: reduce)').matches);
  Blockly.common.setSelected(block);
  return true;
}

/** Puts blocks into the middle of what is seen of a flow, and selects them. */
export function insert(workspace: Blockly.WorkspaceSvg, state: Blockly.serialization.blocks.State): void {
  fillUp(workspace);
  const view = workspace.getMetricsManager().getViewMetrics(true);
  Blockly.Events.setGroup(true);
  const block = Blockly.serialization.blocks.append(state, workspace, { recordUndo: true });
  if (block instanceof Blockly.BlockSvg) {
    block.moveTo(new Blockly.utils.Coordinate(view.left + view.width / 3, view.top + view.height / 3));
    Blockly.common.setSelected(block);
  }
  Blockly.Events.setGroup(false);
}

/** A short name of a block for sentences about it. */
export function nameOf(workspace: Blockly.Workspace | undefined, id: string): string | null {
  const block = workspace?.getBlockById(id);
  if (!block) return null;
  // Blockly sets the quotes of a text apart, as it draws them.
  const text = block.toString(60, '…').replace(/([“”]) ([^“”]*) ([“”])/g, '$1$2$3');
  return text.trim() || block.type;
}
