package blocks

import "blockflow/engine"

var lists = drawer{Category: engine.Category{
	Name: "Lists", Colour: "#745ba5",
	Blocks: []engine.Block{listWith, listEmpty, listLength},
}}

var listWith = engine.Block{
	Type:  "lists_create_with",
	Slots: []engine.Slot{engine.In("ADD").Else(engine.Null).Repeated("itemCount", "items", 3)},
	Shape: engine.ValueBlock, Gives: engine.ListType,
	Help: "Makes a list of these items.",
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
	Examples: []engine.Example{{Block: `{"type":"lists_create_empty"}`, Gives: `[]`}},
	Means:    engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand { return b.List(dst, nil) }),
}

var listLength = engine.Block{
	Type:  "lists_length",
	Slots: []engine.Slot{engine.In("VALUE", engine.TextType, engine.ListType).Optional()},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help: "How many items a list has, or characters a text.",
	Doc:  "Characters are counted as JavaScript does, in UTF-16 units: most emoji count as 2. What has no length fails.",
	Examples: []engine.Example{
		{Block: `{"type":"lists_length","inputs":{"VALUE":"abc"}}`, Gives: `3`},
		{Block: `{"type":"lists_length","inputs":{"VALUE":{"type":"logic_ternary","inputs":{"IF":true,"THEN":5}}}}`, Fails: engine.WrongType},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		if !b.Filled("VALUE") {
			return b.Const(engine.Number(0))
		}
		return b.Apply(dst, "length", func(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
			if n, ok := args[0].Length(); ok {
				return engine.Number(float64(n)), nil
			}
			return engine.Null, engine.Fail(engine.WrongType, "Only a list or a text has a length, but here is %s.", args[0].Kind())
		}, b.In("VALUE"))
	}),
}
