package blocks

import "blockflow/engine"

var code = drawer{
	Category: engine.Category{
		Name: "Code", Colour: "#5b6770",
		Blocks: []engine.Block{expression, script, scriptDo},
	},
	effects: map[string]effect{scriptEffect.Kind: performScript},
}

var expression = engine.Block{
	Type:  "expression",
	Text:  "expression [CODE]",
	Slots: []engine.Slot{engine.Field("CODE", "1 + 1")},
	Shape: engine.ValueBlock,
	Help:  "Computes a formula over the flow's variables and its input.",
	Doc: "The language is expr-lang's, with this flow's values. The variables of the flow stand under their names; one whose name isn't a word as `vars[\"my name\"]`; the run's inputs as `input.password`.\n\n" +
		"- `+ - * / % **` work on numbers, `+` also joins texts. Division by 0 gives Infinity.\n" +
		"- `== !=` compare lists and objects by what they hold; values of different kinds are never equal. `< <= > >=` compare two numbers, texts or dates.\n" +
		"- `and or not`, `a ? b : c`, `a ?? b` (b if a is nothing), `in`, `contains`, `startsWith`, `endsWith`, `matches` (RE2).\n" +
		"- `user.address.city`, `list[0]`, `list[-1]`, `list[1:3]`: lists count from 0, as in expr-lang. A missing property is nothing; nothing itself has none, except with `?.`.\n" +
		"- `filter(list, # > 1)`, `map`, `all`, `any`, `none`, `one`, `count`, `find`, `findIndex`, `findLast`, `sum`, `sortBy(list, .age, \"desc\")`, `groupBy`, `reduce(list, #acc + #, 0)`; `#` is the item, `.name` its property, `#index` its place.\n" +
		"- `len upper lower trim split join replace repeat indexOf trimPrefix trimSuffix abs ceil floor round min max mean first last take reverse sort uniq concat keys values get string number int date type toJSON fromJSON`, and `let x = 2; x * x`.\n\n" +
		"Nothing in it reads a clock or reaches outside.",
	Examples: []engine.Example{
		{Block: `{"type":"expression","fields":{"CODE":"2 * (3 + 4)"}}`, Gives: `14`},
		{Block: `{"type":"expression","fields":{"CODE":"7.5 % 2"}}`, Gives: `1.5`},
		{Block: `{"type":"expression","fields":{"CODE":"sum(filter(1..10, # % 2 == 0))"}}`, Gives: `30`},
		{Block: `{"type":"expression","fields":{"CODE":"{b: 1, a: [1, 2]}.a[-1]"}}`, Gives: `2`},
		{Block: `{"type":"expression","fields":{"CODE":"item?.name ?? \"nobody\""}}`, Gives: `"nobody"`},
		{Block: `{"type":"expression","fields":{"CODE":"item.name"}}`, Fails: engine.WrongType},
		{Block: `{"type":"expression","fields":{"CODE":"1 + \"a\""}}`, Fails: engine.WrongType},
		{Block: `{"type":"expression","fields":{"CODE":"2 +"}}`, Fails: engine.BadExpression},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		return b.Expression(b.Text("CODE"), dst)
	}),
}
