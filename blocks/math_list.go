package blocks

import (
	gomath "math"

	"blockflow/engine"
)

var onList = engine.Block{
	Type: "math_on_list",
	Slots: []engine.Slot{
		engine.Choice("OP", "SUM", "sum", "MIN", "min", "MAX", "max", "AVERAGE", "average", "MEDIAN", "median", "MODE", "modes", "STD_DEV", "standard deviation", "RANDOM", "random item"),
		engine.In("LIST", engine.ListType).Optional(),
	},
	Shape: engine.ValueBlock, // MODE gives a list, RANDOM anything
	Help:  "The sum, smallest, largest, average or another measure of a list.",
	Doc: "As in JavaScript, the sum of a list with texts joins them; nothing counts as 0. The smallest, the largest, the average and the deviation stop the flow at what isn't a number; a list of one number in the list counts as that number. " +
		"An empty list has the sum 0, the smallest Infinity, the largest -Infinity, the average NaN, no median, no deviation and no random item (nothing). " +
		"The median looks only at numbers; modes is the list of all items that occur most often, in the order in which they first do. Nothing is one item to modes, whether it was set or not. " + listDoc + " " + randomDoc,
	Examples: []engine.Example{
		{Block: `{"type":"math_on_list","fields":{"OP":"SUM"},"inputs":{"LIST":[1,2,3.5]}}`, Gives: `6.5`},
		{Block: `{"type":"math_on_list","fields":{"OP":"MEDIAN"},"inputs":{"LIST":[9,1,3,4]}}`, Gives: `3.5`},
		{Block: `{"type":"math_on_list","fields":{"OP":"MODE"},"inputs":{"LIST":["a","b","b","a","c"]}}`, Gives: `["a","b"]`},
		{Block: `{"type":"math_on_list","fields":{"OP":"MAX"},"inputs":{"LIST":[1,"many"]}}`, Fails: engine.WrongType},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		list := b.Const(engine.Null)
		if b.Filled("LIST") {
			list = b.In("LIST")
		} else if op := b.Text("OP"); op != "MIN" && op != "MAX" {
			list = b.List(dst, nil)
		}
		switch op := b.Text("OP"); op {
		case "RANDOM":
			seeded(b)
			return b.Apply(dst, op, func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
				items, err := listItems(args[0])
				if err != nil || len(items) == 0 {
					return engine.Unset, err
				}
				return items[m.RandomBelow(len(items))], nil
			}, list)
		case "MEDIAN":
			numbers := b.Apply(b.Temp(), "numbers", onlyNumbers, list)
			return b.Apply(dst, op, median, b.Sort(numbers, asItself, numberLess))
		default:
			f := measures[op]
			if f == nil {
				return b.Const(engine.Null)
			}
			return b.Apply(dst, op, f, list)
		}
	}),
}

var measures = map[string]engine.Func{
	"SUM": sum, "MIN": smallest, "MAX": largest, "AVERAGE": average, "MODE": modes, "STD_DEV": deviation,
}

// listItems returns a list's items, or says that here is none.
func listItems(v engine.Value) ([]engine.Value, error) {
	if items, ok := v.AsList(); ok {
		return items, nil
	}
	return nil, engine.Fail(engine.WrongType, "This needs a list, but here is %s.", v.Kind())
}

// total adds up as JavaScript's + does: from the first text on, it joins.
func total(m *engine.Machine, from engine.Value, items []engine.Value) (engine.Value, error) {
	m.Work(16 * len(items))
	sum := from
	for _, v := range items {
		if n, ok := sum.AsNumber(); ok {
			if x, ok := v.AsNumber(); ok {
				sum = engine.Number(n + x)
				continue
			}
		}
		if sum.Kind() < engine.KindText && v.Kind() < engine.KindText {
			sum = engine.Number(engine.ToNumber(sum) + engine.ToNumber(v))
			continue
		}
		var pair [2]engine.Value
		for i, x := range [...]engine.Value{sum, v} {
			s, err := m.ToText(x)
			if err != nil {
				return engine.Null, err
			}
			if pair[i] = x; x.Kind() != engine.KindText {
				pair[i] = engine.Text(s)
			}
		}
		var err error
		if sum, err = m.JoinTexts(pair[0], pair[1]); err != nil {
			return engine.Null, err
		}
	}
	return sum, nil
}

