package blocks

import (
	"strings"
	"unicode/utf8"

	"blockflow/engine"
)

var lists = drawer{Category: engine.Category{
	Name: "Lists", Colour: "#745ba5",
	Blocks: []engine.Block{
		listWith, listEmpty, listRepeat, listLength, listIsEmpty, listIndexOf, listGet, listSet,
		listPart, listSplit, listSort, listReverse,
		listAdd, listRemove, listContains, listPluck, listFilter, listMap, listSortBy,
		listFind, listGroup, listUnique,
	},
}}

const listDoc = "What isn't a list stops the flow."

// listIn is an input that means an empty list when it is empty, as in Blockly.
func listIn(name string) engine.Slot { return engine.In(name, engine.ListType).Optional() }

// list compiles the input made with listIn.
func list(b *engine.Builder, name string) engine.Operand {
	if b.Filled(name) {
		return b.In(name)
	}
	return b.List(b.Temp(), nil)
}

// listThen compiles a list and, after it, other inputs.
func listThen(b *engine.Builder, name string, others ...string) []engine.Operand {
	if b.Filled(name) {
		return b.Ins(append([]string{name}, others...)...)
	}
	return append([]engine.Operand{list(b, name)}, b.Ins(others...)...)
}

// showsList is how Blockly's toolbox fills the input: with the variable “list”.
func showsList(input string) map[string]any {
	return map[string]any{input: map[string]any{"block": map[string]any{
		"type": "variables_get", "fields": map[string]any{"VAR": map[string]any{"name": "list"}},
	}}}
}

var listWith = engine.Block{
	Type:  "lists_create_with",
	Slots: []engine.Slot{engine.In("ADD").Else(engine.Null).Repeated("itemCount", "items", 3)},
	Shape: engine.ValueBlock, Gives: engine.ListType,
	Help: "Makes a list of these items.",
	Doc:  "Lists are shared: a list that is put into two variables is one list, and a change shows in both. An empty input is an item that is nothing.",
	Examples: []engine.Example{
		{Block: `{"type":"lists_create_with","extraState":{"itemCount":2},"inputs":{"ADD0":1,"ADD1":"two"}}`, Gives: `[1,"two"]`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		return b.List(dst, b.Inputs("ADD"))
	}),
}

var listEmpty = engine.Block{
	Type:  "lists_create_empty",
	Shape: engine.ValueBlock, Gives: engine.ListType,
	Toolbox:  engine.Toolbox{Hidden: true}, // the block above without items
	Help:     "Makes an empty list.",
	Doc:      "Every time it runs it makes a new one.",
	Examples: []engine.Example{{Block: `{"type":"lists_create_empty"}`, Gives: `[]`}},
	Means:    engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand { return b.List(dst, nil) }),
}

var listRepeat = engine.Block{
	Type:  "lists_repeat",
	Slots: []engine.Slot{engine.In("ITEM").Else(engine.Null), numberIn("NUM", 0, 5)},
	Shape: engine.ValueBlock, Gives: engine.ListType,
	Help: "Makes a list of one item, many times.",
	Doc:  "A fraction counts as one more, a negative number as none. " + numberDoc + " If the item is itself a list, all places hold the same one.",
	Examples: []engine.Example{
		{Block: `{"type":"lists_repeat","inputs":{"ITEM":"x","NUM":3}}`, Gives: `["x","x","x"]`},
	},
	Means: engine.FuncN(func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
		times, err := engine.Numeric(args[1])
		if err != nil {
			return engine.Null, err
		}
		most := float64(m.Limits().List + 1)
		n := int(min(max(times, 0), most))
		if float64(n) < min(times, most) {
			n++
		}
		if times != times {
			n = 0
		}
		if err := m.NewList(n); err != nil {
			return engine.Null, err
		}
		items := make([]engine.Value, n)
		for i := range items {
			items[i] = args[0]
		}
		return engine.List(items), nil
	}, "ITEM", "NUM"),
}

var listLength = engine.Block{
	Type:  "lists_length",
	Slots: []engine.Slot{engine.In("VALUE", engine.TextType, engine.ListType).Optional()},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help: "How many items a list has, or characters a text.",
	Doc:  unitsDoc + " What has no length fails: nothing, a number, yes or no (JavaScript would give nothing, or call a number empty).",
	Examples: []engine.Example{
		{Block: `{"type":"lists_length","inputs":{"VALUE":"abc"}}`, Gives: `3`},
		{Block: `{"type":"lists_length","inputs":{"VALUE":{"type":"logic_ternary","inputs":{"IF":true,"THEN":5}}}}`, Fails: engine.WrongType},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		return b.Apply(dst, "length", length, list(b, "VALUE"))
	}),
}

