package engine

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Compile checks a document and compiles it: blocks resolved, variables in
// places, functions linked, expressions understood. Its problems are all that
// is wrong; a program comes only without any.
func Compile(d *Document, v *Vocabulary) (*Program, Problems) {
	b := &Builder{
		vocabulary: v,
		program:    &Program{Name: d.Name, Durability: d.Durability, hidden: map[string]int{}, secrets: map[string]bool{}},
		consts:     map[any]Operand{},
		libraries:  map[string]*scope{},
		suites:     map[*Node]int32{},
		functions:  map[string]uint16{},
		numbers:    map[*Node]int32{},
		changing:   map[*Node]bool{},
	}
	b.Const(Null)
	own := b.open("", d)
	for _, l := range d.Libraries {
		b.libraries[l.Name] = b.open(l.Name, l.Document)
	}
	b.Input()
	if d.Durability != "" && d.Durability != "durable" && d.Durability != "none" {
		b.fault(nil, WrongField, "The flow's durability must be \"durable\" or \"none\", not %q.", clip(d.Durability))
	}
	for _, l := range d.Libraries {
		b.scope = b.libraries[l.Name]
		b.define(l.Document)
	}
	b.scope = own
	b.define(d)
	b.tests(d)
	b.entries(d)
	b.bodies()
	if len(b.problems) > 0 {
		return nil, b.problems
	}
	b.link()
	b.program.seal()
	b.kernels()
	b.program.traced = traced(b.program.code)
	return b.program, nil
}

// A procedure is a function that the flow defines.
type procedure struct {
	scope  *scope
	node   *Node
	means  Defines
	params []string // variable ids
	index  int32
}

// define finds the functions, so that a call may come before its definition.
func (b *Builder) define(d *Document) {
	for _, n := range d.Top {
		decl := b.vocabulary.byType[n.Type]
		if decl == nil || n.Disabled {
			continue
		}
		means, ok := decl.Means.(Defines)
		if !ok {
			continue
		}
		name := b.fieldText(n, means.NameField)
		key := strings.ToLower(name)
		for k := 2; b.procedures[key] != nil; k++ { // as Blockly renames a second one
			key = strings.ToLower(name) + strconv.Itoa(k)
		}
		p := &procedure{scope: b.scope, node: n, means: means, index: int32(len(b.program.funcs))}
		for _, param := range n.ExtraList(means.Params) {
			id, _ := param.Get("id")
			s, _ := id.AsText()
			if _, known := b.variables[s]; !known {
				named, _ := param.Get("name")
				pname, _ := named.AsText()
				if s = b.byName[pname]; s == "" {
					b.fault(n, UnknownVariable, "The parameter %q of the function %q is declared nowhere in this flow.", clip(pname), clip(name))
				}
			}
			p.params = append(p.params, s)
		}
		b.procedures[key] = p
		b.program.funcs = append(b.program.funcs, function{name: name})
	}
}

// tests compiles the suites, each a function of its own.
func (b *Builder) tests(d *Document) {
	for _, n := range d.Top {
		decl := b.vocabulary.byType[n.Type]
		if decl == nil || n.Disabled {
			continue
		}
		means, ok := decl.Means.(Tests)
		if !ok {
			continue
		}
		name := b.fieldText(n, means.NameField)
		index := int32(len(b.program.funcs))
		b.program.funcs = append(b.program.funcs, function{name: name})
		b.check(n)
		b.function0(index, nil, false, func() {
			defer b.within(n)()
			suite := func(name string) {
				b.Apply(b.Temp(), "suite", func(m *Machine, args []Value) (Value, error) {
					s, _ := args[0].AsText()
					m.BeginSuite(s)
					return Null, nil
				}, b.Const(Text(name)))
			}
			suite(name)
			b.Body(means.Body)
			suite("")
			b.emit(opReturn, 0, b.Const(Null), 0, 0)
		})
		b.suites[n] = index
		b.program.Suites = append(b.program.Suites, Entry{
			Block: n.ID, Type: n.Type, Fields: map[string]string{means.NameField: name}, program: index,
		})
	}
}

