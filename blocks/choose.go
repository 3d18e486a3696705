package blocks

import (
	"strconv"

	"blockflow/engine"
)

const casePrefix = "case"

var choose = engine.Block{
	Type:     "logic_switch",
	Text:     "depending on [VALUE] else [ELSE]",
	Slots:    []engine.Slot{engine.In("VALUE"), engine.In(casePrefix).Else(engine.Null).Repeated("cases", "", 0), engine.In("ELSE").Else(engine.Null)},
	Mutation: &engine.Mutation{Kind: "properties", Key: "cases", Prefix: casePrefix},
	Toolbox:  engine.Toolbox{Extra: map[string]any{"cases": []string{"a", "b"}}},
	Shape:    engine.ValueBlock,
	Help:     "Gives the value of the first case that fits.",
	Doc:      "Each case has a name; it fits if the value, as a text, is that name. Only what stands at that case is evaluated; if none fits, what stands at *else*, or nothing.",
	Examples: []engine.Example{
		{Block: `{"type":"logic_switch","extraState":{"cases":["1","b"]},"inputs":{"VALUE":1,"case0":"one","case1":"two"}}`, Gives: `"one"`},
		{Block: `{"type":"logic_switch","extraState":{"cases":["a"]},"inputs":{"VALUE":"x","case0":1,"ELSE":"none"}}`, Gives: `"none"`},
	},
	Means: engine.Control(func(b *engine.Builder, _ engine.Operand) engine.Operand {
		names := b.MutationTexts("cases")
		value := b.Apply(b.Temp(), "text", func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			s, err := m.ToText(args[0])
			return engine.Text(s), err
		}, b.In("VALUE"))
		result, end := b.Temp(), b.Label()
		for i, name := range names {
			next := b.Label()
			b.JumpUnless(b.Binary(engine.IsEqual, b.Temp(), value, b.Const(engine.Text(name))), next)
			b.InTo(result, casePrefix+strconv.Itoa(i))
			b.Jump(end)
			b.Mark(next)
		}
		b.InTo(result, "ELSE")
		b.Mark(end)
		return result
	}),
}
