import * as Blockly from 'blockly/core';
import { above, type Group } from './group';

const FAR_ENOUGH = 4; // pixels from which a pointer that moves draws a frame

/**
 * Selecting with the pointer: with Shift, a click puts a block into the group or takes it out,
 * and a drag over the empty workspace frames blocks. A click without Shift beside the group
 * ends it.
 */
export function pointAt(group: Group): void {
  const { workspace } = group;
  const place = workspace.getInjectionDiv();
  place.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0 || !(event.target instanceof Element)) return;
      const block = blockAt(workspace, event.target);
      if (event.shiftKey && block) {
        // Blockly's own gesture must not begin: it would drag, or select this block alone.
        event.stopImmediatePropagation();
        event.preventDefault();
        const selected = Blockly.common.getSelected();
        if (!group.blocks.length && selected instanceof Blockly.BlockSvg && selected.workspace === workspace)
          if (selected !== block && !selected.isShadow()) group.add([selected]);
        Blockly.getFocusManager().focusNode(block);
        group.toggle(block);
      } else if (
        event.shiftKey &&
        event.target.closest('.blocklyMainBackground, .blocklySvg > .blocklyWorkspace')
      ) {
        event.stopImmediatePropagation();
        event.preventDefault();
        frame(group, place, event);
      } else if (!group.has(block) && !event.target.closest('.blocklyMenu, .blocklyWidgetDiv')) {
        group.clear();
      }
    },
    { capture: true },
  );
}

/** The block that a person means by pointing somewhere: of a shadow, the one that it belongs to. */
function blockAt(workspace: Blockly.WorkspaceSvg, target: Element): Blockly.BlockSvg | null {
  const id = target.closest('.blocklyBlockCanvas [data-id]')?.getAttribute('data-id');
  let block = id ? workspace.getBlockById(id) : null;
  while (block?.isShadow()) block = block.getParent();
  return block;
}

function frame(group: Group, place: HTMLElement, start: PointerEvent): void {
  const { workspace } = group;
  const box = document.createElement('div');
  box.className = 'group-frame';
  const origin = place.getBoundingClientRect();
  let now = start;
  const move = (event: PointerEvent) => {
    now = event;
    if (!box.isConnected) {
      if (Math.hypot(now.clientX - start.clientX, now.clientY - start.clientY) < FAR_ENOUGH) return;
      place.append(box);
    }
    box.style.left = `${Math.min(start.clientX, now.clientX) - origin.left}px`;
    box.style.top = `${Math.min(start.clientY, now.clientY) - origin.top}px`;
    box.style.width = `${Math.abs(start.clientX - now.clientX)}px`;
    box.style.height = `${Math.abs(start.clientY - now.clientY)}px`;
  };
  const gone = new AbortController();
  const end = () => {
    gone.abort();
    box.remove();
  };
  const up = () => {
    const framed = box.isConnected;
    end();
    if (!framed) return;
    const a = corner(workspace, start);
    const b = corner(workspace, now);
    const area = new Blockly.utils.Rect(
      Math.min(a.y, b.y),
      Math.max(a.y, b.y),
      Math.min(a.x, b.x),
      Math.max(a.x, b.x),
    );
    const framedBlocks = workspace
      .getAllBlocks(true)
      .filter((block) => !block.isShadow() && area.intersects(block.getBoundingRectangleWithoutChildren()));
    group.add(framedBlocks.filter((block) => wanted(block)));
    const [first] = group.blocks;
    if (first) Blockly.getFocusManager().focusNode(first);
  };
  addEventListener('pointermove', move, { signal: gone.signal });
  addEventListener('pointerup', up, { signal: gone.signal });
  addEventListener('pointercancel', end, { signal: gone.signal });
}

function corner(workspace: Blockly.WorkspaceSvg, at: PointerEvent): Blockly.utils.Coordinate {
  const place = new Blockly.utils.Coordinate(at.clientX, at.clientY);
  return Blockly.utils.svgMath.screenToWsCoordinates(workspace, place);
}

/** A frame takes statements and what lies about by itself; values come with their blocks. */
function wanted(block: Blockly.BlockSvg): boolean {
  return !block.outputConnection?.isConnected();
}

/** All that stands on the workspace by itself, with what hangs below it. */
export function all(workspace: Blockly.WorkspaceSvg): Blockly.BlockSvg[] {
  return workspace.getAllBlocks(true).filter((block) => {
    let top = block;
    for (let up = above(top); up; up = above(top)) top = up;
    return !top.getParent() && !block.isShadow();
  });
}
