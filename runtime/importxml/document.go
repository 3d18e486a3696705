package importxml

import (
	"strings"

	"blockflow/engine"
)

// Bounds of what a document may hold beyond those of a flow: how deep blocks
// stand in one another, counted for all blocks together. A flow file indents what
// is nested, so that many deep blocks would make a file out of all proportion.
const (
	maxNesting    = engine.MaxNesting - 10 // some blocks are put around others
	maxNestingSum = 1_000_000
)

// A document is a source that has been checked: every block has a type, ids are
// unique, nothing is beyond the limits.
type document struct {
	src     *source
	ids     map[string]bool
	nesting int // see maxNestingSum
}

// read parses and checks a document.
func read(data []byte) (*document, error) {
	src, err := parse(data)
	if err != nil {
		return nil, err
	}
	d := &document{src: src, ids: map[string]bool{}}
	if err := d.check(); err != nil {
		return nil, err
	}
	return d, nil
}

// A level is an element that is still to be checked and how deep the block stands
// that it belongs to.
type level struct {
	e     *element
	depth int
}

// check goes through the document without recursion.
func (d *document) check() error {
	blocks := 0
	variables := map[string]bool{}
	open := []level{{d.src.root, 0}}
	for len(open) > 0 {
		at := open[len(open)-1]
		open = open[:len(open)-1]
		e := at.e
		switch e.name {
		case "category", "sep":
			return d.src.fail(e.start, BadXML, "This is a toolbox, not a workspace: it has <%s>.", e.name)
		case "mutation", "field", "title", "data":
			continue // nothing in them is a block of the workspace
		case "variable":
			if id := e.attr("id"); id != "" {
				if variables[id] {
					return d.src.fail(e.start, engine.DuplicateID, "Two variables have the id %q.", clip(id))
				}
				variables[id] = true
			}
		case "block", "shadow":
			if blocks++; blocks > engine.MaxBlocks {
				return d.src.fail(e.start, engine.TooBig, "This file has more than %d blocks.", engine.MaxBlocks)
			}
			if d.nesting += at.depth; d.nesting > maxNestingSum {
				return d.src.fail(e.start, engine.TooDeep, "Too many of the blocks in this file stand deep inside others.")
			}
			if at.depth > maxNesting {
				return d.src.fail(e.start, engine.TooDeep, "Blocks stand inside blocks more than %d deep here.", maxNesting)
			}
			if err := d.block(e); err != nil {
				return err
			}
		}
		for i := len(e.children) - 1; i >= 0; i-- {
			child := e.children[i]
			depth := at.depth
			if child.name == "value" || child.name == "statement" || e.name == "next" && child.name == "shadow" && e.child("block") != nil {
				depth++
			}
			open = append(open, level{child, depth})
		}
	}
	return nil
}

func (d *document) block(e *element) error {
	if e.attr("type") == "" {
		return d.src.fail(e.start, BadXML, "A <%s> has no type.", e.name)
	}
	if id := e.attr("id"); id != "" {
		if d.ids[id] {
			return d.src.fail(e.start, engine.DuplicateID, "Two blocks have the id %q. Give one of them another.", clip(id))
		}
		d.ids[id] = true
	}
	inputs, fields := map[string]bool{}, map[string]bool{}
	for _, child := range e.children {
		name := child.attr("name")
		seen := inputs
		switch child.name {
		case "field", "title":
			seen = fields
		case "value", "statement":
		case "next":
			name = "next"
		default:
			continue
		}
		if name == "" {
			return d.src.fail(child.start, BadXML, "This <%s> has no name.", child.name)
		}
		if seen[name] {
			return d.src.fail(child.start, BadXML, "The %s %q comes twice in one block.", child.name, clip(name))
		}
		seen[name] = true
		if child.name == "field" || child.name == "title" {
			continue
		}
		if err := d.one(child); err != nil {
			return err
		}
	}
	return nil
}

// one checks that an input holds at most one block and one shadow.
func (d *document) one(in *element) error {
	held := map[string]bool{}
	for _, child := range in.children {
		if held[child.name] && isBlock(child) {
			return d.src.fail(child.start, BadXML, "Two blocks stand in one input. Only one can.")
		}
		held[child.name] = true
	}
	return nil
}

func isBlock(e *element) bool { return e.name == "block" || e.name == "shadow" }

// functions returns the roots of custom functions.
func (d *document) functions() []*element {
	var roots []*element
	for _, e := range d.src.root.children {
		if isBlock(e) && e.attr("type") == functionRoot {
			roots = append(roots, e)
		}
	}
	return roots
}

// functionName returns the name under which a custom function is called.
func functionName(root *element) string {
	if name := field(root, "name"); name != "" {
		return name
	}
	return "unnamed"
}

// arguments returns the names that a mutation gives its arguments.
func arguments(mutation *element) []string {
	names := []string{}
	if mutation != nil {
		for _, c := range mutation.children {
			if c.name != "arg" {
				continue
			}
			name := c.attr("name")
			if name == "" {
				name = c.attr("arg-name")
			}
			names = append(names, name)
		}
	}
	return names
}

// field returns the text of a block's field.
func field(e *element, name string) string {
	for _, c := range e.children {
		if (c.name == "field" || c.name == "title") && c.attr("name") == name {
			return string(c.text)
		}
	}
	return ""
}

// elided returns a block as it was written, without the blocks that follow it
// and without those in the inputs that live on elsewhere.
func (d *document) elided(e *element, kept map[*element]bool) string {
	var out strings.Builder
	from := e.start
	skip := func(x *element) {
		out.WriteString(d.src.text[from:x.start])
		from = x.end
	}
	for _, child := range e.children {
		switch {
		case child.name == "next":
			skip(child)
		case kept[child]:
			for _, x := range child.children {
				if isBlock(x) {
					skip(x)
				}
			}
		}
	}
	out.WriteString(d.src.text[from:e.end])
	return out.String()
}