// bodies compiles the functions, in the order in which they stand.
func (b *Builder) bodies() {
	own := b.scope
	defer func() { b.scope = own }()
	var list []*procedure
	list = slices.AppendSeq(list, maps.Values(b.procedures))
	for _, s := range b.libraries {
		list = slices.AppendSeq(list, maps.Values(s.procedures))
	}
	slices.SortFunc(list, func(x, y *procedure) int { return int(x.index - y.index) })
	for _, p := range list {
		b.scope = p.scope
		b.check(p.node)
		b.function0(p.index, p.params, true, func() {
			defer b.within(p.node)()
			b.Body(p.means.Body)
			result := b.Const(Unset)
			if p.means.Returns != "" && b.Filled(p.means.Returns) {
				result = b.In(p.means.Returns)
			}
			b.emit(opReturn, 0, result, 0, 0)
		})
	}
}

// function0 compiles one function of the program.
func (b *Builder) function0(index int32, params []string, inFunc bool, body func()) {
	b.params = map[string]Operand{}
	b.top, b.most, b.inFunc = 0, 0, inFunc
	for _, id := range params {
		b.params[id] = b.Temp()
	}
	f := &b.program.funcs[index]
	f.entry, f.params = int32(len(b.program.code)), int32(len(params))
	body()
	b.program.funcs[index].places = b.most
	b.params = nil
}

// entries compiles what the flow begins with: the stacks under its hats, or, if
// it has none, its stacks one after the other.
func (b *Builder) entries(d *Document) {
	hats := 0
	shared := map[int]string{}
	for _, n := range d.Top {
		decl := b.vocabulary.byType[n.Type]
		if decl == nil || decl.Shape != Hat {
			continue
		}
		hats++
		if n.Disabled {
			continue
		}
		b.entry(n, decl, shared)
	}
	if hats == 0 {
		b.bare(d)
		return
	}
	for i, hat := range shared {
		b.share(i, hat)
	}
	if len(b.program.Entries) == 0 {
		b.fault(nil, NothingToRun, "All the hats of this flow are disabled, so nothing starts it.")
	}
}

func (b *Builder) entry(n *Node, d *Block, shared map[int]string) {
	b.check(n)
	means := d.Means.(Starts)
	field := func(name string) string { return b.fieldText(n, name) }
	e := Entry{Block: n.ID, Type: n.Type, Fields: map[string]string{}}
	for _, s := range d.Slots {
		e.Fields[s.Name] = field(s.Name)
	}
	if means.InputsKey != "" {
		e.Inputs = b.declared(n, means.InputsKey)
	}
	if means.Shares != nil {
		if hat := means.Shares(field); hat != "" {
			if n.next.enabled() != nil {
				b.fault(n, Misplaced, "%s does what another hat does, so the blocks under it would never run. Move them, or change what it does.", b.title(n))
			}
			shared[len(b.program.Entries)] = hat
			b.program.Entries = append(b.program.Entries, e)
			return
		}
	}
	e.program = b.main(n.Type, func() { b.stack(n.next) })
	b.program.Entries = append(b.program.Entries, e)
}

// main compiles a function that begins a run.
func (b *Builder) main(name string, body func()) int32 {
	index := int32(len(b.program.funcs))
	b.program.funcs = append(b.program.funcs, function{name: name})
	b.function0(index, nil, false, func() {
		body()
		b.emit(opReturn, 0, b.Const(Null), 0, 0)
	})
	return index
}

func (b *Builder) share(i int, hat string) {
	for _, e := range b.program.Entries {
		if e.Type == hat {
			b.program.Entries[i].program, b.program.Entries[i].Inputs = e.program, e.Inputs
			return
		}
	}
	b.problems = append(b.problems, &Error{
		Code: NothingToRun, Block: b.program.Entries[i].Block, Type: b.program.Entries[i].Type,
		Message: "This hat does what another hat does, but the flow has no such hat. Add one.",
	})
}

// bare compiles a workspace without hats: its stacks run from top to bottom.
func (b *Builder) bare(d *Document) {
	index := b.main("", func() {
		for _, n := range d.Top {
			decl := b.vocabulary.byType[n.Type]
			switch {
			case decl == nil && !n.Disabled:
				b.check(n)
			case decl != nil && isSuite(decl) && !n.Disabled:
				b.suite(n)
			case decl == nil || n.Disabled && n.next == nil || decl.Shape == Definition:
			case decl.Shape == ValueBlock && !n.Disabled:
				top := b.top
				b.markStart(n)
				b.value(n, none) // evaluated once and dropped, as Blockly does
				b.top = top
			default:
				b.stack(n)
			}
		}
	})
	b.program.Entries = []Entry{{program: index}}
	if !slices.ContainsFunc(d.Top, func(n *Node) bool { return n.enabled() != nil }) {
		b.fault(nil, NothingToRun, "This flow is empty. Add a block that begins it, such as “when run”.")
	}
}

