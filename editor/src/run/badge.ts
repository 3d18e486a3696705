import * as Blockly from 'blockly/core';
import type { Json } from '../api/types';
import { blockWords as w } from '../messages';
import { brief, whole } from '../value';

/** A pill on a block with the value that passed there last. */

const TYPE = new Blockly.icons.IconType<Badge>('blockflow_value');
const HEIGHT = 22;
const PAD = 9;
const FONT = '600 12px system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';

let pressed: ((block: string) => void) | undefined;

/** Says what pressing a badge does. */
export function onBadge(then: (block: string) => void): void {
  pressed = then;
}

const ruler = document.createElement('canvas').getContext('2d');

function widthOf(text: string): number {
  if (!ruler) return text.length * 7;
  ruler.font = FONT;
  return Math.ceil(ruler.measureText(text).width);
}

class Badge extends Blockly.icons.Icon {
  #value: Json = null;
  #text = '';
  #pill: SVGRectElement | null = null;
  #label: SVGTextElement | null = null;

  override getType(): Blockly.icons.IconType<Badge> {
    return TYPE;
  }

  override getWeight(): number {
    return 20; // after the warning
  }

  override getSize(): Blockly.utils.Size {
    return new Blockly.utils.Size(widthOf(this.#text) + 2 * PAD, HEIGHT);
  }

  override initView(): void {
    if (!this.svgRoot) super.initView(() => {});
    const root = this.svgRoot;
    if (!root || this.#pill) return;
    root.classList.add('value-icon');
    // On a block that is all one field, Blockly would take the press for the field's.
    root.addEventListener('pointerdown', (e) => e.stopPropagation());
    root.addEventListener('click', () => this.onClick());
    const { createSvgElement } = Blockly.utils.dom;
    const { Svg } = Blockly.utils;
    this.#pill = createSvgElement(
      Svg.RECT,
      { class: 'value-pill', height: HEIGHT, rx: HEIGHT / 2 },
      this.svgRoot,
    );
    this.#label = createSvgElement(Svg.TEXT, { class: 'value-text', x: PAD, y: 15.5 }, this.svgRoot);
    this.draw();
  }

  /** Shows a value; says whether the block looks different now. */
  show(value: Json): boolean {
    this.#value = value;
    const text = brief(value, 20);
    if (text === this.#text) return false;
    this.#text = text;
    this.draw();
    return true;
  }

  private draw(): void {
    if (!this.svgRoot || !this.#pill || !this.#label) return;
    this.#label.textContent = this.#text;
    this.#pill.setAttribute('width', String(this.getSize().width));
    this.setTooltip(() => whole(this.#value));
    this.svgRoot.setAttribute('data-value', this.#text);
    this.recomputeAriaContext();
  }

  protected override getAriaLabel(): string {
    return w.valueHere(this.#text);
  }

  override onClick(): void {
    super.onClick();
    pressed?.(this.sourceBlock.id);
  }
}

// These show their value already.
const literal = new Set(['text', 'math_number', 'logic_boolean', 'logic_null']);

const shown = new WeakMap<Blockly.Workspace, Map<string, Json>>();

/** Shows these values on their blocks and takes all others away. */
export function showValues(workspace: Blockly.WorkspaceSvg, values: Map<string, Json>): void {
  const before = shown.get(workspace);
  for (const id of before?.keys() ?? []) {
    if (!values.has(id)) workspace.getBlockById(id)?.removeIcon(TYPE);
  }
  for (const [id, value] of values) {
    if (before?.has(id) && before.get(id) === value) continue;
    const block = workspace.getBlockById(id);
    if (!block || literal.has(block.type)) continue;
    const badge = block.getIcon(TYPE);
    if (!(badge ?? block.addIcon(new Badge(block))).show(value)) continue;
    if (badge) block.queueRender(); // a new icon does that by itself
  }
  shown.set(workspace, values);
}
