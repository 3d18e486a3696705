package blocks

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"blockflow/engine"
	"blockflow/engine/enginetest"
)

// TestEveryBlock holds what a person may expect of any block.
func TestEveryBlock(t *testing.T) {
	offered := map[string]bool{}
	for _, c := range Vocabulary().BlocklyToolbox()["contents"].([]any) {
		for _, item := range c.(map[string]any)["contents"].([]any) {
			offered[item.(map[string]any)["type"].(string)] = true
		}
	}
	for c, b := range Vocabulary().All {
		if b.Help == "" || !strings.HasSuffix(b.Help, ".") {
			t.Errorf("%s: its help should be a whole sentence", b.Type)
		}
		if b.Doc == "" || !strings.HasSuffix(b.Doc, ".") {
			t.Errorf("%s: its doc should be whole sentences", b.Type)
		}
		if why := noExample[b.Type]; (len(b.Examples) == 0) != (why != "") {
			t.Errorf("%s has %d examples, and why it can't have one: %q", b.Type, len(b.Examples), why)
		}
		if offered[b.Type] == b.Toolbox.Hidden {
			t.Errorf("%s: in the toolbox: %v, hidden: %v", b.Type, offered[b.Type], b.Toolbox.Hidden)
		}
		def := b.Blockly(c)
		if def == nil {
			continue // Blockly draws it
		}
		for _, s := range b.Slots {
			if !strings.Contains(b.Text, "["+s.Name+"]") && b.Mutation == nil {
				t.Errorf("%s: its text has no place for %s", b.Type, s.Name)
			}
		}
	}
}

// noExample says why a block can't have an example that stands by itself.
var noExample = map[string]string{
	"when_run":                "it begins a flow",
	"when_webhook":            "it begins a flow",
	"when_every":              "it begins a flow",
	"when_user":               "it begins a flow",
	"flow_call":               "it needs a server",
	"secret":                  "it needs a server",
	"date_now":                "its value is another each time",
	"unittest_main":           "it stands beside the flow",
	"procedures_defnoreturn":  "it stands beside the flow",
	"procedures_defreturn":    "it stands beside the flow",
	"procedures_callnoreturn": "it needs its definition",
	"procedures_callreturn":   "it needs its definition",
	"users_login":             "it needs a user service",
	"users_logout":            "it needs a user service",
}

// TestEveryEffect holds that each effect has exactly one performer.
func TestEveryEffect(t *testing.T) {
	performed, asked := map[string]int{}, map[string]bool{}
	for _, d := range drawers {
		for kind := range d.effects {
			performed[kind]++
		}
	}
	for _, b := range Vocabulary().All {
		if e, ok := b.Effect(); ok {
			asked[e.Kind] = true
			if performed[e.Kind] != 1 {
				t.Errorf("%s: its effect %s has %d performers", b.Type, e.Kind, performed[e.Kind])
			}
		}
	}
	for kind := range performed {
		if !asked[kind] {
			t.Errorf("no block asks for %s", kind)
		}
	}
}

// TestExamples runs the example of every block: what the help shows is true.
func TestExamples(t *testing.T) {
	for _, b := range Vocabulary().All {
		for _, ex := range b.Examples {
			t.Run(b.Type, func(t *testing.T) {
				got, err := try(t, ex.Block)
				var e *engine.Error
				errors.As(err, &e)
				switch {
				case e != nil && e.Code != ex.Fails, e == nil && ex.Fails != "", ex.Gives != "" && got != ex.Gives:
					t.Errorf("%s\ngives %s %v\nwant  %s %s", ex.Block, got, err, ex.Gives, ex.Fails)
				}
			})
		}
	}
}

// try runs one block in Blockly's JSON, in which a plain value may stand for an
// input.
func try(t *testing.T, block string) (string, error) {
	t.Helper()
	p, err := compile([]byte(flowOf(t, block)))
	if err != nil {
		return "", err
	}
	y := enginetest.Law(t, p, engine.Start{}, func() engine.Performer { return alone })
	if y.Err != nil {
		return "", y.Err
	}
	out, err := engine.AppendPlainJSON(nil, y.Result)
	return string(out), err
}

