package blocks

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"blockflow/engine"
)

// ScriptFailed: custom code threw an error.
const ScriptFailed engine.Code = "script_failed"

const scriptPrefix = "ARG"

// scriptEffect runs JavaScript. It is an effect because what code takes in time
// and memory can be bounded, and stopped at once, only in a process of its own;
// so its answer is in the journal, and a replay has it from there, clock, chance
// and the JavaScript engine's version included.
var scriptEffect = engine.Effect{Kind: "script.run", Args: []string{"code", "names", "values"}, SecretKeys: httpSecrets, Safe: true}

const scriptDoc = "The code is the body of an async function with these arguments; what it returns is the block's value. It may change lists and objects that it is given. " +
	"It runs in a process of its own that reaches nothing outside, for 5 seconds and in 256 MB at most; `console.log` writes into the run's log. " +
	"What it throws fails the block with `script_failed`. Functions, symbols, maps, promises that nothing settles and other things that aren't values of a flow can't be returned."

func scriptSlots() []engine.Slot {
	return []engine.Slot{
		engine.Field("CODE", "return a + 1;"), engine.Field("name", "Run code"),
		engine.In(scriptPrefix).Else(engine.Null).Repeated("args", "", 0),
	}
}

var scriptMutation = &engine.Mutation{Kind: "properties", Key: "args", Prefix: scriptPrefix}

var script = engine.Block{
	Type: "custom_js_code", Text: "JavaScript [name] [CODE]", Slots: scriptSlots(), Mutation: scriptMutation,
	Toolbox: engine.Toolbox{Extra: map[string]any{"args": []string{"a"}}},
	Shape:   engine.ValueBlock,
	Help:    "Runs JavaScript and gives what it returns.",
	Doc:     scriptDoc,
	Examples: []engine.Example{
		{Block: `{"type":"custom_js_code","extraState":{"args":["a"]},"fields":{"CODE":"return a +"}}`, Fails: engine.BadExpression},
		{Block: `{"type":"custom_js_code","extraState":{"args":["not a name"]},"fields":{"CODE":"return 1"}}`, Fails: engine.WrongField},
	},
	Means: engine.Performing(scriptEffect, runScript),
}

var scriptDo = engine.Block{
	Type: "custom_js_code_do", Text: "do JavaScript [name] [CODE]", Slots: scriptSlots(), Mutation: scriptMutation,
	Toolbox: engine.Toolbox{Extra: map[string]any{"args": []string{"a"}}},
	Help:    "Runs JavaScript.",
	Doc:     scriptDoc,
	Examples: []engine.Example{
		{Block: `{"type":"custom_js_code_do","extraState":{"args":[]},"fields":{"CODE":"}"}}`, Fails: engine.BadExpression},
	},
	Means: engine.Performing(scriptEffect, runScript),
}

func runScript(b *engine.Builder, dst engine.Operand) engine.Operand {
	names := b.MutationTexts("args")
	code := b.Text("CODE")
	for i, name := range names {
		if _, err := goja.Compile("", "(function("+name+"){})", true); err != nil || strings.ContainsAny(name, "=,{[(. \n/") {
			b.Fail(engine.WrongField, "The argument %q must be a name as JavaScript has them, like item%d.", name, i+1)
			return b.Const(engine.Null)
		}
	}
	if _, err := goja.Compile("code", scriptSource(code, names), true); err != nil {
		b.Fail(engine.BadExpression, "The code can't be understood: %s", strings.TrimPrefix(err.Error(), "SyntaxError: "))
		return b.Const(engine.Null)
	}
	args := b.Inputs(scriptPrefix)
	heap := b.Apply(b.Temp(), "pack", packValues, args...)
	list, err := json.Marshal(names)
	if err != nil {
		list = []byte("[]")
	}
	answer := b.Perform(b.Temp(), scriptEffect, b.Const(engine.Text(code)), b.Const(engine.Text(string(list))), heap)
	return b.Apply(b.Temp(), "unpack", unpackAnswer, append([]engine.Operand{answer}, args...)...)
}

// scriptSource is the code as a function. The first line is the code's own, so
// that errors tell the lines that the person sees.
func scriptSource(code string, names []string) string {
	return "(async function(" + strings.Join(names, ",") + "){" + code + "\n})"
}

// A heap is values with what they refer to, so that sharing and cycles survive
// the way through a text: an object {"cells":[…],"values":[…]}. A cell is
// {"list":[…]} or {"object":[key, value, …]}; a value is what it is, but a list
// or an object is {"at": the number of its cell}, and a date {"date": ms}.

// packValues makes a heap of the block's arguments.
func packValues(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	cells := reached(args)
	size := 0
	packed := make([]engine.Value, len(cells.list))
	for i, v := range cells.list {
		if items, ok := v.AsList(); ok {
			size += len(items)
			packed[i] = engine.ObjectOf([]string{"list"}, []engine.Value{cells.packAll(items)})
			continue
		}
		row := make([]engine.Value, 0, 2*len(v.Keys()))
		for _, k := range v.Keys() {
			x, _ := v.Get(k)
			row = append(row, engine.Text(k), cells.pack(x))
		}
		size += 2 * len(row)
		packed[i] = engine.ObjectOf([]string{"object"}, []engine.Value{engine.List(row)})
	}
	if err := m.NewList(size + len(packed)); err != nil {
		return engine.Null, err
	}
	return engine.ObjectOf([]string{"cells", "values"}, []engine.Value{engine.List(packed), cells.packAll(args)}), nil
}

