package engine

// EventKind says what an Event tells.
type EventKind uint8

// What a tracer is told.
const (
	Started   EventKind = iota // a statement, or a top-level block, begins
	Gave                       // a value block gave Value
	Set                        // Variable was assigned Value
	Performed                  // an effect was answered
	Failed                     // a block failed with Err
)

// An Event is one thing that a run did, as a debugger shows it.
type Event struct {
	Kind     EventKind
	Block    string
	Type     string
	Value    Value  // of Gave and Set
	Variable string // of Set: its name
	Effect   string // of Performed: its kind
	Place    Place  // of Performed
	Err      *Error // of Failed
}

// traceBit on an operation sends the machine to its tracer first. A traced run
// executes a copy of the code with this bit everywhere; an untraced one pays
// nothing, and a snapshot of one can go on as the other.
const traceBit op = 1 << 15

func traced(code []instr) []instr {
	out := make([]instr, len(code))
	for i, in := range code {
		in.op |= traceBit
		out[i] = in
	}
	return out
}

// Trace makes the machine tell tell everything from now on, in order. The values
// that it gives are the run's own, secrets included: who shows them to a person
// masks them, and who keeps them copies them.
func (m *Machine) Trace(tell func(Event)) {
	m.code = m.program.traced
	m.tracer = &tracing{tell: tell, last: -1}
	if m.fork != nil {
		for _, b := range m.fork.branches {
			b.Trace(tell)
		}
	}
}

type tracing struct {
	tell func(Event)
	last int32 // the instruction that was executed last, -1 if it failed or there is none
	base int32 // and its frame
}

// at is called before every instruction.
func (t *tracing) at(m *Machine, pc int32) {
	t.finish(m, pc)
	for _, x := range m.program.marks.before[pc] {
		t.report(m, x, m.base)
	}
	t.last, t.base = pc, m.base
}

// finish reports what the last instruction did.
func (t *tracing) finish(m *Machine, next int32) {
	if t.last < 0 {
		return
	}
	in := m.program.code[t.last]
	list := m.program.marks.after[t.last]
	if in.op == opEachNext && next != in.c {
		list = nil // the loop is over, nothing was assigned
	}
	base := t.base
	if in.op == opCall {
		t.last = -1
		return // the callee reports when it returns
	}
	if in.op == opReturn {
		// We are back in the caller, behind its call: that is done now.
		list = m.program.marks.after[next-1]
		base = m.base
	}
	for _, x := range list {
		t.report(m, x, base)
	}
	t.last = -1
}

func (t *tracing) report(m *Machine, x mark, base int32) {
	n := m.program.nodes[x.node]
	e := Event{Kind: x.kind, Block: n.ID, Type: n.Type}
	if x.kind != Started {
		e.Value = *place(m.mem, base, x.place)
	}
	if x.kind == Set {
		e.Variable = m.program.names[x.variable].Name
	}
	t.tell(e)
}

func (t *tracing) effect(m *Machine, kind string) {
	n := m.program.nodes[m.program.sites[m.program.code[m.pc-1].n].node]
	call, err := m.call()
	if err == nil {
		t.tell(Event{Kind: Performed, Block: n.ID, Type: n.Type, Effect: kind, Place: call.Place})
	}
}

func (t *tracing) failed(e *Error) {
	t.last = -1
	t.tell(Event{Kind: Failed, Block: e.Block, Type: e.Type, Err: e})
}
