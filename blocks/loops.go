package blocks

import "blockflow/engine"

var loops = drawer{Category: engine.Category{
	Name: "Loops", Colour: "#5ba55b",
	Blocks: []engine.Block{repeat, repeatField, whileUntil, forCount, forEach, flowStatements},
}}

var repeat = engine.Block{
	Type:  "controls_repeat_ext",
	Slots: []engine.Slot{engine.In("TIMES", engine.NumberType).Or(engine.Number(10)), engine.Body("DO")},
	Help:  "Does the blocks inside a number of times.",
	Doc:   "The number is taken once, before the first round (Blockly's JavaScript re-reads it if it is a variable). A fraction counts as one round more; a negative number means no rounds. An empty input means 0.",
	Means: engine.Do(func(b *engine.Builder) {
		times := b.Const(engine.Number(0))
		if b.Filled("TIMES") {
			times = b.In("TIMES")
		}
		b.Repeat(times, func() { b.Body("DO") })
	}),
}

var repeatField = engine.Block{
	Type:    "controls_repeat",
	Toolbox: engine.Toolbox{Hidden: true}, // the block above, with the number typed on it
	Slots:   []engine.Slot{engine.NumberField("TIMES", 10), engine.Body("DO")},
	Help:    "Does the blocks inside a number of times.",
	Means: engine.Do(func(b *engine.Builder) {
		b.Repeat(b.Const(engine.Number(b.Number("TIMES"))), func() { b.Body("DO") })
	}),
}

var whileUntil = engine.Block{
	Type: "controls_whileUntil",
	Slots: []engine.Slot{
		engine.Choice("MODE", "WHILE", "while", "UNTIL", "until"),
		engine.In("BOOL", engine.BooleanType).Else(engine.Boolean(false)), engine.Body("DO"),
	},
	Help: "Does the blocks inside as long as a condition is true, or until it is.",
	Doc:  "The condition is evaluated before every round.",
	Means: engine.Do(func(b *engine.Builder) {
		b.While(b.Text("MODE") == "UNTIL", func() engine.Operand { return b.In("BOOL") }, func() { b.Body("DO") })
	}),
}

var forCount = engine.Block{
	Type: "controls_for",
	Slots: []engine.Slot{
		engine.VariableField("VAR", "i"),
		engine.In("FROM", engine.NumberType).Or(engine.Number(1)),
		engine.In("TO", engine.NumberType).Or(engine.Number(10)),
		engine.In("BY", engine.NumberType).Or(engine.Number(1)),
		engine.Body("DO"),
	},
	Help: "Counts a variable from one number to another and does the blocks inside each time.",
	Doc:  "Both numbers are included. From, to and by are taken once, before the first round; if from is greater than to, it counts down. The sign of by doesn't matter; counting by 0 fails. Empty inputs mean 0, 0 and 1.",
	Means: engine.Do(func(b *engine.Builder) {
		in := func(name string, otherwise float64) engine.Operand {
			if b.Filled(name) {
				return b.Copy(b.In(name))
			}
			return b.Const(engine.Number(otherwise))
		}
		b.Count(b.Variable("VAR"), in("FROM", 0), in("TO", 0), in("BY", 1), func() { b.Body("DO") })
	}),
}

var forEach = engine.Block{
	Type: "controls_forEach",
	Slots: []engine.Slot{
		engine.VariableField("VAR", "j"),
		engine.In("LIST", engine.ListType).Else(engine.Null), engine.Body("DO"),
	},
	Help: "Does the blocks inside for each item of a list.",
	Doc:  "Goes as far as the list was long at the beginning; items that are removed meanwhile are not visited. An object gives its values, a text its characters, nothing no rounds at all, as in Codeless.",
	Means: engine.Do(func(b *engine.Builder) {
		b.Each(b.In("LIST"), b.Variable("VAR"), func() { b.Body("DO") })
	}),
}

var flowStatements = engine.Block{
	Type:  "controls_flow_statements",
	Slots: []engine.Slot{engine.Choice("FLOW", "BREAK", "break out", "CONTINUE", "continue with next iteration")},
	Shape: engine.Last,
	Help:  "Leaves the loop around it, or goes on with its next round.",
	Means: engine.Do(func(b *engine.Builder) {
		if b.Text("FLOW") == "CONTINUE" {
			b.Continue()
			return
		}
		b.Break()
	}),
}
