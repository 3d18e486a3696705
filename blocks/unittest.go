package blocks

import (
	"strconv"

	"blockflow/engine"
)

// These are the blocks with which Blockly tests its own generators, and with
// which a flow carries its tests.
var tests = drawer{Category: engine.Category{
	Name: "Tests", Colour: "#a55b5b",
	Blocks: []engine.Block{suite, assertEquals, assertValue, assertFail, adjustIndex},
}}

const testsDoc = "A claim that doesn't hold is noted, and the test goes on."

var suite = engine.Block{
	Type:  "unittest_main",
	Text:  "test [SUITE_NAME] [DO]",
	Slots: []engine.Slot{engine.Field("SUITE_NAME", "my test"), engine.Body("DO")},
	Shape: engine.Definition,
	Help:  "Holds tests of this flow, which run when the flow is tested.",
	Doc: "A suite runs by itself, with variables of its own; it may call the flow's functions. In a workspace without hats it also runs where it stands, as in Blockly. " + testsDoc +
		" An error ends the suite.",
	Means: engine.Tests{NameField: "SUITE_NAME", Body: "DO"},
}

var assertEquals = engine.Block{
	Type:  "unittest_assertequals",
	Text:  "test: [MESSAGE] [ACTUAL] should be [EXPECTED]",
	Slots: []engine.Slot{engine.In("ACTUAL").Else(engine.Null), engine.In("EXPECTED").Else(engine.Null), engine.In("MESSAGE").Else(engine.Text("")).Showing(engine.Text("what it should do"))},
	Help:  "Claims that two values are equal.",
	Doc: testsDoc + " Numbers are equal at 15 digits, lists item by item, objects property by property in any order, everything else without converting: 1 and \"1\" differ. Nothing and unset are equal, and an empty input is nothing. " +
		"The values are evaluated before the message, as in Blockly's own tests.",
	Examples: []engine.Example{
		{Block: `{"type":"unittest_assertequals","inputs":{"MESSAGE":"adds","ACTUAL":{"type":"math_arithmetic","fields":{"OP":"ADD"},"inputs":{"A":0.1,"B":0.2}},"EXPECTED":0.3}}`},
	},
	Means: engine.Do(func(b *engine.Builder) {
		b.Apply(b.Temp(), "equals", func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			same, err := (&claimed{m, mostClaimed}).agree(args[0], args[1], 0)
			if err != nil {
				return engine.Null, err
			}
			return engine.Null, claim(m, args[2], same, args[1], args[0])
		}, b.Ins("ACTUAL", "EXPECTED", "MESSAGE")...)
	}),
}

func claim(m *engine.Machine, message engine.Value, ok bool, expected, actual engine.Value) error {
	s, err := m.ToText(message)
	if err != nil {
		return err
	}
	return m.Assert(s, ok, &expected, &actual)
}

const (
	deepestClaim = 1000
	mostClaimed  = 5_000_000 // values: lists that share their items can look endlessly large
)

// claimed compares two values.
type claimed struct {
	m    *engine.Machine
	left int
}

// agree is the equality of Blockly's tests.
func (c *claimed) agree(a, b engine.Value, depth int) (bool, error) {
	if depth > deepestClaim {
		return false, engine.Fail(engine.TooDeep, "These values are nested too deep to be compared.")
	}
	if c.left--; c.left < 0 {
		return false, engine.Fail(engine.TooBig, "These values are too big to be compared.")
	}
	x, isNumber := a.AsNumber()
	y, both := b.AsNumber()
	if isNumber && both {
		return x == y || fifteen(x) == fifteen(y), nil
	}
	if a.Kind() != b.Kind() || engine.Same(a, b) {
		return a.Kind() == b.Kind(), nil
	}
	c.m.Work(bytesOf(a))
	switch a.Kind() {
	case engine.KindList:
		s, _ := a.AsList()
		t, _ := b.AsList()
		if len(s) != len(t) {
			return false, nil
		}
		for i := range s {
			if ok, err := c.agree(s[i], t[i], depth+1); !ok {
				return false, err
			}
		}
		return true, nil
	case engine.KindObject:
		if len(a.Keys()) != len(b.Keys()) {
			return false, nil
		}
		for _, k := range a.Keys() {
			v, _ := a.Get(k)
			w, has := b.Get(k)
			if !has {
				return false, nil
			}
			if ok, err := c.agree(v, w, depth+1); !ok {
				return false, err
			}
		}
		return true, nil
	}
	return false, nil
}

