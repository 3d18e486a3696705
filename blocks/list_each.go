package blocks

import "blockflow/engine"

// Codeless's blocks that ask something of each item of a list. Codeless asks of
// all items at the same time; here it is one after the other, in order, which
// gives the same list and a journal that is always the same.

const eachDoc = "The variable holds the item in turn and keeps the last one. What stands in the blocks' stack runs for each item before its value is asked for; *return* in it ends the flow or function around it, not the item. "

// eachItem compiles the common part: body gets each item with what the value
// input says of it.
func eachItem(b *engine.Builder, value string, body func(item, said engine.Operand)) {
	// A copy: what the stack does to the list doesn't change what is gone through.
	items := b.Apply(b.Temp(), "copy", func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
		items, err := listItems(args[0])
		if err != nil {
			return engine.Null, err
		}
		if err := m.NewList(len(items)); err != nil {
			return engine.Null, err
		}
		return engine.List(append([]engine.Value(nil), items...)), nil
	}, b.In("list"))
	item := b.Variable("item")
	b.Each(items, item, func() {
		kept := b.Temp()
		b.Move(kept, item) // the stack may set the variable
		if b.Holds("code") {
			b.Body("code")
		}
		body(kept, b.In(value))
	})
}

// pushing adds what args[1] is to the list args[0], which the run made itself.
func pushing(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	items, _ := args[0].AsList()
	return engine.Null, insertItem(m, args[0], items, last, nil, args[1])
}

func eachSlots(value string) []engine.Slot {
	return []engine.Slot{
		engine.VariableField("item", "item"), engine.In("list", engine.ListType),
		engine.Body("code"), engine.In(value),
	}
}

var listFilter = engine.Block{
	Type:  "list_filter_items",
	Text:  "filter [list] for each [item] do [code] keep it if [returnCode]",
	Slots: eachSlots("returnCode"),
	Shape: engine.ValueBlock, Gives: engine.ListType,
	Toolbox: engine.Toolbox{Inputs: showsList("list")},
	Help:    "A list of those items for which something is true.",
	Doc:     eachDoc + "An item is kept if the value is truthy, as in JavaScript. " + listDoc,
	Examples: []engine.Example{
		{Block: `{"type":"list_filter_items","fields":{"item":"item"},"inputs":{"list":[1,5,3],"returnCode":{"type":"logic_compare","fields":{"OP":"GT"},"inputs":{"A":{"type":"variables_get","fields":{"VAR":"item"}},"B":2}}}}`, Gives: `[5,3]`},
		{Block: `{"type":"list_filter_items","fields":{"item":"item"},"inputs":{"list":null,"returnCode":true}}`, Fails: engine.WrongType},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		out := b.List(b.Temp(), nil)
		eachItem(b, "returnCode", func(item, keep engine.Operand) {
			next := b.Label()
			b.JumpUnless(keep, next)
			b.Apply(b.Temp(), "keep", pushing, out, item)
			b.Mark(next)
		})
		return out
	}),
}

var listMap = engine.Block{
	Type:  "list_map_items",
	Text:  "map [list] for each [item] do [code] give [returnCode]",
	Slots: eachSlots("returnCode"),
	Shape: engine.ValueBlock, Gives: engine.ListType,
	Toolbox: engine.Toolbox{Inputs: showsList("list")},
	Help:    "A list of what something gives for each item.",
	Doc:     eachDoc + listDoc,
	Examples: []engine.Example{
		{Block: `{"type":"list_map_items","fields":{"item":"item"},"inputs":{"list":[1,2],"returnCode":{"type":"math_arithmetic","fields":{"OP":"MULTIPLY"},"inputs":{"A":{"type":"variables_get","fields":{"VAR":"item"}},"B":10}}}}`, Gives: `[10,20]`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		out := b.List(b.Temp(), nil)
		eachItem(b, "returnCode", func(_, gives engine.Operand) {
			b.Apply(b.Temp(), "give", pushing, out, gives)
		})
		return out
	}),
}

