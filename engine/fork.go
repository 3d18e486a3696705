package engine

import (
	"math"
	"strconv"
)

// This file runs branches: what a parallel for-each does for each item. A branch
// is a machine of its own that begins with a copy of all variables, and ends with
// a value. Branches take turns, in the order of their items: each runs until it
// asks for an effect; when all that are open have asked, their effects are
// performed at the same time; and when all are answered the round begins anew. So
// what a run does depends on its journal alone, and not on who answered first.

// MostBranches bounds how many branches of one block may be open at a time, and
// how many blocks that branch may stand within each other.
const (
	MostBranches = 100
	mostForks    = 16
)

// A fork is the branches that a block waits for.
type fork struct {
	in       *instr
	pc       int32
	most     int // open at a time
	next     int // the item whose branch begins next
	branches []*Machine
}

// An origin is where a branch came from.
type origin struct {
	index int    // of its item, from 0
	line  string // what the places of its calls begin with
	begin int32  // its first instruction: a try outside of it catches nothing here
	depth int    // function calls around it
	forks int    // blocks that branch around it
}

// begin begins a fork: instruction in has just been executed.
func (m *Machine) begin(in *instr) error {
	list, most := m.at(in.b), m.at(in.b+sign(in.b))
	items, ok := list.AsList()
	if !ok && !list.IsNull() {
		return Fail(WrongType, "This goes through the items of a list, but here is %s.", list.Kind())
	}
	n, err := number(*most)
	if err != nil {
		return err
	}
	if n != math.Trunc(n) || n < 1 || n > MostBranches {
		return Fail(OutOfRange, "From 1 to %d items can be worked on at the same time, not %s.", MostBranches, FormatNumber(n))
	}
	if m.forks() >= mostForks {
		return halt(LimitDepth, "Loops that work on items at the same time stand more than %d deep in each other.", mostForks)
	}
	if err := m.NewList(2 * len(items)); err != nil {
		return err
	}
	// A copy: what the branches do to the list doesn't change what they are about.
	*list = List(append([]Value(nil), items...))
	*m.at(in.b + 2*sign(in.b)) = List(make([]Value, len(items)))
	m.effects++ // its number in the line; see Place
	m.steps++
	m.fork = &fork{in: in, pc: m.pc, most: int(n)}
	return nil
}

// advance runs the branches in turn up to a number of steps. It reports whether
// the run has to stop here, with what it stops for.
func (m *Machine) advance(stop int64) (y Yield, waits bool) {
	f := m.fork
	for {
		open, results := f.branches[:0], m.at(f.in.b+2*sign(f.in.b)).ref.items
		var calls []Call
		for i := 0; ; i++ {
			if i == len(f.branches) {
				if len(open) == f.most {
					break
				}
				b, err := m.nextBranch()
				if err != nil {
					m.raise(err, m.pc-1)
					return Yield{}, false
				}
				if b == nil {
					break
				}
				f.branches = append(f.branches, b)
			}
			b := f.branches[i]
			y := b.Next(stop - m.steps)
			switch {
			case y.Kind == BudgetSpent:
				f.branches = append(open, f.branches[i:]...)
				return y, true
			case y.Kind == NeedsEffects:
				open, calls = append(open, b), append(calls, y.Calls...)
			case b.err != nil:
				m.raise(b.failure(), m.pc-1)
				return Yield{}, false
			default:
				results[b.branch.index] = b.result
			}
		}
		if f.branches = open; len(open) > 0 {
			return Yield{Kind: NeedsEffects, Calls: calls}, true
		}
		if f.next == len(results) {
			*m.at(f.in.a) = *m.at(f.in.b + 2*sign(f.in.b))
			m.fork, m.pc = nil, f.in.c
			return Yield{}, false
		}
	}
}

// failure is the error that ended a branch, as it goes on in the run around it.
func (m *Machine) failure() error {
	if m.halted {
		return Halt{m.err}
	}
	return m.err
}