// bytesOf is the work of looking through a value's own parts.
func bytesOf(v engine.Value) int {
	if s, ok := v.AsText(); ok {
		return len(s)
	}
	items, _ := v.AsList()
	return 16*len(items) + 16*len(v.Keys())
}

// fifteen writes a number at 15 significant digits. NaN is NaN here.
func fifteen(x float64) string { return strconv.FormatFloat(x, 'g', 15, 64) }

var assertValue = engine.Block{
	Type: "unittest_assertvalue",
	Text: "test: [MESSAGE] [ACTUAL] should be [EXPECTED]",
	Slots: []engine.Slot{
		engine.In("ACTUAL").Else(engine.Null),
		engine.Choice("EXPECTED", "TRUE", "true", "FALSE", "false", "NULL", "nothing"),
		engine.In("MESSAGE").Else(engine.Text("")).Showing(engine.Text("what it should do")),
	},
	Help: "Claims that a value is true, false or nothing.",
	Doc:  testsDoc + " The value is compared without converting: 1 isn't true.",
	Examples: []engine.Example{
		{Block: `{"type":"unittest_assertvalue","fields":{"EXPECTED":"TRUE"},"inputs":{"MESSAGE":"compares","ACTUAL":{"type":"logic_compare","fields":{"OP":"LT"},"inputs":{"A":1,"B":2}}}}`},
	},
	Means: engine.Do(func(b *engine.Builder) {
		expected := map[string]engine.Value{"TRUE": engine.Boolean(true), "FALSE": engine.Boolean(false)}[b.Text("EXPECTED")]
		b.Apply(b.Temp(), b.Text("EXPECTED"), func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			return engine.Null, claim(m, args[1], engine.Same(args[0], expected), expected, args[0])
		}, b.Ins("ACTUAL", "MESSAGE")...)
	}),
}

var assertFail = engine.Block{
	Type:  "unittest_fail",
	Text:  "test: never comes here [MESSAGE]",
	Slots: []engine.Slot{engine.Field("MESSAGE", "what should not happen")},
	Help:  "Claims that the test never comes here.",
	Doc:   testsDoc,
	Examples: []engine.Example{
		{Block: `{"type":"unittest_fail","fields":{"MESSAGE":"a branch that should not be taken"}}`},
	},
	Means: engine.Do(func(b *engine.Builder) {
		b.Apply(b.Temp(), "fail", func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			s, _ := args[0].AsText()
			return engine.Null, m.Assert(s, false, nil, nil)
		}, b.Const(engine.Text(b.Text("MESSAGE"))))
	}),
}

var adjustIndex = engine.Block{
	Type:  "unittest_adjustindex",
	Text:  "adjusted [INDEX]",
	Slots: []engine.Slot{engine.In("INDEX", engine.NumberType).Else(engine.Number(0)).Showing(engine.Number(0))},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Toolbox:  engine.Toolbox{Hidden: true}, // for Blockly's own tests
	Help:     "A place counted from 0, as this workspace counts it.",
	Doc:      "Blockly's own tests use it. Places count from 1 here, so it adds 1.",
	Examples: []engine.Example{{Block: `{"type":"unittest_adjustindex","inputs":{"INDEX":2}}`, Gives: `3`}},
	Means: engine.Func1(func(index engine.Value) (engine.Value, error) {
		x, err := engine.Numeric(index)
		return engine.Number(x + 1), err
	}, "INDEX"),
}
