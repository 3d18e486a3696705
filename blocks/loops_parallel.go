package blocks

import "blockflow/engine"

var forEachAtOnce = engine.Block{
	Type: "controls_forEach_parallel",
	Text: "at the same time for each item [VAR] in list [LIST], at most [MOST] do [DO] give [GIVES]",
	Slots: []engine.Slot{
		engine.VariableField("VAR", "item"),
		engine.In("LIST", engine.ListType).Else(engine.Null),
		engine.In("MOST", engine.NumberType).Else(engine.Number(10)).Showing(engine.Number(10)),
		engine.Body("DO"), engine.In("GIVES").Else(engine.Null),
	},
	Shape: engine.Either, Mutation: toggle, Gives: engine.ListType,
	Toolbox: engine.Toolbox{Inputs: showsList("LIST")},
	Help:    "Works on the items of a list at the same time, and gives a list of what comes of each.",
	Doc: "For what waits on others: while one item's request is under way, the next one's begins. From 1 to 100 items are in work at a time. " +
		"The list that it gives has the order of the items, whoever is done first. " +
		"Each item has all variables to itself, with the values from before: what is set in one is seen neither by the others nor afterwards, so let each *give* what is wanted of it. Lists and objects are not copied. " +
		"Items take turns in their order: each goes on until it asks for something outside, and when all have asked, they are answered together; so the same answers always give the same run. " +
		"If one fails, all end, and the error is the block's; put *try* inside to let the others go on. *Continue* ends the item with nothing; the loop can't be left early, and nothing can be returned from it.",
	Examples: []engine.Example{
		{Block: `{"type":"controls_forEach_parallel","fields":{"VAR":"item"},"inputs":{"LIST":["a","b"],"GIVES":{"type":"text_join","extraState":{"itemCount":2},"inputs":{"ADD0":{"type":"variables_get","fields":{"VAR":"item"}},"ADD1":"!"}}}}`, Gives: `["a!","b!"]`},
		{Block: `{"type":"controls_forEach_parallel","fields":{"VAR":"item"},"inputs":{"LIST":[1],"MOST":0}}`, Fails: engine.OutOfRange},
		{Block: `{"type":"controls_forEach_parallel","fields":{"VAR":"item"},"inputs":{"LIST":[1],"DO":{"type":"controls_flow_statements","fields":{"FLOW":"BREAK"}}}}`, Fails: engine.Misplaced},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		args := b.Ins("LIST", "MOST")
		return b.Branches(dst, args[0], args[1], b.Variable("VAR"), func() engine.Operand {
			b.Body("DO")
			return b.In("GIVES")
		})
	}),
}
