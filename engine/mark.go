package engine

// Marks are to a tracer what line tables are to a debugger: they say which block
// has its value where, without any code of their own. A run that nobody watches
// executes the same instructions and never looks at them.
type marks struct {
	before map[int32][]mark // reported when the machine comes to this instruction
	after  map[int32][]mark // reported when it has done it
}

type mark struct {
	kind     EventKind
	node     int32
	place    int32
	variable int32 // index in Program.names, of a Set
}

func (m *marks) add(after bool, pc int, x mark) {
	if m.before == nil {
		m.before, m.after = map[int32][]mark{}, map[int32][]mark{}
	}
	if after {
		m.after[int32(pc)] = append(m.after[int32(pc)], x)
	} else {
		m.before[int32(pc)] = append(m.before[int32(pc)], x)
	}
}

func (m *marks) link(pc int32, place func(int32) int32) {
	for _, list := range [][]mark{m.before[pc], m.after[pc]} {
		for i := range list {
			list[i].place = place(list[i].place)
		}
	}
}

// markStart notes that a statement begins here.
func (b *Builder) markStart(n *Node) {
	b.program.marks.add(false, len(b.program.code), mark{kind: Started, node: b.number(n), place: int32(constSpace)})
}

// markValue notes that a value block's value is at o: computed by the last
// instruction if there was one since before, else already there.
func (b *Builder) markValue(n *Node, o Operand, before int) {
	if o == none {
		return
	}
	m := mark{kind: Gave, node: b.number(n), place: int32(o)}
	pc := len(b.program.code)
	if pc > before && operands[b.program.code[pc-1].op][0] == 'p' && b.program.code[pc-1].a == int32(o) {
		b.program.marks.add(true, pc-1, m)
		return
	}
	b.program.marks.add(false, pc, m)
}

// markSet notes that the last instruction assigned the variable at o.
func (b *Builder) markSet(o Operand) {
	if o&globalSpace == 0 {
		for id, p := range b.params {
			if p == o {
				b.program.marks.add(true, len(b.program.code)-1, mark{kind: Set, node: b.number(b.node), place: int32(o), variable: b.nameOf(id)})
			}
		}
		return
	}
	if i := int32(o &^ globalSpace); int(i) < len(b.program.names) {
		b.program.marks.add(true, len(b.program.code)-1, mark{kind: Set, node: b.number(b.node), place: int32(o), variable: i})
	}
}

func (b *Builder) nameOf(id string) int32 {
	for i, v := range b.program.names[b.first:] {
		if v.ID == id {
			return int32(b.first + i)
		}
	}
	return 0
}

// Assign compiles the block in an input into a variable.
func (b *Builder) Assign(variable Operand, input string) {
	from := len(b.program.code)
	o := b.in(input, variable)
	if o != variable {
		b.Move(variable, o)
	}
	if len(b.program.code) == from { // a variable assigned to itself
		b.emit(opMove, 0, variable, variable, 0)
	}
	b.markSet(variable)
}

// Assigned notes that the last instruction put a value into a variable.
func (b *Builder) Assigned(variable Operand) { b.markSet(variable) }

// AssignFrom puts the value at from into a variable.
func (b *Builder) AssignFrom(variable, from Operand) {
	b.emit(opMove, 0, variable, from, 0)
	b.markSet(variable)
}
