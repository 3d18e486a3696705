package blocks

import (
	"encoding/json"
	"fmt"
	"maps"
	"testing"
)

// A programWriter makes a workspace of Blockly's built-in blocks out of bytes: a
// well-formed one, whose values mostly are what the blocks want, and which ends.
// The same bytes make the same workspace; without bytes it is the simplest.
type programWriter struct {
	bytes     []byte
	blocks    int
	wild      bool // values of any kind go anywhere, as variables let them
	functions []function
	callable  int  // how many of the functions may be called here
	inside    bool // a function
	gives     bool // a value, the function does
	loops     int  // around here
}

// A kind is what an input wants and a variable holds.
type kind int

const (
	aNumber kind = iota
	aText
	aBoolean
	someNumbers
	someTexts
	anything
)

type function struct {
	name    string
	params  []variable
	returns kind
	gives   bool
}

type variable struct {
	id, name string
	kind     kind
}

// programVariables have names that JavaScript or Blockly's generator use
// themselves.
var programVariables = []variable{
	{"n", "n", aNumber},
	{"m", "count", aNumber},
	{"i", "i", aNumber},
	{"s", "text", aText},
	{"u", "Math", aText},
	{"flag", "new", aBoolean},
	{"ns", "my list", someNumbers},
	{"ts", "list_list", someTexts},
	{"x", "größe", anything},
	{"y", "x", anything},
	{"rounds", "rounds", aNumber},
	{"typed", "typed", aNumber}, // whose type Blockly knows
}

func (w *programWriter) pick(n int) int {
	if len(w.bytes) == 0 {
		return 0
	}
	b := w.bytes[0]
	w.bytes = w.bytes[1:]
	return int(b) % n
}

// once in n times is true; without bytes it is false.
func (w *programWriter) once(n int) bool { return w.pick(n) == n-1 }

func one[T any](w *programWriter, of ...T) T { return of[w.pick(len(of))] }

// block makes a block. Of its inputs those that are nil stay empty.
func (w *programWriter) block(blockType string, fields, inputs made) made {
	w.blocks++
	b := made{"type": blockType, "id": fmt.Sprint("b", w.blocks)}
	if len(fields) > 0 {
		b["fields"] = fields
	}
	in := made{}
	for name, x := range inputs {
		if child, _ := x.(made); child != nil {
			in[name] = made{"block": child}
			if child["type"] == "math_number" && w.blocks%5 == 0 {
				in[name] = made{"shadow": child}
			}
		}
	}
	if len(in) > 0 {
		b["inputs"] = in
	}
	return b
}

func (w *programWriter) with(b made, key string, value any) made {
	b[key] = value
	return b
}

// file makes the workspace. Ours is the same with an end that gives all variables.
func (w *programWriter) file() (file, ours []byte) {
	w.wild = w.once(5)
	top := w.define()
	main := w.stack(0, w.begin())
	top = append(top, main)
	if w.once(3) {
		top = append(top, w.stack(0, nil))
	}
	if w.once(8) {
		top = append(top, w.of(anything, 2))
	}
	for _, b := range top {
		b["x"], b["y"] = w.pick(7)*100, w.pick(5)*10
	}
	variables := []made{}
	all := []made{}
	for _, v := range programVariables {
		declared := made{"id": v.id, "name": v.name}
		if v.id == "typed" {
			declared["type"] = "Number"
		}
		variables = append(variables, declared)
		all = append(all, w.block("variables_get", made{"VAR": made{"id": v.id}}, nil))
	}
	write := func(top []made) []byte {
		out, err := json.Marshal(made{"blocks": made{"blocks": top}, "variables": variables})
		if err != nil {
			panic(err)
		}
		return out
	}
	end := w.block("immediate_return", nil, made{"value": w.row("lists_create_with", all)})
	end["y"] = 1_000_000
	return write(top), write(append(top, end))
}

// begin sets most variables.
func (w *programWriter) begin() (first []made) {
	for _, v := range programVariables[:9] {
		if !w.once(12) {
			first = append(first, w.set(v, w.literalOf(v.kind)))
		}
	}
	return first
}

