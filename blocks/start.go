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

// Fields of the hat WhenWebhook.
const (
	WebhookMethod = "METHOD"
	WebhookPath   = "PATH"
	WebhookAuth   = "AUTH" // "NONE" or "TOKEN"
)

var start = drawer{Category: engine.Category{
	Name: "Start", Colour: "#b5651d",
	Blocks: []engine.Block{whenRun, whenWebhook, flowInput},
}}

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

var whenWebhook = engine.Block{
	Type: WhenWebhook,
	Text: "when webhook [METHOD] /hooks/ [PATH] is called, [AUTH] [THEN]",
	Slots: []engine.Slot{
		engine.Choice(WebhookMethod, "POST", "POST", "GET", "GET", "PUT", "PUT", "PATCH", "PATCH", "DELETE", "DELETE"),
		engine.Field(WebhookPath, "my-flow"),
		engine.Choice(WebhookAuth, "NONE", "by anyone", "TOKEN", "with an API token"),
		engine.Choice("THEN", "DO", "do this", "RUN", "do what “when run” does"),
	},
	Shape: engine.Hat,
	Help:  "Runs when another system calls this flow's address.",
	Doc: "The blocks under it find the request in the inputs *body*, *query*, *headers*, *method* and *path*. " +
		"With *do what “when run” does* there are no blocks under it: the request's JSON object is the input of the hat *when run*, checked like any other. " +
		"What the flow returns is the answer.",
	Means: engine.Starts{Shares: func(field func(string) string) string {
		if field("THEN") == "RUN" {
			return WhenRun
		}
		return ""
	}},
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
