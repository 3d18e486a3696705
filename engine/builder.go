package engine

import "math"

// An Operand is a place in a run's memory, as a block's meaning sees it while
// the flow is compiled.
type Operand int32

// none asks for any place that suits.
const none Operand = math.MinInt32

// Places are numbered within their space until the program is linked.
const (
	spaceBits               = 29
	constSpace      Operand = 0 << spaceBits
	globalSpace     Operand = 1 << spaceBits
	frameSpace      Operand = 2 << spaceBits
	inSpace         Operand = 1<<spaceBits - 1
	mostSpace               = int(inSpace)
	mostFuncs               = math.MaxUint16
	mostStepsAtOnce         = math.MaxUint16
)

// A Builder turns blocks into the machine's code. Only blocks that control
// others need it; the rest are functions or effects.
type Builder struct {
	vocabulary *Vocabulary
	program    *Program
	problems   Problems

	consts map[any]Operand
	*scope
	libraries map[string]*scope
	suites    map[*Node]int32   // their functions
	functions map[string]uint16 // pure functions by block type and name
	numbers   map[*Node]int32   // nodes by their place in Program.nodes

	// of the function being compiled
	node      *Node
	params    map[string]Operand // parameters by variable id
	top       int32              // the next free place of the frame
	most      int32
	loops     []*loop
	loopCode  []loopCode // of the whole program
	finals    []*final
	branching bool           // in what is done for several items at the same time
	inFunc    bool           // a function of the flow, not what stands under a hat
	changing  map[*Node]bool // whether a value block may assign variables; a cache
}

// emit appends an instruction that belongs to the current block.
func (b *Builder) emit(o op, n uint16, a, x, c Operand) int {
	p := b.program
	p.code = append(p.code, instr{o, n, int32(a), int32(x), int32(c)})
	line := int32(-1)
	if b.node != nil {
		line = b.number(b.node)
	}
	p.lines = append(p.lines, line)
	return len(p.code) - 1
}

// number gives a node its place in the program.
func (b *Builder) number(n *Node) int32 {
	i, ok := b.numbers[n]
	if !ok {
		i = int32(len(b.program.nodes))
		b.program.nodes = append(b.program.nodes, n)
		b.numbers[n] = i
	}
	return i
}

// Fail notes a fault of the current block and goes on, so that a person sees all
// faults at once.
func (b *Builder) Fail(code Code, format string, args ...any) {
	b.fault(b.node, code, format, args...)
}

func (b *Builder) fault(n *Node, code Code, format string, args ...any) {
	if len(b.problems) < maxProblems {
		b.problems = append(b.problems, Fail(code, format, args...).at(n))
	}
}

// Const returns the place of a constant: null, a boolean, a number or a text.
func (b *Builder) Const(v Value) Operand {
	var key any
	switch v.Kind() {
	case KindNull:
		key = v.num != 0 // Unset has a text of its own
	case KindNumber:
		key = math.Float64bits(v.num)
	case KindText:
		key = v.text()
	default:
		key = v
	}
	if o, ok := b.consts[key]; ok {
		return o
	}
	if v.Kind() == KindText {
		v = fixedText(v.text())
	}
	o := constSpace | Operand(len(b.program.consts))
	b.program.consts = append(b.program.consts, v)
	b.consts[key] = o
	return o
}

// Temp returns a place of its own until the statement ends.
func (b *Builder) Temp() Operand { return b.temps(1) }

func (b *Builder) temps(n int) Operand {
	first := frameSpace | Operand(b.top)
	b.top += int32(n)
	b.most = max(b.most, b.top)
	if int(b.top) > mostSpace {
		b.Fail(TooBig, "This function needs too many places. Split it.")
		b.top = 0
	}
	return first
}

// into returns dst, or a new place if dst is none.
func (b *Builder) into(dst Operand) Operand {
	if dst == none {
		return b.Temp()
	}
	return dst
}

// Move copies one place to another.
func (b *Builder) Move(to, from Operand) {
	if to != from {
		b.emit(opMove, 0, to, from, 0)
	}
}

// Hidden returns a variable that no flow can name, shared by all blocks that ask
// for the same name: the run's session, for example. It begins as null.
func (b *Builder) Hidden(name string) Operand {
	if i, ok := b.program.hidden[name]; ok {
		return globalSpace | Operand(i)
	}
	b.program.hidden[name] = b.program.globals
	b.program.globals++
	return globalSpace | Operand(b.program.hidden[name])
}

