package blocks

import (
	"bytes"
	"encoding/json"

	"blockflow/engine"
)

var jsonParse = engine.Block{
	Type:  "json_parse",
	Text:  "value of JSON [TEXT]",
	Slots: []engine.Slot{engine.In("TEXT", engine.TextType).Showing(engine.Text(`{"a": 1}`))},
	Shape: engine.ValueBlock,
	Help:  "Reads a value that is written as JSON.",
	Doc:   "A text that isn't JSON fails, and says where. Of a property that comes twice the last value counts, as in JavaScript. " + textDoc,
	Examples: []engine.Example{
		{Block: `{"type":"json_parse","inputs":{"TEXT":"{\"a\":[1,null]}"}}`, Gives: `{"a":[1,null]}`},
		{Block: `{"type":"json_parse","inputs":{"TEXT":"{"}}`, Fails: engine.WrongValue},
	},
	Means: engine.FuncN(func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
		s, err := someText(m, args[0])
		if err != nil {
			return engine.Null, err
		}
		if err := m.Charge(int64(16*len(s)) + 64); err != nil {
			return engine.Null, err
		}
		m.Work(16 * len(s))
		v, err := engine.ParseForeignJSON([]byte(s))
		if e, ok := err.(*engine.Error); ok {
			return engine.Null, engine.Fail(engine.WrongValue, "This text isn't JSON: %s", e.Message)
		}
		return v, err
	}, "TEXT"),
}

var jsonFormat = engine.Block{
	Type:  "json_format",
	Text:  "JSON of [VALUE] in many lines [PRETTY]",
	Slots: []engine.Slot{engine.In("VALUE"), engine.Check("PRETTY", false)},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help: "Writes a value as JSON.",
	Doc:  "A date is written as a text, a number that is none (NaN, Infinity) as null, as in JavaScript. What holds itself fails.",
	Examples: []engine.Example{
		{Block: `{"type":"json_format","inputs":{"VALUE":{"a":[1,"x"]}}}`, Gives: `"{\"a\":[1,\"x\"]}"`},
		{Block: `{"type":"json_format","fields":{"PRETTY":true},"inputs":{"VALUE":[1]}}`, Gives: `"[\n  1\n]"`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		pretty := b.Flag("PRETTY")
		name := "plain"
		if pretty {
			name = "pretty"
		}
		return b.Apply(dst, name, func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			out, err := engine.AppendPlainJSON(nil, args[0])
			if err != nil {
				return engine.Null, err
			}
			if pretty {
				if out, err = indented(out); err != nil {
					return engine.Null, err
				}
			}
			return engine.Text(string(out)), m.TextFits(len(out))
		}, b.In("VALUE"))
	}),
}

// indented breaks JSON into lines as JSON.stringify(v, null, 2) does.
func indented(in []byte) ([]byte, error) {
	var out bytes.Buffer
	err := json.Indent(&out, in, "", "  ")
	return out.Bytes(), err
}
