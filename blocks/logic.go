package blocks

import (
	"strconv"

	"blockflow/engine"
)

var logic = drawer{Category: engine.Category{
	Name: "Logic", Colour: "#5b80a5",
	Blocks: []engine.Block{ifBlock, ifElse, compare, operation, negate, boolean, null, ternary, choose},
}}

var ifBlock = engine.Block{
	Type: "controls_if",
	Slots: []engine.Slot{
		engine.In("IF", engine.BooleanType).Else(engine.Boolean(false)).Repeated("elseIfCount", "elseif", 1).Beyond(1),
		engine.Body("DO").Repeated("elseIfCount", "elseif", 1).Beyond(1),
		engine.Body("ELSE"),
	},
	Help: "Does the first part whose condition is true; otherwise what stands under else.",
	Doc:  "Any value can be a condition: false, 0, empty text, nothing and NaN count as false, all else as true, as in JavaScript. Conditions after the first true one aren't evaluated.",
	Examples: []engine.Example{
		{Block: `{"type":"controls_if","extraState":{"elseIfCount":1,"hasElse":true},"inputs":{"IF0":false,"DO0":{"type":"variables_set","fields":{"VAR":"item"},"inputs":{"VALUE":1}},"IF1":true,"DO1":{"type":"variables_set","fields":{"VAR":"item"},"inputs":{"VALUE":2}},"ELSE":{"type":"variables_set","fields":{"VAR":"item"},"inputs":{"VALUE":3}}}}`, Gives: `2`},
	},
	Means: engine.Do(func(b *engine.Builder) {
		done := b.Label()
		for i := range b.Arms("IF") {
			next := b.Label()
			b.JumpUnless(b.In("IF"+strconv.Itoa(i)), next)
			b.Body("DO" + strconv.Itoa(i))
			b.Jump(done)
			b.Mark(next)
		}
		b.Body("ELSE")
		b.Mark(done)
	}),
}

var ifElse = engine.Block{
	Type:    "controls_ifelse",
	Toolbox: engine.Toolbox{Hidden: true}, // the block above with else, in a fixed shape
	Slots:   []engine.Slot{engine.In("IF0", engine.BooleanType).Else(engine.Boolean(false)), engine.Body("DO0"), engine.Body("ELSE")},
	Help:    "Does the first part if the condition is true, otherwise the second.",
	Doc:     "Any value can be a condition, as for *if*.",
	Examples: []engine.Example{
		{Block: `{"type":"controls_ifelse","inputs":{"IF0":false,"DO0":{"type":"variables_set","fields":{"VAR":"item"},"inputs":{"VALUE":"yes"}},"ELSE":{"type":"variables_set","fields":{"VAR":"item"},"inputs":{"VALUE":"no"}}}}`, Gives: `"no"`},
	},
	Means: engine.Do(func(b *engine.Builder) {
		otherwise, done := b.Label(), b.Label()
		b.JumpUnless(b.In("IF0"), otherwise)
		b.Body("DO0")
		b.Jump(done)
		b.Mark(otherwise)
		b.Body("ELSE")
		b.Mark(done)
	}),
}

var comparisons = map[string]engine.Op{
	"EQ": engine.IsEqual, "NEQ": engine.IsNotEqual, "LT": engine.IsLess,
	"LTE": engine.IsLessEqual, "GT": engine.IsGreater, "GTE": engine.IsGreaterEqual,
}

var compare = engine.Block{
	Type: "logic_compare",
	Slots: []engine.Slot{
		engine.Choice("OP", "EQ", "=", "NEQ", "≠", "LT", "<", "LTE", "≤", "GT", ">", "GTE", "≥"),
		engine.In("A").Else(engine.Number(0)), engine.In("B").Else(engine.Number(0)),
	},
	Shape: engine.ValueBlock, Gives: engine.BooleanType,
	Help: "Compares two values.",
	Doc:  "As JavaScript's `==` and `<`: a number and a text that reads as a number can be equal, two texts are ordered by their characters, lists and objects are equal only if they are one and the same. Nothing equals only nothing; for what comes first, nothing counts as 0, even if it was never set.",
	Examples: []engine.Example{
		{Block: `{"type":"logic_compare","fields":{"OP":"LT"},"inputs":{"A":2,"B":10}}`, Gives: `true`},
		{Block: `{"type":"logic_compare","fields":{"OP":"LT"},"inputs":{"A":"2","B":"10"}}`, Gives: `false`},
		{Block: `{"type":"logic_compare","fields":{"OP":"EQ"},"inputs":{"A":1,"B":"1"}}`, Gives: `true`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		args := b.Ins("A", "B")
		return b.Binary(comparisons[b.Text("OP")], dst, args[0], args[1])
	}),
}

