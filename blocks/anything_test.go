package blocks

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"blockflow/engine"
)

// odd are values that blocks stumble over, as blocks in Blockly's JSON.
var odd = []func(r *rand.Rand) any{
	func(*rand.Rand) any { return nil },
	func(r *rand.Rand) any { return r.IntN(2) == 0 },
	func(r *rand.Rand) any {
		return []float64{0, -1, 1, 2, 0.5, 1e308, -1e308, 1e-320, 9007199254740993, 4294967296, 2147483648, 170, 3}[r.IntN(13)]
	},
	func(r *rand.Rand) any {
		return []string{"", "a", "__proto__", "constructor", "length", "a.b.0.c", "😀", "é", "1e3", "  7 ", "{\"a\":[1]}", "2026-01-31", "https://example.org/?a=b", "\x00", "../..", "<b>", "{{ item }}", "^(a|b)*$", "YWJj", "UTC", "GET"}[r.IntN(21)]
	},
	func(r *rand.Rand) any { return block("math_constant", map[string]any{"CONSTANT": "INFINITY"}) },
	func(r *rand.Rand) any { return block("expression", map[string]any{"CODE": "0 / 0"}) },
	func(r *rand.Rand) any {
		return block("expression", map[string]any{"CODE": "[item, {a: item, b: [1, \"x\"]}, nil]"})
	},
	func(r *rand.Rand) any { return block("expression", map[string]any{"CODE": "[3, 1, 2]"}) },
	func(r *rand.Rand) any { return block("expression", map[string]any{"CODE": "[\"b\", \"\", \"a\"]"}) },
	func(r *rand.Rand) any {
		return block("expression", map[string]any{"CODE": "{__proto__: 1, length: -1, a: {b: [1]}}"})
	},
	func(r *rand.Rand) any { return block("expression", map[string]any{"CODE": "date(\"2026-01-31\")"}) },
	func(r *rand.Rand) any { return block("date_from_timestamp", nil) },
	func(r *rand.Rand) any { return block("text_charAt", map[string]any{"WHERE": "LAST"}, "VALUE", "a😀") }, // half a character
	func(r *rand.Rand) any { return block("lists_repeat", nil, "ITEM", "x", "NUM", 3000.0) },
	func(r *rand.Rand) any { return block("variables_get", map[string]any{"VAR": "item"}) },
}

func block(kind string, fields map[string]any, inputs ...any) map[string]any {
	b := map[string]any{"type": kind}
	if fields != nil {
		b["fields"] = fields
	}
	in := map[string]any{}
	for i := 0; i+1 < len(inputs); i += 2 {
		in[inputs[i].(string)] = inputs[i+1]
	}
	if len(in) > 0 {
		b["inputs"] = in
	}
	return b
}

// TestEveryBlockTakesAnything gives each block values of every kind, in every
// combination that chance comes up with: it works or fails with a sentence, and
// nothing is ever a fault of ours.
func TestEveryBlockTakesAnything(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	limits := engine.Limits{Steps: 20_000, Memory: 4 << 20, Text: 1 << 18, List: 1 << 14, Depth: 50, Log: 1 << 14}
	ran := 0
	for _, d := range Vocabulary().All {
		if d.Shape == engine.Hat || d.Shape == engine.Definition {
			continue
		}
		for range 60 {
			file := flowOf(t, anyBlock(t, r, d))
			p, err := compile([]byte(file))
			if err != nil {
				continue // a value that doesn't fit, or a field that isn't filled in
			}
			m, err := engine.New(p, engine.Start{Limits: limits})
			if err != nil {
				t.Fatal(err)
			}
			y, err := engine.Host{Perform: alone}.Drive(context.Background(), m)
			if err != nil {
				t.Fatalf("%s\n%v", file, err)
			}
			ran++
			if y.Err != nil && (y.Err.Code == engine.Broken || y.Err.Message == "") {
				t.Errorf("%s: %v %v\n%s", d.Type, y.Err, y.Err.Cause, file)
			}
		}
	}
	if ran < 2000 {
		t.Errorf("only %d blocks ran", ran)
	}
}

// anyBlock is a block of a type with whatever in its inputs.
func anyBlock(t *testing.T, r *rand.Rand, d *engine.Block) string {
	fields, inputs, extra := map[string]any{}, map[string]any{}, map[string]any{}
	for _, s := range d.Slots {
		switch options := s.Options(); {
		case len(options) > 0:
			fields[s.Name] = options[r.IntN(len(options))]
		case s.IsValue() && s.RepeatKey() == "":
			if r.IntN(8) > 0 {
				inputs[s.Name] = odd[r.IntN(len(odd))](r)
			}
		case s.IsValue():
			n := r.IntN(3)
			var names []string
			for i := range n {
				names = append(names, []string{"a", "__proto__", "b"}[i])
				inputs[fmt.Sprint(s.Name, i)] = odd[r.IntN(len(odd))](r)
			}
			extra[s.RepeatKey()] = n
			if d.Mutation != nil {
				extra[s.RepeatKey()] = names
			}
		case s.IsBody() && r.IntN(2) == 0:
			inputs[s.Name] = block("text_print", nil, "TEXT", "in "+s.Name)
		}
	}
	for _, name := range []string{"VAR", "item", "INDEX"} {
		for _, s := range d.Slots {
			if s.Name == name && !s.IsValue() && !s.IsBody() {
				fields[name] = "item"
			}
		}
	}
	b := map[string]any{"type": d.Type, "fields": fields, "inputs": inputs}
	if len(extra) > 0 {
		b["extraState"] = extra
	}
	out, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
