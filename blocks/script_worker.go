package blocks

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	gomath "math"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dop251/goja"
)

const (
	scriptMemory = 256 << 20 // bytes that the heap of a worker may have
	scriptSpace  = 768 << 20 // bytes of address space beyond what Go reserves at first
	scriptLines  = 1000
	scriptDepth  = 2000 // calls
)

// ServeScript is the process that one piece of custom code runs in: it reads a
// request, runs the code, writes its answer, and is ended.
func ServeScript(in io.Reader, out io.Writer) error {
	debug.SetMemoryLimit(scriptMemory * 3 / 4)
	debug.SetGCPercent(100)
	if err := bound(scriptSpace, uint64(2*scriptTime/time.Second)); err != nil {
		return err
	}
	var request struct {
		Code  string
		Names []string
		Heap  scriptHeap
	}
	if err := json.NewDecoder(in).Decode(&request); err != nil {
		return err
	}
	answer := runCode(request.Code, request.Names, &request.Heap)
	return json.NewEncoder(out).Encode(answer)
}

// A scriptHeap is a heap as packValues makes it.
type scriptHeap struct {
	Cells  []scriptCell `json:"cells"`
	Values []any        `json:"values"`
}

type scriptCell struct {
	List   *[]any `json:"list,omitempty"`
	Object *[]any `json:"object,omitempty"`
}

type scriptResult struct {
	Cells  []scriptCell `json:"cells"`
	Result any          `json:"result"`
	Log    []string     `json:"log"`
	Failed *string      `json:"failed,omitempty"`
}

// A scriptWorld is the JavaScript that a heap is in.
type scriptWorld struct {
	*goja.Runtime
	objects []*goja.Object
	number  map[*goja.Object]int
}

func runCode(code string, names []string, heap *scriptHeap) scriptResult {
	w := &scriptWorld{Runtime: goja.New(), number: map[*goja.Object]int{}}
	w.SetMaxCallStackSize(scriptDepth)
	out := scriptResult{Cells: []scriptCell{}, Log: []string{}}
	fail := func(err error) scriptResult {
		s := scriptError(err)
		out.Failed = &s
		return out
	}
	if err := w.console(&out.Log); err != nil {
		return fail(err)
	}
	if err := w.build(heap); err != nil {
		return fail(err)
	}
	args := make([]goja.Value, len(heap.Values))
	for i, v := range heap.Values {
		args[i] = w.value(v)
	}
	result, err := w.call(code, names, args)
	if err == nil {
		out.Result, err = w.pack(result)
	}
	for i := 0; i < len(w.objects) && err == nil; i++ { // grows as it goes
		var c scriptCell
		c, err = w.cell(w.objects[i])
		out.Cells = append(out.Cells, c)
	}
	if err != nil {
		// What the code did to its arguments before it failed stays, if it can be told.
		cells := []scriptCell{}
		for i := 0; i < len(w.objects); i++ {
			c, odd := w.cell(w.objects[i])
			if odd != nil {
				cells = heap.Cells
				break
			}
			cells = append(cells, c)
		}
		out.Cells, out.Result = cells, nil
		return fail(err)
	}
	return out
}

// A complaint is a whole sentence, for a person.
type complaint string

func (c complaint) Error() string { return string(c) }

func complain(format string, args ...any) error { return complaint(fmt.Sprintf(format, args...)) }

func (w *scriptWorld) console(log *[]string) error {
	write := func(call goja.FunctionCall) goja.Value {
		var parts []string
		for _, a := range call.Arguments {
			parts = append(parts, a.String())
		}
		if line := strings.Join(parts, " "); len(*log) < scriptLines {
			*log = append(*log, line)
		}
		return goja.Undefined()
	}
	console := w.NewObject()
	for _, name := range []string{"log", "info", "warn", "error", "debug"} {
		if err := console.Set(name, write); err != nil {
			return err
		}
	}
	return w.Set("console", console)
}

