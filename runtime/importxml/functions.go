package importxml

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"blockflow/blocks"
)

// A function is a custom function of Codeless within a flow.
type function struct {
	name   string // in the flow
	root   *element
	doc    *document
	params []string
	gives  bool
	calls  map[*function]bool
	locals bool // whether it has variables beside its parameters
	def    *block
}

// localFunctions renames the document's own procedures whose names are taken.
func (c *converter) localFunctions() {
	for _, e := range c.doc.src.root.children {
		kind := e.attr("type")
		if !isBlock(e) || kind != "procedures_defnoreturn" && kind != "procedures_defreturn" {
			continue
		}
		name := field(e, "NAME")
		key := strings.ToLower(name)
		if c.renamed[key] != "" {
			continue
		}
		c.renamed[key] = c.functionNamed(name)
	}
}

// functionNamed gives a name that no other function of the flow has.
func (c *converter) functionNamed(name string) string {
	free := name
	for n := 2; c.taken[strings.ToLower(free)]; n++ {
		free = name + strconv.Itoa(n)
	}
	c.taken[strings.ToLower(free)] = true
	return free
}

// reserve makes a custom function known, before it is converted: it may call
// itself.
func (c *converter) reserve(root *element, d *document) *function {
	name := functionName(root)
	f := &function{root: root, doc: d, params: distinct(arguments(root.child("mutation"))), calls: map[*function]bool{}}
	output := root.child("mutation").attr("output")
	f.gives = output == "true"
	for _, in := range root.children {
		f.gives = f.gives || in.name == "value" && in.attr("name") == "output" && filled(in)
	}
	f.name = c.functionNamed(name)
	if c.called[name] == nil {
		c.called[name] = f
	}
	return f
}

// define converts the root of a custom function to Blockly's definition.
func (c *converter) define(f *function) {
	root := f.root
	c.function, c.parameter = f, nil
	params := []object{}
	for _, name := range f.params {
		v := c.named(name, "")
		c.parameter = append(c.parameter, v)
		params = append(params, object{{"name", v.name}, {"id", v.id}})
	}
	def := &block{kind: "procedures_defnoreturn", id: c.id(root), fields: []member{{"NAME", f.name}}}
	if f.gives {
		def.kind = "procedures_defreturn"
	}
	if len(params) > 0 {
		def.extra = object{{"params", params}}
	}
	c.attributes(root, def, atTop)
	c.undeletable(def)
	c.report.Converted++
	c.flow.top = append(c.flow.top, def)
	f.def = def
	for _, in := range root.children {
		if in.name != "value" && in.name != "statement" || !filled(in) {
			continue
		}
		switch in.attr("name") {
		case "stack":
			def.inputs = append(def.inputs, c.input("STACK", in))
		case "output":
			def.inputs = append(def.inputs, c.input("RETURN", in))
		default:
			c.aside(c.input("next", in).counts())
			c.note("The function's input %q has no counterpart. What stood in it stands beside the others now.", clip(in.attr("name")))
		}
	}
	c.function = nil
	f.locals = len(c.names) > len(f.params)
}

// callable puts a hat above a document's only function, so that the flow runs:
// its inputs are the function's arguments.
func (c *converter) callable(f *function) {
	at := *f.def.place
	y, _ := at.y.Float64()
	at.y = json.Number(strconv.FormatFloat(y-160, 'f', -1, 64))
	hat := &block{kind: blocks.WhenRun, id: c.claim("when-run"), place: &at, extra: c.declaredInputs(f.params)}
	call := c.callOf(f, c.claim("when-run-call"), inValue)
	for i, name := range f.params {
		get := &block{kind: "flow_input", id: c.claim("when-run-input-" + strconv.Itoa(i)), fields: []member{{"NAME", name}}}
		call.inputs = append(call.inputs, input{"ARG" + strconv.Itoa(i), get, nil})
	}
	if f.gives {
		hat.next.block = &block{kind: "immediate_return", id: c.claim("when-run-return"), inputs: []input{{"value", call, nil}}}
	} else {
		call.kind = "procedures_callnoreturn"
		hat.next.block = call
	}
	c.flow.top = append([]*block{hat}, c.flow.top...)
}

// callOf is a call without its arguments.
func (c *converter) callOf(f *function, id string, pos position) *block {
	b := &block{kind: "procedures_callreturn", id: id}
	if pos == inStack {
		b.kind = "procedures_callnoreturn"
	}
	extra := object{{"name", f.name}}
	if len(f.params) > 0 {
		extra = append(extra, member{"params", f.params})
	}
	b.extra = extra
	return b
}