var listIsEmpty = engine.Block{
	Type:  "lists_isEmpty",
	Slots: []engine.Slot{engine.In("VALUE", engine.TextType, engine.ListType).Optional()},
	Shape: engine.ValueBlock, Gives: engine.BooleanType,
	Help:     "True if a list has no items, or a text no characters.",
	Doc:      "What has no length fails: nothing, a number, yes or no (JavaScript would give nothing, or call a number empty).",
	Examples: []engine.Example{{Block: `{"type":"lists_isEmpty","inputs":{"VALUE":[0]}}`, Gives: `false`}},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		return b.Apply(dst, "empty", isEmpty, list(b, "VALUE"))
	}),
}

var listIndexOf = engine.Block{
	Type: "lists_indexOf",
	Slots: []engine.Slot{
		listIn("VALUE"), engine.Choice("END", "FIRST", "first", "LAST", "last"), engine.In("FIND").Else(engine.Text("")),
	},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Toolbox: engine.Toolbox{Inputs: showsList("VALUE")},
	Help:    "The place of an item in a list, from 1; 0 if it isn't there.",
	Doc:     "Compares without converting, as JavaScript's `===` does: 1 and \"1\" are different, two lists are the same only if they are one, and NaN is never found. Nothing is found whether it was set or not. " + listDoc,
	Examples: []engine.Example{
		{Block: `{"type":"lists_indexOf","inputs":{"VALUE":[1,"1"],"FIND":"1"}}`, Gives: `2`},
		{Block: `{"type":"lists_indexOf","fields":{"END":"LAST"},"inputs":{"VALUE":["a","b","a"],"FIND":"a"}}`, Gives: `3`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		end := b.Text("END")
		return b.Apply(dst, end, func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			items, err := listItems(args[0])
			if err != nil {
				return engine.Null, err
			}
			m.Work(16 * len(items))
			for i := range items {
				if end == last {
					i = len(items) - 1 - i
				}
				if engine.Same(items[i], args[1]) {
					return engine.Number(float64(i + 1)), nil
				}
			}
			return engine.Number(0), nil
		}, listThen(b, "VALUE", "FIND")...)
	}),
}

var listPart = engine.Block{
	Type:  "lists_getSublist",
	Slots: append([]engine.Slot{listIn("LIST")}, spanSlots...),
	Shape: engine.ValueBlock, Gives: engine.ListType,
	Toolbox: engine.Toolbox{Inputs: showsList("LIST")},
	Help:    "A part of a list, as a new list.",
	Doc:     spanDoc + " " + listDoc,
	Examples: []engine.Example{
		{Block: `{"type":"lists_getSublist","fields":{"WHERE1":"FROM_START","WHERE2":"FROM_END"},"inputs":{"LIST":["a","b","c","d"],"AT1":2,"AT2":2}}`, Gives: `["b","c"]`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		s := span{b.Text("WHERE1"), b.Text("WHERE2")}
		var others []string
		if counted(s.where1) {
			others = append(others, "AT1")
		}
		if counted(s.where2) {
			others = append(others, "AT2")
		}
		return b.Apply(dst, "part "+s.where1+s.where2, func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			items, err := listItems(args[0])
			if err != nil {
				return engine.Null, err
			}
			from, to, err := s.bounds(len(items), args[1:])
			if err != nil {
				return engine.Null, err
			}
			return copyOf(m, items[from:to])
		}, listThen(b, "LIST", others...)...)
	}),
}

// copyOf makes a new list of items.
func copyOf(m *engine.Machine, items []engine.Value) (engine.Value, error) {
	if err := m.NewList(len(items)); err != nil {
		return engine.Null, err
	}
	return engine.List(append([]engine.Value(nil), items...)), nil
}

var listSplit = engine.Block{
	Type: "lists_split",
	Slots: []engine.Slot{
		engine.Choice("MODE", "SPLIT", "list from text", "JOIN", "text from list"),
		engine.In("INPUT", engine.TextType, engine.ListType).Optional(),
		textIn("DELIM", ","),
	},
	Shape: engine.ValueBlock, // a list, or a text
	Help:  "Makes a list of a text, or a text of a list, with a delimiter between the items.",
	Doc: "An empty delimiter takes a text apart character by character. " + unitsDoc + " Joining writes nothing as an empty text and lists within the list with commas. " +
		"An empty input is an empty text or list; what is neither stops the flow. As delimiter: " + searchedDoc,
	Examples: []engine.Example{
		{Block: `{"type":"lists_split","fields":{"MODE":"SPLIT"},"inputs":{"INPUT":"a,b,,c","DELIM":","}}`, Gives: `["a","b","","c"]`},
		{Block: `{"type":"lists_split","fields":{"MODE":"JOIN"},"inputs":{"INPUT":[1,null,[2,3]],"DELIM":"-"}}`, Gives: `"1--2,3"`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		if b.Text("MODE") == "JOIN" {
			return b.Apply(dst, "join", joinList, listThen(b, "INPUT", "DELIM")...)
		}
		if b.Filled("INPUT") {
			return b.Work(split, b.Ins("INPUT", "DELIM"), 2)
		}
		return b.Work(split, []engine.Operand{b.Const(engine.Text("")), b.In("DELIM")}, 2)
	}),
}

