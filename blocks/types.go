package blocks

import "blockflow/engine"

var isType = engine.Block{
	Type: "is_type",
	Text: "[object] is [checker]",
	Slots: []engine.Slot{
		engine.In("object"),
		engine.Choice(
			"checker", "number", "a number", "string", "a text", "boolean", "yes or no", "array", "a list", "object", "an object",
			"date", "a date", "null", "nothing", "undefined", "not set", "function", "a function",
		),
	},
	Shape: engine.ValueBlock, Gives: engine.BooleanType,
	Help: "Says what kind of value something is.",
	Doc:  "NaN isn't a number here, as in Codeless. *Nothing* and *not set* are the same here, where JavaScript tells null from undefined; a list and a date aren't objects. A value is never a function.",
	Examples: []engine.Example{
		{Block: `{"type":"is_type","fields":{"checker":"number"},"inputs":{"object":1.5}}`, Gives: `true`},
		{Block: `{"type":"is_type","fields":{"checker":"number"},"inputs":{"object":"1.5"}}`, Gives: `false`},
		{Block: `{"type":"is_type","fields":{"checker":"array"},"inputs":{"object":[1]}}`, Gives: `true`},
		{Block: `{"type":"is_type","fields":{"checker":"object"},"inputs":{"object":[1]}}`, Gives: `false`},
		{Block: `{"type":"is_type","fields":{"checker":"null"},"inputs":{"object":{"type":"variables_get","fields":{"VAR":"item"}}}}`, Gives: `true`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		kind, known := map[string]engine.Kind{
			"number": engine.KindNumber, "string": engine.KindText, "boolean": engine.KindBoolean, "array": engine.KindList,
			"object": engine.KindObject, "date": engine.KindDate, "null": engine.KindNull, "undefined": engine.KindNull,
		}[b.Text("checker")]
		return b.Apply(dst, b.Text("checker"), func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
			if f, ok := args[0].AsNumber(); ok && f != f {
				return engine.Boolean(false), nil
			}
			return engine.Boolean(known && args[0].Kind() == kind), nil
		}, b.In("object"))
	}),
}
