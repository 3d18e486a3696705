package engine

import (
	"fmt"
	"math"
	"runtime/debug"
	"slices"
)

// Start says how to run a program. The zero value of each field is usable.
type Start struct {
	Entry  Entry  // where to begin; the zero Entry means the program's first
	Input  Value  // an object; what the entry declares is checked and filled in
	Limits Limits // zero fields mean the defaults
	RunID  string // part of the key of every effect
}

// A Machine runs one program once. Its whole state is data: where it is in the
// code, its places, its frames, what it printed. It belongs to one goroutine at
// a time and holds none itself.
type Machine struct {
	program *Program
	limits  Limits
	runID   string
	entry   int // index in Program.Entries, and then in Program.Suites

	code   []instr // the program's, traced or not
	pc     int32
	base   int32 // where the current frame begins
	fn     int32 // the current function
	frames []frame
	mem    []Value // constants, variables, then the frames
	args   [2]Value

	effects int  // places of its line that are taken
	pending bool // waits for the outcome of the effect at pc-1
	done    bool
	halted  bool // with an error that nothing catches
	result  Value
	err     *Error

	fork   *fork   // the branches that the block at pc-1 waits for, or nil
	branch *origin // where it came from, if it is a branch itself

	*shared
	found   [findings]finding
	shorts  slab       // for the next short texts
	numbers *registers // of kernels; nil until one runs
	misses  []uint8    // by kernel: how often its guard found other values
	tracer  *tracing
}

// What is shared by a run and its branches.
type shared struct {
	root  *Machine
	steps int64
	asked int // effects in all

	log      []string
	logBytes int // of the log and the assertions
	secrets  Secrets

	random     *generator // nil until the run asks for its first random number
	suite      string     // of the tests that are running
	assertions []Assertion
	memory     account
}

// A frame is a function that waits for another to return.
type frame struct{ pc, base, fn int32 }

// YieldKind says why the machine stopped.
type YieldKind uint8

const (
	// Done: the run has ended, with Result or with Err.
	Done YieldKind = iota
	// NeedsEffects: the run can't go on before Calls are answered.
	NeedsEffects
	// BudgetSpent: the run took the steps it was allowed and can go on.
	BudgetSpent
)

// A Yield is what the machine hands to its host when it stops.
type Yield struct {
	Kind   YieldKind
	Result Value  // if Done: what the flow gave
	Err    *Error // if Done: why it failed, with its block
	Calls  []Call // if NeedsEffects
}

// New prepares a run. Its error is an [Error]: the input isn't what the entry
// declares.
func New(p *Program, s Start) (*Machine, error) {
	entry := 0
	begins := slices.Concat(p.Entries, p.Suites)
	for i, e := range begins {
		if s.Entry.Block != "" && e.Block == s.Entry.Block {
			entry = i
		}
	}
	e := begins[entry]
	m := &Machine{program: p, limits: s.Limits.withDefaults(), runID: s.RunID, entry: entry, code: p.fast, shared: &shared{}}
	m.root = m
	m.memory.reset(&m.limits)
	input, err := accept(e.Inputs, s.Input, &m.secrets)
	if err != nil {
		return nil, err.at(p.nodeOf(e.Block))
	}
	f := p.funcs[e.program]
	m.fn, m.pc, m.base = e.program, f.entry, m.fixed()
	m.mem = make([]Value, int(m.base+f.places))
	copy(m.mem, p.consts)
	for i := range p.names {
		m.mem[len(p.consts)+i] = Unset
	}
	m.mem[len(p.consts)+p.hidden[inputPlace]] = input
	return m, nil
}

func (p *Program) nodeOf(block string) *Node {
	for _, n := range p.nodes {
		if n.ID == block {
			return n
		}
	}
	return nil
}

// fixed is how many places come before the frames.
func (m *Machine) fixed() int32 { return int32(len(m.program.consts) + m.program.globals) }

// Next runs until the flow ends, needs an effect, or has taken budget steps. A
// block that panics is a mistake of ours; it ends this run and no other.
func (m *Machine) Next(budget int64) (y Yield) {
	defer func() {
		if cause := recover(); cause != nil {
			m.pending = false
			m.raise(fmt.Errorf("panic: %v\n%s", cause, debug.Stack()), max(m.pc-1, 0))
			y = Yield{Kind: Done, Result: m.result, Err: m.err}
		}
	}()
	stop := m.steps + max(budget, 1)
	if stop < m.steps {
		stop = math.MaxInt64
	}
	for !m.done && !m.pending {
		if m.fork == nil {
			m.run(stop - m.steps)
			if m.tracer != nil && !m.done && !m.pending && m.fork == nil {
				m.tracer.finish(m, m.pc) // what was done is told now: another may trace what follows
			}
		}
		if m.fork != nil {
			if y, waits := m.advance(stop); waits {
				return y
			}
		}
		if m.steps >= stop {
			break
		}
	}
	switch {
	case m.done:
		return Yield{Kind: Done, Result: m.result, Err: m.err}
	case m.pending:
		call, err := m.call()
		if err != nil {
			m.pending = false
			m.raise(err, m.pc-1)
			return m.Next(budget)
		}
		return Yield{Kind: NeedsEffects, Calls: []Call{call}}
	}
	return Yield{Kind: BudgetSpent}
}

