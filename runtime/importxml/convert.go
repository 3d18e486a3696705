package importxml

import (
	"fmt"
	"strconv"
	"strings"

	"blockflow/blocks"
	"blockflow/engine"
)

// A converter makes one flow. It has the documents that go into it one after the
// other: the flow's own, then the functions of others that it calls.
type converter struct {
	from   string // "Codeless" or "Blockly"
	known  func(blockType string) *engine.Block
	flow   *flow
	report Report
	unsaid int // notes beyond the limit
	said   map[string]bool

	ids       map[string]bool
	counter   int
	converted int // bytes of source
	nesting   int // see maxNestingSum
	empty     int // inputs that mutations ask for and nothing stands in

	byID          map[string]*variable
	variableNames map[string]bool // in lower case

	// of Codeless
	library map[string]*document
	called  map[string]*function
	queue   []*function
	taken   map[string]bool // names of functions, in lower case
	hat     []string        // the inputs that the handler's blocks ask for
	wanted  map[string]bool // the same

	scope
}

// A scope is what holds within one document.
type scope struct {
	doc       *document
	prefix    string // of ids and of variables whose name is taken; "" in the flow's own document
	names     map[string]*variable
	renamed   map[string]string // the document's own functions, by name in lower case
	parameter []*variable       // of the custom function around
	function  *function         // the custom function around, nil in a handler and beside the root
	shared    map[int]*variable // arguments of the function that the document's procedures ask for
}

// A position is where a block stands.
type position uint8

const (
	atTop position = iota
	inValue
	inStack
)

func newConverter(from, name string) *converter {
	return &converter{
		from:          from,
		known:         blocks.Vocabulary().Block,
		flow:          &flow{name: fileName(name), title: name},
		report:        Report{Placeholders: []Placeholder{}, Notes: []string{}},
		said:          map[string]bool{},
		ids:           map[string]bool{},
		byID:          map[string]*variable{},
		variableNames: map[string]bool{},
		called:        map[string]*function{},
		taken:         map[string]bool{},
		wanted:        map[string]bool{},
	}
}

// enter begins with a document.
func (c *converter) enter(d *document, prefix string) {
	c.scope = scope{doc: d, prefix: prefix, names: map[string]*variable{}, renamed: map[string]string{}, shared: map[int]*variable{}}
	c.converted += len(d.src.text)
	c.nesting += d.nesting
	if prefix == "" {
		for id := range d.ids {
			c.ids[id] = true
		}
	}
}

// mostNotes bounds how many notes a report has.
const mostNotes = 100

// note adds a sentence to the report, once.
func (c *converter) note(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if c.said[s] {
		return
	}
	if len(c.report.Notes) >= mostNotes {
		c.unsaid++
		return
	}
	c.said[s] = true
	c.report.Notes = append(c.report.Notes, s)
}

// id returns a block's id in the flow.
func (c *converter) id(e *element) string {
	id := e.attr("id")
	switch {
	case id == "":
		return c.fresh("block")
	case c.prefix == "":
		return id
	}
	return c.claim(c.prefix + "/" + id)
}

// claim makes an id one's own, changed if it is taken.
func (c *converter) claim(id string) string {
	if c.ids[id] {
		return c.fresh(id)
	}
	c.ids[id] = true
	return id
}

func (c *converter) fresh(stem string) string {
	for {
		c.counter++
		if id := stem + "-" + strconv.Itoa(c.counter); !c.ids[id] {
			c.ids[id] = true
			return id
		}
	}
}

// topLevel converts a child of the document's root.
func (c *converter) topLevel(e *element) {
	switch {
	case isBlock(e):
		c.flow.top = append(c.flow.top, c.stack(e, atTop))
	case e.name == "comment":
		c.flow.comments = append(c.flow.comments, c.workspaceComment(e))
	case e.name != "variables":
		c.note("The element <%s> is nothing that a workspace holds. It was left out.", clip(e.name))
	}
}

// stack converts a block and those that follow it: in a loop, because a stack is
// as long as the file. What follows a block that nothing can follow would never
// run; it is set beside the others, disabled.
func (c *converter) stack(e *element, pos position) *block {
	var first, last *block
	loose := false
	for {
		b := c.block(e, pos)
		if loose && len(b.disabled) == 0 {
			b.disabled = []string{manuallyDisabled}
		}
		next := e.child("next")
		following := next.child("block")
		if following == nil {
			following = next.child("shadow")
		} else if s := next.child("shadow"); s != nil {
			b.next.shadow = c.stack(s, inStack)
		}
		ends := following != nil && !c.canBeFollowed(b)
		if ends {
			b.next.shadow = nil
		}
		switch {
		case ends && len(b.disabled) > 0 && first != nil && last != nil:
			c.aside(b) // it doesn't run, what follows it does
			e = following
			continue
		case first == nil:
			first = b
		case last == nil:
			c.aside(b)
		default:
			last.next.block = b
		}
		if following == nil {
			return first
		}
		last = b
		if ends {
			c.note("What follows the block %s (%s) would never run. It stands beside the others now, disabled.", clip(b.id), clip(b.kind))
			last, loose = nil, true
		}
		e, pos = following, inStack
	}
}

