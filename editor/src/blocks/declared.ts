import * as Blockly from 'blockly/core';
import { blockWords as w } from '../messages';
import { type Declaring, editInputs } from './mutators/inputs';

/** A choice among the inputs that the flow declares, for blocks that give one of them. */

const NEW = '\u0000new';

function hatOf(block: Blockly.Block | null): Declaring | undefined {
  const workspace = block?.isInFlyout
    ? (block.workspace as Blockly.WorkspaceSvg).targetWorkspace
    : block?.workspace;
  return workspace?.getBlocksByType('when_run')[0] as Declaring | undefined;
}

class DeclaredInput extends Blockly.FieldDropdown {
  // A name that nobody declares is still what the file says; the server's check
  // tells that it is wrong.
  #kept = '';

  constructor(kept: string) {
    super(Blockly.Field.SKIP_SETUP);
    this.#kept = kept;
    this.menuGenerator_ = () => this.#choices();
    this.setValue(kept);
  }

  static override fromJson(options: Blockly.FieldDropdownFromJsonConfig): DeclaredInput {
    return new DeclaredInput(String((options as { text?: string }).text ?? ''));
  }

  #declared(): string[] {
    return hatOf(this.sourceBlock_)?.declared.map((input) => input.name) ?? [];
  }

  #choices(): Blockly.MenuOption[] {
    const names = this.#declared();
    if (!names.includes(this.#kept)) names.unshift(this.#kept);
    const options: Blockly.MenuOption[] = names.map((name) => [name, name]);
    if (hatOf(this.sourceBlock_) && !this.sourceBlock_?.isInFlyout) options.push([w.newInput, NEW]);
    return options;
  }

  override initModel(): void {
    super.initModel();
    const first = this.#declared()[0];
    if (this.sourceBlock_?.isInFlyout && first !== undefined) this.setValue(first);
  }

  protected override doClassValidation_(value?: string): string | null {
    if (typeof value !== 'string' || value === NEW) return null;
    this.#kept = value;
    this.getOptions(false);
    return value;
  }

  protected override onItemSelected_(menu: Blockly.Menu, item: Blockly.MenuItem): void {
    const hat = hatOf(this.sourceBlock_);
    if (item.getValue() === NEW && hat) editInputs(hat);
    else super.onItemSelected_(menu, item);
  }
}

Blockly.fieldRegistry.register('field_declared_input', DeclaredInput);
