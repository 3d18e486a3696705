package blocks

import "blockflow/engine"

var variables = drawer{Category: engine.Category{
	Name: "Variables", Colour: "#a55b80",
	Blocks: []engine.Block{
		getter("variables_get"), setter("variables_set"),
		getter("variables_get_dynamic"), setter("variables_set_dynamic"),
	},
}}

// getter declares a block that reads a variable; Blockly has one for plain and
// one for typed variables, and its toolbox makes both itself.
func getter(blockType string) engine.Block {
	return engine.Block{
		Type:    blockType,
		Toolbox: engine.Toolbox{Hidden: true},
		Slots:   []engine.Slot{engine.VariableField("VAR", "item")},
		Shape:   engine.ValueBlock,
		Help:    "Gives what a variable holds.",
		Doc:     "A variable that was never set holds nothing. Made into a text, that is “undefined”, as in JavaScript.",
		Examples: []engine.Example{
			{Block: `{"type":"` + blockType + `","fields":{"VAR":"item"}}`, Gives: `null`},
		},
		Means: engine.Control(func(b *engine.Builder, _ engine.Operand) engine.Operand { return b.Variable("VAR") }),
	}
}

func setter(blockType string) engine.Block {
	return engine.Block{
		Type:    blockType,
		Toolbox: engine.Toolbox{Hidden: true},
		Slots:   []engine.Slot{engine.VariableField("VAR", "item"), engine.In("VALUE").Else(engine.Number(0))},
		Help:    "Puts a value into a variable.",
		Doc:     "An empty input sets 0, as in Blockly. Lists and objects are shared: two variables may hold the same one.",
		Examples: []engine.Example{
			{Block: `{"type":"` + blockType + `","fields":{"VAR":"item"}}`, Gives: `0`},
			{Block: `{"type":"` + blockType + `","fields":{"VAR":"item"},"inputs":{"VALUE":"a"}}`, Gives: `"a"`},
		},
		Means: engine.Do(func(b *engine.Builder) { b.Assign(b.Variable("VAR"), "VALUE") }),
	}
}
