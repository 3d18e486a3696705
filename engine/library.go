package engine

import (
	"slices"
	"strings"
)

// A library is a flow whose functions other flows call. A flow brings its
// libraries along in its file, under the key "libraries": what it does then
// depends on nothing else, and a run of it can be repeated when a library has
// long changed. Their functions are compiled into the program like its own.

// A Library is a flow of which only the functions count.
type Library struct {
	Name string // by which blocks call it
	*Document
}

// Fields returns what a field holds in all blocks of a type, each text once.
func (d *Document) Fields(blockType, field string) []string {
	var found []string
	var walk func(n *Node)
	walk = func(n *Node) {
		for ; n != nil; n = n.next {
			if s := n.fields.get(field).str(); n.Type == blockType && s != "" && !slices.Contains(found, s) {
				found = append(found, s)
			}
			for _, c := range n.inputs {
				walk(c.block)
				walk(c.shadow)
			}
		}
	}
	for _, n := range d.Top {
		walk(n)
	}
	return found
}

// With returns the flow file with these libraries, in the place of those that it
// has. What they bring along themselves is left out.
func (d *Document) With(libraries []Library) []byte {
	all := &jsonValue{kind: jsonObject}
	for _, l := range libraries {
		all.keys, all.items = append(all.keys, l.Name), append(all.items, l.tree.without("libraries"))
	}
	whole := d.tree.without("libraries")
	if len(libraries) > 0 {
		whole.keys, whole.items = append(whole.keys, "libraries"), append(whole.items, all)
	}
	return (&Document{tree: whole}).Format()
}

// without returns a copy of an object without a key.
func (v *jsonValue) without(key string) *jsonValue {
	out := *v
	out.keys, out.items = nil, nil
	for i, k := range v.keys {
		if k != key {
			out.keys, out.items = append(out.keys, k), append(out.items, v.items[i])
		}
	}
	return &out
}

// libraries reads the flows that a flow brings along. Their blocks' ids begin with
// the library's name, so that each block of a run has one of its own.
func (r *reader) libraries(d *Document, all *jsonValue) {
	if all == nil {
		return
	}
	if all.kind != jsonObject {
		r.fail(NotAWorkspace, all, nil, "The key \"libraries\" must hold an object with a flow file under each name.")
		return
	}
	for i, name := range all.keys {
		if slices.ContainsFunc(d.Libraries, func(l Library) bool { return l.Name == name }) {
			r.fail(NotAWorkspace, all.items[i], nil, "The library %q is there twice.", clip(name))
			return
		}
		r.prefix = name + "/"
		d.Libraries = append(d.Libraries, Library{name, r.document(all.items[i])})
	}
}

// A scope is what the blocks of a flow can name: that of the flow itself, or of a
// library.
type scope struct {
	library    string             // its name, "" for the flow itself
	first      int                // its first variable in Program.names
	variables  map[string]Operand // by variable id
	byName     map[string]string  // id by name, for fields that hold names
	procedures map[string]*procedure
}

// open makes a scope, and gives the variables of its flow their places.
func (b *Builder) open(library string, d *Document) *scope {
	s := &scope{
		library: library, first: len(b.program.names),
		variables: map[string]Operand{}, byName: map[string]string{}, procedures: map[string]*procedure{},
	}
	for _, x := range d.Variables {
		s.variables[x.ID] = globalSpace | Operand(b.program.globals)
		s.byName[x.Name] = x.ID
		b.program.globals++
		if library != "" {
			x.Name = library + ": " + x.Name // as people see it
		}
		b.program.names = append(b.program.names, x)
	}
	return s
}

// CallLibrary calls a function of a library. Arguments are matched by the names of
// the function's parameters: args are their names, and arg compiles the one of a
// number into a place.
func (b *Builder) CallLibrary(dst Operand, library, name string, args []string, arg func(i int, to Operand)) Operand {
	s := b.libraries[library]
	if s == nil {
		b.Fail(UnknownFunction, "The library %q isn't here. Publish a flow of that name, or put its file beside this one.", clip(library))
		return b.Const(Null)
	}
	p := s.procedures[strings.ToLower(name)]
	if p == nil {
		b.Fail(UnknownFunction, "The library %q has no function %q. It may have been deleted or renamed.", clip(library), clip(name))
		return b.Const(Null)
	}
	first := b.temps(max(len(p.params), 1))
	for i := range p.params {
		b.Move(first+Operand(i), b.Const(Null))
	}
	for i, given := range args {
		at := slices.Index(p.params, s.byName[given])
		if s.byName[given] == "" || at < 0 {
			b.Fail(UnknownFunction, "The function %q of the library %q takes no %q.", clip(name), clip(library), clip(given))
			continue
		}
		arg(i, first+Operand(at))
	}
	return b.calls(dst, first, p)
}
