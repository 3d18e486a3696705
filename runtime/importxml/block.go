package importxml

import (
	"bytes"
	"encoding/json"
	"slices"

	"blockflow/engine"
)

// A block is one block of the flow that is being made.
type block struct {
	kind, id string
	place    *place // of a block at the top
	flags    []member
	disabled []string
	data     string
	extra    any
	comment  any
	fields   []member
	inputs   []input
	next     input // its name is "next"
}

type place struct{ x, y json.Number }

// A member is a key of a JSON object with its value: order matters to people who
// read the file.
type member struct {
	key   string
	value any
}

type object []member

// An input is a connection: the block wins over the shadow.
type input struct {
	name          string
	block, shadow *block
}

func (in input) empty() bool { return in.block == nil && in.shadow == nil }

// counts returns what runs: the block, else the shadow.
func (in input) counts() *block {
	if in.block != nil {
		return in.block
	}
	return in.shadow
}

// last returns the end of the stack that b begins, and the block before it.
func (b *block) last() (before, end *block) {
	for b.next.counts() != nil {
		before, b = b, b.next.counts()
	}
	return before, b
}

// MarshalJSON keeps the order of the members.
func (o object) MarshalJSON() ([]byte, error) {
	w := &writer{}
	w.object(o)
	return w.out.Bytes(), w.err
}

// A flow is the workspace that is being made.
type flow struct {
	name, title string
	top         []*block
	variables   []object
	comments    []object
}

// file writes the flow in the form in which the engine writes flow files.
func (f *flow) file() ([]byte, error) {
	w := &writer{}
	w.raw(`{"flow":`)
	w.value(object{{"name", f.name}, {"title", f.title}})
	if len(f.comments) > 0 {
		w.raw(`,"workspaceComments":`)
		w.value(f.comments)
	}
	w.raw(`,"blocks":{"languageVersion":0,"blocks":[`)
	for i, b := range f.top {
		if i > 0 {
			w.raw(",")
		}
		w.stack(b)
	}
	w.raw(`]}`)
	if len(f.variables) > 0 {
		w.raw(`,"variables":`)
		w.value(f.variables)
	}
	w.raw("}")
	if w.err != nil {
		return nil, w.err
	}
	d, err := engine.Parse(w.out.Bytes())
	if err != nil {
		return nil, err.(engine.Problems)[0]
	}
	file := d.Format()
	if len(file) > engine.MaxFileBytes {
		return nil, engine.Fail(engine.TooBig, "The flow would be larger than %d MB.", engine.MaxFileBytes>>20)
	}
	return file, nil
}

// A writer writes blocks as JSON. It follows a stack in a loop, because a stack
// is as long as the file; inputs nest only to the importer's limit.
type writer struct {
	out bytes.Buffer
	err error
}

func (w *writer) raw(s string) { w.out.WriteString(s) }

func (w *writer) value(v any) {
	if o, ok := v.(object); ok {
		w.object(o)
		return
	}
	e := json.NewEncoder(&w.out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil && w.err == nil {
		w.err = err
	}
	w.out.Truncate(w.out.Len() - 1) // the encoder's line break
}

func (w *writer) object(o object) {
	for i, m := range o {
		w.raw([]string{"{", ","}[min(i, 1)])
		w.value(m.key)
		w.raw(":")
		w.value(m.value)
	}
	if len(o) == 0 {
		w.raw("{")
	}
	w.raw("}")
}

func (w *writer) stack(b *block) {
	closing := 0
	for {
		w.members(b)
		if b.next.empty() {
			break
		}
		closing++
		w.raw(`,"next":{`)
		if b.next.block != nil && b.next.shadow != nil {
			w.raw(`"shadow":`)
			w.stack(b.next.shadow)
			w.raw(`,`)
		}
		if b.next.block != nil {
			w.raw(`"block":`)
		} else {
			w.raw(`"shadow":`)
		}
		b = b.next.counts()
	}
	w.raw("}")
	for range closing {
		w.raw("}}")
	}
}

// members writes a block without its closing brace and what follows it.
func (w *writer) members(b *block) {
	o := object{{"type", b.kind}, {"id", b.id}}
	if b.place != nil {
		o = append(o, member{"x", b.place.x}, member{"y", b.place.y})
	}
	o = append(o, b.flags...)
	if len(b.disabled) > 0 {
		o = append(o, member{"disabledReasons", b.disabled})
	}
	if b.data != "" {
		o = append(o, member{"data", b.data})
	}
	if b.extra != nil {
		o = append(o, member{"extraState", b.extra})
	}
	if b.comment != nil {
		o = append(o, member{"icons", object{{"comment", b.comment}}})
	}
	if len(b.fields) > 0 {
		o = append(o, member{"fields", object(b.fields)})
	}
	w.object(o)
	w.out.Truncate(w.out.Len() - 1)
	for i, in := range slices.DeleteFunc(slices.Clone(b.inputs), input.empty) {
		w.raw([]string{`,"inputs":{`, ","}[min(i, 1)])
		w.value(in.name)
		w.raw(":{")
		if in.shadow != nil {
			w.raw(`"shadow":`)
			w.stack(in.shadow)
		}
		if in.block != nil {
			if in.shadow != nil {
				w.raw(",")
			}
			w.raw(`"block":`)
			w.stack(in.block)
		}
		w.raw("}")
	}
	if slices.ContainsFunc(b.inputs, func(in input) bool { return !in.empty() }) {
		w.raw("}")
	}
}
