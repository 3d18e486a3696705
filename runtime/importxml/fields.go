package importxml

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"blockflow/blocks"
)

const manuallyDisabled = "MANUALLY_DISABLED"

// attributes converts what XML says about a block in attributes and in <data> and
// <comment>.
func (c *converter) attributes(e *element, b *block, pos position) {
	if pos == atTop {
		b.place = &place{number(e.attr("x")), number(e.attr("y"))}
	}
	for _, a := range e.attrs {
		v := a.Value
		switch name := a.Name.Local; name {
		case "type", "id", "x", "y", "xmlns":
		case "collapsed":
			if v == "true" {
				b.flags = append(b.flags, member{name, true})
			}
		case "deletable", "movable", "editable":
			if v == "false" {
				b.flags = append(b.flags, member{name, false})
			}
		case "inline":
			if v == "true" || v == "false" {
				b.flags = append(b.flags, member{name, v == "true"})
			}
		case "disabled":
			if v == "true" && len(b.disabled) == 0 {
				b.disabled = []string{manuallyDisabled}
			}
		case "disabled-reasons":
			b.disabled = reasons(v)
		case "bl_meta":
			b.data = v
		default:
			c.note("The attribute %s of a block means nothing here. It was left out.", clip(name))
		}
	}
	if data := e.child("data"); data != nil {
		b.data = string(data.text)
	}
	if comment := e.child("comment"); comment != nil {
		b.comment = blockComment(comment)
	}
	for _, child := range e.children {
		switch child.name {
		case "field", "title", "value", "statement", "next", "mutation", "data", "comment":
		default:
			c.note("The element <%s> in a block means nothing here. It was left out.", clip(child.name))
		}
	}
}

// reasons reads why a block is disabled: a list with commas, each part escaped as
// in an address.
func reasons(list string) []string {
	var out []string
	for part := range strings.SplitSeq(list, ",") {
		if plain, err := url.PathUnescape(part); err == nil {
			part = plain
		}
		if part != "" {
			out = append(out, part)
		}
	}
	return out
}

func blockComment(e *element) object {
	o := object{{"text", string(e.text)}, {"pinned", e.attr("pinned") == "true"}}
	for _, size := range []struct{ xml, json string }{{"h", "height"}, {"w", "width"}, {"x", "x"}, {"y", "y"}} {
		if v, ok := e.lookup(size.xml); ok {
			o = append(o, member{size.json, number(v)})
		}
	}
	return o
}

func (c *converter) workspaceComment(e *element) object {
	id := e.attr("id")
	if id == "" {
		id = c.fresh("comment")
	}
	o := object{{"id", id}, {"x", number(e.attr("x"))}, {"y", number(e.attr("y"))}}
	for _, size := range []struct{ xml, json string }{{"w", "width"}, {"h", "height"}} {
		if v, ok := e.lookup(size.xml); ok {
			o = append(o, member{size.json, number(v)})
		}
	}
	o = append(o, member{"text", string(e.text)})
	if e.attr("collapsed") == "true" {
		o = append(o, member{"collapsed", true})
	}
	for _, name := range []string{"editable", "movable", "deletable"} {
		if e.attr(name) == "false" {
			o = append(o, member{name, false})
		}
	}
	return o
}

var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// number reads a number as XML has it; what isn't one is 0.
func number(s string) json.Number {
	s = strings.TrimSpace(s)
	if len(s) < 400 && jsonNumber.MatchString(s) {
		return json.Number(s)
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && f == f && f-f == 0 {
		return json.Number(strconv.FormatFloat(f, 'g', -1, 64))
	}
	return "0"
}

// fields converts a block's fields.
func (c *converter) fields(e *element, b *block) {
	for _, f := range e.children {
		if f.name != "field" && f.name != "title" {
			continue
		}
		name, text := f.attr("name"), string(f.text)
		if name == togglerField {
			continue // the same as the mutation, and as where the block stands
		}
		var v any = text
		switch c.fieldKind(b.kind, name, f) {
		case "field_variable":
			v = object{{"id", c.variableOf(f).id}}
		case "field_number":
			if s := strings.TrimSpace(text); number(s) != "0" || jsonNumber.MatchString(s) {
				v = number(s)
			}
		case "field_checkbox":
			if strings.EqualFold(text, "true") || strings.EqualFold(text, "false") {
				v = strings.EqualFold(text, "true")
			}
		}
		if name == "NAME" && c.renamed[strings.ToLower(text)] != "" && strings.HasPrefix(b.kind, "procedures_def") {
			v = c.renamed[strings.ToLower(text)]
		}
		b.fields = append(b.fields, member{name, v})
	}
	if b.kind == "try_catch" && c.from == "Codeless" && !hasField(e, "VAR") {
		// Codeless puts what was caught into the variable of this name.
		b.fields = append(b.fields, member{"VAR", object{{"id", c.named("error", "").id}}})
	}
}

func hasField(e *element, name string) bool {
	for _, f := range e.children {
		if (f.name == "field" || f.name == "title") && f.attr("name") == name {
			return true
		}
	}
	return false
}

// togglerField is Codeless's switch between value and statement.
const togglerField = "connections_toggler"

// fieldKind returns Blockly's kind of a field.
func (c *converter) fieldKind(blockType, name string, f *element) string {
	if kind := ourFields()[blockType+" "+name]; kind != "" {
		return kind
	}
	_, hasID := f.lookup("id")
	_, hasType := f.lookup("variabletype")
	switch {
	case hasID, hasType, name == "VAR":
		return "field_variable"
	case blockType == "math_number" && name == "NUM", blockType == "controls_repeat" && name == "TIMES":
		return "field_number"
	}
	return "field_input"
}

// ourFields gives the kinds of the fields of the blocks that aren't Blockly's own.
var ourFields = sync.OnceValue(func() map[string]string {
	kinds := map[string]string{}
	for category, d := range blocks.Vocabulary().All {
		args, _ := d.Blockly(category)["args0"].([]any)
		for _, a := range args {
			arg, _ := a.(map[string]any)
			name, _ := arg["name"].(string)
			if kind, _ := arg["type"].(string); strings.HasPrefix(kind, "field_") {
				kinds[d.Type+" "+name] = kind
			}
		}
	}
	return kinds
})
