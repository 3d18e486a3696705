package blocks

import (
	"strings"
	"testing"

	"blockflow/engine"
	"blockflow/engine/enginetest"
)

const taxes = `{"flow":{"name":"taxes"},
 "variables":[{"id":"p","name":"price"},{"id":"r","name":"rate"},{"id":"n","name":"count"}],
 "blocks":{"blocks":[
  {"type":"procedures_defreturn","id":"gross","fields":{"NAME":"gross"},"extraState":{"params":[{"name":"price","id":"p"},{"name":"rate","id":"r"}]},
   "inputs":{"STACK":{"block":{"type":"math_change","id":"one","fields":{"VAR":{"id":"n"}},"inputs":{"DELTA":{"block":{"type":"math_number","fields":{"NUM":1}}}}}},
    "RETURN":{"block":{"type":"procedures_callreturn","id":"inner","extraState":{"name":"rounded","params":["x"]},"inputs":{"ARG0":{"block":{"type":"expression","fields":{"CODE":"price * (1 + rate)"}}}}}}}},
  {"type":"procedures_defreturn","id":"rounded","y":200,"fields":{"NAME":"rounded"},"extraState":{"params":[{"name":"price","id":"p"}]},
   "inputs":{"RETURN":{"block":{"type":"library_call","id":"deeper","fields":{"LIBRARY":"numbers","FUNCTION":"round"},"extraState":{"arguments":["x"]},"inputs":{"argument0":{"block":{"type":"variables_get","fields":{"VAR":{"id":"p"}}}}}}}}},
  {"type":"procedures_defreturn","id":"counted","y":400,"fields":{"NAME":"counted"},"inputs":{"RETURN":{"block":{"type":"variables_get","fields":{"VAR":{"id":"n"}}}}}}]}}`

const numbers = `{"variables":[{"id":"x","name":"x"}],"blocks":{"blocks":[
  {"type":"procedures_defreturn","id":"round","fields":{"NAME":"round"},"extraState":{"params":[{"name":"x","id":"x"}]},
   "inputs":{"RETURN":{"block":{"type":"math_round","fields":{"OP":"ROUND"},"inputs":{"NUM":{"block":{"type":"variables_get","fields":{"VAR":{"id":"x"}}}}}}}}}]}}`

const shop = `{"flow":{"name":"shop"},"variables":[{"id":"n","name":"count"}],"blocks":{"blocks":[
 {"type":"variables_set","id":"own","fields":{"VAR":{"id":"n"}},"inputs":{"VALUE":{"block":{"type":"math_number","fields":{"NUM":50}}}},"next":{"block":
 {"type":"library_do","id":"do","fields":{"LIBRARY":"taxes","FUNCTION":"Gross"},"extraState":{"arguments":["price","rate"]},"inputs":{"argument0":{"block":{"type":"math_number","fields":{"NUM":1}}},"argument1":{"block":{"type":"math_number","fields":{"NUM":1}}}},"next":{"block":
 {"type":"immediate_return","id":"back","inputs":{"value":{"block":{"type":"lists_create_with","extraState":{"itemCount":3},"inputs":{
  "ADD0":{"block":{"type":"library_call","id":"call","fields":{"LIBRARY":"taxes","FUNCTION":"gross"},"extraState":{"arguments":["rate","price"]},"inputs":{"argument0":{"block":{"type":"math_number","fields":{"NUM":0.19}}},"argument1":{"block":{"type":"math_number","fields":{"NUM":100}}}}}},
  "ADD1":{"block":{"type":"library_call","id":"count","fields":{"LIBRARY":"taxes","FUNCTION":"counted"}}},
  "ADD2":{"block":{"type":"variables_get","id":"get","fields":{"VAR":{"id":"n"}}}}}}}}}}}}}]}}`