// nextBranch makes the branch of the next item, or nil if there is none.
func (m *Machine) nextBranch() (*Machine, error) {
	f := m.fork
	items := m.at(f.in.b).ref.items
	if f.next == len(items) {
		return nil, nil
	}
	if m.steps++; m.steps >= m.limits.Steps {
		return nil, m.endless()
	}
	i := f.next
	f.next++
	b := m.newBranch(&origin{index: i, depth: m.depth() + len(m.frames), forks: m.forks() + 1})
	fixed, places := m.fixed(), m.program.funcs[m.fn].places
	if err := m.charge(sizeBranch + 16*int64(fixed+places)); err != nil {
		return nil, err
	}
	b.base = fixed
	b.mem = append(append(make([]Value, 0, fixed+places), m.mem[:fixed]...), m.mem[m.base:m.base+places]...)
	at := f.in.b + 3*sign(f.in.b)
	*b.at(at), *b.at(at + sign(at)) = items[i], Number(float64(i+1))
	return b, nil
}

const sizeBranch = 1024 // bytes of a machine, roughly

// newBranch makes a branch of the block that m waits for.
func (m *Machine) newBranch(o *origin) *Machine {
	o.begin, o.line = m.fork.pc, string(m.place())+"."+strconv.Itoa(o.index+1)+"."
	b := &Machine{
		program: m.program, limits: m.limits, runID: m.runID, entry: m.entry,
		code: m.code, pc: m.fork.pc, fn: m.fn, branch: o, shared: m.shared,
	}
	if m.tracer != nil {
		b.tracer = &tracing{tell: m.tracer.tell, last: -1}
	}
	return b
}

// waits is how many calls wait to be answered.
func (m *Machine) waits() int {
	if m.fork == nil {
		if m.pending {
			return 1
		}
		return 0
	}
	n := 0
	for _, b := range m.fork.branches {
		n += b.waits()
	}
	return n
}

// resume gives each branch the outcomes of its calls.
func (f *fork) resume(outcomes []Outcome) {
	for _, b := range f.branches {
		n := b.waits()
		b.Resume(outcomes[:n])
		outcomes = outcomes[n:]
	}
}

// place is the place of the call, or of the branches, that the machine waits for.
func (m *Machine) place() Place {
	line := ""
	if m.branch != nil {
		line = m.branch.line
	}
	return Place(line + strconv.Itoa(m.effects))
}

// begins is the first instruction whose errors are this machine's own to catch.
func (m *Machine) begins() int32 {
	if m.branch == nil {
		return 0
	}
	return m.branch.begin
}

func (m *Machine) depth() int {
	if m.branch == nil {
		return 0
	}
	return m.branch.depth
}

func (m *Machine) forks() int {
	if m.branch == nil {
		return 0
	}
	return m.branch.forks
}

// reach visits everything that a machine and its branches hold, and returns how
// many bytes they take themselves.
func (m *Machine) reach(visit func(Value)) (size int64) {
	for _, v := range m.mem[len(m.program.consts):] {
		visit(v)
	}
	if m.branch != nil {
		size += sizeBranch + 16*int64(len(m.mem))
	}
	if m.fork != nil {
		for _, b := range m.fork.branches {
			size += b.reach(visit)
		}
	}
	return size
}

// Branches runs body for each item of list at the same time, no more than most of
// them, and puts a list of what it gives, in the order of the items, into dst.
// Each branch has the variables to itself: variable, which holds the item, and
// all others, with the values that they had before. It is not left early: Break
// and Return have no meaning in it, and Continue ends it with nothing.
func (b *Builder) Branches(dst, list, most, variable Operand, body func() Operand) Operand {
	state := b.temps(5) // the list, how many at a time, the results; in a branch: the item, its number
	dst = b.into(dst)
	b.Move(state, list)
	b.Move(state+1, most)
	done, again := b.Label(), b.Label()
	b.jump(opFork, 0, dst, state, done)
	b.Move(variable, state+3)
	b.markSet(variable)
	outside := b.branching
	b.branching = true
	b.inLoop(nil, again, func() { b.emit(opBranchEnd, 0, body(), 0, 0) })
	b.branching = outside
	b.Mark(again)
	b.emit(opBranchEnd, 0, b.Const(Null), 0, 0)
	b.Mark(done)
	return dst
}