func isSuite(d *Block) bool {
	_, ok := d.Means.(Tests)
	return ok
}

// suite runs a suite of tests where it stands.
func (b *Builder) suite(n *Node) {
	defer b.within(n)()
	b.markStart(n)
	top := b.top
	dst := b.Temp()
	b.emit(opCall, 0, dst, frameSpace|Operand(b.top), Operand(b.suites[n]))
	b.top = top
}

// declared reads the inputs that a hat declares.
func (b *Builder) declared(n *Node, key string) []Input {
	var inputs []Input
	for _, v := range n.ExtraList(key) {
		text := func(k string) string { x, _ := v.Get(k); s, _ := x.AsText(); return s }
		in := Input{Name: text("name"), Type: text("type"), Hint: text("hint")}
		def, has := v.Get("default")
		in.Default, in.Needed = def, !has || def.IsNull()
		switch {
		case in.Name == "":
			b.fault(n, WrongField, "An input needs a name.")
		case slices.ContainsFunc(inputs, func(x Input) bool { return x.Name == in.Name }):
			b.fault(n, WrongField, "Two inputs have the name %q.", clip(in.Name))
		case !slices.Contains(inputTypes, in.Type):
			b.fault(n, WrongField, "The input %q has the type %q. Choose one of %s.", clip(in.Name), clip(in.Type), strings.Join(inputTypes, ", "))
		default:
			if _, err := in.accept(def); !in.Needed && err != nil {
				b.fault(n, WrongField, "The default of the input %q isn't of its type: %s", clip(in.Name), err.Error())
			}
			inputs = append(inputs, in)
		}
	}
	return inputs
}

// call compiles a call of one of the flow's functions.
func (b *Builder) call(c Calls, dst Operand) Operand {
	name, _ := b.node.Extra(c.Name, "name")
	p := b.procedures[strings.ToLower(name)]
	if p == nil {
		b.Fail(UnknownFunction, "There is no function %q in this flow. It may have been deleted or renamed.", clip(name))
		return b.Const(Null)
	}
	given := make([]string, len(b.node.ExtraList(c.Args)))
	for i := range given {
		given[i] = c.Prefix + strconv.Itoa(i)
	}
	// The function's places begin where its arguments stand: at the top of ours.
	first := b.temps(max(len(given), len(p.params)))
	for i, name := range given {
		b.InTo(first+Operand(i), name)
	}
	for i := len(given); i < len(p.params); i++ {
		b.Move(first+Operand(i), b.Const(Null))
	}
	return b.calls(dst, first, p)
}

func (b *Builder) calls(dst, first Operand, p *procedure) Operand {
	dst = b.into(dst)
	b.emit(opCall, 0, dst, first, Operand(p.index))
	return dst
}

// fieldText returns a field of a block that isn't the current one.
func (b *Builder) fieldText(n *Node, name string) string {
	s, _ := ToText(b.fieldOf(n, name))
	return s
}

// link turns places within spaces into places in memory: constants first, then
// variables, then the frames. In a function that begins a run a frame's place
// is known now; in others it is relative, written as its complement.
func (b *Builder) link() {
	p := b.program
	consts, fixed := int32(len(p.consts)), int32(len(p.consts)+p.globals)
	mains := map[int32]bool{}
	for _, e := range p.Entries {
		mains[e.program] = true
	}
	starts := make([]int32, 0, len(p.funcs))
	isMain := map[int32]bool{}
	for i, f := range p.funcs {
		starts = append(starts, f.entry)
		isMain[f.entry] = mains[int32(i)]
	}
	slices.Sort(starts)
	main := false
	place := func(o int32) int32 {
		switch i := o & int32(inSpace); Operand(o) &^ inSpace {
		case constSpace:
			return i
		case globalSpace:
			return consts + i
		default:
			if main {
				return fixed + i
			}
			return ^i
		}
	}
	for pc := range p.code {
		if len(starts) > 0 && starts[0] == int32(pc) {
			main, starts = isMain[starts[0]], starts[1:]
		}
		in := &p.code[pc]
		for i, x := range [...]*int32{&in.a, &in.b, &in.c} {
			if operands[in.op][i] == 'p' {
				*x = place(*x)
			}
		}
		p.marks.link(int32(pc), place)
		for i := range p.handlers {
			if h := &p.handlers[i]; h.from == int32(pc) && !h.linked {
				h.error, h.linked = place(h.error), true
			}
		}
	}
}