func parsed(t *testing.T, file string) *engine.Document {
	t.Helper()
	d, err := engine.Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// shelf finds the libraries of these tests.
func shelf(t *testing.T) func(string) (*engine.Document, error) {
	return func(name string) (*engine.Document, error) {
		if file := map[string]string{"taxes": taxes, "numbers": numbers, "shop": shop}[name]; file != "" {
			return parsed(t, file), nil
		}
		return nil, nil
	}
}

func TestFunctionsOfLibrariesRunInTheFlow(t *testing.T) {
	file, err := Link(parsed(t, shop), shelf(t))
	if err != nil {
		t.Fatal(err)
	}
	p, err := compile(file)
	if err != nil {
		t.Fatal(err)
	}
	y := enginetest.Law(t, p, engine.Start{}, func() engine.Performer { return refuseAll })
	if got := given(y); got != "[119,2,50]\n" {
		t.Errorf("gives %s, want the rounded price, two calls counted, and the flow's own variable", got)
	}
	again, err := Link(parsed(t, string(file)), func(name string) (*engine.Document, error) {
		t.Errorf("asks for %s, which the file brings along", name)
		return nil, nil
	})
	if err != nil || string(again) != string(file) {
		t.Errorf("linked again, the file is another: %v", err)
	}
	var traced []string
	m, err := engine.New(p, engine.Start{})
	if err != nil {
		t.Fatal(err)
	}
	m.Trace(func(e engine.Event) {
		if e.Kind == engine.Set {
			traced = append(traced, e.Block+" "+e.Variable)
		}
	})
	m.Next(1 << 30)
	if got := strings.Join(traced, ", "); got != "own count, taxes/one taxes: count, taxes/one taxes: count" {
		t.Errorf("the trace shows %q set", got)
	}
}

func TestACallOfALibrarySaysWhatIsMissing(t *testing.T) {
	for _, c := range []struct{ name, from, to, want string }{
		{"a library that isn't there", `"LIBRARY":"taxes","FUNCTION":"gross"`, `"LIBRARY":"texas","FUNCTION":"gross"`, `The library "texas" isn't here`},
		{"a function that isn't there", `"FUNCTION":"counted"`, `"FUNCTION":"counter"`, `The library "taxes" has no function "counter"`},
		{"an argument that isn't taken", `["price","rate"]`, `["prize","rate"]`, `The function "Gross" of the library "taxes" takes no "prize"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			file, err := Link(parsed(t, strings.Replace(shop, c.from, c.to, 1)), shelf(t))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := compile(file); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("gives %v, want %s", err, c.want)
			}
		})
	}
}

func TestLibrariesMayCallEachOther(t *testing.T) {
	round := strings.Replace(numbers, `"math_round"`, `"library_call","extraState":{"arguments":["price"]},"id":"back"`, 1)
	round = strings.Replace(strings.Replace(round, `"OP":"ROUND"`, `"LIBRARY":"taxes","FUNCTION":"rounded"`, 1), `"NUM":{"block"`, `"argument0":{"block"`, 1)
	file, err := Link(parsed(t, shop), func(name string) (*engine.Document, error) {
		return parsed(t, map[string]string{"taxes": taxes, "numbers": round}[name]), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := compile(file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := engine.New(p, engine.Start{})
	if err != nil {
		t.Fatal(err)
	}
	if y := m.Next(1 << 30); y.Err == nil || y.Err.Code != engine.LimitDepth {
		t.Errorf("two libraries that call each other without end give %v, want the limit of depth", y.Err)
	}
}

func TestBadLibrariesAreRefused(t *testing.T) {
	for name, file := range map[string]string{
		"no object":     `{"blocks":{},"libraries":[]}`,
		"no flow":       `{"blocks":{},"libraries":{"a":1}}`,
		"twice":         `{"blocks":{},"libraries":{"a":{"blocks":{}},"a":{"blocks":{}}}}`,
		"bad block":     `{"blocks":{},"libraries":{"a":{"blocks":{"blocks":[7]}}}}`,
		"blocks' names": `{"blocks":{"blocks":[{"type":"text","id":"a/x"}]},"libraries":{"a":{"blocks":{"blocks":[{"type":"text","id":"x"}]}}}}`,
	} {
		if _, err := engine.Parse([]byte(file)); err == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
}