// call is what the effect at pc-1 asks for. It is built when it is asked for, so
// that a restored machine asks the same.
func (m *Machine) call() (Call, error) {
	in := m.code[m.pc-1]
	s := m.program.sites[in.n]
	n := m.program.nodes[s.node]
	c := Call{Place: m.place(), Block: n.ID, Type: n.Type, Effect: s.effect}
	c.Key = m.runID + ":" + string(c.Place)
	c.Args = make([]Value, in.c)
	for i := range c.Args {
		c.Args[i] = *m.at(in.b + int32(i)*sign(in.b))
	}
	c.learnSecrets(&m.secrets)
	return c, c.digest(&m.secrets)
}

// sign is the direction in which places in a row are numbered: those within a
// frame are complements.
func sign(o int32) int32 {
	if o < 0 {
		return -1
	}
	return 1
}

// at returns a place in memory.
func (m *Machine) at(o int32) *Value {
	if o < 0 {
		o = m.base + ^o
	}
	return &m.mem[o]
}

// Resume gives the outcomes of the calls that Next asked for, in their order.
// Values in an outcome become the run's own.
func (m *Machine) Resume(outcomes []Outcome) {
	if len(outcomes) == 0 || len(outcomes) != m.waits() {
		panic("engine: Resume needs one outcome for each call that Next asked for")
	}
	if m.fork != nil {
		m.fork.resume(outcomes)
		return
	}
	m.pending = false
	in := m.code[m.pc-1]
	effect := m.program.sites[in.n].effect
	out := outcomes[0]
	if m.tracer != nil {
		m.tracer.effect(m, effect.Kind)
	}
	if out.Err != nil {
		m.raise(out.Err, m.pc-1)
		return
	}
	if err := m.checkOutcome(out.Value); err != nil {
		m.raise(err, m.pc-1)
		return
	}
	m.secrets.learn(out.Value, effect.SecretKeys)
	*m.at(in.a) = out.Value
	if m.tracer != nil {
		m.tracer.last, m.tracer.base = m.pc-1, m.base
		m.tracer.finish(m, m.pc)
	}
}

func (m *Machine) checkOutcome(v Value) error {
	b, err := AppendJSON(nil, v)
	if err != nil {
		return err
	}
	if len(b) > m.limits.Outcome {
		return halt(LimitOutcome, "The answer is %d bytes long, more than the limit of %d.", len(b), m.limits.Outcome)
	}
	return m.charge(int64(2 * len(b)))
}

// Abort ends the run from outside: it was cancelled, or its time is up. No try
// block catches that. The error names the block at which the run was.
func (m *Machine) Abort(reason *Error) {
	if !m.done {
		m.pending = false
		m.raise(Halt{reason}, max(m.pc-1, 0))
	}
}

// raise takes an error at an instruction to where it is handled: a try of this
// function or of one that called it, or the end of the run.
func (m *Machine) raise(err error, pc int32) {
	caught, halted := settle(err)
	m.fork = nil // what it waits for means nothing any more
	if n := m.program.lines[pc]; n >= 0 {
		caught = caught.at(m.program.nodes[n])
	}
	if m.tracer != nil {
		m.tracer.failed(caught)
	}
	for !halted {
		if h := m.handlerAt(pc); h != nil && (len(m.frames) > 0 || h.from >= m.begins()) {
			*m.at(h.error) = caught.value()
			m.pc = h.target
			return
		}
		if len(m.frames) == 0 {
			break
		}
		m.leave()
		pc = m.pc - 1
	}
	m.done, m.err, m.halted = true, caught, halted
}

// settle tells what an error is: one that a flow may catch, or a halt. Anything
// else is a fault of ours.
func settle(err error) (e *Error, halted bool) {
	switch err := err.(type) {
	case *Error:
		return err, false
	case Halt:
		return err.Reason, true
	}
	return &Error{Code: Broken, Message: "Something in Blockflow itself went wrong. The operator's log has more.", Cause: err}, true
}

