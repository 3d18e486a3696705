import * as Blockly from 'blockly/core';
import { blockWords as w } from '../messages';
import { blockInfo } from './define';

/** The field above the toolbox: finds blocks by their words, their help and their category. */

type Item = Blockly.utils.toolbox.BlockInfo;

interface Entry {
  item: Item;
  /** What stands on the block. */
  label: string;
  /** That, and what is said about it. */
  all: string;
}

function labelOf(block: Blockly.Block): string {
  const words: string[] = [];
  for (const input of block.inputList) {
    for (const field of input.fieldRow) {
      words.push(field.getText());
      if (field instanceof Blockly.FieldDropdown) {
        for (const option of field.getOptions(true)) if (typeof option[0] === 'string') words.push(option[0]);
      }
    }
  }
  return words.join(' ').toLowerCase();
}

/** The blocks of a toolbox as they can be looked for. */
function entries(tree: Blockly.utils.toolbox.ToolboxInfo | null | undefined): Entry[] {
  const found = new Map<string, Entry>();
  const workshop = new Blockly.Workspace();
  const walk = (item: Blockly.utils.toolbox.ToolboxItemInfo, category: string): void => {
    if ('contents' in item) {
      const name = 'name' in item ? String(item.name) : category;
      for (const part of item.contents) walk(part, name);
    } else if (item.kind.toLowerCase() === 'block' && 'type' in item && item.type) {
      const key = JSON.stringify(item);
      if (found.has(key)) return;
      const label = labelOf(workshop.newBlock(item.type));
      const { help = '', english = '' } = blockInfo(item.type) ?? {};
      const all = `${label} ${help} ${english} ${category} ${item.type.replaceAll('_', ' ')}`.toLowerCase();
      found.set(key, { item: item as Item, label, all });
    }
  };
  for (const item of tree?.contents ?? []) walk(item, '');
  workshop.dispose();
  return [...found.values()];
}

/** Those that have all the words, the ones that have them on the block first. */
function matching(list: Entry[], query: string): Item[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = ({ label, all }: Entry): number => {
    if (!words.every((word) => all.includes(word))) return 0;
    if (label.includes(query.trim().toLowerCase())) return 3;
    return words.every((word) => label.includes(word)) ? 2 : 1;
  };
  return list
    .map((entry) => ({ entry, rank: rank(entry) }))
    .filter((r) => r.rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .map((r) => r.entry.item);
}

const SHORTCUT = 'startSearch';

class SearchCategory extends Blockly.ToolboxCategory {
  #field: HTMLInputElement | undefined;
  #entries: Entry[] | undefined;

  constructor(
    definition: Blockly.utils.toolbox.CategoryInfo,
    toolbox: Blockly.IToolbox,
    parent?: Blockly.ICollapsibleToolboxItem,
  ) {
    super(definition, toolbox, parent);
    const { registry } = Blockly.ShortcutRegistry;
    const { B, CTRL } = Blockly.utils.KeyCodes;
    registry.register(
      {
        name: SHORTCUT,
        keyCodes: [registry.createSerializedKey(B, [CTRL])],
        callback: () => {
          Blockly.getFocusManager().focusNode(this);
          return true;
        },
      },
      true,
    );
  }

  protected override createDom_(): HTMLDivElement {
    const dom = super.createDom_();
    const field = document.createElement('input');
    field.id = this.getId();
    field.type = 'search';
    field.placeholder = w.search;
    field.setAttribute('aria-label', w.search);
    field.addEventListener('input', () => this.#match());
    field.addEventListener('keydown', (event) => this.#key(event, field));
    this.#field = field;
    this.rowContents_?.replaceChildren(field);
    dom.classList.add('toolbox-search');
    return dom;
  }

  #key(event: KeyboardEvent, field: HTMLInputElement): void {
    if (event.key === 'Escape' && field.value !== '') {
      field.value = '';
      event.stopPropagation();
      this.#match();
    }
    const toolbox = this.parentToolbox_.getNavigator();
    const next = { ArrowDown: toolbox.getNextNode(), ArrowUp: toolbox.getPreviousNode() }[event.key];
    if (next) Blockly.getFocusManager().focusNode(next);
  }

  override getId(): string {
    return 'toolbox-search';
  }

  override getFocusableElement(): HTMLElement {
    if (!this.#field) throw new Error('The search has no field yet.');
    return this.#field;
  }

  override onNodeFocus(): void {
    super.onNodeFocus();
    void Blockly.renderManagement.finishQueuedRenders().then(() => this.#match());
  }

  #match(): void {
    const query = this.#field?.value ?? '';
    this.#entries ??= entries(this.workspace_.options.languageTree);
    const found = query.trim() ? matching(this.#entries, query) : [];
    Blockly.utils.aria.announceDynamicAriaState(w.found(found.length));
    // Without a word there is nothing to show, and the flyout closes.
    const none = query.trim() ? [{ kind: 'label', text: w.foundNone }] : [];
    this.flyoutItems_ = found.length ? found : none;
    if (this.flyoutItems_.length) this.parentToolbox_.refreshSelection();
    else this.parentToolbox_.getFlyout()?.hide();
  }

  override dispose(): void {
    super.dispose();
    Blockly.ShortcutRegistry.registry.unregister(SHORTCUT);
  }
}

Blockly.registry.register(Blockly.registry.Type.TOOLBOX_ITEM, 'search', SearchCategory, true);