// splitPart is how many pieces are cut off in one part of the work.
const splitPart = 4096

// pieceWork is how many bytes of work it is to cut off a piece: a text must be
// made of it, which takes some ten times a step.
const pieceWork = 2048

// split is a worker: text and delimiter stand first, then the pieces that are cut
// off already, and where to go on.
func split(m *engine.Machine, s []engine.Value) (done bool, err error) {
	if s[2].IsNull() {
		return beginSplit(m, s)
	}
	in, _ := s[0].AsText()
	by, _ := s[1].AsText()
	items, _ := s[2].AsList()
	from, _ := s[3].AsNumber()
	at := int(from)
	for range splitPart {
		n := strings.Index(in[at:], by)
		if n < 0 {
			s[0] = engine.List(append(items, engine.PartOf(in[at:], in)))
			s[2], s[3] = engine.Null, engine.Null
			return true, nil
		}
		items = append(items, engine.PartOf(in[at:at+n], in))
		at += n + len(by)
	}
	m.Work(pieceWork * splitPart)
	s[2].SetItems(items)
	s[3] = engine.Number(float64(at))
	return false, nil
}

func beginSplit(m *engine.Machine, s []engine.Value) (done bool, err error) {
	in, by, err := twoTexts(m, s[:2])
	if err != nil {
		return false, err
	}
	n, _ := s[0].Length()
	if by != "" {
		n = occurrences(in, by) + 1
	}
	if err := m.NewList(n); err != nil {
		return false, err
	}
	if by == "" {
		s[0] = engine.List(engine.Units(in))
		return true, m.Charge(int64(len(in) - n)) // most characters need no room of their own
	}
	if err := m.Charge(int64(n)*textBytes + int64(len(in))); err != nil {
		return false, err
	}
	if !utf8.ValidString(by) { // half a character, which may be within a whole one
		var items []engine.Value
		for _, piece := range engine.SplitText(in, by) {
			items = append(items, engine.PartOf(piece, in))
		}
		s[0] = engine.List(items)
		return true, nil
	}
	s[1], s[2], s[3] = engine.Text(by), engine.List(make([]engine.Value, 0, n)), engine.Number(0)
	return false, nil
}

// textBytes is about what a text takes beside its characters.
const textBytes = 96

func joinList(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	items, err := listItems(args[0])
	if err != nil {
		return engine.Null, err
	}
	by, err := searched(m, args[1])
	if err != nil {
		return engine.Null, err
	}
	if err := m.NewList(len(items)); err != nil { // the parts
		return engine.Null, err
	}
	between := max(len(items)-1, 0) * len(by)
	if size, ok := textSize(items); ok {
		if err := m.TextFits(size + between); err != nil {
			return engine.Null, err
		}
		return engine.Text(engine.JoinAll([]string{joinTextItems(items, by, size+between)}, "")), nil
	}
	parts, size := make([]string, len(items)), between
	for i, v := range items {
		if v.IsNull() {
			continue
		}
		if parts[i], err = m.ToText(v); err != nil {
			return engine.Null, err
		}
		if size += len(parts[i]); size > m.Limits().Text {
			break
		}
	}
	if err := m.TextFits(size); err != nil {
		return engine.Null, err
	}
	return engine.Text(engine.JoinAll(parts, by)), nil
}

// textSize returns how many bytes the items of a list have in all, if they are
// texts.
func textSize(items []engine.Value) (size int, ok bool) {
	for _, v := range items {
		s, ok := v.AsText()
		if !ok {
			return 0, false
		}
		size += len(s)
	}
	return size, true
}

// joinTextItems joins items that are texts without a list of them in between.
func joinTextItems(items []engine.Value, by string, size int) string {
	var b strings.Builder
	b.Grow(size)
	for i, v := range items {
		if i > 0 {
			b.WriteString(by)
		}
		s, _ := v.AsText()
		b.WriteString(s)
	}
	return b.String()
}