var operation = engine.Block{
	Type: "logic_operation",
	Slots: []engine.Slot{
		engine.Choice("OP", "AND", "and", "OR", "or"),
		engine.In("A", engine.BooleanType).Optional(), engine.In("B", engine.BooleanType).Optional(),
	},
	Shape: engine.ValueBlock, Gives: engine.BooleanType,
	Help: "And: both must be true. Or: at least one must be true.",
	Doc:  "Gives one of the two values, as JavaScript's `&&` and `||` do: false, 0, empty text, nothing and NaN count as false. It evaluates the second only if the first doesn't decide. One empty input doesn't count; if both are empty, the result is false.",
	Examples: []engine.Example{
		{Block: `{"type":"logic_operation","fields":{"OP":"AND"},"inputs":{"A":true,"B":false}}`, Gives: `false`},
		{Block: `{"type":"logic_operation","fields":{"OP":"OR"},"inputs":{"A":true,"B":false}}`, Gives: `true`},
	},
	Means: engine.Control(func(b *engine.Builder, _ engine.Operand) engine.Operand {
		or := b.Text("OP") == "OR"
		if !b.Filled("A") && !b.Filled("B") {
			return b.Const(engine.Boolean(false))
		}
		out, done := b.Temp(), b.Label()
		operand := func(name string) {
			if b.Filled(name) {
				b.InTo(out, name)
				return
			}
			b.Move(out, b.Const(engine.Boolean(!or)))
		}
		operand("A")
		if or {
			b.JumpIf(out, done)
		} else {
			b.JumpUnless(out, done)
		}
		operand("B")
		b.Mark(done)
		return out
	}),
}

var negate = engine.Block{
	Type:  "logic_negate",
	Slots: []engine.Slot{engine.In("BOOL", engine.BooleanType).Else(engine.Boolean(true))},
	Shape: engine.ValueBlock, Gives: engine.BooleanType,
	Help:     "True if the input is false, and the other way round.",
	Doc:      "Any value can be the input: false, 0, empty text, nothing and NaN count as false. An empty input gives false.",
	Examples: []engine.Example{{Block: `{"type":"logic_negate","inputs":{"BOOL":true}}`, Gives: `false`}},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		return b.Not(dst, b.In("BOOL"))
	}),
}

var boolean = engine.Block{
	Type:  "logic_boolean",
	Slots: []engine.Slot{engine.Choice("BOOL", "TRUE", "true", "FALSE", "false")},
	Shape: engine.ValueBlock, Gives: engine.BooleanType,
	Help:     "True or false.",
	Doc:      "In arithmetic, true counts as 1 and false as 0.",
	Examples: []engine.Example{{Block: `{"type":"logic_boolean","fields":{"BOOL":"FALSE"}}`, Gives: `false`}},
	Means:    engine.Constant(func(b *engine.Builder) engine.Value { return engine.Boolean(b.Text("BOOL") == "TRUE") }),
}

var null = engine.Block{
	Type:     "logic_null",
	Shape:    engine.ValueBlock,
	Help:     "Nothing.",
	Doc:      "JavaScript's null. A variable that was never set is equal to it.",
	Examples: []engine.Example{{Block: `{"type":"logic_null"}`, Gives: `null`}},
	Means:    engine.Constant(func(*engine.Builder) engine.Value { return engine.Null }),
}

var ternary = engine.Block{
	Type: "logic_ternary",
	Slots: []engine.Slot{
		engine.In("IF", engine.BooleanType).Else(engine.Boolean(false)),
		engine.In("THEN").Optional(), engine.In("ELSE").Optional(),
	},
	Shape: engine.ValueBlock,
	Help:  "Gives the first value if the condition is true, otherwise the second.",
	Doc:   "Only the value that is chosen is evaluated; an empty one is nothing. Any value can be a condition, as for *if*.",
	Examples: []engine.Example{
		{Block: `{"type":"logic_ternary","inputs":{"IF":true,"THEN":"yes","ELSE":"no"}}`, Gives: `"yes"`},
	},
	Means: engine.Control(func(b *engine.Builder, _ engine.Operand) engine.Operand {
		out, otherwise, done := b.Temp(), b.Label(), b.Label()
		b.JumpUnless(b.In("IF"), otherwise)
		b.InTo(out, "THEN")
		b.Jump(done)
		b.Mark(otherwise)
		b.InTo(out, "ELSE")
		b.Mark(done)
		return out
	}),
}
