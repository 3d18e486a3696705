package importxml

import (
	"strconv"
	"strings"
)

// A variable of the flow.
type variable struct{ id, name, kind string }

// declare takes over the variables that a workspace declares.
func (c *converter) declare() {
	for _, section := range c.doc.src.root.children {
		if section.name != "variables" {
			continue
		}
		for _, v := range section.children {
			if v.name != "variable" {
				continue
			}
			c.findable(c.add(v.attr("id"), string(v.text), v.attr("type")))
		}
	}
}

// add declares a variable; without an id it gets its name as id.
func (c *converter) add(id, name, kind string) *variable {
	if name == "" {
		name = "unnamed"
	}
	if id == "" {
		id = name
	}
	for stem := id; c.byID[id] != nil; id = stem + "-" + strconv.Itoa(c.counter) {
		c.counter++
	}
	v := &variable{id, name, kind}
	c.byID[id] = v
	c.variableNames[strings.ToLower(name)] = true
	o := object{{"name", name}, {"id", id}}
	if kind != "" {
		o = append(o, member{"type", kind})
	}
	c.flow.variables = append(c.flow.variables, o)
	return v
}

// findable lets a variable be found by its name, if no other is.
func (c *converter) findable(v *variable) *variable {
	if key := c.key(v.name, v.kind); c.names[key] == nil {
		c.names[key] = v
	}
	return v
}

// key is how a variable is found by name: Blockly ignores case, Codeless doesn't.
func (c *converter) key(name, kind string) string {
	if c.from == "Blockly" {
		name = strings.ToLower(name)
	}
	return kind + " " + name
}

// variableOf returns the variable that a field means.
func (c *converter) variableOf(f *element) *variable {
	id, kind := f.attr("id"), f.attr("variabletype")
	if c.from == "Blockly" && id != "" {
		if v := c.byID[id]; v != nil {
			return v
		}
		return c.findable(c.add(id, string(f.text), kind))
	}
	return c.named(string(f.text), kind)
}

// named returns the variable of a name in the document's scope, and declares it
// if need be.
func (c *converter) named(name, kind string) *variable {
	if name == "" {
		name = "unnamed"
	}
	if v := c.names[c.key(name, kind)]; v != nil {
		return v
	}
	key := c.key(name, kind)
	if c.prefix != "" && c.variableNames[strings.ToLower(name)] {
		// Another function's variable of that name is another variable.
		name = c.prefix + "." + name
	}
	v := c.add("", name, kind)
	c.names[key] = v
	return v
}
