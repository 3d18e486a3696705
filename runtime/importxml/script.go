package importxml

import (
	"encoding/json"
	"slices"
	"strconv"
)

// script converts custom code. Codeless quotes the code as JSON and names the
// inputs after the arguments; here they are numbered, so that an argument can be
// renamed. Where it stands says whether it gives a value.
func (c *converter) script(e *element, pos position) *block {
	m := e.child("mutation")
	names := arguments(m)
	b := &block{kind: customCode, id: c.id(e)}
	if pos == inStack || pos == atTop && m.attr("output") == "false" {
		b.kind += "_do"
	}
	c.attributes(e, b, pos)
	for _, in := range e.children {
		if in.name == "statement" || in.name == "value" && filled(in) && !slices.Contains(names, in.attr("name")) {
			return c.placeholder(e, b, pos, "It has an input that is none of its arguments.")
		}
	}
	c.report.Converted++
	code := ""
	if x := m.child("code"); x != nil {
		if code = string(x.text); json.Unmarshal(x.text, &code) != nil {
			code = string(x.text)
		}
	}
	b.fields = []member{{"CODE", code}}
	if name := field(e, "name"); name != "" {
		b.fields = append(b.fields, member{"name", name})
	}
	b.extra = object{{"args", names}}
	for _, in := range e.children {
		if i := slices.Index(names, in.attr("name")); in.name == "value" && i >= 0 {
			b.inputs = append(b.inputs, c.input("ARG"+strconv.Itoa(i), in))
		}
	}
	return b
}
