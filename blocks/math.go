package blocks

import (
	gomath "math"
	"math/big"

	"blockflow/engine"
)

var math = drawer{
	Category: engine.Category{
		Name: "Math", Colour: "#5b67a5",
		Blocks: []engine.Block{
			number, arithmetic, single, trig, constant, numberProperty, round, onList,
			modulo, constrain, change, randomInt, randomFloat, atan2,
		},
	},
	effects: map[string]effect{seedEffect.Kind: performSeed},
}

const numberDoc = "A text that reads as a number counts as that number; nothing counts as 0. Another text, a list or an object stop the flow, whatever JavaScript would make of them."

var number = engine.Block{
	Type:  "math_number",
	Slots: []engine.Slot{engine.NumberField("NUM", 0)},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Toolbox:  engine.Toolbox{Fields: map[string]any{"NUM": 123}},
	Help:     "A number.",
	Doc:      "Numbers are as in JavaScript: 64-bit floating point, exact for whole numbers to 9,007,199,254,740,992.",
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
		numberIn("A", 0, 1), numberIn("B", 0, 1),
	},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help: "Adds, subtracts, multiplies, divides or raises to a power.",
	Doc:  "A text that reads as a number counts as that number; nothing counts as 0. Another text, a list or an object stop the flow, whatever JavaScript would make of them. Plus adds texts that read as numbers, where JavaScript would join them. Dividing by 0 gives Infinity. An empty input means 0.",
	Examples: []engine.Example{
		{Block: `{"type":"math_arithmetic","fields":{"OP":"ADD"},"inputs":{"A":2,"B":3}}`, Gives: `5`},
		{Block: `{"type":"math_arithmetic","fields":{"OP":"ADD"},"inputs":{"A":2,"B":{"type":"logic_ternary","inputs":{"IF":true,"THEN":"3"}}}}`, Gives: `5`},
		{Block: `{"type":"math_arithmetic","fields":{"OP":"MULTIPLY"},"inputs":{"A":2,"B":{"type":"logic_ternary","inputs":{"IF":true,"THEN":"x"}}}}`, Fails: engine.WrongType},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		args := b.Ins("A", "B")
		return b.Binary(operators[b.Text("OP")], dst, args[0], args[1])
	}),
}

// numberIn is an input of Blockly's math blocks: it means one number when it is
// emptied, and the toolbox shows another.
func numberIn(name string, empty, shown float64) engine.Slot {
	return engine.In(name, engine.NumberType).Else(engine.Number(empty)).Showing(engine.Number(shown))
}

// byField is the meaning of a block whose drop-down chooses a function.
func byField(field string, choices map[string]engine.Func, inputs ...string) engine.Meaning {
	return engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		choice := b.Text(field)
		f := choices[choice]
		if f == nil {
			return b.Const(engine.Null) // no such choice: that is a problem of its own
		}
		return b.Apply(dst, choice, f, b.Ins(inputs...)...)
	})
}

// ofNumbers makes functions of one number into those of values.
func ofNumbers(fs map[string]func(float64) float64) map[string]engine.Func {
	out := make(map[string]engine.Func, len(fs))
	for name, f := range fs {
		out[name] = func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
			x, err := engine.Numeric(args[0])
			return engine.Number(f(x)), err
		}
	}
	return out
}

var single = engine.Block{
	Type: "math_single",
	Slots: []engine.Slot{
		engine.Choice("OP", "ROOT", "square root", "ABS", "absolute", "NEG", "-", "LN", "ln", "LOG10", "log10", "EXP", "e^", "POW10", "10^"),
		numberIn("NUM", 0, 9),
	},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help: "The square root, absolute value, contrary, logarithm or power of a number.",
	Doc:  numberDoc + " The root of a negative number and its logarithm are NaN, as in JavaScript.",
	Examples: []engine.Example{
		{Block: `{"type":"math_single","fields":{"OP":"ROOT"},"inputs":{"NUM":9}}`, Gives: `3`},
		{Block: `{"type":"math_single","fields":{"OP":"POW10"},"inputs":{"NUM":-3}}`, Gives: `0.001`},
	},
	Means: byField("OP", ofNumbers(map[string]func(float64) float64{
		"ROOT": gomath.Sqrt, "ABS": gomath.Abs, "LN": gomath.Log, "EXP": gomath.Exp,
		"NEG":   func(x float64) float64 { return -x },
		"LOG10": func(x float64) float64 { return gomath.Log(x) / gomath.Ln10 },
		"POW10": func(x float64) float64 { return gomath.Pow(10, x) },
	}), "NUM"),
}