func (c *converter) canBeFollowed(b *block) bool {
	d := c.known(b.kind)
	return d == nil || d.Shape == engine.Statement || d.Shape == engine.Hat || d.Shape == engine.Either ||
		d.Shape == engine.ValueBlock && b.kind == "lists_getIndex"
}

// block converts one block with what stands inside it.
func (c *converter) block(e *element, pos position) *block {
	if c.from == "Codeless" {
		if b := c.codelessBlock(e, pos); b != nil {
			return b
		}
	}
	kind := e.attr("type")
	b := &block{kind: kind, id: c.id(e)}
	c.attributes(e, b, pos)
	d := c.known(kind)
	if why := c.unfit(e, d, pos); why != "" {
		return c.placeholder(e, b, pos, why)
	}
	c.report.Converted++
	c.fields(e, b)
	b.extra = c.extraState(e, d, pos)
	for _, in := range e.children {
		if in.name == "value" || in.name == "statement" {
			b.inputs = append(b.inputs, c.input(in.attr("name"), in))
		}
	}
	return b
}

// unfit says why a block can't be converted, "" if it can.
func (c *converter) unfit(e *element, d *engine.Block, pos position) string {
	if d == nil {
		return c.unknown(e.attr("type"))
	}
	isValue := d.Shape == engine.ValueBlock
	switch {
	case d.Type == "lists_getIndex" && pos == inStack: // with REMOVE it is a statement
	case pos == inStack && (isValue || d.Shape == engine.Hat || d.Shape == engine.Definition):
		return "It stands in a stack of statements, where Blockflow's block of this type can't."
	case pos == inValue && !isValue && d.Shape != engine.Either:
		return "It gives a value here, but Blockflow's block of this type gives none."
	}
	properties := -1
	if d.Mutation != nil && d.Mutation.Kind == "properties" {
		properties = len(propertyNames(e.child("mutation")))
	}
	for _, in := range e.children {
		if in.name != "value" && in.name != "statement" || !filled(in) {
			continue
		}
		name := in.attr("name")
		if !hasSlot(d, name) || properties >= 0 && indexIn(name, d.Mutation.Prefix) >= properties {
			return fmt.Sprintf("It has an input %q, which Blockflow's block of this type hasn't.", clip(name))
		}
	}
	return ""
}

func filled(in *element) bool { return in.child("block") != nil || in.child("shadow") != nil }

func hasSlot(d *engine.Block, name string) bool {
	for _, s := range d.Slots {
		rest, ok := strings.CutPrefix(name, s.Name)
		if ok && (rest == "" || strings.Trim(rest, "0123456789") == "") {
			return true
		}
	}
	return d.Mutation != nil && d.Mutation.Key == name // such as finally
}

// input converts what stands in an input.
func (c *converter) input(name string, e *element) input {
	pos := inValue
	if e.name == "statement" {
		pos = inStack
	}
	in := input{name: name}
	if x := e.child("block"); x != nil {
		in.block = c.stack(x, pos)
	}
	if x := e.child("shadow"); x != nil {
		in.shadow = c.stack(x, pos)
	}
	if in.shadow != nil && !shadowy(in.shadow) {
		// Blockly opens no file in which a shadow holds a real block.
		if in.block == nil {
			in.block = in.shadow
		} else {
			c.note("The shadow block %s, hidden behind another block, holds blocks that aren't shadows. It was left out.", clip(in.shadow.id))
		}
		in.shadow = nil
	}
	return in
}

// shadowy reports whether a block can be a shadow.
func shadowy(b *block) bool {
	for ; b != nil; b = b.next.counts() {
		if b.kind == "variables_get" || b.kind == blocks.ImportedStatement || b.kind == blocks.ImportedValue {
			return false
		}
		for _, in := range b.inputs {
			if in.block != nil || in.shadow != nil && !shadowy(in.shadow) {
				return false
			}
		}
	}
	return true
}

const placeholderPrefix = blocks.ImportedInput

// placeholder makes b keep a block that can't be converted: as XML, without the
// blocks in it that can live on, which become its own.
func (c *converter) placeholder(e *element, b *block, pos position, why string) *block {
	b.kind = blocks.ImportedStatement
	if pos == inValue || pos == atTop && strings.Contains(e.attr("type"), contextMark) {
		b.kind = blocks.ImportedValue
	}
	c.report.Placeholders = append(c.report.Placeholders, Placeholder{b.id, e.attr("type"), why})
	kept := map[*element]bool{}
	names, body := []string{}, ""
	for _, in := range e.children {
		switch {
		case !filled(in):
		case in.name == "value":
			kept[in] = true
			b.inputs = append(b.inputs, c.input(placeholderPrefix+strconv.Itoa(len(names)), in))
			names = append(names, in.attr("name"))
		case in.name == "statement" && body == "":
			kept[in] = true
			body = in.attr("name")
			b.inputs = append(b.inputs, c.input(blocks.ImportedBody, in))
		}
	}
	b.fields = []member{{blocks.ImportedFrom, c.from}, {blocks.ImportedType, e.attr("type")}}
	extra := object{{blocks.ImportedInputsKey, names}}
	if body != "" {
		extra = append(extra, member{"body", body})
	}
	b.extra = append(extra, member{"why", why}, member{"xml", c.doc.elided(e, kept)})
	return b
}
