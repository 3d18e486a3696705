package blocks

import "blockflow/engine"

var functions = drawer{Category: engine.Category{
	Name: "Functions", Colour: "#995ba5",
	Blocks: []engine.Block{defineNoReturn, defineReturn, callNoReturn, callReturn, ifReturn},
}}

const functionDoc = "Parameters belong to one call and hide variables of the same name in the function's own blocks; all other variables are shared by the whole flow. " +
	"An empty input of a call is nothing. Functions are found by name, whatever its case. A function may call itself, to the run's limit of depth."

// Blockly's toolbox makes these blocks itself, one call for every definition.
var unlisted = engine.Toolbox{Hidden: true}

var defineNoReturn = engine.Block{
	Type:  "procedures_defnoreturn",
	Slots: []engine.Slot{engine.Field("NAME", "unnamed"), engine.Body("STACK")},
	Shape: engine.Definition, Toolbox: unlisted,
	Help: "Defines a function that gives nothing.", Doc: functionDoc,
	Means: engine.Defines{NameField: "NAME", Params: "params", Body: "STACK"},
}

var defineReturn = engine.Block{
	Type:  "procedures_defreturn",
	Slots: []engine.Slot{engine.Field("NAME", "unnamed"), engine.Body("STACK"), engine.In("RETURN").Optional()},
	Shape: engine.Definition, Toolbox: unlisted,
	Help: "Defines a function that gives a value.", Doc: functionDoc,
	Means: engine.Defines{NameField: "NAME", Params: "params", Body: "STACK", Returns: "RETURN"},
}

var callNoReturn = engine.Block{
	Type:    "procedures_callnoreturn",
	Slots:   []engine.Slot{engine.In("ARG").Optional().Repeated("params", "", 0)},
	Toolbox: unlisted,
	Help:    "Runs a function of this flow.", Doc: functionDoc,
	Means: engine.Calls{Name: "name", Args: "params", Prefix: "ARG"},
}

var callReturn = engine.Block{
	Type:  "procedures_callreturn",
	Slots: []engine.Slot{engine.In("ARG").Optional().Repeated("params", "", 0)},
	Shape: engine.ValueBlock, Toolbox: unlisted,
	Help: "Runs a function of this flow and gives its value.", Doc: functionDoc,
	Means: engine.Calls{Name: "name", Args: "params", Prefix: "ARG"},
}

var ifReturn = engine.Block{
	Type:    "procedures_ifreturn",
	Slots:   []engine.Slot{engine.In("CONDITION", engine.BooleanType).Else(engine.Boolean(false)), engine.In("VALUE").Optional()},
	Toolbox: unlisted,
	Help:    "Ends the function if a condition is true.",
	Doc:     "It leaves the innermost function, out of any loop in it; a *finally* on the way still runs. An empty value gives nothing. Any value can be a condition, as for *if*. Outside a function the flow can't be run.",
	Examples: []engine.Example{
		{Block: `{"type":"procedures_ifreturn","inputs":{"CONDITION":true,"VALUE":1}}`, Fails: engine.Misplaced},
	},
	Means: engine.Do(func(b *engine.Builder) {
		if !b.InFunction() {
			b.Fail(engine.Misplaced, "This block only means something inside a function. Put it into one.")
			return
		}
		on := b.Label()
		b.JumpUnless(b.In("CONDITION"), on)
		b.Return(b.In("VALUE"))
		b.Mark(on)
	}),
}