// call converts a call of a custom function, whose definition comes with it if it
// is among the documents.
func (c *converter) call(e *element, pos position) *block {
	var meta struct{ Fn string }
	_ = json.Unmarshal([]byte(e.attr("bl_meta")), &meta) // what isn't JSON names no function
	why := ""
	f := c.called[meta.Fn]
	if f == nil && c.library[meta.Fn] != nil && meta.Fn != "" {
		d := c.library[meta.Fn]
		for _, root := range d.functions() {
			if functionName(root) == meta.Fn {
				f = c.reserve(root, d)
				c.queue = append(c.queue, f)
				break
			}
		}
	}
	switch {
	case meta.Fn == "":
		why = "It calls a custom function, but doesn't say which."
	case f == nil:
		why = "The custom function " + strconv.Quote(clip(meta.Fn)) + " isn't among the imported files. Import its file together with this one."
	default:
		for _, in := range e.children {
			if (in.name == "value" || in.name == "statement") && filled(in) && (in.name == "statement" || !slices.Contains(f.params, in.attr("name"))) {
				why = "The custom function " + strconv.Quote(clip(meta.Fn)) + " has no argument " + strconv.Quote(clip(in.attr("name"))) + "."
				break
			}
		}
	}
	b := &block{id: c.id(e)}
	if why == "" {
		b = c.callOf(f, b.id, pos)
		if pos == atTop && e.child("next") != nil {
			b.kind = "procedures_callnoreturn"
		}
	}
	c.attributes(e, b, pos)
	if why != "" {
		return c.placeholder(e, b, pos, why)
	}
	b.data = "" // the function's name
	c.report.Converted++
	if c.function != nil {
		c.function.calls[f] = true
	}
	for i, name := range f.params {
		for _, in := range e.children {
			if in.name == "value" && in.attr("name") == name {
				b.inputs = append(b.inputs, c.input("ARG"+strconv.Itoa(i), in))
			}
		}
	}
	return b
}

// copied converts a function of another document, with that document's own
// procedures. Its variables are its own: each call begins with them unset.
func (c *converter) copied(f *function) {
	c.enter(f.doc, f.name)
	c.localFunctions()
	c.define(f)
	f.def.place = c.beside()
	for _, e := range f.doc.src.root.children {
		if kind := e.attr("type"); isBlock(e) && (kind == "procedures_defnoreturn" || kind == "procedures_defreturn") {
			c.topLevel(e)
			c.flow.top[len(c.flow.top)-1].place = c.beside()
		}
	}
	c.share(f)
	c.unset(f)
	f.locals = len(c.names) > len(f.params)
}

// unset puts before a function's blocks what clears its variables.
func (c *converter) unset(f *function) {
	isParam := map[string]bool{}
	for _, p := range f.params {
		isParam[c.key(p, "")] = true
	}
	var clears []*block
	for _, key := range slices.Sorted(maps.Keys(c.names)) {
		if !isParam[key] {
			nothing := &block{kind: "logic_null", id: c.fresh(f.name + "/nothing")}
			clears = append(clears, c.assignment(f.name+"/unset", c.names[key], nothing))
		}
	}
	f.begins(clears)
}

// share lets the document's own procedures see the function's arguments, as they
// do in Codeless: parameters of Blockly's functions are seen by nobody else.
func (c *converter) share(f *function) {
	var sets []*block
	for _, n := range slices.Sorted(maps.Keys(c.shared)) {
		get := &block{kind: "variables_get", id: c.fresh("argument"), fields: []member{{"VAR", object{{"id", c.parameter[n].id}}}}}
		sets = append(sets, c.assignment("share", c.shared[n], get))
		maps.DeleteFunc(c.names, func(_ string, v *variable) bool { return v == c.shared[n] }) // needs no clearing
	}
	f.begins(sets)
}

// argument returns the variable with the n-th argument of the document's function.
func (c *converter) argument(n int) *variable {
	switch {
	case n >= len(c.parameter):
		return nil
	case c.function != nil:
		return c.parameter[n]
	case c.shared[n] == nil:
		c.shared[n] = c.named(c.parameter[n].name+" (argument)", "")
	}
	return c.shared[n]
}

func (c *converter) assignment(stem string, v *variable, value *block) *block {
	return &block{
		kind: "variables_set", id: c.fresh(stem),
		fields: []member{{"VAR", object{{"id", v.id}}}},
		inputs: []input{{"VALUE", value, nil}},
	}
}

// begins puts statements before those of the function.
func (f *function) begins(with []*block) {
	if len(with) == 0 {
		return
	}
	for i, b := range with[1:] {
		with[i].next.block = b
	}
	for i := range f.def.inputs {
		if in := &f.def.inputs[i]; in.name == "STACK" {
			with[len(with)-1].next.block = in.counts()
			*in = input{"STACK", with[0], nil}
			return
		}
	}
	f.def.inputs = append(f.def.inputs, input{"STACK", with[0], nil})
}

// distinct gives every argument a name of its own.
func distinct(names []string) []string {
	seen := map[string]bool{}
	for i, name := range names {
		if name == "" {
			name = "argument"
		}
		free := name
		for n := 2; seen[free]; n++ {
			free = name + strconv.Itoa(n)
		}
		seen[free] = true
		names[i] = free
	}
	return names
}

// recursions notes where shared variables make a difference.
func (c *converter) recursions() {
	for _, name := range slices.Sorted(maps.Keys(c.called)) {
		f := c.called[name]
		seen, open := map[*function]bool{}, []*function{f}
		for len(open) > 0 {
			at := open[len(open)-1]
			open = open[:len(open)-1]
			for g := range at.calls {
				if !seen[g] {
					seen[g] = true
					open = append(open, g)
				}
			}
		}
		if seen[f] && f.locals {
			c.note("The function %q calls itself. Its variables are shared by all its calls here, while in Codeless each call has its own: make those that differ parameters.", clip(name))
		}
	}
}
