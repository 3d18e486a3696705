package engine

import (
	"encoding/json"
	"math"
	"slices"
)

// A snapshot is the state of a run between two instructions, as JSON. Lists,
// objects and long texts are written once, in a table, and referred to by
// number, so that what was shared or went in circles does so again.
type snapshot struct {
	Version int      `json:"version"`
	Program string   `json:"program"` // its digest
	RunID   string   `json:"runId,omitempty"`
	Limits  Limits   `json:"limits"`
	Entry   int      `json:"entry"`
	Steps   int64    `json:"steps"`
	Asked   int      `json:"asked"`
	Log     []string `json:"log,omitempty"`
	Secrets []wtf8   `json:"secrets,omitempty"`

	Random  *generator  `json:"random,omitempty"`
	Suite   wtf8        `json:"suite,omitempty"`
	Asserts []Assertion `json:"assertions,omitempty"`
	Account [2]int64    `json:"account"` // memory: made since it was counted, and when to count again

	state
	Seen []packed `json:"seen,omitempty"` // of [Machine.SnapshotWith]
	Heap []heaped `json:"heap,omitempty"`
}

// A state is where a machine stands: the run's, or that of a branch.
type state struct {
	PC      int32    `json:"pc"`
	Base    int32    `json:"base"`
	Fn      int32    `json:"fn"`
	Frames  []frame3 `json:"frames,omitempty"`
	Effects int      `json:"effects"`
	Pending bool     `json:"pending,omitempty"`
	Memory  []packed `json:"memory"`
	Fork    *forked  `json:"fork,omitempty"`
}

type frame3 [3]int32

// forked is a fork with its branches.
type forked struct {
	PC       int32    `json:"pc"`
	Most     int      `json:"most"`
	Next     int      `json:"next"`
	Items    []int    `json:"items"` // of the branches
	Branches []*state `json:"branches"`
}

const snapshotVersion = 2

// heaped is a text, list or object of the table.
type heaped struct {
	Kind  Kind     `json:"k"`
	Text  wtf8     `json:"t,omitempty"`
	Items []packed `json:"i,omitempty"`
	Keys  []wtf8   `json:"n,omitempty"`
	Made  bool     `json:"m,omitempty"`
	Grows bool     `json:"g,omitempty"`
}

// wtf8 is a text that may hold half a character, which encoding/json would lose.
type wtf8 string

// MarshalJSON writes halves of characters as \ud83d.
func (s wtf8) MarshalJSON() ([]byte, error) { return appendQuoted(nil, string(s)), nil }

// UnmarshalJSON reads them back.
func (s *wtf8) UnmarshalJSON(data []byte) error {
	v, err := parseJSON(string(data), dataLimits)
	if err == nil {
		*s = wtf8(v.str())
	}
	return err
}

func wtf8s(list []string) []wtf8 {
	var out []wtf8
	for _, s := range list {
		out = append(out, wtf8(s))
	}
	return out
}

func plain(list []wtf8) []string {
	var out []string
	for _, s := range list {
		out = append(out, string(s))
	}
	return out
}

// packed is a value: [kind], [kind, bits of the number], [kind, place in the
// table] or, for a text that is shorter than what stands there, its length in
// bytes behind them. Bits, because JSON has neither NaN nor -0.
type packed []uint64

// Snapshot writes the whole state of a run that hasn't ended: [Restore] goes on
// with it as if nothing had been in between. It holds the run's secrets, so it
// must be kept as safely as they.
func (m *Machine) Snapshot() ([]byte, error) { return m.SnapshotWith(nil) }

// SnapshotWith writes also values that the run has shown, for a debugger: after
// [RestoreWith] they still share with the run what they shared before.
func (m *Machine) SnapshotWith(seen []Value) ([]byte, error) {
	if m.done {
		return nil, Fail(Broken, "The run has ended: there is no state to keep.")
	}
	w := &packer{at: map[*cell]int{}}
	s := snapshot{
		Version: snapshotVersion, Program: m.program.digest, RunID: m.runID, Limits: m.limits, Entry: m.entry,
		Steps: m.steps, Asked: m.asked, Log: m.log, Secrets: wtf8s(m.secrets.texts),
		Random: m.random, Suite: wtf8(m.suite), Asserts: m.assertions, Account: [2]int64{m.memory.made, m.memory.threshold},
	}
	s.state = *w.state(m)
	for _, v := range seen {
		s.Seen = append(s.Seen, w.pack(v))
	}
	w.work()
	s.Heap = w.heap
	return json.Marshal(s)
}

