package blocks

import "blockflow/engine"

var control = drawer{
	Category: engine.Category{
		Name: "Control", Colour: "#a5745b",
		Blocks: []engine.Block{immediateReturn, tryCatch, throwError, wait, waitUntil, timerWait},
	},
	effects: map[string]effect{sleepEffect.Kind: performSleep},
}

var immediateReturn = engine.Block{
	Type:  "immediate_return",
	Text:  "return [value]",
	Slots: []engine.Slot{engine.In("value").Optional()},
	Shape: engine.Last,
	Help:  "Ends the flow, or the function around it, and gives this back.",
	Doc:   "An empty input gives nothing (null). A *finally* around it still runs.",
	Examples: []engine.Example{
		{Block: `{"type":"immediate_return","inputs":{"value":{"a":[1,null]}}}`, Gives: `{"a":[1,null]}`},
	},
	Means: engine.Do(func(b *engine.Builder) { b.Return(b.In("value")) }),
}

var tryCatch = engine.Block{
	Type: "try_catch",
	Text: "try [try] if it fails, with [VAR] do [catch]",
	Slots: []engine.Slot{
		engine.Body("try"), engine.VariableField("VAR", "error"), engine.Body("catch"), engine.Body("finally"),
	},
	Mutation: &engine.Mutation{Kind: "try", Key: "finally"},
	Help:     "Does the first part; if a block in it fails, the second, which finds out why in a variable.",
	Doc: "The variable, “error” by habit, is set to an object with *code*, *message*, *block* and *type*. What stands under *finally* runs last in any case, also when the flow returns or leaves a loop. " +
		"Reaching a limit, cancelling a run and a journal that doesn't match end the run: try doesn't catch that.",
	Examples: []engine.Example{
		{Block: `{"type":"try_catch","fields":{"VAR":"item"},"inputs":{"try":{"type":"set_object_property","inputs":{"object":null,"propName":"a","propValue":1}},"catch":{"type":"immediate_return","inputs":{"value":{"type":"get_object_property","inputs":{"prop_name":"code","object":{"type":"variables_get","fields":{"VAR":"item"}}}}}}}}`, Gives: `"wrong_type"`},
	},
	Means: engine.Do(func(b *engine.Builder) {
		caught := b.Temp()
		rescue := func() {
			if v, ok := b.VariableOr("VAR", "error"); ok {
				b.AssignFrom(v, caught)
			}
			b.Body("catch")
		}
		var finally func()
		if b.Holds("finally") {
			finally = func() { b.Body("finally") }
		}
		b.Try(func() { b.Body("try") }, caught, rescue, finally)
	}),
}