var listSortBy = engine.Block{
	Type: "list_sort_items",
	Text: "sort [list] [order] for each [item] by [sortByItem]",
	Slots: []engine.Slot{
		engine.Choice("order", "1", "ascending", "-1", "descending"),
		engine.VariableField("item", "item"), engine.In("list", engine.ListType),
		engine.In("sortByItem"),
	},
	Shape: engine.ValueBlock, Gives: engine.ListType,
	Toolbox: engine.Toolbox{Inputs: showsList("list")},
	Help:    "A copy of a list, sorted by what something gives for each item.",
	Doc: "The variable holds the item in turn, while its key is asked for. Numbers sort by size, texts by their characters, dates by time; no before yes. Items whose key is nothing come last, in both directions; items with equal keys keep their order. " +
		"Keys of different kinds can't be compared: that fails, where JavaScript would give some order. " + listDoc,
	Examples: []engine.Example{
		{Block: `{"type":"list_sort_items","fields":{"order":"-1","item":"item"},"inputs":{"list":[1,3,2],"sortByItem":{"type":"variables_get","fields":{"VAR":"item"}}}}`, Gives: `[3,2,1]`},
		{Block: `{"type":"list_sort_items","fields":{"item":"item"},"inputs":{"list":[{"n":"b"},{"n":null},{"n":"a"}],"sortByItem":{"type":"get_object_property","inputs":{"prop_name":"n","object":{"type":"variables_get","fields":{"VAR":"item"}}}}}}`, Gives: `[{"n":"a"},{"n":"b"},{"n":null}]`},
		{Block: `{"type":"list_sort_items","fields":{"item":"item"},"inputs":{"list":[1,"a"],"sortByItem":{"type":"variables_get","fields":{"VAR":"item"}}}}`, Fails: engine.WrongType},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		pairs := b.List(b.Temp(), nil)
		eachItem(b, "sortByItem", func(item, key engine.Operand) {
			b.Apply(b.Temp(), "pair", pushing, pairs, b.List(b.Temp(), []engine.Operand{key, item}))
		})
		b.Apply(b.Temp(), "check", sortable, pairs)
		down := b.Text("order") == "-1"
		sorted := b.Sort(pairs, func(_ *engine.Machine, pair engine.Value) (engine.Value, error) {
			return ofPair(pair, 0), nil
		}, func(x, y engine.Value) bool {
			if x.IsNull() || y.IsNull() {
				return !x.IsNull()
			}
			order, _ := engine.Compare(x, y)
			return order < 0 && !down || order > 0 && down
		})
		return b.Apply(dst, "items", func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			pairs, _ := args[0].AsList()
			if err := m.NewList(len(pairs)); err != nil {
				return engine.Null, err
			}
			items := make([]engine.Value, len(pairs))
			for i, pair := range pairs {
				items[i] = ofPair(pair, 1)
			}
			return engine.List(items), nil
		}, sorted)
	}),
}

func ofPair(pair engine.Value, i int) engine.Value {
	both, _ := pair.AsList()
	return both[i]
}

// sortable checks that keys can be compared: all of one kind, beside those that
// are nothing.
func sortable(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	pairs, _ := args[0].AsList()
	m.Work(16 * len(pairs))
	kind := engine.KindNull
	for _, pair := range pairs {
		k := ofPair(pair, 0).Kind()
		switch {
		case k == engine.KindNull:
		case k > engine.KindText:
			return engine.Null, engine.Fail(engine.WrongType, "A list can be sorted by numbers, texts, dates or yes and no, but here is %s.", k)
		case kind != engine.KindNull && k != kind:
			return engine.Null, engine.Fail(engine.WrongType, "A list can't be sorted by %s and %s at once.", kind, k)
		default:
			kind = k
		}
	}
	return engine.Null, nil
}
