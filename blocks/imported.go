package blocks

import "blockflow/engine"

// What an importer puts where the original has a block that Blockflow hasn't.
// There are two, because the editor draws either a row of inputs that a file
// declares or a switch between value and statement, but not both on one block.
const (
	ImportedStatement = "imported_placeholder"
	ImportedValue     = "imported_placeholder_value"

	ImportedFrom = "FROM" // the field with the original's system
	ImportedType = "TYPE" // the field with the original's type

	// ImportedInput begins the names of the inputs that keep what stood in the
	// original's value inputs; extraState lists the names these had there.
	ImportedInput     = "input"
	ImportedInputsKey = "inputs"
	// ImportedBody keeps what stood in the original's first statement input.
	ImportedBody = "DO"
)

// NotConverted: a run came to a block that an import could not convert.
const NotConverted engine.Code = "not_converted"

var imported = drawer{Category: engine.Category{
	Name: "Imported", Colour: "#b03a3a",
	Blocks: []engine.Block{
		placeholder(ImportedStatement, engine.Statement),
		placeholder(ImportedValue, engine.ValueBlock),
	},
}}

func placeholder(blockType string, shape engine.Shape) engine.Block {
	return engine.Block{
		Type: blockType,
		Text: "⚠ not converted from [" + ImportedFrom + "]: [" + ImportedType + "] [" + ImportedBody + "]",
		Slots: []engine.Slot{
			engine.Field(ImportedFrom, ""),
			engine.Field(ImportedType, ""),
			engine.In(ImportedInput).Optional().Repeated(ImportedInputsKey, "", 0),
			engine.Body(ImportedBody),
		},
		Shape:    shape,
		Mutation: &engine.Mutation{Kind: "properties", Key: ImportedInputsKey, Prefix: ImportedInput},
		Toolbox:  engine.Toolbox{Hidden: true}, // only an import makes it
		Help:     "Keeps a block of another system that has no counterpart here; replace it.",
		Doc: "An import leaves it where the original has a block that Blockflow hasn't: one that works on a web page, say. " +
			"It keeps the whole original, as XML in the flow file, and as blocks inside it what could be converted. " +
			"A run that comes to it fails with `not_converted` before any of the blocks inside run.",
		Examples: []engine.Example{
			{Block: `{"type":"` + blockType + `","fields":{"FROM":"Codeless","TYPE":"ui_common_blocks__show"}}`, Fails: NotConverted},
		},
		Means: engine.Control(func(b *engine.Builder, _ engine.Operand) engine.Operand {
			failed := b.Apply(b.Temp(), "fail", failNotConverted, b.Const(engine.Text(b.Text(ImportedFrom))), b.Const(engine.Text(b.Text(ImportedType))))
			// What follows never runs. It is compiled so that its faults are found.
			b.Inputs(ImportedInput)
			b.Body(ImportedBody)
			return failed
		}),
	}
}

func failNotConverted(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
	from, _ := args[0].AsText()
	original, _ := args[1].AsText()
	return engine.Null, engine.Fail(NotConverted, "This block came from %s (%s) and has no counterpart here. Replace it.", from, original)
}
