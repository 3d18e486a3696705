package engine

import (
	"slices"
	"strconv"
	"strings"
)

// This file is how a block's meaning reaches the blocks inside it.

// In compiles the block in a value input and returns where its value will be.
func (b *Builder) In(name string) Operand { return b.in(name, none) }

// InTo compiles the block in a value input so that its value goes to dst.
func (b *Builder) InTo(dst Operand, name string) { b.Move(dst, b.in(name, dst)) }

func (b *Builder) in(name string, dst Operand) Operand {
	n := b.node
	child := n.in(name)
	if child == nil {
		return b.Const(b.fallback(n, name))
	}
	return b.value(child, dst)
}

// Filled reports whether a value input holds a block that counts.
func (b *Builder) Filled(name string) bool { return b.node.in(name) != nil }

// fallback is what an empty input means.
func (b *Builder) fallback(n *Node, name string) Value {
	s := b.slot(n, name)
	if s == nil || !s.hasDefault {
		b.fault(n, MissingInput, "%s needs a value %s. Drag a block into it.", b.title(n), b.label(n, name))
		return Null
	}
	return s.fallback
}

// title is how the person knows the block: its first words.
func (b *Builder) title(n *Node) string {
	d := b.vocabulary.byType[n.Type]
	if d == nil || d.Text == "" {
		return "This block"
	}
	words, _, _ := strings.Cut(d.Text, "[")
	if words = strings.TrimSpace(words); words == "" {
		return "This block"
	}
	return "“" + words + "”"
}

// label says where on a block an input is: by the word before it, or by its name.
func (b *Builder) label(n *Node, name string) string {
	before, _, found := strings.Cut(b.vocabulary.byType[n.Type].Text, "["+name+"]")
	word := strings.TrimSpace(before[strings.LastIndex(before, "]")+1:])
	if found && word != "" && strings.Contains(before, "]") {
		return "after “" + word + "”"
	}
	return "for " + name
}

// slot returns the declaration of an input or field, also of a repeated one.
func (b *Builder) slot(n *Node, name string) *Slot {
	d := b.vocabulary.byType[n.Type]
	for i := range d.Slots {
		s := &d.Slots[i]
		if s.Name == name {
			if s.countKey == "" {
				return s
			}
			continue
		}
		if s.countKey == "" {
			continue
		}
		if k, err := strconv.Atoi(strings.TrimPrefix(name, s.Name)); err == nil && strings.HasPrefix(name, s.Name) && k >= 0 && k < n.Count(*s) && name == s.Name+strconv.Itoa(k) {
			return s
		}
	}
	return nil
}

// Count returns how many inputs a repeated slot has on this block.
func (n *Node) Count(s Slot) int {
	if list := n.extra.get(s.countKey); list != nil && list.kind == jsonArray {
		return len(list.items) + s.plus
	}
	text, ok := n.Extra(s.countKey, s.countXML)
	if !ok {
		return s.count
	}
	k, err := strconv.Atoi(text)
	if err != nil || k < 0 || k > MaxBlocks {
		return s.count
	}
	return k + s.plus
}

// Inputs compiles all inputs of a repeated slot.
func (b *Builder) Inputs(name string) []Operand {
	d := b.vocabulary.byType[b.node.Type]
	i := slices.IndexFunc(d.Slots, func(s Slot) bool { return s.Name == name })
	args := make([]Operand, b.node.Count(d.Slots[i]))
	for k := range args {
		args[k] = b.In(name + strconv.Itoa(k))
		if b.changes(b.node) { // some later one may; copying is cheap beside a call
			args[k] = b.keep(args[k])
		}
	}
	return args
}

// Ins compiles value inputs in this order. If a later one may assign a variable,
// an earlier one is copied first: it was evaluated before.
func (b *Builder) Ins(names ...string) []Operand {
	args := make([]Operand, len(names))
	for i, name := range names {
		args[i] = b.In(name)
		for _, later := range names[i+1:] {
			if child := b.node.in(later); child != nil && b.changes(child) {
				args[i] = b.keep(args[i])
				break
			}
		}
	}
	return args
}

// VariableThen compiles a variable and, after it, a value input. From is where the
// variable's value is as it was before the input was evaluated, which may assign
// the variable.
func (b *Builder) VariableThen(field, input string) (variable, from, value Operand) {
	variable = b.Variable(field)
	from = variable
	if child := b.node.in(input); child != nil && b.changes(child) {
		from = b.keep(variable)
	}
	return variable, from, b.In(input)
}

// keep copies a variable's value; what isn't a variable can't change.
func (b *Builder) keep(o Operand) Operand {
	isParam := false
	for _, p := range b.params {
		isParam = isParam || p == o
	}
	if o&globalSpace == 0 && !isParam {
		return o
	}
	t := b.Temp()
	b.Move(t, o)
	return t
}

// changes reports whether evaluating a block may assign a variable, by itself or
// in an input of it.
func (b *Builder) changes(n *Node) bool {
	if done, ok := b.changing[n]; ok {
		return done
	}
	d := b.vocabulary.byType[n.Type]
	does := d != nil && assigns(d)
	for _, c := range n.inputs {
		if child := n.in(c.name); child != nil && b.changes(child) {
			does = true
		}
	}
	b.changing[n] = does
	return does
}