// alone is a world in which there is nothing but chance, and that is loaded.
func alone(ctx context.Context, c engine.Call) (engine.Outcome, error) {
	switch c.Effect.Kind {
	case seedEffect.Kind:
		return engine.Outcome{Value: engine.Text(strings.Repeat("07", engine.SeedBytes))}, nil
	case askEffect.Kind:
		return (&Kit{}).Perform(ctx, c)
	}
	return refuseAll(ctx, c)
}

func refuseAll(context.Context, engine.Call) (engine.Outcome, error) {
	return engine.Outcome{Err: engine.Fail(engine.Unreachable, "This test performs nothing.")}, nil
}

func compile(file []byte) (*engine.Program, error) {
	doc, err := engine.Parse(file)
	if err != nil {
		p := err.(engine.Problems)
		return nil, p[0]
	}
	p, problems := engine.Compile(doc, Vocabulary())
	if len(problems) > 0 {
		return nil, problems[0]
	}
	return p, nil
}

// flowOf makes a flow that returns one block's value. A statement, or a stack of
// them, it runs and then returns the variable “item”.
func flowOf(t *testing.T, block string) string {
	t.Helper()
	var b map[string]any
	if err := json.Unmarshal([]byte(block), &b); err != nil {
		t.Fatalf("%s: %v", block, err)
	}
	n := 0
	literals(b, &n)
	d := Vocabulary().Block(b["type"].(string))
	top := b
	switch {
	case d != nil && (d.Shape == engine.Statement || d.Shape == engine.Either && b["next"] != nil):
		end := b
		for end["next"] != nil {
			end = end["next"].(map[string]any)["block"].(map[string]any)
		}
		if end["type"] != "immediate_return" {
			end["next"] = map[string]any{"block": map[string]any{"type": "immediate_return", "id": "return", "inputs": map[string]any{"value": map[string]any{
				"block": map[string]any{"type": "variables_get", "id": "item", "fields": map[string]any{"VAR": "item"}},
			}}}}
		}
	case d != nil && (d.Shape == engine.ValueBlock || d.Shape == engine.Either):
		top = map[string]any{"type": "immediate_return", "id": "return", "inputs": map[string]any{"value": map[string]any{"block": b}}}
	}
	flow, _ := json.Marshal(map[string]any{
		"blocks":    map[string]any{"blocks": []any{top}},
		"variables": []any{map[string]any{"id": "item", "name": "item"}, map[string]any{"id": "error", "name": "error"}},
	})
	return string(flow)
}

// literals replaces plain values in inputs by the blocks that stand for them.
func literals(b map[string]any, n *int) {
	*n++
	if b["id"] == nil {
		b["id"] = "example" + strings.Repeat("'", *n-1)
	}
	if next, ok := b["next"].(map[string]any); ok {
		literals(next, n)
		b["next"] = map[string]any{"block": next}
	}
	inputs, _ := b["inputs"].(map[string]any)
	for name, v := range inputs {
		inputs[name] = map[string]any{"block": literal(v, n)}
	}
}

func literal(v any, n *int) map[string]any {
	var b map[string]any
	switch v := v.(type) {
	case nil:
		b = map[string]any{"type": "logic_null"}
	case bool:
		b = map[string]any{"type": "logic_boolean", "fields": map[string]any{"BOOL": strings.ToUpper(map[bool]string{true: "true", false: "false"}[v])}}
	case float64:
		b = map[string]any{"type": "math_number", "fields": map[string]any{"NUM": v}}
	case string:
		b = map[string]any{"type": "text", "fields": map[string]any{"TEXT": v}}
	case []any:
		inputs := map[string]any{}
		for i, x := range v {
			inputs["ADD"+string(rune('0'+i))] = x
		}
		b = map[string]any{"type": "lists_create_with", "extraState": map[string]any{"itemCount": len(v)}, "inputs": inputs}
	case map[string]any:
		if v["type"] != nil {
			b = v
			break
		}
		var names []string
		inputs := map[string]any{}
		for _, k := range sortedDescending(v) {
			inputs[propertyPrefix+string(rune('0'+len(names)))] = v[k]
			names = append(names, k)
		}
		b = map[string]any{"type": "create_object", "extraState": map[string]any{"properties": names}, "inputs": inputs}
	}
	literals(b, n)
	return b
}

func sortedDescending(m map[string]any) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	for i := range keys {
		for j := range keys {
			if keys[i] > keys[j] {
				keys[i], keys[j] = keys[j], keys[i]
			}
		}
	}
	return keys
}
