package importxml

import (
	"html"
	"strconv"
	"strings"

	"blockflow/engine"
)

// extraState converts a block's mutation to what Blockly keeps in JSON: an object
// for blocks that know JSON, for Blockly's older ones the XML as a text.
func (c *converter) extraState(e *element, d *engine.Block, pos position) any {
	m := e.child("mutation")
	switch d.Type {
	case "controls_if":
		return c.ifState(e, m)
	case "lists_create_with", "text_join":
		return object{{"itemCount", c.itemCount(e, m, map[string]int{"lists_create_with": 3, "text_join": 2}[d.Type])}}
	case "lists_getIndex":
		if m.attr("statement") == "true" {
			return object{{"isStatement", true}}
		}
		return nil
	case "lists_setIndex", "lists_getSublist":
		return nil // their fields say it all
	case "lists_split":
		if mode := m.attr("mode"); mode != "" {
			return object{{"mode", mode}}
		}
		return nil
	case "procedures_defnoreturn", "procedures_defreturn":
		return c.definitionState(m)
	case "procedures_callnoreturn", "procedures_callreturn":
		return c.callState(m)
	}
	if d.Mutation != nil {
		return mutatorState(e, d, m, pos)
	}
	return c.plainState(m)
}

// plainState is the mutation of a block that keeps XML in JSON.
func (c *converter) plainState(m *element) any {
	switch {
	case m == nil:
		return nil
	case len(m.children) > 0:
		return c.doc.src.text[m.start:m.end]
	}
	var s strings.Builder
	s.WriteString("<mutation")
	for _, a := range m.attrs {
		if a.Name.Local != "xmlns" {
			s.WriteString(" " + a.Name.Local + `="` + html.EscapeString(a.Value) + `"`)
		}
	}
	s.WriteString("></mutation>")
	return s.String()
}

func (c *converter) ifState(e, m *element) any {
	arms, hasElse := 0, attrCount(m, "else") > 0
	for _, in := range e.children {
		name := in.attr("name")
		if in.name != "value" && in.name != "statement" {
			continue
		}
		hasElse = hasElse || name == "ELSE"
		arms = max(arms, indexIn(name, "IF"), indexIn(name, "DO"))
	}
	arms = c.asMany(attrCount(m, "elseif"), arms)
	o := object{}
	if arms > 0 {
		o = append(o, member{"elseIfCount", arms})
	}
	if hasElse {
		o = append(o, member{"hasElse", true})
	}
	if len(o) == 0 {
		return nil
	}
	return o
}

// itemCount is how many items a row has: as the mutation says, but no fewer than
// stand there.
func (c *converter) itemCount(e, m *element, otherwise int) int {
	n, filled := otherwise, 0
	if _, ok := m.lookup("items"); ok {
		n = attrCount(m, "items")
	}
	for _, in := range e.children {
		if in.name == "value" {
			filled = max(filled, indexIn(in.attr("name"), "ADD")+1)
		}
	}
	return c.asMany(n, filled)
}

// mostEmpty bounds how many empty inputs the mutations of a file may ask for: a
// few bytes would otherwise make a flow of any size.
const mostEmpty = 100_000

// asMany returns the number of inputs that a mutation asks for, or those that
// are filled if there are more, or if too many empty ones were asked for.
func (c *converter) asMany(asked, filled int) int {
	if asked <= filled {
		return filled
	}
	if c.empty += asked - filled; c.empty > mostEmpty {
		c.note("The blocks of this file ask for more than %d empty inputs. The rest was left out.", mostEmpty)
		return filled
	}
	return asked
}

func attrCount(m *element, name string) int {
	n, err := strconv.Atoi(strings.TrimSpace(m.attr(name)))
	if err != nil || n < 0 {
		return 0
	}
	return min(n, engine.MaxBlocks)
}

// indexIn returns the number in an input's name after its stem, -1 if there is none.
func indexIn(name, stem string) int {
	rest, ok := strings.CutPrefix(name, stem)
	n, err := strconv.Atoi(rest)
	if !ok || err != nil || n < 0 || n >= engine.MaxBlocks || stem+strconv.Itoa(n) != name {
		return -1
	}
	return n
}

func (c *converter) definitionState(m *element) any {
	var params []object
	if m != nil {
		for _, arg := range m.children {
			if arg.name != "arg" {
				continue
			}
			v := c.byID[arg.attr("varid")]
			switch {
			case v != nil && c.from == "Blockly":
			case c.from == "Blockly" && arg.attr("varid") != "":
				v = c.findable(c.add(arg.attr("varid"), arg.attr("name"), ""))
			default:
				v = c.named(arg.attr("name"), "")
			}
			params = append(params, object{{"name", v.name}, {"id", v.id}})
		}
	}
	o := object{}
	if len(params) > 0 {
		o = append(o, member{"params", params})
	}
	if m.attr("statements") == "false" {
		o = append(o, member{"hasStatements", false})
	}
	if len(o) == 0 {
		return nil
	}
	return o
}

func (c *converter) callState(m *element) any {
	name := m.attr("name")
	if renamed := c.renamed[strings.ToLower(name)]; renamed != "" {
		name = renamed
	}
	o := object{{"name", name}}
	if args := arguments(m); len(args) > 0 {
		o = append(o, member{"params", args})
	}
	return o
}

// mutatorState is the state of the shapes that our editor knows.
func mutatorState(e *element, d *engine.Block, m *element, pos position) any {
	switch key := d.Mutation.Key; d.Mutation.Kind {
	case "properties":
		return object{{key, propertyNames(m)}}
	case "try":
		for _, in := range e.children {
			if in.name == "statement" && in.attr("name") == key {
				return object{{key, true}}
			}
		}
		if v := m.attr(key); v == "1" || v == "true" {
			return object{{key, true}}
		}
	case "toggle":
		if pos == inStack || pos == atTop && (m.attr("has_output") == "false" || e.child("next") != nil) {
			return object{{key, false}}
		}
	}
	return nil
}

// propertyNames are those of a mutation's list of properties or values.
func propertyNames(m *element) []string {
	names := []string{}
	if m == nil {
		return names
	}
	for _, list := range m.children {
		for _, item := range list.children {
			if name, ok := item.lookup("prop-name"); ok {
				names = append(names, name)
			}
		}
	}
	return names
}