var trig = engine.Block{
	Type:  "math_trig",
	Slots: []engine.Slot{engine.Choice("OP", "SIN", "sin", "COS", "cos", "TAN", "tan", "ASIN", "asin", "ACOS", "acos", "ATAN", "atan"), numberIn("NUM", 0, 45)},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help:     "The sine, cosine or tangent of an angle in degrees, or the angle of one.",
	Doc:      numberDoc + " Results may differ from a browser's in the last digit.",
	Examples: []engine.Example{{Block: `{"type":"math_trig","fields":{"OP":"ATAN"},"inputs":{"NUM":1}}`, Gives: `45`}},
	Means: byField("OP", ofNumbers(map[string]func(float64) float64{
		"SIN":  func(x float64) float64 { return gomath.Sin(x / 180 * gomath.Pi) },
		"COS":  func(x float64) float64 { return gomath.Cos(x / 180 * gomath.Pi) },
		"TAN":  func(x float64) float64 { return gomath.Tan(x / 180 * gomath.Pi) },
		"ASIN": func(x float64) float64 { return gomath.Asin(x) / gomath.Pi * 180 },
		"ACOS": func(x float64) float64 { return gomath.Acos(x) / gomath.Pi * 180 },
		"ATAN": func(x float64) float64 { return gomath.Atan(x) / gomath.Pi * 180 },
	}), "NUM"),
}

var constants = map[string]float64{
	"PI": gomath.Pi, "E": gomath.E, "GOLDEN_RATIO": gomath.Phi,
	"SQRT2": gomath.Sqrt2, "SQRT1_2": gomath.Sqrt2 / 2, "INFINITY": gomath.Inf(1),
}

var constant = engine.Block{
	Type:  "math_constant",
	Slots: []engine.Slot{engine.Choice("CONSTANT", "PI", "π", "E", "e", "GOLDEN_RATIO", "φ", "SQRT2", "sqrt(2)", "SQRT1_2", "sqrt(½)", "INFINITY", "∞")},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help:     "A number that has a name.",
	Doc:      "π, e, the golden ratio φ, the roots of 2 and ½, and infinity.",
	Examples: []engine.Example{{Block: `{"type":"math_constant","fields":{"CONSTANT":"SQRT2"}}`, Gives: `1.4142135623730951`}},
	Means:    engine.Constant(func(b *engine.Builder) engine.Value { return engine.Number(constants[b.Text("CONSTANT")]) }),
}

var numberProperty = engine.Block{
	Type: "math_number_property",
	Slots: []engine.Slot{
		engine.Choice("PROPERTY", "EVEN", "is even", "ODD", "is odd", "PRIME", "is prime", "WHOLE", "is whole", "POSITIVE", "is positive", "NEGATIVE", "is negative", "DIVISIBLE_BY", "is divisible by"),
		numberIn("NUMBER_TO_CHECK", 0, 0),
		engine.In("DIVISOR", engine.NumberType).Else(engine.Number(0)),
	},
	Shape: engine.ValueBlock, Gives: engine.BooleanType,
	Help: "Whether a number is even, odd, prime, whole, positive, negative or divisible by another.",
	Doc:  numberDoc + " As in Blockly, a negative odd number isn't odd (-3 divided by 2 leaves -1), nothing is divisible by 0, and 0 is neither positive nor negative.",
	Examples: []engine.Example{
		{Block: `{"type":"math_number_property","fields":{"PROPERTY":"PRIME"},"inputs":{"NUMBER_TO_CHECK":97}}`, Gives: `true`},
		{Block: `{"type":"math_number_property","fields":{"PROPERTY":"DIVISIBLE_BY"},"inputs":{"NUMBER_TO_CHECK":9,"DIVISOR":3}}`, Gives: `true`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		property := b.Text("PROPERTY")
		if property == "DIVISIBLE_BY" {
			return b.Apply(dst, property, divisible, b.Ins("NUMBER_TO_CHECK", "DIVISOR")...)
		}
		is := properties[property]
		if is == nil {
			return b.Const(engine.Null)
		}
		return b.Apply(dst, property, func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
			x, err := engine.Numeric(args[0])
			return engine.Boolean(is(x)), err
		}, b.In("NUMBER_TO_CHECK"))
	}),
}

var properties = map[string]func(float64) bool{
	"EVEN":     func(x float64) bool { return gomath.Mod(x, 2) == 0 },
	"ODD":      func(x float64) bool { return gomath.Mod(x, 2) == 1 },
	"PRIME":    isPrime,
	"WHOLE":    func(x float64) bool { return gomath.Mod(x, 1) == 0 },
	"POSITIVE": func(x float64) bool { return x > 0 },
	"NEGATIVE": func(x float64) bool { return x < 0 },
}

func divisible(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
	x, err := engine.Numeric(args[0])
	if err != nil {
		return engine.Null, err
	}
	d, err := engine.Numeric(args[1])
	return engine.Boolean(gomath.Mod(x, d) == 0), err
}

