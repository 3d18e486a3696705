import * as Blockly from 'blockly/core';

// Blockly describes each new field to screen readers before the field has an
// element, and lives with the error that this throws: thousands of errors in a
// large flow, each of which costs more than drawing the field.

const describe = Blockly.Field.prototype.recomputeAriaContext;

Blockly.Field.prototype.recomputeAriaContext = function (this: Blockly.Field): boolean {
  return this.getSvgRoot() ? describe.call(this) : false;
};
