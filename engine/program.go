package engine

import (
	"crypto/sha256"
	"encoding/hex"
)

// A Program is a checked, compiled flow. It is immutable and safe for concurrent
// use: all runs of a flow version share one.
type Program struct {
	Name       string
	Durability string
	Entries    []Entry
	Suites     []Entry // the flow's own tests; none of them is an entry

	digest string // of what decides how it runs: block ids, code, constants

	code     []instr
	lines    []int32 // the node that each instruction belongs to, -1 for none
	marks    marks   // what a tracer is told at each instruction
	fast     []instr // code that enters kernels; see kernel.go
	kernels  []*kernel
	traced   []instr // code with traceBit on every operation; see trace.go
	handlers []handler
	resumes  []resume
	funcs    []function
	sites    []site
	applied  []Func
	workers  []Worker
	nodes    []*Node
	consts   []Value
	globals  int // places for variables and hidden state, after the constants
	names    []Variable
	hidden   map[string]int // hidden globals by name; see Builder.Hidden
	secrets  map[string]bool
}

// An Entry is a way to start a flow: a hat block, or the whole of a workspace
// that has no hats.
type Entry struct {
	Block   string            // the hat's id, "" in a workspace without hats
	Type    string            // the hat's type, "" likewise
	Fields  map[string]string // the hat's fields by name
	Inputs  []Input           // what it declares
	program int32             // its function
}

// An Input is what an entry declares that it takes.
type Input struct {
	Name    string `json:"name"`
	Type    string `json:"type"`   // text, number, boolean, list, object, date, password or any
	Default Value  `json:"-"`      // null if there is none
	Hint    string `json:"hint"`   // for the person who fills it in
	Needed  bool   `json:"needed"` // it has no default
}

// A function is a stretch of code with places of its own: a procedure of the
// flow, or what stands under one hat.
type function struct {
	name   string
	entry  int32 // its first instruction
	params int32
	places int32 // in all, parameters included
}

// A handler says where an error goes: those raised in [from, to) of the code go
// on at target, with the error at place error.
type handler struct {
	from, to, target, error int32
	linked                  bool
}

// A resume is the table of one finally: where to go on, by the number at its place.
type resume []int32

// A site is a block that asks for an effect.
type site struct {
	node   int32
	effect Effect
}

// A Func is the meaning of a block that is a function of its inputs. It must be
// deterministic: same arguments, same result. It may change a list or an object
// that it is given. It must not keep args.
type Func func(m *Machine, args []Value) (Value, error)

// A Worker is a Func that may take long: each call does a part and reports
// whether it is done. All that it knows is in its state, which are places of the
// run; so a run can be stopped and put away in the middle of its work.
type Worker func(m *Machine, state []Value) (done bool, err error)

// Digest names what decides how the program runs. A journal belongs to one
// digest; moving blocks about or changing titles doesn't change it.
func (p *Program) Digest() string { return p.digest }

// Entry returns the entry of a hat block, or the first of a hat type, or the
// only one there is if both are "".
func (p *Program) Entry(block, hat string) (Entry, bool) {
	for _, e := range p.Entries {
		if block != "" && e.Block == block || block == "" && (e.Type == hat || hat == "") {
			return e, true
		}
	}
	return Entry{}, false
}

// seal computes the digest.
func (p *Program) seal() {
	h := sha256.New()
	b := make([]byte, 0, 64)
	for i, in := range p.code {
		b = append(b[:0], byte(in.op), byte(in.n), byte(in.n>>8))
		for _, x := range []int32{in.a, in.b, in.c} {
			b = append(b, byte(x), byte(x>>8), byte(x>>16), byte(x>>24))
		}
		h.Write(b)
		if n := p.lines[i]; n >= 0 {
			h.Write([]byte(p.nodes[n].Type))
			h.Write([]byte{0})
			h.Write([]byte(p.nodes[n].ID))
			if f := p.nodes[n].fields; f != nil {
				w := &formatter{}
				w.value(f, 0, nil)
				h.Write(w.out)
			}
		}
	}
	for _, c := range p.consts {
		text, _ := AppendJSON(b[:0], c) // constants come from the file: they can't hold themselves
		h.Write(text)
	}
	p.digest = hex.EncodeToString(h.Sum(nil)[:16])
}
