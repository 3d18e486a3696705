import * as Blockly from 'blockly/core';

/** Text fields that know more than Blockly's: the names of properties, and room for code. */

// Where the name of a property is asked for.
const names = new Set(['propName', 'prop_name', 'prop', 'property', 'PROPERTY']);

let columns: string[] = [];

/** Says which properties users have; they are proposed where a property is named. */
export function proposeProperties(list: string[]): void {
  columns = list;
}

let openCode: ((field: Blockly.Field) => void) | undefined;

/** Says who shows the dialog for code. */
export function onEditCode(open: (field: Blockly.Field) => void): void {
  openCode = open;
}

/** Whether a block is plugged in where the name of a property is asked for. */
function namesProperty(block: Blockly.Block | null): boolean {
  const input = block?.outputConnection?.targetConnection?.getParentInput();
  return !!input && names.has(input.name);
}

const LIST = 'property-names';

// Whatever the flow itself names is proposed too.
function proposed(workspace: Blockly.Workspace): string[] {
  const found = new Set(columns);
  for (const block of workspace.getBlocksByType('text')) {
    if (namesProperty(block)) found.add(String(block.getFieldValue('TEXT')));
  }
  return [...found].filter(Boolean).sort();
}

function list(workspace: Blockly.Workspace): HTMLDataListElement {
  const element = document.createElement('datalist');
  element.id = LIST;
  for (const name of proposed(workspace)) element.append(new Option(name, name));
  return element;
}

class TextField extends Blockly.FieldTextInput {
  protected override widgetCreate_(): HTMLInputElement | HTMLTextAreaElement {
    const input = super.widgetCreate_();
    document.getElementById(LIST)?.remove();
    if (namesProperty(this.sourceBlock_) && this.sourceBlock_) {
      input.after(list(this.sourceBlock_.workspace));
      input.setAttribute('list', LIST);
      input.setAttribute('autocomplete', 'on');
    }
    return input;
  }

  protected override showEditor_(e?: Event, quiet?: boolean): void {
    if (this.name === 'CODE' && openCode) openCode(this);
    else super.showEditor_(e, quiet);
  }

  static override fromJson(options: Blockly.FieldTextInputFromJsonConfig): TextField {
    const text = Blockly.utils.parsing.replaceMessageReferences(options.text);
    return new TextField(text, undefined, options);
  }
}

Blockly.fieldRegistry.unregister('field_input');
Blockly.fieldRegistry.register('field_input', TextField);