func (w *packer) state(m *Machine) *state {
	s := &state{PC: m.pc, Base: m.base, Fn: m.fn, Effects: m.effects, Pending: m.pending}
	for _, f := range m.frames {
		s.Frames = append(s.Frames, frame3{f.pc, f.base, f.fn})
	}
	top := min(int(m.base+m.program.funcs[m.fn].places), len(m.mem))
	for _, v := range m.mem[len(m.program.consts):top] {
		s.Memory = append(s.Memory, w.pack(v))
	}
	if f := m.fork; f != nil {
		s.Fork = &forked{PC: f.pc, Most: f.most, Next: f.next}
		for _, b := range f.branches {
			s.Fork.Items = append(s.Fork.Items, b.branch.index)
			s.Fork.Branches = append(s.Fork.Branches, w.state(b))
		}
	}
	return s
}

type packer struct {
	at   map[*cell]int
	todo []*cell
	heap []heaped
}

func (w *packer) pack(v Value) packed {
	switch v.Kind() {
	case KindNull:
		if v.num != 0 {
			return packed{uint64(KindNull), 1}
		}
		return packed{}
	case KindBoolean, KindNumber, KindDate:
		return packed{uint64(v.Kind()), math.Float64bits(v.num)}
	}
	i, ok := w.at[v.ref] // of a text's cell there may be values of several lengths
	if !ok {
		i = len(w.todo)
		w.at[v.ref] = i
		w.todo = append(w.todo, v.ref)
	}
	if v.Kind() == KindText && int(v.num) < len(v.ref.text) {
		return packed{uint64(KindText), uint64(i), uint64(v.num)}
	}
	return packed{uint64(v.Kind()), uint64(i)}
}

// work packs what was referred to, in a loop: values may nest as deep as memory.
func (w *packer) work() {
	for i := 0; i < len(w.todo); i++ {
		c := w.todo[i]
		h := heaped{Kind: c.kind, Made: c.flag&made != 0, Grows: c.flag&grows != 0}
		if c.kind == KindText {
			h.Text = wtf8(c.text)
		}
		if c.body != nil {
			for _, v := range c.items {
				h.Items = append(h.Items, w.pack(v))
			}
			if c.props != nil {
				h.Keys = wtf8s(c.props.keys)
			}
		}
		w.heap = append(w.heap, h)
	}
}

// Restore makes a machine from a snapshot of a run of the same program.
func Restore(p *Program, data []byte) (*Machine, error) {
	m, _, err := RestoreWith(p, data)
	return m, err
}

// RestoreWith makes a machine from a snapshot, and the values that were given to
// [Machine.SnapshotWith].
func RestoreWith(p *Program, data []byte) (*Machine, []Value, error) {
	m, s, cells, err := restored(p, data)
	if err != nil {
		return nil, nil, err
	}
	seen := make([]Value, len(s.Seen))
	for i, x := range s.Seen {
		if seen[i], err = x.value(cells); err != nil {
			return nil, nil, err
		}
	}
	return m, seen, nil
}

func restored(p *Program, data []byte) (*Machine, *snapshot, []*cell, error) {
	var s snapshot
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, nil, nil, Fail(BadJSON, "This isn't a snapshot of a run.")
	}
	if s.Version != snapshotVersion || s.Program != p.digest {
		return nil, nil, nil, Fail(Diverged, "This snapshot is of another version of the flow.")
	}
	m := &Machine{
		program: p, limits: s.Limits, runID: s.RunID, entry: s.Entry, code: p.fast,
		shared: &shared{steps: s.Steps, asked: s.Asked, log: s.Log},
	}
	m.root = m
	m.secrets.texts = plain(s.Secrets)
	m.random, m.suite, m.assertions = s.Random, string(s.Suite), s.Asserts
	for _, a := range s.Asserts {
		m.logBytes += a.size()
	}
	for _, line := range s.Log {
		m.logBytes += len(line) + 1
	}
	m.memory.made, m.memory.threshold = s.Account[0], s.Account[1]
	cells, err := unpackHeap(s.Heap)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := m.restore(&s.state, cells); err != nil {
		return nil, nil, nil, err
	}
	return m, &s, cells, nil
}

// restore puts a machine where it stood.
func (m *Machine) restore(s *state, cells []*cell) error {
	m.pc, m.base, m.fn, m.effects, m.pending = s.PC, s.Base, s.Fn, s.Effects, s.Pending
	for _, f := range s.Frames {
		m.frames = append(m.frames, frame{f[0], f[1], f[2]})
	}
	m.mem = slices.Clone(m.program.consts)
	for _, x := range s.Memory {
		v, err := x.value(cells)
		if err != nil {
			return err
		}
		m.mem = append(m.mem, v)
	}
	if err := m.plausible(); err != nil || s.Fork == nil {
		return err
	}
	return m.restoreFork(s.Fork, cells)
}

