package blocks

import (
	"context"

	"blockflow/engine"
)

// NobodyToAsk: a flow asks a person for an answer, but runs where there is none.
const NobodyToAsk engine.Code = "nobody_to_ask"

var askEffect = engine.Effect{Kind: "input.ask", Args: []string{"question"}}

func performAsk(ctx context.Context, kit *Kit, c engine.Call) (engine.Value, error) {
	if kit.Ask == nil {
		return engine.Null, engine.Fail(NobodyToAsk, "This flow asks a person for an answer, but nobody is there to ask. Declare an input on “when run” instead.")
	}
	question, _ := c.Args[0].AsText()
	answer, ok, err := kit.Ask(ctx, question)
	if err != nil || !ok {
		return engine.Null, err
	}
	return engine.Text(answer), nil
}

const promptDoc = "Asking is an effect: the answer is in the run's journal. Where there is nobody to ask, as on a server, it fails with `nobody_to_ask`. " +
	"No answer gives nothing, or 0 if a number is asked for; an answer that isn't a number is NaN then, as in Blockly."

// asked compiles the question and what becomes of the answer.
func asked(b *engine.Builder, dst, question engine.Operand) engine.Operand {
	message := b.Apply(b.Temp(), "question", func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
		s, err := m.ToText(args[0])
		return engine.Text(s), err
	}, question)
	if b.Text("TYPE") != "NUMBER" {
		return b.Perform(dst, askEffect, message)
	}
	answer := b.Perform(b.Temp(), askEffect, message)
	return b.Apply(dst, "number", func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
		return engine.Number(engine.ToNumber(args[0])), nil
	}, answer)
}

var textPrompt = engine.Block{
	Type: "text_prompt_ext",
	Slots: []engine.Slot{
		engine.Choice("TYPE", "TEXT", "text", "NUMBER", "number"), engine.In("TEXT").Else(engine.Text("")).Showing(engine.Text("abc")),
	},
	Shape: engine.ValueBlock,
	Help:  "Asks a person and gives the answer.",
	Doc:   promptDoc,
	Examples: []engine.Example{
		{Block: `{"type":"text_prompt_ext","fields":{"TYPE":"TEXT"},"inputs":{"TEXT":"Your name?"}}`, Fails: NobodyToAsk},
	},
	Means: engine.Performing(askEffect, func(b *engine.Builder, dst engine.Operand) engine.Operand {
		return asked(b, dst, b.In("TEXT"))
	}),
}

var textPromptField = engine.Block{
	Type:    "text_prompt",
	Toolbox: engine.Toolbox{Hidden: true}, // the block above, with the question typed on it
	Slots:   []engine.Slot{engine.Choice("TYPE", "TEXT", "text", "NUMBER", "number"), engine.Field("TEXT", "")},
	Shape:   engine.ValueBlock,
	Help:    "Asks a person and gives the answer.",
	Doc:     promptDoc,
	Examples: []engine.Example{
		{Block: `{"type":"text_prompt","fields":{"TYPE":"NUMBER","TEXT":"How many?"}}`, Fails: NobodyToAsk},
	},
	Means: engine.Performing(askEffect, func(b *engine.Builder, dst engine.Operand) engine.Operand {
		return asked(b, dst, b.Const(engine.Text(b.Text("TEXT"))))
	}),
}
