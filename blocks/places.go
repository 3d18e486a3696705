package blocks

import (
	gomath "math"

	"blockflow/engine"
)

// Places in lists and texts, as Blockly's blocks name them: from the start, from
// the end, the first, the last, a random one. Places count from 1.
const (
	fromStart = "FROM_START"
	fromEnd   = "FROM_END"
	first     = "FIRST"
	last      = "LAST"
	random    = "RANDOM"
)

var whereChoices = []string{fromStart, "#", fromEnd, "# from end", first, "first", last, "last", random, "random"}

const placesDoc = "Places count from 1. " + numberDoc + " "

// at is the input for a place that is counted. An empty one means the first, or
// from the end the last.
func at(name string) engine.Slot { return engine.In(name, engine.NumberType).Else(engine.Number(1)) }

func showsAt(names ...string) map[string]any {
	inputs := map[string]any{}
	for _, name := range names {
		inputs[name] = map[string]any{"shadow": map[string]any{"type": "math_number", "fields": map[string]any{"NUM": 1}}}
	}
	return inputs
}

// counted reports whether a choice of place has an input for its number.
func counted(where string) bool { return where == fromStart || where == fromEnd }

// cutAt converts a place to a whole number.
func cutAt(v engine.Value) (float64, error) {
	x, err := engine.Numeric(v)
	return cut(x), err
}

// cut makes a number whole as JavaScript's list functions do: what is behind the
// point is cut off, and NaN is 0.
func cut(x float64) float64 {
	if x != x {
		return 0
	}
	return gomath.Trunc(x)
}

// noPlace says that a list or text has no such place.
func noPlace(x float64, what string) error {
	return engine.Fail(engine.OutOfRange, "A %s has no place %s: places count from 1.", what, engine.FormatNumber(x))
}

// A span says which part of a list or text a block takes.
type span struct{ where1, where2 string }

// spanIn compiles the inputs of a span after that of the list or text.
func spanIn(b *engine.Builder, list string) (span, []engine.Operand) {
	s := span{b.Text("WHERE1"), b.Text("WHERE2")}
	inputs := []string{list}
	if counted(s.where1) {
		inputs = append(inputs, "AT1")
	}
	if counted(s.where2) {
		inputs = append(inputs, "AT2")
	}
	return s, b.Ins(inputs...)
}

// bounds gives the span within a length, from and to counted from 0. What lies
// outside is left out: JavaScript would count a place before the first from the
// end.
func (s span) bounds(length int, args []engine.Value) (from, to int, err error) {
	n := float64(length)
	start, end := 0.0, n
	next := args
	place := func() (x float64) {
		if err == nil {
			x, err = engine.Numeric(next[0])
		}
		next = next[1:]
		return x
	}
	switch s.where1 {
	case fromStart:
		start = place() - 1
	case fromEnd:
		start = n - place()
	}
	switch s.where2 {
	case fromStart:
		end = place()
	case fromEnd:
		end = n - place() + 1
	}
	start, end = min(max(cut(start), 0), n), min(max(cut(end), 0), n)
	return int(start), int(max(start, end)), err
}

var spanSlots = []engine.Slot{
	engine.Choice("WHERE1", fromStart, "#", fromEnd, "# from end", first, "first"), at("AT1"),
	engine.Choice("WHERE2", fromStart, "#", fromEnd, "# from end", last, "last"), at("AT2"),
}

const spanDoc = placesDoc + "Both ends are included. What lies outside is left out (JavaScript counts places before the first from the end)."

var textSubstring = engine.Block{
	Type:  "text_getSubstring",
	Slots: append([]engine.Slot{textIn("STRING", "abc")}, spanSlots...),
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Toolbox: engine.Toolbox{Inputs: showsAt("AT1", "AT2")},
	Help:    "A part of a text.",
	Doc:     spanDoc + " " + unitsDoc + " " + textDoc,
	Examples: []engine.Example{
		{Block: `{"type":"text_getSubstring","fields":{"WHERE1":"FROM_START","WHERE2":"FROM_START"},"inputs":{"STRING":"banana","AT1":2,"AT2":4}}`, Gives: `"ana"`},
		{Block: `{"type":"text_getSubstring","fields":{"WHERE1":"FROM_END","WHERE2":"LAST"},"inputs":{"STRING":"abc","AT1":9}}`, Gives: `"abc"`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		s, args := spanIn(b, "STRING")
		return b.Apply(dst, "part "+s.where1+s.where2, func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			if _, err := someText(m, args[0]); err != nil {
				return engine.Null, err
			}
			n, _ := args[0].Length()
			from, to, err := s.bounds(n, args[1:])
			if err != nil {
				return engine.Null, err
			}
			return args[0].Slice(from, to), nil
		}, args...)
	}),
}

var textCharAt = engine.Block{
	Type: "text_charAt",
	Slots: []engine.Slot{
		textIn("VALUE", "abc"),
		engine.Choice("WHERE", fromStart, "letter #", fromEnd, "letter # from end", first, "first letter", last, "last letter", random, "random letter"),
		at("AT"),
	},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Toolbox: engine.Toolbox{Inputs: showsAt("AT")},
	Help:    "One character of a text.",
	Doc: placesDoc + unitsDoc + " A place behind the text gives an empty text, a place too far from its end the first character, as in JavaScript; a place before 1 fails. An empty text has no random character: that gives nothing. " +
		textDoc + " " + randomDoc,
	Examples: []engine.Example{
		{Block: `{"type":"text_charAt","fields":{"WHERE":"FROM_END"},"inputs":{"VALUE":"abc","AT":1}}`, Gives: `"c"`},
		{Block: `{"type":"text_charAt","fields":{"WHERE":"FROM_START"},"inputs":{"VALUE":"abc","AT":0}}`, Fails: engine.OutOfRange},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		where := b.Text("WHERE")
		inputs := []string{"VALUE"}
		if counted(where) {
			inputs = append(inputs, "AT")
		}
		args := b.Ins(inputs...)
		if where == random {
			seeded(b)
		}
		return b.Apply(dst, where, func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			if _, err := someText(m, args[0]); err != nil {
				return engine.Null, err
			}
			n, _ := args[0].Length()
			i := 0
			switch where {
			case fromStart, fromEnd:
				x, err := cutAt(args[1])
				if err != nil {
					return engine.Null, err
				}
				if x < 1 {
					return engine.Null, noPlace(x, "text")
				}
				if where == fromEnd {
					x = max(float64(n)-x, 0) + 1
				}
				i = int(min(x, float64(n)+1)) - 1
			case last:
				i = max(n-1, 0)
			case random:
				if n == 0 {
					return engine.Unset, nil
				}
				i = m.RandomBelow(n)
			}
			if i >= n {
				return engine.Text(""), nil
			}
			return args[0].Slice(i, i+1), nil
		}, args...)
	}),
}
