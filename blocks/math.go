package blocks

import "blockflow/engine"

var math = drawer{Category: engine.Category{
	Name: "Math", Colour: "#5b67a5",
	Blocks: []engine.Block{number, arithmetic, modulo, change},
}}

var number = engine.Block{
	Type:  "math_number",
	Slots: []engine.Slot{engine.NumberField("NUM", 0)},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help:     "A number.",
	Examples: []engine.Example{{Block: `{"type":"math_number","fields":{"NUM":0.1}}`, Gives: `0.1`}},
	Means:    engine.Constant(func(b *engine.Builder) engine.Value { return engine.Number(b.Number("NUM")) }),
}

var operators = map[string]engine.Op{
	"ADD": engine.Add, "MINUS": engine.Subtract, "MULTIPLY": engine.Multiply, "DIVIDE": engine.Divide, "POWER": engine.Power,
}

var arithmetic = engine.Block{
	Type: "math_arithmetic",
	Slots: []engine.Slot{
		engine.Choice("OP", "ADD", "+", "MINUS", "-", "MULTIPLY", "×", "DIVIDE", "÷", "POWER", "^"),
		engine.In("A", engine.NumberType).Or(engine.Number(1)), engine.In("B", engine.NumberType).Or(engine.Number(1)),
	},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help: "Adds, subtracts, multiplies, divides or raises to a power.",
	Doc:  "A text that reads as a number counts as that number; nothing counts as 0. Another text, a list or an object stop the flow, where JavaScript would give NaN or join texts. Dividing by 0 gives Infinity.",
	Examples: []engine.Example{
		{Block: `{"type":"math_arithmetic","fields":{"OP":"ADD"},"inputs":{"A":2,"B":3}}`, Gives: `5`},
		{Block: `{"type":"math_arithmetic","fields":{"OP":"ADD"},"inputs":{"A":2,"B":{"type":"logic_ternary","inputs":{"IF":true,"THEN":"3"}}}}`, Gives: `5`},
		{Block: `{"type":"math_arithmetic","fields":{"OP":"MULTIPLY"},"inputs":{"A":2,"B":{"type":"logic_ternary","inputs":{"IF":true,"THEN":"x"}}}}`, Fails: engine.WrongType},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		args := emptyIsZero(b, "A", "B")
		return b.Binary(operators[b.Text("OP")], dst, args[0], args[1])
	}),
}

var modulo = engine.Block{
	Type: "math_modulo",
	Slots: []engine.Slot{
		engine.In("DIVIDEND", engine.NumberType).Or(engine.Number(64)), engine.In("DIVISOR", engine.NumberType).Or(engine.Number(10)),
	},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help: "The remainder of a division.",
	Doc:  "It has the sign of the dividend, as in JavaScript. The remainder of a division by 0 is NaN.",
	Examples: []engine.Example{
		{Block: `{"type":"math_modulo","inputs":{"DIVIDEND":64,"DIVISOR":10}}`, Gives: `4`},
		{Block: `{"type":"math_modulo","inputs":{"DIVIDEND":-7,"DIVISOR":3}}`, Gives: `-1`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		args := emptyIsZero(b, "DIVIDEND", "DIVISOR")
		return b.Binary(engine.Modulo, dst, args[0], args[1])
	}),
}

var change = engine.Block{
	Type:  "math_change",
	Slots: []engine.Slot{engine.VariableField("VAR", "item"), engine.In("DELTA", engine.NumberType).Or(engine.Number(1))},
	Help:  "Adds a number to a variable.",
	Doc:   "A variable that holds no number counts as 0.",
	Means: engine.Do(func(b *engine.Builder) {
		v := b.Variable("VAR")
		delta := emptyIsZero(b, "DELTA")[0]
		b.Increase(v, delta)
	}),
}

// emptyIsZero compiles inputs of Blockly's math blocks, which have one default in
// the toolbox and another, 0, when the input is emptied.
func emptyIsZero(b *engine.Builder, names ...string) []engine.Operand {
	args := make([]engine.Operand, len(names))
	for i, name := range names {
		if !b.Filled(name) {
			args[i] = b.Const(engine.Number(0))
			continue
		}
		args[i] = b.In(name)
		for _, later := range names[i+1:] {
			args[i] = b.Before(args[i], later)
		}
	}
	return args
}
