package blocks

import "blockflow/engine"

var loops = drawer{Category: engine.Category{
	Name: "Loops", Colour: "#5ba55b",
	Blocks: []engine.Block{repeat, repeatField, whileUntil, forCount, forEach, forEachIndex, forEachAtOnce, flowStatements},
}}

var repeat = engine.Block{
	Type:  "controls_repeat_ext",
	Slots: []engine.Slot{numberIn("TIMES", 0, 10), engine.Body("DO")},
	Help:  "Does the blocks inside a number of times.",
	Doc:   "The number is taken once, before the first round (Blockly's JavaScript re-reads it if it is a variable). A fraction counts as one round more; a negative number means no rounds. An empty input means 0. " + numberDoc,
	Examples: []engine.Example{
		{Block: `{"type":"controls_repeat_ext","inputs":{"TIMES":2.5,"DO":{"type":"math_change","fields":{"VAR":"item"},"inputs":{"DELTA":1}}}}`, Gives: `3`},
	},
	Means: engine.Do(func(b *engine.Builder) {
		b.Repeat(b.In("TIMES"), func() { b.Body("DO") })
	}),
}

var repeatField = engine.Block{
	Type:    "controls_repeat",
	Toolbox: engine.Toolbox{Hidden: true}, // the block above, with the number typed on it
	Slots:   []engine.Slot{engine.NumberField("TIMES", 10), engine.Body("DO")},
	Help:    "Does the blocks inside a number of times.",
	Doc:     "The number is rounded to a whole one that isn't negative, as Blockly's field does.",
	Examples: []engine.Example{
		{Block: `{"type":"controls_repeat","fields":{"TIMES":3},"inputs":{"DO":{"type":"math_change","fields":{"VAR":"item"},"inputs":{"DELTA":1}}}}`, Gives: `3`},
	},
	Means: engine.Do(func(b *engine.Builder) {
		b.Repeat(b.Const(engine.Number(max(roundHalfUp(b.Number("TIMES")), 0))), func() { b.Body("DO") })
	}),
}

var whileUntil = engine.Block{
	Type: "controls_whileUntil",
	Slots: []engine.Slot{
		engine.Choice("MODE", "WHILE", "while", "UNTIL", "until"),
		engine.In("BOOL", engine.BooleanType).Else(engine.Boolean(false)), engine.Body("DO"),
	},
	Help: "Does the blocks inside as long as a condition is true, or until it is.",
	Doc:  "The condition is evaluated before every round; any value can be one, as for *if*. An empty one is false.",
	Examples: []engine.Example{
		{Block: `{"type":"controls_whileUntil","fields":{"MODE":"UNTIL"},"inputs":{"BOOL":{"type":"logic_compare","fields":{"OP":"GT"},"inputs":{"A":{"type":"variables_get","fields":{"VAR":"item"}},"B":4}},"DO":{"type":"math_change","fields":{"VAR":"item"},"inputs":{"DELTA":2}}}}`, Gives: `6`},
	},
	Means: engine.Do(func(b *engine.Builder) {
		b.While(b.Text("MODE") == "UNTIL", func() engine.Operand { return b.In("BOOL") }, func() { b.Body("DO") })
	}),
}

var forCount = engine.Block{
	Type: "controls_for",
	Slots: []engine.Slot{
		engine.VariableField("VAR", "i"),
		numberIn("FROM", 0, 1), numberIn("TO", 0, 10), numberIn("BY", 1, 1),
		engine.Body("DO"),
	},
	Help: "Counts a variable from one number to another and does the blocks inside each time.",
	Doc:  "Both numbers are included. From, to and by are taken once, before the first round; if from is greater than to, it counts down. The sign of by doesn't matter; counting by 0 fails (in JavaScript it never ends). Empty inputs mean 0, 0 and 1. Afterwards the variable holds the first number that is past the end. What the blocks inside put into the variable counts as a number, and counting goes on from there. " + numberDoc,
	Examples: []engine.Example{
		{Block: `{"type":"controls_for","fields":{"VAR":"item"},"inputs":{"FROM":1,"TO":5,"BY":2}}`, Gives: `7`},
		{Block: `{"type":"controls_for","fields":{"VAR":"item"},"inputs":{"FROM":1,"TO":5,"BY":0}}`, Fails: engine.WrongValue},
	},
	Means: engine.Do(func(b *engine.Builder) {
		in := func(name string) engine.Operand { return b.Copy(b.In(name)) }
		b.Count(b.Variable("VAR"), in("FROM"), in("TO"), in("BY"), func() { b.Body("DO") })
	}),
}

var forEach = engine.Block{
	Type: "controls_forEach",
	Slots: []engine.Slot{
		engine.VariableField("VAR", "j"),
		engine.In("LIST", engine.ListType).Else(engine.Null), engine.Body("DO"),
	},
	Toolbox: engine.Toolbox{Inputs: showsList("LIST")},
	Help:    "Does the blocks inside for each item of a list.",
	Doc:     "Goes as far as the list was long at the beginning; items that are removed meanwhile are not visited. An object gives its values, a text its characters; nothing, a number, yes and no give no rounds at all, as in Codeless. The list is taken once, before the first round (Blockly's JavaScript re-reads it if it is a variable), and places that nobody filled are visited as nothing. " + unitsDoc,
	Examples: []engine.Example{
		{Block: `{"type":"controls_forEach","fields":{"VAR":"item"},"inputs":{"LIST":["a","b"]}}`, Gives: `"b"`},
	},
	Means: engine.Do(func(b *engine.Builder) {
		b.Each(b.In("LIST"), b.Variable("VAR"), func() { b.Body("DO") })
	}),
}

var flowStatements = engine.Block{
	Type:  "controls_flow_statements",
	Slots: []engine.Slot{engine.Choice("FLOW", "BREAK", "break out", "CONTINUE", "continue with next iteration")},
	Shape: engine.Last,
	Help:  "Leaves the loop around it, or goes on with its next round.",
	Doc:   "It means the innermost loop. A *finally* on the way out still runs. Outside a loop the flow can't be run.",
	Examples: []engine.Example{
		{Block: `{"type":"controls_for","fields":{"VAR":"item"},"inputs":{"FROM":1,"TO":9,"BY":1,"DO":{"type":"controls_flow_statements","fields":{"FLOW":"BREAK"}}}}`, Gives: `1`},
		{Block: `{"type":"controls_flow_statements","fields":{"FLOW":"BREAK"}}`, Fails: engine.Misplaced},
	},
	Means: engine.Do(func(b *engine.Builder) {
		if b.Text("FLOW") == "CONTINUE" {
			b.Continue()
			return
		}
		b.Break()
	}),
}
