package blocks

import "blockflow/engine"

var listFind = engine.Block{
	Type:    "list_find_item",
	Text:    "find first in [list] for each [item] do [code] where [returnCode]",
	Slots:   eachSlots("returnCode"),
	Shape:   engine.ValueBlock,
	Toolbox: engine.Toolbox{Inputs: showsList("list")},
	Help:    "The first item for which something is true.",
	Doc:     eachDoc + "Items behind the one that is found aren't asked. If there is none, this gives nothing. " + listDoc,
	Examples: []engine.Example{
		{Block: `{"type":"list_find_item","fields":{"item":"item"},"inputs":{"list":[1,5,7],"returnCode":{"type":"logic_compare","fields":{"OP":"GT"},"inputs":{"A":{"type":"variables_get","fields":{"VAR":"item"}},"B":2}}}}`, Gives: `5`},
		{Block: `{"type":"list_find_item","fields":{"item":"item"},"inputs":{"list":[],"returnCode":true}}`, Gives: `null`},
	},
	Means: engine.Control(func(b *engine.Builder, _ engine.Operand) engine.Operand {
		found := b.Temp()
		b.Move(found, b.Const(engine.Null))
		eachItem(b, "returnCode", func(item, is engine.Operand) {
			next := b.Label()
			b.JumpUnless(is, next)
			b.Move(found, item)
			b.Break()
			b.Mark(next)
		})
		return found
	}),
}

var listGroup = engine.Block{
	Type:  "list_group_items",
	Text:  "group [list] for each [item] do [code] by [returnCode]",
	Slots: eachSlots("returnCode"),
	Shape: engine.ValueBlock, Gives: engine.ObjectType,
	Toolbox: engine.Toolbox{Inputs: showsList("list")},
	Help:    "An object with a list of items for each of the things that they are grouped by.",
	Doc:     eachDoc + "What items are grouped by becomes a property's name, so it must be a text, a number, yes or no, or nothing, which is the name `null`. Groups stand in the order in which they come up. " + listDoc,
	Examples: []engine.Example{
		{Block: `{"type":"list_group_items","fields":{"item":"item"},"inputs":{"list":["a","bb","c"],"returnCode":{"type":"text_length","inputs":{"VALUE":{"type":"variables_get","fields":{"VAR":"item"}}}}}}`, Gives: `{"1":["a","c"],"2":["bb"]}`},
		{Block: `{"type":"list_group_items","fields":{"item":"item"},"inputs":{"list":[1],"returnCode":[1]}}`, Fails: engine.WrongType},
	},
	Means: engine.Control(func(b *engine.Builder, _ engine.Operand) engine.Operand {
		groups := b.Apply(b.Temp(), "groups", func(*engine.Machine, []engine.Value) (engine.Value, error) { return engine.Object(), nil })
		eachItem(b, "returnCode", func(item, by engine.Operand) {
			b.Apply(b.Temp(), "group", func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
				if args[1].Kind() >= engine.KindList {
					return engine.Null, engine.Fail(engine.WrongType, "Items can't be grouped by %s. Group by a text or a number.", args[1].Kind())
				}
				key := "null"
				if !args[1].IsNull() {
					var err error
					if key, err = m.ToText(args[1]); err != nil {
						return engine.Null, err
					}
				}
				group, ok := args[0].Get(key)
				if !ok {
					if err := m.ListFits(len(args[0].Keys()) + 1); err != nil {
						return engine.Null, err
					}
					if err := m.Charge(int64(len(key)) + 200); err != nil {
						return engine.Null, err
					}
					group = engine.List(nil)
					args[0].Set(key, group)
				}
				return pushing(m, []engine.Value{group, args[2]})
			}, groups, by, item)
		})
		return groups
	}),
}

var listUnique = engine.Block{
	Type:  "list_unique",
	Text:  "unique items of [list] compared by [comparator]",
	Slots: []engine.Slot{engine.In("list", engine.ListType), engine.In("comparator").Optional()},
	Shape: engine.ValueBlock, Gives: engine.ListType,
	Toolbox: engine.Toolbox{Inputs: showsList("list")},
	Help:    "A list with each item once.",
	Doc:     "Of items that are the same the first stays. Numbers, texts, dates, yes and no are the same if they are equal; lists and objects if they hold the same. With the name of a property, objects are the same if they have the same value there. " + listDoc,
	Examples: []engine.Example{
		{Block: `{"type":"list_unique","inputs":{"list":[1,"1",1,{"a":1},{"a":1}]}}`, Gives: `[1,"1",{"a":1}]`},
		{Block: `{"type":"list_unique","inputs":{"list":[{"a":1},{"a":1.0},{"a":2}],"comparator":"a"}}`, Gives: `[{"a":1},{"a":2}]`},
	},
	Means: engine.FuncN(func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
		items, err := listItems(args[0])
		if err != nil {
			return engine.Null, err
		}
		if err := m.NewList(2 * len(items)); err != nil {
			return engine.Null, err
		}
		by := ""
		if !args[1].IsNull() {
			if by, err = m.ToText(args[1]); err != nil {
				return engine.Null, err
			}
		}
		seen := make(map[string]bool, len(items))
		var out []engine.Value
		size := 0
		for _, item := range items {
			key := item
			if by != "" {
				key = propertyOf(item, by)
			}
			text, err := engine.AppendJSON(nil, key) // tells "1" from 1, and a date from its text
			if err != nil {
				return engine.Null, err
			}
			if size += len(text); size > m.Limits().Text {
				return engine.Null, m.TextFits(size)
			}
			m.Work(16 * len(text))
			if !seen[string(text)] {
				seen[string(text)] = true
				out = append(out, item)
			}
		}
		return engine.List(out), nil
	}, "list", "comparator"),
}

var forEachIndex = engine.Block{
	Type: "controls_forEach_index",
	Text: "for each item [VAR] with place [INDEX] in list [LIST] do [DO]",
	Slots: []engine.Slot{
		engine.VariableField("VAR", "item"), engine.VariableField("INDEX", "place"),
		engine.In("LIST", engine.ListType).Else(engine.Null), engine.Body("DO"),
	},
	Toolbox: engine.Toolbox{Inputs: showsList("LIST")},
	Help:    "Does the blocks inside for each item of a list, and counts the places.",
	Doc:     "The first place is 1, as in all list blocks. Otherwise as *for each item*: an object gives its values, a text its characters, nothing no rounds.",
	Examples: []engine.Example{
		{Block: `{"type":"controls_forEach_index","fields":{"VAR":"item","INDEX":"item"},"inputs":{"LIST":["a","b"]}}`, Gives: `2`},
	},
	Means: engine.Do(func(b *engine.Builder) {
		place, at := b.Variable("INDEX"), b.Temp()
		b.Move(at, b.Const(engine.Number(0)))
		b.Each(b.In("LIST"), b.Variable("VAR"), func() {
			b.Binary(engine.Add, at, at, b.Const(engine.Number(1)))
			b.AssignFrom(place, at)
			b.Body("DO")
		})
	}),
}
