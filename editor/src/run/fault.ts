import * as Blockly from 'blockly/core';
import { blockWords as w } from '../messages';

/** A red mark on the block that failed, and its sentence beside the row, not over it. */

const TYPE = new Blockly.icons.IconType<Fault>('blockflow_fault');
const SIZE = 20;
const LINE = 46; // characters
const APART = 28; // pixels between the row and the sentence

class Fault extends Blockly.icons.Icon {
  #bubble: Blockly.bubbles.TextBubble | null = null;
  #text = '';

  override getType(): Blockly.icons.IconType<Fault> {
    return TYPE;
  }

  override getWeight(): number {
    return 10;
  }

  override getSize(): Blockly.utils.Size {
    return new Blockly.utils.Size(SIZE, SIZE);
  }

  override initView(): void {
    if (this.svgRoot) return;
    super.initView(() => {});
    const root = this.svgRoot as SVGGElement | null;
    if (!root) return;
    root.classList.add('fault-icon');
    root.addEventListener('pointerdown', (e) => e.stopPropagation());
    root.addEventListener('click', () => this.onClick());
    const { createSvgElement } = Blockly.utils.dom;
    const { Svg } = Blockly.utils;
    createSvgElement(Svg.CIRCLE, { class: 'fault-disc', cx: SIZE / 2, cy: SIZE / 2, r: SIZE / 2 - 1 }, root);
    createSvgElement(Svg.PATH, { class: 'fault-sign', d: 'M10 5v6M10 14.4v.2' }, root);
  }

  say(text: string): void {
    this.#text = text;
    this.setTooltip(() => text);
    this.recomputeAriaContext();
    void Blockly.renderManagement.finishQueuedRenders().then(() => this.open(true));
  }

  private open(on: boolean): void {
    this.#bubble?.dispose();
    this.#bubble = null;
    const block = this.sourceBlock as Blockly.BlockSvg;
    if (!on || block.isDisposed()) return;
    const text = Blockly.utils.string.wrap(this.#text, LINE);
    this.#bubble = new Blockly.bubbles.TextBubble(text, block.workspace, this.workspaceLocation);
    this.#bubble.setColour('#fff');
    this.#bubble.getSvgRoot().classList.add('fault-words');
    this.place();
    this.reveal(block.workspace);
  }

  // What stands to the right of the view is brought in, as long as the mark itself stays.
  private reveal(workspace: Blockly.WorkspaceSvg): void {
    const right = this.#bubble?.getBoundingRectangle().right ?? 0;
    const view = workspace.getMetricsManager().getViewMetrics(true);
    const hidden = Math.min(
      right + APART - view.left - view.width,
      this.workspaceLocation.x - view.left - APART,
    );
    if (hidden > 0) workspace.scroll(workspace.scrollX - hidden * workspace.scale, workspace.scrollY);
  }

  // To the right of the whole row in which the block stands.
  private place(): void {
    let row = this.sourceBlock as Blockly.BlockSvg;
    for (let outer = row.outputConnection?.targetBlock(); outer; outer = row.outputConnection?.targetBlock())
      row = outer;
    const { left } = row.getBoundingRectangleWithoutChildren();
    const edge = new Blockly.utils.Coordinate(
      left + row.getHeightWidth().width,
      this.workspaceLocation.y + SIZE / 2,
    );
    this.#bubble?.setAnchorLocation(edge);
    this.#bubble?.setPositionRelativeToAnchor(APART, -SIZE);
  }

  override onLocationChange(origin: Blockly.utils.Coordinate): void {
    super.onLocationChange(origin);
    if (this.#bubble) this.place();
  }

  protected override getAriaLabel(): string {
    return w.errorHere(this.#text);
  }

  override onClick(): void {
    super.onClick();
    this.open(!this.#bubble);
  }

  override dispose(): void {
    this.open(false);
    super.dispose();
  }
}

/** Puts an error's sentence on a block, or with null takes it away. */
export function setFault(block: Blockly.BlockSvg, text: string | null): void {
  const icon = block.getIcon(TYPE);
  if (text === null) {
    if (icon) block.removeIcon(TYPE);
    return;
  }
  (icon ?? block.addIcon(new Fault(block))).say(text);
}
