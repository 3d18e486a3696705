package blocks

import (
	"strings"

	"blockflow/engine"
)

var textTemplate = engine.Block{
	Type:  "text_template",
	Text:  "template [TEMPLATE]",
	Slots: []engine.Slot{engine.Field("TEMPLATE", "Hello {{ name }}!")},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help: "A text with values in it.",
	Doc:  "What stands between `{{` and `}}` is an *expression* over the flow's variables and its input, such as `{{ user.name }}` or `{{ upper(input.city) }}`. Nothing is an empty text there, lists join with commas, objects are JSON.",
	Examples: []engine.Example{
		{Block: `{"type":"text_template","fields":{"TEMPLATE":"2 + 3 = {{ 2 + 3 }}{{ item }}."}}`, Gives: `"2 + 3 = 5."`},
		{Block: `{"type":"text_template","fields":{"TEMPLATE":"{{ 1 + }}"}}`, Fails: engine.BadExpression},
		{Block: `{"type":"text_template","fields":{"TEMPLATE":"{{ 1"}}`, Fails: engine.WrongField},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		var parts []engine.Operand
		for rest := b.Text("TEMPLATE"); rest != ""; {
			before, inside, opens := strings.Cut(rest, "{{")
			if before != "" {
				parts = append(parts, b.Const(engine.Text(before)))
			}
			if !opens {
				break
			}
			code, after, closes := strings.Cut(inside, "}}")
			if !closes {
				b.Fail(engine.WrongField, "The template has a {{ without its }}.")
				break
			}
			parts = append(parts, b.Expression(strings.TrimSpace(code), b.Temp()))
			rest = after
		}
		return b.Apply(dst, "fill", fillTemplate, parts...)
	}),
}

func fillTemplate(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	if len(args) == 0 {
		return engine.Text(""), nil
	}
	return joinTexts(m, args)
}
