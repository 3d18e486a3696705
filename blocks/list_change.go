package blocks

import "blockflow/engine"

// Codeless's blocks that change a list and look into one.

var listAdd = engine.Block{
	Type:    "list_add_item",
	Text:    "in list [list] add [value]",
	Slots:   []engine.Slot{engine.In("list", engine.ListType), engine.In("value")},
	Toolbox: engine.Toolbox{Inputs: showsList("list")},
	Help:    "Adds an item at the end of a list.",
	Doc:     "As in Codeless, a list as value isn't added as one item: all its items are. The list itself changes, so everything that holds it sees the change. " + listDoc,
	Examples: []engine.Example{
		{Block: `{"type":"variables_set","fields":{"VAR":"item"},"inputs":{"VALUE":[1]},"next":{"type":"list_add_item","inputs":{"list":{"type":"variables_get","fields":{"VAR":"item"}},"value":2}}}`, Gives: `[1,2]`},
		{Block: `{"type":"variables_set","fields":{"VAR":"item"},"inputs":{"VALUE":[1]},"next":{"type":"list_add_item","inputs":{"list":{"type":"variables_get","fields":{"VAR":"item"}},"value":[2,[3]]}}}`, Gives: `[1,2,[3]]`},
		{Block: `{"type":"list_add_item","inputs":{"list":null,"value":2}}`, Fails: engine.WrongType},
	},
	Means: engine.Do(func(b *engine.Builder) {
		b.Apply(b.Temp(), "add", func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			items, err := listItems(args[0])
			if err != nil {
				return engine.Null, err
			}
			more, isList := args[1].AsList()
			if !isList {
				return engine.Null, insertItem(m, args[0], items, last, nil, args[1])
			}
			if err := m.ListFits(len(items) + len(more)); err != nil {
				return engine.Null, err
			}
			m.Work(16 * len(more))
			args[0].SetItems(append(items, more...))
			return engine.Null, m.Charge(16 * int64(len(more)))
		}, b.Ins("list", "value")...)
	}),
}

var listRemove = engine.Block{
	Type:    "list_remove_item",
	Text:    "in list [list] remove [item] compared by [comparator]",
	Slots:   []engine.Slot{engine.In("list", engine.ListType), engine.In("item"), engine.In("comparator").Optional()},
	Toolbox: engine.Toolbox{Inputs: showsList("list")},
	Help:    "Removes the first item that is the same as this one.",
	Doc:     "Numbers, texts, dates, yes and no are the same if they are equal; lists and objects if they are one and the same. With the name of a property to compare by, objects are the same if they have the same value there. If no item is, nothing happens. " + listDoc,
	Examples: []engine.Example{
		{Block: `{"type":"variables_set","fields":{"VAR":"item"},"inputs":{"VALUE":["a","b","a"]},"next":{"type":"list_remove_item","inputs":{"list":{"type":"variables_get","fields":{"VAR":"item"}},"item":"a"}}}`, Gives: `["b","a"]`},
		{Block: `{"type":"variables_set","fields":{"VAR":"item"},"inputs":{"VALUE":[{"id":1},{"id":2}]},"next":{"type":"list_remove_item","inputs":{"list":{"type":"variables_get","fields":{"VAR":"item"}},"item":{"id":2},"comparator":"id"}}}`, Gives: `[{"id":1}]`},
		{Block: `{"type":"list_remove_item","inputs":{"list":1,"item":1}}`, Fails: engine.DoesNotFit},
	},
	Means: engine.Do(func(b *engine.Builder) {
		b.Apply(b.Temp(), "remove", func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			items, err := listItems(args[0])
			if err != nil {
				return engine.Null, err
			}
			want, by := args[1], ""
			if !args[2].IsNull() {
				if by, err = m.ToText(args[2]); err != nil {
					return engine.Null, err
				}
				want = propertyOf(want, by)
			}
			m.Work(16 * len(items))
			for i, item := range items {
				if by != "" {
					item = propertyOf(item, by)
				}
				if engine.Same(item, want) {
					removeItem(m, args[0], items, i)
					break
				}
			}
			return engine.Null, nil
		}, b.Ins("list", "item", "comparator")...)
	}),
}

var listContains = engine.Block{
	Type:  "list_contains",
	Text:  "list [list] contains [item]",
	Slots: []engine.Slot{engine.In("list", engine.ListType), engine.In("item")},
	Shape: engine.ValueBlock, Gives: engine.BooleanType,
	Toolbox: engine.Toolbox{Inputs: showsList("list")},
	Help:    "Says whether a list has this item.",
	Doc:     "Numbers, texts, dates, yes and no are found if one is equal, and NaN too; lists and objects if they are one and the same: to find an object by what it holds, use *find first*. As in JavaScript, the number 1 isn't the text \"1\". " + listDoc,
	Examples: []engine.Example{
		{Block: `{"type":"list_contains","inputs":{"list":["a",1],"item":1}}`, Gives: `true`},
		{Block: `{"type":"list_contains","inputs":{"list":["a","1"],"item":1}}`, Gives: `false`},
		{Block: `{"type":"list_contains","inputs":{"list":[{"a":1}],"item":{"a":1}}}`, Gives: `false`},
	},
	Means: engine.FuncN(func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
		items, err := listItems(args[0])
		if err != nil {
			return engine.Null, err
		}
		m.Work(16 * len(items))
		n, isNumber := args[1].AsNumber()
		for _, item := range items {
			if engine.Same(item, args[1]) {
				return engine.Boolean(true), nil
			}
			if f, ok := item.AsNumber(); ok && isNumber && f != f && n != n {
				return engine.Boolean(true), nil
			}
		}
		return engine.Boolean(false), nil
	}, "list", "item"),
}

var listPluck = engine.Block{
	Type:  "lists_pluck",
	Text:  "property [prop] of each item of [collection]",
	Slots: []engine.Slot{engine.In("collection", engine.ListType), engine.In("prop", engine.TextType).Showing(engine.Text("name"))},
	Shape: engine.ValueBlock, Gives: engine.ListType,
	Toolbox: engine.Toolbox{Inputs: showsList("collection")},
	Help:    "A list of one property of each item.",
	Doc:     "The name may be a path like `address.city`. An item that lacks the property gives nothing; an item that is nothing itself fails, as in Codeless. " + listDoc,
	Examples: []engine.Example{
		{Block: `{"type":"lists_pluck","inputs":{"collection":[{"a":1},{"b":2}],"prop":"a"}}`, Gives: `[1,null]`},
		{Block: `{"type":"lists_pluck","inputs":{"collection":[null],"prop":"a"}}`, Fails: engine.WrongType},
	},
	Means: engine.FuncN(func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
		items, err := listItems(args[0])
		if err != nil {
			return engine.Null, err
		}
		name, err := m.ToText(args[1])
		if err != nil {
			return engine.Null, err
		}
		if err := m.NewList(len(items)); err != nil {
			return engine.Null, err
		}
		out := make([]engine.Value, len(items))
		for i, item := range items {
			if item.IsNull() {
				return engine.Null, engine.Fail(engine.WrongType, "Item %d of the list is nothing, so it has no property %q.", i+1, name)
			}
			out[i] = propertyOf(item, name)
		}
		return engine.List(out), nil
	}, "collection", "prop"),
}