func sum(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	items, err := listItems(args[0])
	if err != nil {
		return engine.Null, err
	}
	return total(m, engine.Number(0), items)
}

func average(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	all, err := sum(m, args)
	if err != nil {
		return engine.Null, err
	}
	f, err := engine.Numeric(all)
	n, _ := args[0].Length()
	return engine.Number(f / float64(n)), err
}

// numbersOf converts all items.
func numbersOf(m *engine.Machine, v engine.Value) ([]float64, error) {
	if v.IsNull() {
		return nil, nil
	}
	items, err := listItems(v)
	if err != nil {
		return nil, err
	}
	if err := m.NewList(len(items)); err != nil {
		return nil, err
	}
	out := make([]float64, len(items))
	for i, x := range items {
		if out[i], err = itemNumber(x); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// itemNumber takes a list of one number for that number, as JavaScript does.
func itemNumber(v engine.Value) (float64, error) {
	if _, ok := v.AsList(); ok {
		if x := engine.ToNumber(v); x == x {
			return x, nil
		}
	}
	return engine.Numeric(v)
}

func smallest(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	numbers, err := numbersOf(m, args[0])
	least := gomath.Inf(1)
	for _, x := range numbers {
		least = min(least, x)
	}
	return engine.Number(least), err
}

func largest(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	numbers, err := numbersOf(m, args[0])
	most := gomath.Inf(-1)
	for _, x := range numbers {
		most = max(most, x)
	}
	return engine.Number(most), err
}

// deviation is that of the whole population. Its mean is JavaScript's, which
// joins texts.
func deviation(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	items, err := listItems(args[0])
	if err != nil || len(items) == 0 {
		return engine.Null, err
	}
	all, err := total(m, items[0], items[1:])
	if err != nil {
		return engine.Null, err
	}
	mean, err := engine.Numeric(all)
	if err != nil {
		return engine.Null, err
	}
	numbers, err := numbersOf(m, args[0])
	if err != nil {
		return engine.Null, err
	}
	n := float64(len(numbers))
	mean /= n
	variance := 0.0
	for _, x := range numbers {
		variance += (x - mean) * (x - mean)
	}
	return engine.Number(gomath.Sqrt(variance / n)), nil
}

func onlyNumbers(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	items, err := listItems(args[0])
	if err != nil {
		return engine.Null, err
	}
	if err := m.NewList(len(items)); err != nil {
		return engine.Null, err
	}
	numbers := make([]engine.Value, 0, len(items))
	for _, v := range items {
		if v.Kind() == engine.KindNumber {
			numbers = append(numbers, v)
		}
	}
	return engine.List(numbers), nil
}

func median(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
	items, err := listItems(args[0])
	n := len(items)
	if err != nil || n == 0 {
		return engine.Null, err
	}
	high, _ := items[n/2].AsNumber()
	if n%2 == 1 {
		return engine.Number(high), nil
	}
	low, _ := items[n/2-1].AsNumber()
	return engine.Number((low + high) / 2), nil
}

// modes counts items by ===: a text by its characters, NaN never.
func modes(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	items, err := listItems(args[0])
	if err != nil {
		return engine.Null, err
	}
	if err := m.NewList(8 * len(items)); err != nil {
		return engine.Null, err
	}
	type count struct {
		item  engine.Value
		times int
	}
	var counts []count
	at := map[any]int{}
	most := 0
	for _, v := range items {
		var key any = v
		if s, ok := v.AsText(); ok {
			m.Work(len(s))
			key = s
		}
		if v.IsNull() {
			key = nil
		}
		i, known := at[key]
		if !known {
			i = len(counts)
			at[key] = i
			counts = append(counts, count{item: v})
		}
		counts[i].times++
		most = max(most, counts[i].times)
	}
	var out []engine.Value
	for _, c := range counts {
		if c.times == most {
			out = append(out, c.item)
		}
	}
	return engine.List(out), nil
}

func asItself(_ *engine.Machine, v engine.Value) (engine.Value, error) { return v, nil }

// numberLess orders numbers, NaN after all others.
func numberLess(x, y engine.Value) bool {
	a, _ := x.AsNumber()
	b, _ := y.AsNumber()
	return a < b || a == a && b != b
}
