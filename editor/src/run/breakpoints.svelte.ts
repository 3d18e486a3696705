import * as Blockly from 'blockly/core';
import { debugWords as w } from '../messages/debug';

/** Where a run is to stand still: a red mark on the block, kept in this browser for each flow. */

const TYPE = new Blockly.icons.IconType<Mark>('blockflow_breakpoint');
const SIZE = 18;

class Mark extends Blockly.icons.Icon {
  override getType(): Blockly.icons.IconType<Mark> {
    return TYPE;
  }

  override getWeight(): number {
    return 5;
  }

  override getSize(): Blockly.utils.Size {
    return new Blockly.utils.Size(SIZE, SIZE);
  }

  override initView(): void {
    if (this.svgRoot) return;
    super.initView(() => {});
    const root = this.svgRoot as SVGGElement | null;
    if (!root) return;
    root.classList.add('breakpoint-icon');
    root.addEventListener('pointerdown', (e) => e.stopPropagation());
    root.addEventListener('click', () => this.onClick());
    Blockly.utils.dom.createSvgElement(
      Blockly.utils.Svg.CIRCLE,
      { class: 'breakpoint-disc', cx: SIZE / 2, cy: SIZE / 2, r: SIZE / 2 - 2 },
      root,
    );
    this.setTooltip(() => w.breakpoint);
    this.recomputeAriaContext();
  }

  protected override getAriaLabel(): string {
    return w.breakpoint;
  }

  override onClick(): void {
    super.onClick();
    const block = this.sourceBlock as Blockly.BlockSvg;
    of(block)?.toggle(block);
  }
}

const known = new WeakMap<Blockly.Workspace, Breakpoints>();
const of = (block: Blockly.Block) => known.get(block.workspace);

/** What a run can stand at: what does something, in a stack that may run. */
const possible = (block: Blockly.Block | undefined): block is Blockly.BlockSvg =>
  block instanceof Blockly.BlockSvg &&
  !block.isInFlyout &&
  !block.isShadow() &&
  !!(block.previousConnection || block.outputConnection) &&
  of(block) !== undefined;

export class Breakpoints {
  /** The ids of the blocks, of those too that aren't there just now. */
  blocks = $state.raw<ReadonlySet<string>>(new Set());
  #store: string;

  constructor(
    flow: string,
    readonly workspace: Blockly.WorkspaceSvg,
    /** Has the flow run until it comes to a block. */
    readonly runTo: (block: string) => void,
    /** Whether a run stands somewhere now. */
    readonly standing: () => boolean,
  ) {
    this.#store = `blockflow-breakpoints:${flow}`;
    this.blocks = new Set(read(this.#store));
    known.set(workspace, this);
    workspace.addChangeListener((event) => {
      if (event.type === Blockly.Events.BLOCK_CREATE) this.draw();
    });
    register();
  }

  /** Those whose blocks are there. */
  get present(): string[] {
    return [...this.blocks].filter((id) => this.workspace.getBlockById(id));
  }

  toggle(block: Blockly.BlockSvg): void {
    const now = new Set(this.blocks);
    if (!now.delete(block.id)) now.add(block.id);
    this.blocks = now;
    localStorage.setItem(this.#store, JSON.stringify([...now]));
    Blockly.utils.aria.announceDynamicAriaState(now.has(block.id) ? w.set : w.remove);
    this.draw();
  }

  /** Puts the marks on the blocks, after the blocks have changed. */
  draw(): void {
    for (const block of this.workspace.getAllBlocks(false)) {
      const wanted = this.blocks.has(block.id);
      const icon = block.getIcon(TYPE);
      if (wanted && !icon) block.addIcon(new Mark(block));
      else if (!wanted && icon) block.removeIcon(TYPE);
    }
  }
}

function read(store: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(store) ?? '[]');
    return Array.isArray(kept) ? kept.map(String) : [];
  } catch {
    return [];
  }
}

/** The block that the keyboard is at. */
function focused(): Blockly.BlockSvg | undefined {
  const node = Blockly.getFocusManager().getFocusedNode();
  const block = node instanceof Blockly.Field ? node.getSourceBlock() : node;
  if (block instanceof Blockly.BlockSvg) return block;
  const selected = Blockly.common.getSelected();
  return selected instanceof Blockly.BlockSvg ? selected : undefined;
}

let registered = false;

function register(): void {
  if (registered) return;
  registered = true;
  const menu = Blockly.ContextMenuRegistry.registry;
  const scopeType = Blockly.ContextMenuRegistry.ScopeType.BLOCK;
  menu.register({
    id: 'blockflow_breakpoint',
    weight: 1.5,
    scopeType,
    displayText: ({ block }) => (block && of(block)?.blocks.has(block.id) ? w.remove : w.set),
    preconditionFn: ({ block }) => (possible(block) ? 'enabled' : 'hidden'),
    callback: ({ block }) => {
      if (possible(block)) of(block)?.toggle(block);
    },
  });
  menu.register({
    id: 'blockflow_run_to',
    weight: 1.6,
    scopeType,
    displayText: ({ block }) => (block && of(block)?.standing() ? w.goTo : w.runTo),
    preconditionFn: ({ block }) => (possible(block) ? 'enabled' : 'hidden'),
    callback: ({ block }) => {
      if (possible(block)) of(block)?.runTo(block.id);
    },
  });
  Blockly.ShortcutRegistry.registry.register({
    name: 'blockflow_breakpoint',
    keyCodes: [Blockly.utils.KeyCodes.F9],
    preconditionFn: () => possible(focused()),
    callback: () => {
      const block = focused();
      if (!possible(block)) return false;
      of(block)?.toggle(block);
      return true;
    },
  });
}