// inputPlace is where a run's input stands.
const inputPlace = "input"

// Input returns the place of the run's input.
func (b *Builder) Input() Operand { return b.Hidden(inputPlace) }

// Variable returns the place of the variable that a field names.
func (b *Builder) Variable(field string) Operand {
	id := b.variableID(field)
	if id == "" {
		return b.Temp()
	}
	if o, ok := b.params[id]; ok {
		return o
	}
	return b.variables[id]
}

func (b *Builder) variableID(field string) string {
	f := b.node.fields.get(field)
	id, name := f.get("id").str(), f.get("name").str()
	if f != nil && f.kind == jsonString {
		name = f.text // older files, and those that people write, hold the name
	}
	if _, ok := b.variables[id]; ok && id != "" {
		return id
	}
	if id, ok := b.byName[name]; ok && name != "" {
		return id
	}
	switch {
	case f == nil:
		b.Fail(WrongField, "This block doesn't say which variable it means. Choose one.")
	case id == "" && name == "":
		b.Fail(WrongField, "The field %s must hold a variable.", field)
	default:
		b.Fail(UnknownVariable, "The variable %q is declared nowhere in this flow. Choose another or create it.", clip(id+name))
	}
	return ""
}

// VariableOr is Variable, but falls back to the variable of a name if the field is
// absent, and reports false if there is none of that name either.
func (b *Builder) VariableOr(field, name string) (Operand, bool) {
	if b.node.fields.get(field) != nil {
		return b.Variable(field), true
	}
	id, ok := b.byName[name]
	if o, isParam := b.params[id]; ok && isParam {
		return o, true
	}
	return b.variables[id], ok
}

// A Label is a place in the code to jump to.
type Label struct {
	at   int32
	from []int
}

// Label returns a label that isn't anywhere yet.
func (b *Builder) Label() *Label { return &Label{at: -1} }

// Mark puts a label here.
func (b *Builder) Mark(l *Label) {
	l.at = int32(len(b.program.code))
	for _, i := range l.from {
		b.program.code[i].c = l.at
	}
}

func (b *Builder) jump(o op, n uint16, a, x Operand, l *Label) {
	i := b.emit(o, n, a, x, Operand(l.at))
	if l.at < 0 {
		l.from = append(l.from, i)
	}
}

// Jump goes on at l.
func (b *Builder) Jump(l *Label) { b.jump(opJump, 0, 0, 0, l) }

// JumpIf goes on at l if the value at o is truthy.
func (b *Builder) JumpIf(o Operand, l *Label) { b.jump(opJumpIf, 0, o, 0, l) }

// JumpUnless goes on at l if the value at o isn't truthy.
func (b *Builder) JumpUnless(o Operand, l *Label) { b.jump(opJumpUnless, 0, o, 0, l) }

// Binary computes x op y into dst.
func (b *Builder) Binary(o Op, dst, x, y Operand) Operand {
	dst = b.into(dst)
	b.emit(op(o), 0, dst, x, y)
	return dst
}

// Increase adds a number to a variable, which counts as 0 unless it holds one.
// From is the variable's value, as it was before by was evaluated.
func (b *Builder) Increase(variable, from, by Operand) {
	b.emit(opAdd, lenient, variable, from, by)
	b.markSet(variable)
}

// Not computes the contrary of x into dst.
func (b *Builder) Not(dst, x Operand) Operand {
	dst = b.into(dst)
	b.emit(opNot, 0, dst, x, 0)
	return dst
}

// Apply computes a function of these values into dst. Functions that are the
// same for every block of a type share a name; one made for this block has none.
func (b *Builder) Apply(dst Operand, name string, f Func, args ...Operand) Operand {
	n := b.function(name, f)
	switch len(args) {
	case 1:
		dst = b.into(dst)
		b.emit(opApply1, n, dst, args[0], 0)
	case 2:
		dst = b.into(dst)
		b.emit(opApply2, n, dst, args[0], args[1])
	default:
		first := b.row(args)
		dst = b.into(dst)
		b.emit(opApply, n, dst, first, Operand(len(args)))
	}
	return dst
}

