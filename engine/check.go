package engine

import (
	"slices"
	"strconv"
	"strings"
)

// check compares a block with its declaration and returns that, or nil for a
// block that nobody declared. Every block is checked, also one that is disabled
// inside another, because a disabled block is one click from running.
func (b *Builder) check(n *Node) *Block {
	d := b.vocabulary.byType[n.Type]
	if d == nil {
		hint := ""
		if near := b.vocabulary.nearest(n.Type); near != "" {
			hint = " Did you mean " + strconv.Quote(near) + "?"
		}
		b.fault(n, UnknownBlock, "There is no block %q here.%s", clip(n.Type), hint)
		return nil
	}
	for _, c := range n.inputs {
		s := b.slot(n, c.name)
		switch {
		case s == nil || s.kind != valueSlot && s.kind != bodySlot:
			b.fault(n, UnknownInput, "This block has no input %q.", clip(c.name))
		case s.kind == valueSlot:
			b.fits(n, c, s)
		}
	}
	if n.next != nil && (d.Shape == ValueBlock || d.Shape == Definition) {
		b.fault(n, UnknownInput, "Nothing can follow this block, but %q does.", clip(n.next.Type))
	}
	if n.fields != nil {
		for i, name := range n.fields.keys {
			b.checkField(n, name, n.fields.items[i])
		}
	}
	return d
}

// fits checks what stands in a value input.
func (b *Builder) fits(n *Node, c connection, s *Slot) {
	child := n.in(c.name)
	if child == nil {
		return
	}
	if child.next != nil {
		b.fault(child.next, DoesNotFit, "A block follows another inside the input %s, which takes one value.", s.Name)
	}
	d := b.vocabulary.byType[child.Type]
	if d == nil || d.Gives == AnyType || len(s.accepts) == 0 || d.Shape != ValueBlock && d.Shape != Either {
		return
	}
	if !slices.Contains(s.accepts, d.Gives) && !slices.Contains(s.accepts, AnyType) {
		b.fault(child, DoesNotFit, "This block gives %s, but where it stands fits only %s.", typeName(d.Gives), typeNames(s.accepts))
	}
}

func typeName(t Type) string {
	return map[Type]string{NumberType: "a number", TextType: "a text", BooleanType: "yes or no", ListType: "a list", ObjectType: "an object", DateType: "a date"}[t]
}

func typeNames(types []Type) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = typeName(t)
	}
	return strings.Join(names, " or ")
}

// checkField compares a field with its declaration. Unknown fields are kept and
// ignored, as Blockly does.
func (b *Builder) checkField(n *Node, name string, v *jsonValue) {
	s := b.slot(n, name)
	if s == nil {
		return
	}
	wrong := func(want string) {
		b.fault(n, WrongField, "The field %s must hold %s.", name, want)
	}
	switch s.kind {
	case numberField:
		if v.kind == jsonString && !isNumber(v.text) || v.kind != jsonNumber && v.kind != jsonString && v.kind != jsonNull {
			wrong("a number")
		}
	case textField:
		if v.kind != jsonString && v.kind != jsonNumber && v.kind != jsonBool {
			wrong("a text")
		}
	case checkField:
		if v.kind != jsonBool && !(v.kind == jsonString && (strings.EqualFold(v.text, "true") || strings.EqualFold(v.text, "false"))) {
			wrong("true or false")
		}
	case choiceField:
		text, _ := ToText(valueOf(v))
		for i := 0; i < len(s.choices); i += 2 {
			if s.choices[i] == text && v.kind < jsonArray {
				return
			}
		}
		values := make([]string, 0, len(s.choices)/2)
		for i := 0; i < len(s.choices); i += 2 {
			values = append(values, s.choices[i])
		}
		b.fault(n, WrongField, "The field %s holds %q, which isn't one of its choices: %s.", name, clip(text), strings.Join(values, ", "))
	case variableField:
		if v.kind != jsonObject && v.kind != jsonString {
			wrong("a variable")
		}
	default:
		b.fault(n, WrongField, "%s is an input of this block, not a field.", name)
	}
}

func isNumber(s string) bool {
	f := ParseNumber(strings.ReplaceAll(s, ",", ""))
	return f == f
}