var listSort = engine.Block{
	Type: "lists_sort",
	Slots: []engine.Slot{
		engine.Choice("TYPE", "NUMERIC", "numeric", "TEXT", "alphabetic", "IGNORE_CASE", "alphabetic, ignore case"),
		engine.Choice("DIRECTION", "1", "ascending", "-1", "descending"),
		listIn("LIST"),
	},
	Shape: engine.ValueBlock, Gives: engine.ListType,
	Toolbox: engine.Toolbox{Inputs: showsList("LIST")},
	Help:    "A sorted copy of a list.",
	Doc: "Items that are equal keep their order, in both directions (Blockly's JavaScript turns texts that are equal around). " +
		"Sorting by numbers stops at an item that isn't one and puts NaN last; sorting by letters compares characters, capitals before small letters, and takes any item as its text. What was never set comes last, in both directions, as in JavaScript. " + listDoc,
	Examples: []engine.Example{
		{Block: `{"type":"lists_sort","fields":{"TYPE":"NUMERIC","DIRECTION":"1"},"inputs":{"LIST":[10,9,"8"]}}`, Gives: `["8",9,10]`},
		{Block: `{"type":"lists_sort","fields":{"TYPE":"TEXT","DIRECTION":"-1"},"inputs":{"LIST":["b","a","C"]}}`, Gives: `["b","a","C"]`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		order := orders[b.Text("TYPE")]
		less := order.less
		if b.Text("DIRECTION") == "-1" {
			less = func(x, y engine.Value) bool { return order.less(y, x) }
		}
		if order.key == nil {
			return b.Const(engine.Null)
		}
		return b.Sort(b.Apply(b.Temp(), "list", wantsList, list(b, "LIST")), keyUnlessUnset(order.key), unsetLast(less))
	}),
}

func wantsList(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
	_, err := listItems(args[0])
	return args[0], err
}

// An order is by what, and how, a list is sorted.
type order struct {
	key  func(*engine.Machine, engine.Value) (engine.Value, error)
	less func(x, y engine.Value) bool
}

var orders = map[string]order{
	"NUMERIC": {numberKey, numberLess},
	"TEXT":    {textKey, textLess},
	"IGNORE_CASE": {func(m *engine.Machine, v engine.Value) (engine.Value, error) {
		k, err := textKey(m, v)
		s, _ := k.AsText()
		return engine.Text(lowerCase(s)), err
	}, textLess},
}

// keyUnlessUnset gives what was never set, and NaN, a key that unsetLast knows.
func keyUnlessUnset(key func(*engine.Machine, engine.Value) (engine.Value, error)) func(*engine.Machine, engine.Value) (engine.Value, error) {
	return func(m *engine.Machine, v engine.Value) (engine.Value, error) {
		if v == engine.Unset {
			return v, nil
		}
		k, err := key(m, v)
		if x, ok := k.AsNumber(); ok && x != x {
			return engine.Null, err
		}
		return k, err
	}
}

// unsetLast puts what has no order last, whatever the direction: NaN, and behind
// it what was never set.
func unsetLast(less func(x, y engine.Value) bool) func(x, y engine.Value) bool {
	return func(x, y engine.Value) bool {
		if x.IsNull() || y.IsNull() {
			return x != engine.Unset && (y == engine.Unset || !x.IsNull())
		}
		return less(x, y)
	}
}

func numberKey(_ *engine.Machine, v engine.Value) (engine.Value, error) {
	x, err := engine.Numeric(v)
	return engine.Number(x), err
}

func textKey(m *engine.Machine, v engine.Value) (engine.Value, error) {
	if v.Kind() == engine.KindText {
		return v, nil
	}
	s, err := m.ToText(v)
	if err != nil {
		return engine.Null, err
	}
	return engine.Text(s), m.TextFits(len(s))
}

func textLess(x, y engine.Value) bool {
	c, _ := engine.Compare(x, y)
	return c < 0
}

var listReverse = engine.Block{
	Type:  "lists_reverse",
	Slots: []engine.Slot{listIn("LIST")},
	Shape: engine.ValueBlock, Gives: engine.ListType,
	Toolbox: engine.Toolbox{Inputs: showsList("LIST")},
	Help:    "A copy of a list, from its end to its beginning.",
	Doc:     "The list itself stays as it is. " + listDoc,
	Examples: []engine.Example{
		{Block: `{"type":"lists_reverse","inputs":{"LIST":[1,2,3]}}`, Gives: `[3,2,1]`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		return b.Apply(dst, "reverse", func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			items, err := listItems(args[0])
			if err != nil {
				return engine.Null, err
			}
			if err := m.NewList(len(items)); err != nil {
				return engine.Null, err
			}
			out := make([]engine.Value, len(items))
			for i, v := range items {
				out[len(out)-1-i] = v
			}
			return engine.List(out), nil
		}, list(b, "LIST"))
	}),
}