func (m *Machine) handlerAt(pc int32) *handler {
	for i := range m.program.handlers {
		if h := &m.program.handlers[i]; h.from <= pc && pc < h.to {
			return h
		}
	}
	return nil
}

// leave goes back to the calling function.
func (m *Machine) leave() {
	f := m.frames[len(m.frames)-1]
	m.frames = m.frames[:len(m.frames)-1]
	m.pc, m.base, m.fn = f.pc, f.base, f.fn
}

// enter goes into a function whose first places are arguments that stand at
// first, a place of the calling frame.
func (m *Machine) enter(fn, first, pc int32) error {
	if m.depth()+len(m.frames) >= m.limits.Depth {
		return halt(LimitDepth, "Functions call each other more than %d deep. Does one call itself without end?", m.limits.Depth)
	}
	f := m.program.funcs[fn]
	m.frames = append(m.frames, frame{pc, m.base, m.fn})
	if first < 0 {
		first = m.base + ^first
	}
	m.base, m.fn, m.pc = first, fn, f.entry
	if need := int(m.base + f.places); need > len(m.mem) {
		m.mem = append(m.mem, make([]Value, max(need-len(m.mem), len(m.mem)/2))...)
	}
	return nil
}

// Program returns what the machine runs.
func (m *Machine) Program() *Program { return m.program }

// Steps returns how many steps the run took: statements begun, loop rounds,
// function calls.
func (m *Machine) Steps() int64 { return m.steps }

// Effects returns how many effects the run asked for.
func (m *Machine) Effects() int { return m.asked }

// Secrets returns the run's secrets.
func (m *Machine) Secrets() *Secrets { return &m.secrets }

// Log returns the lines that the flow printed, with secrets masked.
func (m *Machine) Log() []string {
	lines := make([]string, len(m.log))
	for i, line := range m.log {
		lines[i] = m.secrets.MaskText(line)
	}
	return lines
}

// Print appends a line to the run's log.
func (m *Machine) Print(line string) error {
	if err := m.logs(len(line) + 1); err != nil {
		return err
	}
	m.log = append(m.log, whole(line))
	return nil
}

// logs counts bytes of what a person will read.
func (m *Machine) logs(bytes int) error {
	if m.logBytes += bytes; m.logBytes > m.limits.Log {
		return halt(LimitLog, "The flow printed more than %d bytes.", m.limits.Log)
	}
	return nil
}

// Limits returns the run's bounds, for functions that make large values.
func (m *Machine) Limits() Limits { return m.limits }

// TextFits checks a text's size in bytes against the run's bound, before it is made.
func (m *Machine) TextFits(size int) error {
	if size > m.limits.Text {
		return halt(LimitText, "This would make a text of %d bytes, more than the limit of %d.", size, m.limits.Text)
	}
	m.Work(size)
	return m.charge(int64(size))
}

// ListFits checks a number of items, or of keys, against the run's bound, before
// they are made.
func (m *Machine) ListFits(items int) error {
	if items > m.limits.List {
		return halt(LimitList, "This would hold %d items, more than the limit of %d.", items, m.limits.List)
	}
	return nil
}

// NewList checks that a list of so many items may be made and counts it, before
// it is.
func (m *Machine) NewList(items int) error {
	if err := m.ListFits(items); err != nil {
		return err
	}
	m.Work(16 * items)
	return m.charge(sizeList(items))
}

// JoinTexts returns a text of a then b, without copying a if it was made in the
// same way: appending in a loop costs no more than what is appended.
func (m *Machine) JoinTexts(a, b Value) (Value, error) {
	if size := int(a.num + b.num); size > m.limits.Text {
		return Null, halt(LimitText, "This would make a text of %d bytes, more than the limit of %d.", size, m.limits.Text)
	}
	v, size := join(a, b, m.limits.Text)
	if size == 0 {
		return v, nil
	}
	m.Work(size)
	if v.ref.flag&made == 0 {
		v.ref.flag |= made
		size += sizeCell
	}
	return v, m.charge(int64(size))
}

// power is JavaScript's Math.pow: unlike Go's, 1 to an infinite or unknown power
// is NaN.
func power(x, y float64) float64 {
	if y != y || math.IsInf(y, 0) && math.Abs(x) == 1 {
		return math.NaN()
	}
	return math.Pow(x, y)
}

// Input returns the run's input as the flow sees it, defaults filled in. It is
// the run's own, secrets included.
func (m *Machine) Input() Value {
	return m.mem[len(m.program.consts)+m.program.hidden[inputPlace]]
}