// define makes functions. Each may call those before it, and the first one itself.
func (w *programWriter) define() (top []made) {
	for i := range w.pick(4) {
		all := w.bytes
		w.bytes = all[:len(all)/5] // the rest is for what calls it
		f := function{name: []string{"down", "alert", "do it", "f"}[i], returns: one(w, aNumber, aText, aBoolean, someNumbers, someTexts, anything), gives: !w.once(3)}
		for _, v := range programVariables[:10] {
			if w.once(4) {
				f.params = append(f.params, v)
			}
		}
		w.inside, w.callable, w.gives = true, i, f.gives
		var first []made
		if i == 0 {
			// It counts down.
			f.params, f.gives, f.returns = programVariables[:1], true, aNumber
			w.gives = true
			n := func() made { return w.get(programVariables[0]) }
			stop := w.block("logic_compare", made{"OP": "LTE"}, made{"A": n(), "B": w.literal(0)})
			first = []made{w.statement(3), w.block("procedures_ifreturn", nil, made{"CONDITION": stop, "VALUE": w.of(aNumber, 2)})}
			w.functions = append(w.functions, f)
			again := w.call("procedures_callreturn", f, []made{w.block("math_arithmetic", made{"OP": "MINUS"}, made{"A": n(), "B": w.literal(1)})})
			top = append(top, w.definition(f, w.stack(1, first), w.block("math_arithmetic", made{"OP": "ADD"}, made{"A": n(), "B": again})))
			w.bytes = all[len(all)/5:]
			continue
		}
		if w.once(2) {
			first = append(first, w.statement(3)) // mostly it changes a variable
		}
		var gives made
		if f.gives {
			gives = w.value(f.returns, 1)
		}
		top = append(top, w.definition(f, w.stack(1, first), gives))
		w.functions = append(w.functions, f)
		w.bytes = all[len(all)/5:]
	}
	w.inside, w.callable = false, len(w.functions)
	return top
}

func (w *programWriter) definition(f function, body, gives made) made {
	b := w.block(map[bool]string{true: "procedures_defreturn", false: "procedures_defnoreturn"}[f.gives], made{"NAME": f.name}, made{"STACK": body, "RETURN": gives})
	params := []made{}
	for _, p := range f.params {
		params = append(params, made{"name": p.name, "id": p.id})
	}
	return w.with(b, "extraState", made{"params": params})
}

func (w *programWriter) call(blockType string, f function, args []made) made {
	inputs, names := made{}, []string{}
	for i, p := range f.params {
		names = append(names, p.name)
		if args != nil {
			inputs[fmt.Sprint("ARG", i)] = args[i]
		} else if f.name == "down" {
			inputs[fmt.Sprint("ARG", i)] = w.literal(float64(w.pick(5)))
		} else {
			inputs[fmt.Sprint("ARG", i)] = w.value(p.kind, 2)
		}
	}
	return w.with(w.block(blockType, nil, inputs), "extraState", made{"name": f.name, "params": names})
}

// calls chooses a function that gives such a value.
func (w *programWriter) calls(k kind) made {
	for _, f := range w.functions[:w.callable] {
		if f.gives && (f.returns == k || k == anything) && !w.once(3) {
			return w.call("procedures_callreturn", f, nil)
		}
	}
	return nil
}

func (w *programWriter) variable(k kind) variable {
	var fit []variable
	for _, v := range programVariables[:10] {
		if v.kind == k || k == anything {
			fit = append(fit, v)
		}
	}
	return fit[w.pick(len(fit))]
}

func (w *programWriter) get(v variable) made {
	blockType := "variables_get"
	if v.id == "typed" {
		blockType = "variables_get_dynamic"
	}
	return w.block(blockType, made{"VAR": made{"id": v.id}}, nil)
}

func (w *programWriter) set(v variable, value made) made {
	blockType := "variables_set"
	if v.id == "typed" {
		blockType = "variables_set_dynamic"
	}
	return w.block(blockType, made{"VAR": made{"id": v.id}}, made{"VALUE": value})
}

func (w *programWriter) field(v variable) made { return made{"VAR": made{"id": v.id}} }

// row is a block with so many items.
func (w *programWriter) row(blockType string, items []made) made {
	inputs := made{}
	for i, x := range items {
		inputs[fmt.Sprint("ADD", i)] = x
	}
	return w.with(w.block(blockType, nil, inputs), "extraState", made{"itemCount": len(items)})
}

func (w *programWriter) items(k kind, most, depth int) (items []made) {
	for range w.pick(most + 1) {
		items = append(items, w.value(k, depth))
	}
	return items
}

// programTypes counts the types of the blocks in a file.
func programTypes(t *testing.T, file []byte, types map[string]int) {
	t.Helper()
	var read func(v any)
	read = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				read(x)
			}
		case made:
			if blockType, ok := v["type"].(string); ok && v["id"] != nil && v["name"] == nil {
				types[blockType]++
			}
			for x := range maps.Values(v) {
				read(x)
			}
		}
	}
	var v any
	if err := json.Unmarshal(file, &v); err != nil {
		t.Fatal(err)
	}
	read(v)
}