// build makes the objects of the heap.
func (w *scriptWorld) build(heap *scriptHeap) error {
	for _, c := range heap.Cells {
		o := w.NewObject()
		if c.List != nil {
			o = w.NewArray()
		}
		w.number[o] = len(w.objects)
		w.objects = append(w.objects, o)
	}
	for i, c := range heap.Cells {
		o := w.objects[i]
		if c.List != nil {
			for k, v := range *c.List {
				if err := o.DefineDataProperty(strconv.Itoa(k), w.value(v), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE); err != nil {
					return err
				}
			}
			continue
		}
		row := *c.Object
		for k := 0; k+1 < len(row); k += 2 {
			name, _ := row[k].(string)
			if err := o.DefineDataProperty(name, w.value(row[k+1]), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *scriptWorld) value(v any) goja.Value {
	switch v := v.(type) {
	case nil:
		return goja.Null()
	case string:
		return goja.StringFromUTF16(utf16.Encode([]rune(v)))
	case map[string]any:
		if at, ok := v["at"].(float64); ok && int(at) < len(w.objects) {
			return w.objects[int(at)]
		}
		if ms, ok := v["date"].(float64); ok {
			date, err := w.New(w.Get("Date"), w.ToValue(ms))
			if err == nil {
				return date
			}
		}
		if s, ok := v["number"].(string); ok {
			f, _ := strconv.ParseFloat(strings.Replace(s, "Infinity", "Inf", 1), 64)
			return w.ToValue(f)
		}
		return goja.Null()
	}
	return w.ToValue(v)
}

// call runs the code and waits for what it promises.
func (w *scriptWorld) call(code string, names []string, args []goja.Value) (goja.Value, error) {
	f, err := w.RunScript("code", scriptSource(code, names))
	if err != nil {
		return nil, err
	}
	do, _ := goja.AssertFunction(f)
	v, err := do(goja.Undefined(), args...)
	if err != nil {
		return nil, err
	}
	promise, ok := v.Export().(*goja.Promise)
	if !ok {
		return v, nil
	}
	switch promise.State() {
	case goja.PromiseStateFulfilled:
		return promise.Result(), nil
	case goja.PromiseStateRejected:
		return nil, &thrown{promise.Result()}
	}
	return nil, complaint("The code waits for something that never comes: nothing in it takes time.")
}

type thrown struct{ value goja.Value }

func (t *thrown) Error() string {
	if o, ok := t.value.(*goja.Object); ok {
		if m := o.Get("message"); m != nil && m.String() != "" {
			if stack := o.Get("stack"); stack != nil {
				return m.String() + lineOf(stack.String())
			}
			return m.String()
		}
	}
	return t.value.String()
}

func scriptError(err error) string {
	var exception *goja.Exception
	if errors.As(err, &exception) {
		err = &thrown{exception.Value()}
	}
	s := err.Error()
	if len(s) > 500 {
		s = strings.ToValidUTF8(s[:500], "") + "…"
	}
	if s == "" {
		return "The code threw an error without a message."
	}
	return s
}

// lineOf finds the line of the code in a stack.
func lineOf(stack string) string {
	_, rest, found := strings.Cut(stack, "code:")
	if line, _, ok := strings.Cut(rest, ":"); found && ok {
		return " (line " + line + ")"
	}
	return ""
}

// cell tells what an object holds now.
func (w *scriptWorld) cell(o *goja.Object) (c scriptCell, err error) {
	if o.ClassName() == "Array" {
		n := o.Get("length").ToInteger()
		if n > 1_000_000 {
			return c, complain("A list that the code made has %d items; a million is the most.", n)
		}
		items := make([]any, n)
		for i := range items {
			if items[i], err = w.pack(o.Get(strconv.Itoa(i))); err != nil {
				return c, err
			}
		}
		c.List = &items
		return c, nil
	}
	row := []any{}
	for _, name := range o.Keys() {
		v, err := w.pack(o.Get(name))
		if err != nil {
			return c, err
		}
		row = append(row, name, v)
	}
	c.Object = &row
	return c, nil
}

// pack tells a value, and notes lists and objects that are new.
func (w *scriptWorld) pack(v goja.Value) (any, error) {
	if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
		return nil, nil
	}
	if _, isSymbol := v.(*goja.Symbol); isSymbol {
		return nil, complaint("The code gives a symbol, which is no value of a flow.")
	}
	o, isObject := v.(*goja.Object)
	if !isObject {
		switch x := v.Export().(type) {
		case string:
			if s := v.String(); utf8.ValidString(s) {
				return s, nil
			}
			return strings.ToValidUTF8(x, "\ufffd"), nil
		case bool, int64:
			return x, nil
		case float64:
			if gomath.IsNaN(x) || gomath.IsInf(x, 0) {
				return map[string]any{"number": strings.Replace(strings.TrimPrefix(strconv.FormatFloat(x, 'g', -1, 64), "+"), "Inf", "Infinity", 1)}, nil
			}
			return x, nil
		}
		return nil, complain("The code gives a %s, which is no value of a flow.", strings.ToLower(fmt.Sprintf("%T", v.Export())))
	}
	switch o.ClassName() {
	case "Date":
		ms := o.Get("valueOf")
		f, ok := goja.AssertFunction(ms)
		if !ok {
			break
		}
		at, err := f(o)
		if err != nil || gomath.IsNaN(at.ToFloat()) {
			return nil, complaint("The code gives a date that doesn't exist.")
		}
		return map[string]any{"date": at.ToFloat()}, nil
	case "Array", "Object", "Error":
		n, known := w.number[o]
		if !known {
			n = len(w.objects)
			w.number[o] = n
			w.objects = append(w.objects, o)
		}
		return map[string]any{"at": n}, nil
	case "String", "Number", "Boolean":
		return w.pack(w.ToValue(o.Export()))
	}
	return nil, complain("The code gives a %s, which is no value of a flow.", o.ClassName())
}
