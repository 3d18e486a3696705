package blocks

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"blockflow/engine"
)

// TestMain lets this program be the process that custom code runs in.
func TestMain(m *testing.M) {
	if os.Getenv(ScriptWorker) != "" {
		if err := ServeScript(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func codeBlock(t *testing.T, code string, names, values string) string {
	t.Helper()
	var v []any
	var n []string
	if json.Unmarshal([]byte(names), &n) != nil || json.Unmarshal([]byte(values), &v) != nil {
		t.Fatal(names, values)
	}
	inputs := map[string]any{}
	for i, x := range v {
		inputs[fmt.Sprint(scriptPrefix, i)] = x
	}
	b, err := json.Marshal(map[string]any{
		"type": "custom_js_code", "extraState": map[string]any{"args": n}, "fields": map[string]any{"CODE": code}, "inputs": inputs,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestCustomCodeGivesWhatItReturns(t *testing.T) {
	kit := &Kit{Scripts: ThisProgram()}
	for _, c := range []struct{ name, code, names, values, gives string }{
		{"a sum", "return a + b;", `["a","b"]`, `[2,3]`, `5`},
		{"joined", "return a.map(x => x * 2).join()", `["a"]`, `[[1,2]]`, `"2,4"`},
		{"awaited", "const x = await Promise.resolve(a); return [x, typeof b, null, undefined]", `["a","b"]`, `[1,null]`, `[1,"object",null,null]`},
		{"emoji", "return a.length + a", `["a"]`, `["😀"]`, `"2😀"`},
		{"objects", "return {z: 1, a: {b: [true]}}", `[]`, `[]`, `{"z":1,"a":{"b":[true]}}`},
		{"itself changed", "a.push({n: 1}); delete b.x; b.y = 2; return [a, b]", `["a","b"]`, `[[],{"x":1}]`, `[[{"n":1}],{"y":2}]`},
		{"prototype keys", `return Object.keys(a).length + ("polluted" in {} ? "!" : "")`, `["a"]`, `[{"__proto__":{"polluted":1}}]`, `"1"`},
		{"nothing outside", "return [typeof require, typeof process, typeof fetch, typeof setTimeout, typeof globalThis.Deno].join()", `[]`, `[]`, `"undefined,undefined,undefined,undefined,undefined"`},
		{"a caught error", "try { null.x } catch (e) { return e instanceof TypeError }", `[]`, `[]`, `true`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, failed, _ := askWeb(t, "", codeBlock(t, c.code, c.names, c.values), kit)
			if failed != nil || got != c.gives {
				t.Errorf("gives %s %v, want %s", got, failed, c.gives)
			}
		})
	}
}

func TestCustomCodeThatGoesWrongSaysWhy(t *testing.T) {
	kit := &Kit{Scripts: ThisProgram()}
	for _, c := range []struct{ name, code, says string }{
		{"thrown", "\nthrow new Error('no more')", "no more (line 2)"},
		{"a text thrown", "throw 'plain'", "plain"},
		{"unknown name", "return missing", "missing is not defined"},
		{"a function", "return () => 1", "no value of a flow"},
		{"a promise without end", "await new Promise(() => {})", "never comes"},
		{"too deep", "function f() { return f() } f()", ""},
		{"a symbol", "return Symbol('a')", "no value of a flow"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, failed, _ := askWeb(t, "", codeBlock(t, c.code, `[]`, `[]`), kit)
			if failed == nil || failed.Code != ScriptFailed || !strings.Contains(failed.Message, c.says) {
				t.Errorf("gives %s %v, want %q", got, failed, c.says)
			}
		})
	}
}

// TestCustomCodeCannotTakeTheServerWithIt attacks time and memory; what can't be
// interrupted from within JavaScript is ended with its process.
func TestCustomCodeCannotTakeTheServerWithIt(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes the seconds that code may take")
	}
	kit := &Kit{Scripts: ThisProgram()}
	for name, code := range map[string]string{
		"without end":        "for (;;);",
		"within a builtin":   "Array.prototype.indexOf.call({length: 2**53 - 1}, 1)",
		"a doubling text":    "let s = 'x'; for (;;) s += s",
		"a huge text":        "return 'x'.repeat(2**29).length + 'y'.repeat(2**30).length",
		"a huge buffer":      "const a = []; for (;;) a.push(new Uint8Array(1e8).fill(1))",
		"a list of lists":    "let a = []; for (;;) a = [a, a, new Array(1000).fill(a)]",
		"a slow expression":  "return /^(a+)+(?=b)$/.test('a'.repeat(40))",
		"an answer too long": "return 'x'.repeat(5e6)",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, failed, _ := askWeb(t, "", codeBlock(t, code, `[]`, `[]`), kit)
			if failed == nil {
				t.Errorf("gives %.100s", got)
			}
		})
	}
}

func TestCustomCodeEndsWhenItsRunIsCancelled(t *testing.T) {
	p, err := compile([]byte(flowOf(t, codeBlock(t, "for (;;);", `[]`, `[]`))))
	if err != nil {
		t.Fatal(err)
	}
	m, err := engine.New(p, engine.Start{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	began := time.Now()
	y, err := engine.Host{Perform: (&Kit{Scripts: ThisProgram()}).Perform}.Drive(ctx, m)
	if err != nil || y.Err == nil || y.Err.Code != engine.Cancelled {
		t.Errorf("ended with %v %v", y.Err, err)
	}
	if took := time.Since(began); took > scriptTime/2 {
		t.Errorf("it took %v to stop", took)
	}
}

func TestWhatCodeSharesStaysShared(t *testing.T) {
	file := `{"variables":[{"id":"a","name":"a"},{"id":"b","name":"b"}],"blocks":{"blocks":[
	{"type":"variables_set","id":"1","fields":{"VAR":{"id":"a"}},"inputs":{"VALUE":{"block":{"type":"lists_create_with","id":"l","extraState":{"itemCount":0}}}},"next":{"block":
	{"type":"variables_set","id":"2","fields":{"VAR":{"id":"b"}},"inputs":{"VALUE":{"block":{"type":"lists_create_with","id":"m","extraState":{"itemCount":1},"inputs":{"ADD0":{"block":{"type":"variables_get","id":"g","fields":{"VAR":{"id":"a"}}}}}}}},"next":{"block":
	{"type":"custom_js_code_do","id":"c","extraState":{"args":["a","b"]},"fields":{"CODE":"if (b[0] !== a) throw 1; a.push(a); b.push(a); console.log('hi', a.length)"},"inputs":{"ARG0":{"block":{"type":"variables_get","id":"x","fields":{"VAR":{"id":"a"}}}},"ARG1":{"block":{"type":"variables_get","id":"y","fields":{"VAR":{"id":"b"}}}}},"next":{"block":
	{"type":"immediate_return","id":"r","inputs":{"value":{"block":{"type":"expression","id":"e","fields":{"CODE":"[len(a), len(b), len(a[0][0])]"}}}}}}}}}}}]}}`
	p, err := compile([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	m, err := engine.New(p, engine.Start{})
	if err != nil {
		t.Fatal(err)
	}
	y, err := engine.Host{Perform: (&Kit{Scripts: ThisProgram()}).Perform}.Drive(context.Background(), m)
	if err != nil || y.Err != nil {
		t.Fatal(y.Err, err)
	}
	if out, _ := engine.AppendJSON(nil, y.Result); string(out) != "[1,2,1]" || m.Log()[0] != "hi 1" {
		t.Errorf("gives %s %q", out, m.Log())
	}
}