func (m *Machine) restoreFork(s *forked, cells []*cell) error {
	if m.pc < 1 || s.PC != m.pc || m.program.code[m.pc-1].op != opFork || m.pending || len(s.Items) != len(s.Branches) || m.forks() >= mostForks {
		return errBadSnapshot
	}
	m.fork = &fork{in: &m.program.code[m.pc-1], pc: s.PC, most: s.Most, next: s.Next}
	items, ok := m.at(m.fork.in.b).AsList()
	results, ok2 := m.at(m.fork.in.b + 2*sign(m.fork.in.b)).AsList()
	if !ok || !ok2 || len(items) != len(results) || s.Next < 0 || s.Next > len(items) || s.Most < 1 || s.Most > MostBranches {
		return errBadSnapshot
	}
	for i, state := range s.Branches {
		if s.Items[i] < 0 || s.Items[i] >= len(items) || state == nil {
			return errBadSnapshot
		}
		b := m.newBranch(&origin{index: s.Items[i], depth: m.depth() + len(m.frames), forks: m.forks() + 1})
		if err := b.restore(state, cells); err != nil {
			return err
		}
		m.fork.branches = append(m.fork.branches, b)
	}
	return nil
}

var errBadSnapshot = Fail(BadJSON, "This snapshot of a run is damaged.")

// plausible checks that going on can't leave the code or the memory. A snapshot
// ends with the places of the function that runs; those of its callers that come
// after hold nothing that is still needed, but they must be there.
func (m *Machine) plausible() error {
	p := m.program
	if m.fn < 0 || int(m.fn) >= len(p.funcs) {
		return errBadSnapshot
	}
	written := len(m.mem)
	ok := func(f frame) bool {
		if f.fn < 0 || int(f.fn) >= len(p.funcs) || f.pc <= 0 || int(f.pc) >= len(p.code) || f.base < 0 || int(f.base) > written {
			return false
		}
		if missing := int(f.base+p.funcs[f.fn].places) - len(m.mem); missing > 0 {
			m.mem = append(m.mem, make([]Value, missing)...)
		}
		return true
	}
	good := ok(frame{m.pc, m.base, m.fn}) || m.pc == p.funcs[m.fn].entry && ok(frame{m.pc + 1, m.base, m.fn})
	for _, f := range m.frames {
		good = good && ok(f)
	}
	if !good || m.pending && p.code[m.pc-1].op != opEffect {
		return errBadSnapshot
	}
	return nil
}

func unpackHeap(heap []heaped) ([]*cell, error) {
	cells := make([]*cell, len(heap))
	for i, h := range heap {
		cells[i] = h.cell()
	}
	for i, h := range heap {
		c := cells[i]
		for _, x := range h.Items {
			v, err := x.value(cells)
			if err != nil {
				return nil, err
			}
			c.items = append(c.items, v)
		}
		switch {
		case h.Kind == KindObject && len(h.Keys) == len(c.items):
			o := ObjectOf(plain(h.Keys), c.items).ref
			c.items, c.props = o.items, o.props
		case h.Kind != KindText && h.Kind != KindList:
			return nil, errBadSnapshot
		}
	}
	return cells, nil
}

// cell makes a cell for what stands in the table, without its items.
func (h heaped) cell() *cell {
	c := newBody(h.Kind)
	if c.units = -1; h.Kind == KindText {
		c.text = string(h.Text)
	}
	if h.Made {
		c.flag |= made
	}
	if h.Grows && h.Kind == KindText {
		c.flag |= grows
	}
	return c
}

func (x packed) value(cells []*cell) (Value, error) {
	if len(x) == 0 {
		return Null, nil
	}
	if len(x) == 3 {
		return x.shorter(cells)
	}
	if len(x) != 2 {
		return Null, errBadSnapshot
	}
	switch k := Kind(x[0]); k {
	case KindNull:
		return Unset, nil
	case KindBoolean:
		return Boolean(x[1] != 0), nil
	case KindNumber:
		return Number(math.Float64frombits(x[1])), nil
	case KindDate:
		return Value{dateMark, math.Float64frombits(x[1])}, nil
	case KindText, KindList, KindObject:
		if x[1] < uint64(len(cells)) && cells[x[1]].kind == k {
			return Value{cells[x[1]], float64(len(cells[x[1]].text))}, nil
		}
	}
	return Null, errBadSnapshot
}

// shorter is a text that doesn't end where its cell's text ends.
func (x packed) shorter(cells []*cell) (Value, error) {
	if Kind(x[0]) != KindText || x[1] >= uint64(len(cells)) || cells[x[1]].kind != KindText || x[2] > uint64(len(cells[x[1]].text)) {
		return Null, errBadSnapshot
	}
	return Value{cells[x[1]], float64(x[2])}, nil
}