// assigns reports whether a value block of this type may assign a variable: a call
// of a function, a block with a stack of statements, and one that puts each item
// into a variable may.
func assigns(d *Block) bool {
	has := func(kind slotKind) bool {
		return slices.ContainsFunc(d.Slots, func(s Slot) bool { return s.kind == kind })
	}
	return isCall(d) || has(bodySlot) || has(variableField) && has(valueSlot)
}

// value compiles a value block.
func (b *Builder) value(n *Node, dst Operand) Operand {
	d := b.check(n)
	if d == nil {
		return b.Const(Null)
	}
	if d.Shape != ValueBlock && d.Shape != Either {
		b.fault(n, DoesNotFit, "%s gives no value, so it can't stand inside another block.", b.title(n))
		return b.Const(Null)
	}
	before := len(b.program.code)
	defer b.within(n)()
	o := d.Means.compile(b, d, dst)
	b.markValue(n, o, before)
	return o
}

// within makes n the current block until the function that it returns is called.
func (b *Builder) within(n *Node) func() {
	outer := b.node
	b.node = n
	return func() { b.node = outer }
}

// Body compiles the stack in a statement input; an empty one does nothing.
func (b *Builder) Body(name string) { b.stack(b.node.under(name)) }

// enabled returns the first enabled statement of a stack: a disabled one is
// skipped, what follows it is not.
func (n *Node) enabled() *Node {
	for n != nil && n.Disabled {
		n = n.next
	}
	return n
}

// stack compiles statements. They are counted in one go at its start.
func (b *Builder) stack(n *Node) {
	if n = n.enabled(); n == nil {
		return
	}
	count := 0
	for s := n; s != nil; s = s.next.enabled() {
		count++
	}
	for count > 0 {
		now := min(count, mostStepsAtOnce)
		restore := b.within(n)
		b.emit(opStep, uint16(now), 0, 0, 0)
		restore()
		count -= now
	}
	for ; n != nil; n = n.next.enabled() {
		b.statement(n)
	}
}

func (b *Builder) statement(n *Node) {
	d := b.check(n)
	if d == nil {
		return
	}
	if d.Shape == ValueBlock || d.Shape == Hat || d.Shape == Definition {
		b.fault(n, DoesNotFit, "%s can't stand in a stack of statements.", b.title(n))
		return
	}
	defer b.within(n)()
	b.markStart(n)
	top := b.top
	d.Means.compile(b, d, none)
	b.top = top
}

// Text returns a field's text.
func (b *Builder) Text(field string) string {
	v := b.field(field)
	s, _ := ToText(v)
	return s
}

// Number returns a number field.
func (b *Builder) Number(field string) float64 { return ToNumber(b.field(field)) }

// Flag returns whether a field's box is ticked.
func (b *Builder) Flag(field string) bool {
	on, _ := b.field(field).AsBoolean()
	return on
}

// field returns a checked field, or its default.
func (b *Builder) field(name string) Value { return b.fieldOf(b.node, name) }

func (b *Builder) fieldOf(n *Node, name string) Value {
	s := b.slot(n, name)
	f := n.fields.get(name)
	if f == nil || s == nil {
		if s == nil {
			return Null
		}
		return s.fallback
	}
	v := valueOf(f)
	switch s.kind {
	case numberField:
		if f.kind == jsonString {
			v = Number(ParseNumber(strings.ReplaceAll(f.text, ",", "")))
		}
		if f.kind == jsonNull {
			return s.fallback // how Blockly writes an infinite number, and reads it
		}
	case checkField:
		if f.kind == jsonString {
			v = Boolean(strings.EqualFold(f.text, "true"))
		}
	case textField, choiceField:
		if f.kind == jsonNumber || f.kind == jsonBool {
			t, _ := ToText(v)
			v = Text(t)
		}
	}
	return v
}

// Arms returns how many inputs of a repeated slot this block has.
func (b *Builder) Arms(name string) int {
	d := b.vocabulary.byType[b.node.Type]
	i := slices.IndexFunc(d.Slots, func(s Slot) bool { return s.Name == name })
	return b.node.Count(d.Slots[i])
}

// Holds reports whether a statement input holds a block that counts.
func (b *Builder) Holds(name string) bool { return b.node.under(name).enabled() != nil }

// Before protects a value that was evaluated before a later input: if evaluating
// that one may assign variables, the value is copied.
func (b *Builder) Before(o Operand, later string) Operand {
	if child := b.node.in(later); child != nil && b.changes(child) {
		return b.keep(o)
	}
	return o
}

// Copy returns a place that no block can assign: for what is evaluated once and
// used over many rounds.
func (b *Builder) Copy(o Operand) Operand { return b.keep(o) }

// MutationTexts returns the mutation's list of texts under key.
func (b *Builder) MutationTexts(key string) []string {
	list := b.node.ExtraList(key)
	texts := make([]string, len(list))
	for i, v := range list {
		if s, ok := v.AsText(); ok {
			texts[i] = s
			continue
		}
		b.Fail(WrongField, "The list %s of this block must hold texts.", key)
	}
	return texts
}
