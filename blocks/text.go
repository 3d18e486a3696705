package blocks

import (
	"strings"

	"blockflow/engine"
)

var text = drawer{Category: engine.Category{
	Name: "Text", Colour: "#5ba58c",
	Blocks: []engine.Block{textLiteral, textJoin, textAppend, textPrint},
}}

var textLiteral = engine.Block{
	Type:  "text",
	Slots: []engine.Slot{engine.Field("TEXT", "")},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help:     "A text.",
	Examples: []engine.Example{{Block: `{"type":"text","fields":{"TEXT":"a\nb"}}`, Gives: `"a\nb"`}},
	Means:    engine.Constant(func(b *engine.Builder) engine.Value { return engine.Text(b.Text("TEXT")) }),
}

var textJoin = engine.Block{
	Type:  "text_join",
	Slots: []engine.Slot{engine.In("ADD").Else(engine.Text("")).Repeated("itemCount", "items", 2)},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help: "Joins values into one text.",
	Doc:  "Nothing joins as an empty text, whatever the number of items (Blockly's JavaScript writes \"null\" if there are one or two). Lists join with commas; objects as JSON.",
	Examples: []engine.Example{
		{Block: `{"type":"text_join","extraState":{"itemCount":3},"inputs":{"ADD0":"n","ADD1":" = ","ADD2":0.5}}`, Gives: `"n = 0.5"`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		return b.Apply(dst, "join", joinTexts, b.Inputs("ADD")...)
	}),
}

func joinTexts(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	if len(args) == 2 && args[0].Kind() == engine.KindText && args[1].Kind() == engine.KindText {
		return m.JoinTexts(args[0], args[1])
	}
	parts, size := make([]string, len(args)), 0
	for i, v := range args {
		s, err := asText(v)
		if err != nil {
			return engine.Null, err
		}
		parts[i] = s
		size += len(s)
	}
	if err := m.TextFits(size); err != nil {
		return engine.Null, err
	}
	return engine.Text(strings.Join(parts, "")), nil
}

// asText converts a value for joining: nothing is empty.
func asText(v engine.Value) (string, error) {
	if v.IsNull() {
		return "", nil
	}
	return engine.ToText(v)
}

var textAppend = engine.Block{
	Type:  "text_append",
	Slots: []engine.Slot{engine.VariableField("VAR", "item"), engine.In("TEXT").Or(engine.Text(""))},
	Help:  "Puts a text at the end of the text in a variable.",
	Doc:   "A variable that isn't set counts as an empty text.",
	Means: engine.Do(func(b *engine.Builder) {
		v := b.Variable("VAR")
		addition := b.In("TEXT")
		b.Apply(v, "append", appendText, v, addition)
		b.Assigned(v)
	}),
}

func appendText(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	var pair [2]engine.Value
	for i, v := range args {
		if v.Kind() == engine.KindText {
			pair[i] = v
			continue
		}
		s, err := asText(v)
		if err != nil {
			return engine.Null, err
		}
		pair[i] = engine.Text(s)
	}
	return m.JoinTexts(pair[0], pair[1])
}

var textPrint = engine.Block{
	Type:  "text_print",
	Slots: []engine.Slot{engine.In("TEXT").Or(engine.Text("abc"))},
	Help:  "Writes a line into the run's log.",
	Doc:   "Nothing prints as \"null\", lists with commas, objects as JSON. Passwords, tokens and other secrets of the run print masked.",
	Means: engine.Do(func(b *engine.Builder) {
		b.Apply(b.Temp(), "print", func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			s, err := engine.ToText(args[0])
			if err != nil {
				return engine.Null, err
			}
			return engine.Null, m.Print(s)
		}, b.In("TEXT"))
	}),
}