// isPrime tries the divisors of small numbers; for larger ones that would take
// longer than a block may.
func isPrime(x float64) bool {
	const exact, small = 1 << 53, 1 << 32
	if x == 2 || x == 3 {
		return true
	}
	if !(x > 1) || x >= exact { // from there on all are even
		return false
	}
	n := uint64(x)
	if float64(n) != x || n%2 == 0 || n%3 == 0 {
		return false
	}
	if n >= small {
		return new(big.Int).SetUint64(n).ProbablyPrime(0) // which is certain below 2^64
	}
	// 32 bits divide several times as fast as 64.
	for m, d := uint32(n), uint32(5); uint64(d)*uint64(d) <= n; d += 6 {
		if m%d == 0 || m%(d+2) == 0 {
			return false
		}
	}
	return true
}

var round = engine.Block{
	Type:  "math_round",
	Slots: []engine.Slot{engine.Choice("OP", "ROUND", "round", "ROUNDUP", "round up", "ROUNDDOWN", "round down"), numberIn("NUM", 0, 3.1)},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help: "Rounds a number to a whole one.",
	Doc:  numberDoc + " A half is rounded up, also below zero: -2.5 becomes -2.",
	Examples: []engine.Example{
		{Block: `{"type":"math_round","fields":{"OP":"ROUND"},"inputs":{"NUM":2.5}}`, Gives: `3`},
		{Block: `{"type":"math_round","fields":{"OP":"ROUND"},"inputs":{"NUM":-2.5}}`, Gives: `-2`},
	},
	Means: byField("OP", ofNumbers(map[string]func(float64) float64{
		"ROUND": roundHalfUp, "ROUNDUP": gomath.Ceil, "ROUNDDOWN": gomath.Floor,
	}), "NUM"),
}

// roundHalfUp is JavaScript's Math.round. Adding a half and cutting off would be
// wrong for 0.49999999999999994.
func roundHalfUp(x float64) float64 {
	f := gomath.Floor(x)
	if x-f >= 0.5 {
		f++
	}
	if f == 0 {
		return gomath.Copysign(0, x)
	}
	return f
}

var modulo = engine.Block{
	Type:  "math_modulo",
	Slots: []engine.Slot{numberIn("DIVIDEND", 0, 64), numberIn("DIVISOR", 0, 10)},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help: "The remainder of a division.",
	Doc:  numberDoc + " It has the sign of the dividend, as in JavaScript. The remainder of a division by 0 is NaN.",
	Examples: []engine.Example{
		{Block: `{"type":"math_modulo","inputs":{"DIVIDEND":64,"DIVISOR":10}}`, Gives: `4`},
		{Block: `{"type":"math_modulo","inputs":{"DIVIDEND":-7,"DIVISOR":3}}`, Gives: `-1`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		args := b.Ins("DIVIDEND", "DIVISOR")
		return b.Binary(engine.Modulo, dst, args[0], args[1])
	}),
}

var constrain = engine.Block{
	Type:  "math_constrain",
	Slots: []engine.Slot{numberIn("VALUE", 0, 50), numberIn("LOW", 0, 1), numberIn("HIGH", gomath.Inf(1), 100)},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help: "Keeps a number between two others, both included.",
	Doc:  numberDoc + " If the lower limit is above the upper one, the upper one counts, as in Blockly.",
	Examples: []engine.Example{
		{Block: `{"type":"math_constrain","inputs":{"VALUE":150,"LOW":1,"HIGH":100}}`, Gives: `100`},
	},
	Means: engine.FuncN(func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
		var x [3]float64
		for i := range x {
			var err error
			if x[i], err = engine.Numeric(args[i]); err != nil {
				return engine.Null, err
			}
		}
		return engine.Number(min(max(x[0], x[1]), x[2])), nil
	}, "VALUE", "LOW", "HIGH"),
}

var change = engine.Block{
	Type:  "math_change",
	Slots: []engine.Slot{engine.VariableField("VAR", "item"), numberIn("DELTA", 0, 1)},
	Help:  "Adds a number to a variable.",
	Doc:   numberDoc + " A variable that holds no number, not even a text that reads as one, counts as 0.",
	Examples: []engine.Example{
		{Block: `{"type":"math_change","fields":{"VAR":"item"},"inputs":{"DELTA":2}}`, Gives: `2`},
	},
	Means: engine.Do(func(b *engine.Builder) { b.Increase(b.VariableThen("VAR", "DELTA")) }),
}

var atan2 = engine.Block{
	Type:  "math_atan2",
	Slots: []engine.Slot{numberIn("Y", 0, 1), numberIn("X", 0, 1)},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help:     "The angle, in degrees from -180 to 180, of the point with these coordinates.",
	Doc:      numberDoc + " Y is evaluated before X, as in the JavaScript that Blockly makes.",
	Examples: []engine.Example{{Block: `{"type":"math_atan2","inputs":{"X":1,"Y":1}}`, Gives: `45`}},
	Means: engine.Func2(func(y, x engine.Value) (engine.Value, error) {
		fy, err := engine.Numeric(y)
		if err != nil {
			return engine.Null, err
		}
		fx, err := engine.Numeric(x)
		return engine.Number(gomath.Atan2(fy, fx) / gomath.Pi * 180), err
	}, "Y", "X"),
}
