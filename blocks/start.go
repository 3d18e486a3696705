package blocks

import (
	"strings"

	"blockflow/engine"
)

// The hats of this drawer, by which hosts find a program's entries.
const (
	WhenRun     = "when_run"
	WhenWebhook = "when_webhook"
)

var start = drawer{
	Category: engine.Category{
		Name: "Start", Colour: "#b5651d",
		Blocks: []engine.Block{whenRun, whenWebhook, whenEvery, whenUser, flowInput, respond, callFlow, callLibrary, doLibrary, secret},
	},
	effects: map[string]effect{
		respondEffect.Kind:  performRespond,
		callFlowEffect.Kind: performCallFlow,
		secretEffect.Kind:   performSecret,
	},
}

var whenRun = engine.Block{
	Type:     WhenRun,
	Text:     "when run",
	Shape:    engine.Hat,
	Mutation: &engine.Mutation{Kind: "inputs", Key: "inputs"},
	Help:     "Runs the blocks under it when the flow is started by hand, from the command line or by another flow.",
	Doc: "Declares what the flow takes: each input has a name, a type (text, number, boolean, list, object, date, password or any), " +
		"a default and a hint. What is given when the flow starts is checked against it; an input without default must be given. " +
		"The value of a password is masked wherever the run is shown.",
	Means: engine.Starts{InputsKey: "inputs"},
}

var flowInput = engine.Block{
	Type:  "flow_input",
	Text:  "input [NAME]",
	Slots: []engine.Slot{engine.Field("NAME", "name")},
	Shape: engine.ValueBlock,
	Help:  "Gives one of the inputs that the run was started with.",
	Doc:   "Fails with `wrong_value` if the run has no input of that name.",
	Examples: []engine.Example{
		{Block: `{"type":"flow_input","fields":{"NAME":"missing"}}`, Fails: engine.WrongValue},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		return b.Apply(dst, "get", getInput, b.Input(), b.Const(engine.Text(b.Text("NAME"))))
	}),
}

func getInput(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
	name, _ := args[1].AsText()
	if v, ok := args[0].Get(name); ok {
		return v, nil
	}
	if len(args[0].Keys()) == 0 {
		return engine.Null, engine.Fail(engine.WrongValue, "This run has no inputs, so none with the name %q.", name)
	}
	return engine.Null, engine.Fail(engine.WrongValue, "This run has no input %q. It has %s.", name, strings.Join(args[0].Keys(), ", "))
}