// Item puts the item of a list at a place into dst; first is the number of the
// first place. A place that the list doesn't have gives [Unset].
func (b *Builder) Item(dst, list, at Operand, first int) Operand {
	dst = b.into(dst)
	b.emit(opItem, uint16(first), dst, list, at)
	return dst
}

// SetItem puts a value into a list at a place, and makes the list longer if it
// doesn't reach so far.
func (b *Builder) SetItem(list, at Operand, first int, v Operand) {
	b.emit(opSetItem, uint16(first), list, at, v)
}

// Property puts the property of an object that name says into dst. Where there is
// no such property, or no object, f of name and object decides.
func (b *Builder) Property(dst Operand, f Func, name, object Operand) Operand {
	n := b.function("property", f)
	dst = b.into(dst)
	b.emit(opProperty, n, dst, name, object)
	return dst
}

// SetProperty sets a property that an object has. Where it has none of that name,
// or is no object, f of object, name and value does what is to be done.
func (b *Builder) SetProperty(f Func, object, name, v Operand) {
	b.emit(opSetProperty, b.function("set property", f), object, name, v)
}

// Append puts text y behind text x into dst. Where one of them is no text, or the
// text can't grow where it is, f of the two decides.
func (b *Builder) Append(dst Operand, f Func, x, y Operand) {
	b.emit(opAppend, b.function("append", f), dst, x, y)
}

// Join puts the texts of two values, one behind the other, into dst. Where they
// aren't texts or numbers, or are long, f of the two decides.
func (b *Builder) Join(dst Operand, f Func, x, y Operand) Operand {
	dst = b.into(dst)
	b.emit(opJoin, b.function("join", f), dst, x, y)
	return dst
}

// Push puts a value at the end of a list. Where there is no list, or no room, f of
// the list and the value does what is to be done.
func (b *Builder) Push(f Func, list, v Operand) {
	b.emit(opPush, b.function("push", f), list, v, 0)
}

// Work runs a worker on these values and so many more places, which begin as
// null. It returns the first of them: when the worker is done, the result is
// where it left it.
func (b *Builder) Work(f Worker, values []Operand, more int) Operand {
	state := b.temps(len(values) + more)
	for i, v := range values {
		b.Move(state+Operand(i), v)
	}
	for i := range more {
		b.Move(state+Operand(len(values)+i), b.Const(Null))
	}
	b.program.workers = append(b.program.workers, f)
	if len(b.program.workers) > mostFuncs {
		b.Fail(TooBig, "This flow has more than %d blocks that sort.", mostFuncs)
	}
	b.emit(opWork, uint16(len(b.program.workers)-1), 0, state, Operand(len(values)+more))
	return state
}

func (b *Builder) function(name string, f Func) uint16 {
	key := b.node.Type + " " + name
	if n, ok := b.functions[key]; ok && name != "" {
		return n
	}
	if len(b.program.applied) >= mostFuncs {
		b.Fail(TooBig, "This flow has more than %d expressions.", mostFuncs)
		return 0
	}
	b.program.applied = append(b.program.applied, f)
	n := uint16(len(b.program.applied) - 1)
	b.functions[key] = n
	return n
}

// row puts values side by side, as instructions with many operands want them.
func (b *Builder) row(args []Operand) Operand {
	side := true
	for i, a := range args {
		side = side && a >= frameSpace && a == args[0]+Operand(i)
	}
	if side && len(args) > 0 {
		return args[0]
	}
	first := b.temps(len(args))
	for i, a := range args {
		b.Move(first+Operand(i), a)
	}
	return first
}

// List makes a list of these values in dst.
func (b *Builder) List(dst Operand, items []Operand) Operand {
	first := b.row(items)
	dst = b.into(dst)
	b.emit(opList, 0, dst, first, Operand(len(items)))
	return dst
}

// Perform asks for an effect with these arguments; its outcome goes to dst.
func (b *Builder) Perform(dst Operand, e Effect, args ...Operand) Operand {
	first := b.row(args)
	dst = b.into(dst)
	b.program.sites = append(b.program.sites, site{b.number(b.node), e})
	if len(b.program.sites) > mostFuncs {
		b.Fail(TooBig, "This flow has more than %d blocks that reach outside.", mostFuncs)
	}
	b.emit(opEffect, uint16(len(b.program.sites)-1), dst, first, Operand(len(args)))
	return dst
}