// reachable are lists and objects in the order in which they are found.
type reachable struct {
	number map[engine.Value]int
	list   []engine.Value
}

func reached(from []engine.Value) *reachable {
	r := &reachable{number: map[engine.Value]int{}}
	find := func(v engine.Value) {
		if v.Kind() >= engine.KindList {
			if _, known := r.number[v]; !known {
				r.number[v] = len(r.list)
				r.list = append(r.list, v)
			}
		}
	}
	for _, v := range from {
		find(v)
	}
	for i := 0; i < len(r.list); i++ { // grows as it goes
		v := r.list[i]
		items, _ := v.AsList()
		for _, x := range items {
			find(x)
		}
		for _, k := range v.Keys() {
			x, _ := v.Get(k)
			find(x)
		}
	}
	return r
}

func (r *reachable) pack(v engine.Value) engine.Value {
	if ms, ok := v.AsDate(); ok {
		return engine.ObjectOf([]string{"date"}, []engine.Value{engine.Number(ms)})
	}
	if f, ok := v.AsNumber(); ok && f-f != 0 {
		return engine.ObjectOf([]string{"number"}, []engine.Value{engine.Text(engine.FormatNumber(f))})
	}
	if v.Kind() < engine.KindList {
		return v
	}
	return engine.ObjectOf([]string{"at"}, []engine.Value{engine.Number(float64(r.number[v]))})
}

func (r *reachable) packAll(items []engine.Value) engine.Value {
	out := make([]engine.Value, len(items))
	for i, v := range items {
		out[i] = r.pack(v)
	}
	return engine.List(out)
}

// unpackAnswer puts what the code did to its arguments into them, prints its
// lines and gives its result: args are the answer and the block's arguments.
func unpackAnswer(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	answer := args[0]
	known := reached(args[1:])
	packed, _ := answer.Get("cells")
	cells, _ := packed.AsList()
	size := 0
	for _, c := range cells {
		for _, k := range c.Keys() {
			v, _ := c.Get(k)
			n, _ := v.Length()
			size += n
		}
	}
	if err := m.NewList(size + len(cells)); err != nil {
		return engine.Null, err
	}
	all := make([]engine.Value, len(cells))
	for i, c := range cells {
		_, isObject := c.Get("object")
		switch {
		case i < len(known.list):
			all[i] = known.list[i]
		case isObject:
			all[i] = engine.Object()
		default:
			all[i] = engine.List(nil)
		}
	}
	for i, c := range cells {
		if row, ok := c.Get("object"); ok && all[i].Kind() == engine.KindObject {
			items, _ := row.AsList()
			keep := map[string]bool{}
			for k := 0; k+1 < len(items); k += 2 {
				name, _ := items[k].AsText()
				keep[name] = true
				all[i].Set(name, unpack(items[k+1], all))
			}
			for _, name := range append([]string(nil), all[i].Keys()...) {
				if !keep[name] {
					all[i].Delete(name)
				}
			}
			continue
		}
		if row, ok := c.Get("list"); ok && all[i].Kind() == engine.KindList {
			items, _ := row.AsList()
			out := make([]engine.Value, len(items))
			for k, x := range items {
				out[k] = unpack(x, all)
			}
			all[i].SetItems(out)
		}
	}
	log, _ := answer.Get("log")
	lines, _ := log.AsList()
	for _, line := range lines {
		s, _ := line.AsText()
		if err := m.Print(s); err != nil {
			return engine.Null, err
		}
	}
	if failed, ok := answer.Get("failed"); ok {
		s, _ := failed.AsText()
		return engine.Null, engine.Fail(ScriptFailed, "%s", s)
	}
	result, _ := answer.Get("result")
	return unpack(result, all), nil
}

func unpack(v engine.Value, all []engine.Value) engine.Value {
	if at, ok := v.Get("at"); ok {
		n, _ := at.AsNumber()
		if i := int(n); i >= 0 && i < len(all) {
			return all[i]
		}
	}
	if date, ok := v.Get("date"); ok {
		ms, _ := date.AsNumber()
		return engine.Date(ms)
	}
	if number, ok := v.Get("number"); ok {
		s, _ := number.AsText()
		f, _ := strconv.ParseFloat(strings.Replace(s, "Infinity", "Inf", 1), 64)
		return engine.Number(f)
	}
	return v
}

func performScript(ctx context.Context, kit *Kit, c engine.Call) (engine.Value, error) {
	code, _ := c.Args[0].AsText()
	names, _ := c.Args[1].AsText()
	heap, err := engine.AppendPlainJSON(nil, c.Args[2])
	if err != nil {
		return engine.Null, err
	}
	request, err := json.Marshal(scriptRequest{Code: code, Names: json.RawMessage(names), Heap: heap})
	if err != nil {
		return engine.Null, err
	}
	answer, err := kit.Scripts.run(ctx, request)
	if err != nil {
		return engine.Null, err
	}
	v, err := engine.ParseForeignJSON(answer)
	if err != nil {
		return engine.Null, engine.Fail(ScriptFailed, "The code's answer can't be understood.")
	}
	if failed, ok := v.Get("failed"); ok { // also what JavaScript says of itself is a fact
		s, _ := failed.AsText()
		v.Set("failed", engine.Text(strings.ToValidUTF8(s, "\ufffd")))
	}
	return v, nil
}
