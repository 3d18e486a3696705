package blocks

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"blockflow/engine"
)

var text = drawer{
	Category: engine.Category{
		Name: "Text", Colour: "#5ba58c",
		Blocks: []engine.Block{
			textLiteral, textJoin, textAppend, textLength, textIsEmpty, textIndexOf, textCharAt, textSubstring,
			textChangeCase, textTrim, textCount, textReplace, textReverse, textPrint, textPrompt, textPromptField,
			prettyPrint, regexpNew, regexpTest,
			textTemplate, numberFormat, textEncode, textDecode, textHash, textHMAC, uuid, jsonParse, jsonFormat,
		},
	},
	effects: map[string]effect{askEffect.Kind: performAsk},
}

const (
	unitsDoc = "Characters are counted as JavaScript does, in UTF-16 units: most emoji count as 2."
	textDoc  = "What isn't a text stops the flow; put “create text with” around a number."

	// searchedDoc is for what is searched for or put between others.
	searchedDoc = "A number, yes or no counts as its text where it is what is searched for or put in; nothing, a list and an object stop the flow there."
)

// textIn is an input of Blockly's text blocks, with what the toolbox shows in it.
func textIn(name, shown string) engine.Slot {
	return engine.In(name, engine.TextType).Else(engine.Text("")).Showing(engine.Text(shown))
}

var textLiteral = engine.Block{
	Type:  "text",
	Slots: []engine.Slot{engine.Field("TEXT", "")},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help:     "A text.",
	Doc:      "Line breaks in it are kept (the JavaScript that Blockly makes drops them).",
	Examples: []engine.Example{{Block: `{"type":"text","fields":{"TEXT":"a\nb"}}`, Gives: `"a\nb"`}},
	Means:    engine.Constant(func(b *engine.Builder) engine.Value { return engine.Text(b.Text("TEXT")) }),
}

var textJoin = engine.Block{
	Type:  "text_join",
	Slots: []engine.Slot{engine.In("ADD").Else(engine.Text("")).Repeated("itemCount", "items", 2)},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help: "Joins values into one text.",
	Doc:  "Nothing joins as an empty text, whatever the number of items (Blockly's JavaScript writes \"null\" if there are one or two). Lists join with commas; objects as JSON.",
	Examples: []engine.Example{
		{Block: `{"type":"text_join","extraState":{"itemCount":3},"inputs":{"ADD0":"n","ADD1":" = ","ADD2":0.5}}`, Gives: `"n = 0.5"`},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		parts := b.Inputs("ADD")
		if len(parts) == 2 {
			return b.Join(dst, joinTexts, parts[0], parts[1])
		}
		return b.Apply(dst, "join all", joinTexts, parts...)
	}),
}

func joinTexts(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	if len(args) == 2 && args[0].Kind() == engine.KindText && args[1].Kind() == engine.KindText {
		return m.JoinTexts(args[0], args[1])
	}
	if v, ok := m.JoinShort(args); ok {
		return v, nil
	}
	parts, size := make([]string, len(args)), 0
	for i, v := range args {
		if v.IsNull() {
			continue
		}
		s, err := m.ToText(v)
		if err != nil {
			return engine.Null, err
		}
		parts[i] = s
		size += len(s)
	}
	if err := m.TextFits(size); err != nil {
		return engine.Null, err
	}
	return engine.Text(engine.JoinAll(parts, "")), nil
}

var textAppend = engine.Block{
	Type:  "text_append",
	Slots: []engine.Slot{engine.VariableField("VAR", "item"), engine.In("TEXT").Or(engine.Text(""))},
	Help:  "Puts a text at the end of the text in a variable.",
	Doc:   "As in Blockly, both are made into texts first: a variable that was never set is “undefined” then, so set it to an empty text to begin with. Nothing is “null”, lists join with commas, objects are JSON.",
	Examples: []engine.Example{
		{Block: `{"type":"variables_set","fields":{"VAR":"item"},"inputs":{"VALUE":"a"},"next":{"type":"text_append","fields":{"VAR":"item"},"inputs":{"TEXT":1}}}`, Gives: `"a1"`},
	},
	Means: engine.Do(func(b *engine.Builder) {
		v, from, addition := b.VariableThen("VAR", "TEXT")
		b.Append(v, appendText, from, addition)
		b.Assigned(v)
	}),
}

func appendText(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	var pair [2]engine.Value
	for i, v := range args {
		if pair[i] = v; v.Kind() == engine.KindText {
			continue
		}
		s, err := m.ToText(v)
		if err != nil {
			return engine.Null, err
		}
		pair[i] = engine.Text(s)
	}
	return m.JoinTexts(pair[0], pair[1])
}

// someText returns a text, or says that here is none. Going through it counts as
// work.
func someText(m *engine.Machine, v engine.Value) (string, error) {
	s, ok := v.AsText()
	if !ok {
		return "", engine.Fail(engine.WrongType, "This needs a text, but here is %s.", v.Kind())
	}
	m.Work(len(s))
	return s, nil
}

// searched returns what is searched for or put in: JavaScript takes numbers and
// truth values there too.
func searched(m *engine.Machine, v engine.Value) (string, error) {
	if k := v.Kind(); k == engine.KindNumber || k == engine.KindBoolean {
		return engine.ToText(v)
	}
	return someText(m, v)
}

// twoTexts returns what is searched in and what for.
func twoTexts(m *engine.Machine, args []engine.Value) (in, what string, err error) {
	if in, err = someText(m, args[0]); err == nil {
		what, err = searched(m, args[1])
	}
	return in, what, err
}

var textLength = engine.Block{
	Type:  "text_length",
	Slots: []engine.Slot{engine.In("VALUE", engine.TextType, engine.ListType).Else(engine.Text("")).Showing(engine.Text("abc"))},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help:     "How many characters a text has, or items a list.",
	Doc:      unitsDoc + " What has no length fails: nothing, a number, yes or no (JavaScript would give nothing, or call a number empty).",
	Examples: []engine.Example{{Block: `{"type":"text_length","inputs":{"VALUE":"😀"}}`, Gives: `2`}},
	Means:    engine.FuncN(length, "VALUE"),
}

// length counts next to no work: mostly it is known, or counted once.
func length(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	if n, ok := m.Length(args[0]); ok {
		return engine.Number(float64(n)), nil
	}
	return engine.Null, engine.Fail(engine.WrongType, "Only a list or a text has a length, but here is %s.", args[0].Kind())
}

var textIsEmpty = engine.Block{
	Type:  "text_isEmpty",
	Slots: []engine.Slot{engine.In("VALUE", engine.TextType, engine.ListType).Else(engine.Text("")).Showing(engine.Text(""))},
	Shape: engine.ValueBlock, Gives: engine.BooleanType,
	Help:     "True if a text has no characters, or a list no items.",
	Doc:      "What has no length fails: nothing, a number, yes or no (JavaScript would give nothing, or call a number empty).",
	Examples: []engine.Example{{Block: `{"type":"text_isEmpty","inputs":{"VALUE":""}}`, Gives: `true`}},
	Means:    engine.FuncN(isEmpty, "VALUE"),
}

func isEmpty(_ *engine.Machine, args []engine.Value) (engine.Value, error) {
	switch v := args[0]; v.Kind() {
	case engine.KindText:
		return engine.Boolean(!engine.Truthy(v)), nil
	case engine.KindList:
		n, _ := v.Length()
		return engine.Boolean(n == 0), nil
	}
	return engine.Null, engine.Fail(engine.WrongType, "Only a list or a text can be empty, but here is %s.", args[0].Kind())
}

var textIndexOf = engine.Block{
	Type: "text_indexOf",
	Slots: []engine.Slot{
		textIn("VALUE", "abc"), engine.Choice("END", "FIRST", "first", "LAST", "last"), textIn("FIND", "abc"),
	},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help: "The place of a text within another, from 1; 0 if it isn't there.",
	Doc:  unitsDoc + " An empty text is found at the first place, or, as the last one, at the end. " + textDoc + " " + searchedDoc,
	Examples: []engine.Example{
		{Block: `{"type":"text_indexOf","fields":{"END":"LAST"},"inputs":{"VALUE":"banana","FIND":"an"}}`, Gives: `4`},
		{Block: `{"type":"text_indexOf","inputs":{"VALUE":"banana","FIND":"x"}}`, Gives: `0`},
	},
	Means: byField("END", map[string]engine.Func{"FIRST": indexOf(false), "LAST": indexOf(true)}, "VALUE", "FIND"),
}

func indexOf(last bool) engine.Func {
	return func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
		in, find, err := twoTexts(m, args)
		if err != nil {
			return engine.Null, err
		}
		if find == "" && last {
			n, _ := args[0].Length()
			return engine.Number(float64(n + 1)), nil
		}
		return engine.Number(float64(engine.IndexText(in, find, last) + 1)), nil
	}
}

var textChangeCase = engine.Block{
	Type: "text_changeCase",
	Slots: []engine.Slot{
		engine.Choice("CASE", "UPPERCASE", "to UPPER CASE", "LOWERCASE", "to lower case", "TITLECASE", "to Title Case"), textIn("TEXT", "abc"),
	},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help: "A text in capital or small letters, or each word with a capital.",
	Doc:  "By Unicode's rules, whatever the language: “ß” becomes “SS”. " + textDoc,
	Examples: []engine.Example{
		{Block: `{"type":"text_changeCase","fields":{"CASE":"UPPERCASE"},"inputs":{"TEXT":"straße"}}`, Gives: `"STRASSE"`},
		{Block: `{"type":"text_changeCase","fields":{"CASE":"TITLECASE"},"inputs":{"TEXT":"hello wORLD"}}`, Gives: `"Hello World"`},
	},
	Means: byField("CASE", map[string]engine.Func{
		"UPPERCASE": onText(upperCase), "LOWERCASE": onText(lowerCase), "TITLECASE": onText(titleCase),
	}, "TEXT"),
}

// onText is a function of one text whose result isn't much longer.
func onText(f func(string) string) engine.Func {
	return func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
		s, err := someText(m, args[0])
		if err != nil {
			return engine.Null, err
		}
		if err := m.TextFits(len(s)); err != nil {
			return engine.Null, err
		}
		out := f(s)
		return engine.Text(out), m.TextFits(len(out))
	}
}

func upperCase(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	return wholeOnly(s, cases.Upper(language.Und).String)
}

func lowerCase(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return wholeOnly(s, cases.Lower(language.Und).String)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// wholeOnly applies f to what is UTF-8 and leaves halves of characters as they are.
func wholeOnly(s string, f func(string) string) string {
	if utf8.ValidString(s) {
		return f(s)
	}
	var b strings.Builder
	for start := 0; start < len(s); {
		end := start
		for end < len(s) {
			r, n := utf8.DecodeRuneInString(s[end:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			end += n
		}
		b.WriteString(f(s[start:end]))
		if end < len(s) {
			b.WriteByte(s[end])
			end++
		}
		start = end
	}
	return b.String()
}

// titleCase raises the first character of each run of characters that aren't
// white space, and lowers the rest. A character beyond U+FFFF stays as it is: to
// JavaScript it is two.
func titleCase(s string) string {
	var b strings.Builder
	for s != "" {
		if i := strings.IndexAny(s, engine.White); i != 0 {
			word := s
			if i > 0 {
				word = s[:i]
			}
			s = s[len(word):]
			r, n := utf8.DecodeRuneInString(word)
			first := word[:n]
			if r < 0x10000 && !(r == utf8.RuneError && n == 1) {
				first = upperCase(first)
			}
			b.WriteString(first)
			b.WriteString(lowerCase(word[n:]))
			continue
		}
		_, n := utf8.DecodeRuneInString(s)
		b.WriteString(s[:n])
		s = s[n:]
	}
	return b.String()
}

var textTrim = engine.Block{
	Type: "text_trim",
	Slots: []engine.Slot{
		engine.Choice("MODE", "BOTH", "both sides", "LEFT", "left side", "RIGHT", "right side"), textIn("TEXT", "abc"),
	},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help:     "A text without the white space at its ends.",
	Doc:      "White space is what it is in JavaScript: spaces of all kinds, tabs, line breaks and the byte order mark. " + textDoc,
	Examples: []engine.Example{{Block: `{"type":"text_trim","fields":{"MODE":"BOTH"},"inputs":{"TEXT":"  a b\n"}}`, Gives: `"a b"`}},
	Means: byField("MODE", map[string]engine.Func{
		"BOTH":  onText(func(s string) string { return strings.Trim(s, engine.White) }),
		"LEFT":  onText(func(s string) string { return strings.TrimLeft(s, engine.White) }),
		"RIGHT": onText(func(s string) string { return strings.TrimRight(s, engine.White) }),
	}, "TEXT"),
}

var textCount = engine.Block{
	Type:  "text_count",
	Slots: []engine.Slot{textIn("TEXT", ""), textIn("SUB", "")},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help:     "How often a text occurs in another.",
	Doc:      "Occurrences don't overlap. An empty text occurs between all characters and at both ends. " + textDoc + " " + searchedDoc,
	Examples: []engine.Example{{Block: `{"type":"text_count","inputs":{"SUB":"aa","TEXT":"aaaaa"}}`, Gives: `2`}},
	Means: engine.FuncN(func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
		in, sub, err := twoTexts(m, args)
		if err != nil {
			return engine.Null, err
		}
		if sub == "" {
			n, _ := args[0].Length()
			return engine.Number(float64(n + 1)), nil
		}
		return engine.Number(float64(occurrences(in, sub))), nil
	}, "TEXT", "SUB"),
}

// occurrences counts without making the pieces, unless halves of characters are
// searched for.
func occurrences(in, sub string) int {
	if utf8.ValidString(sub) {
		return strings.Count(in, sub)
	}
	return len(engine.SplitText(in, sub)) - 1
}

var textReplace = engine.Block{
	Type:  "text_replace",
	Slots: []engine.Slot{textIn("TEXT", ""), textIn("FROM", ""), textIn("TO", "")},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help: "Replaces every occurrence of a text within another.",
	Doc: "The new text is taken as it is (JavaScript gives signs like `$&` in it a meaning). Replacing an empty text puts the new one between all characters and at both ends. " +
		"The text is evaluated first, then what is replaced, then by what, as in the JavaScript that Blockly makes. " + textDoc + " " + searchedDoc,
	Examples: []engine.Example{
		{Block: `{"type":"text_replace","inputs":{"FROM":"a","TO":"$&","TEXT":"banana"}}`, Gives: `"b$&n$&n$&"`},
		{Block: `{"type":"text_replace","inputs":{"FROM":"","TO":"-","TEXT":"abc"}}`, Gives: `"-a-b-c-"`},
	},
	Means: engine.FuncN(func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
		in, from, err := twoTexts(m, args)
		if err != nil {
			return engine.Null, err
		}
		to, err := searched(m, args[2])
		if err != nil {
			return engine.Null, err
		}
		if from == "" {
			n, _ := args[0].Length()
			if err := m.TextFits(len(in) + (n+1)*len(to)); err != nil {
				return engine.Null, err
			}
			return engine.Text(engine.JoinAll(append(append([]string{""}, unitStrings(in)...), ""), to)), nil
		}
		n := occurrences(in, from)
		if err := m.TextFits(len(in) + n*(len(to)-len(from))); err != nil {
			return engine.Null, err
		}
		if n == 0 {
			return args[0], nil
		}
		if !utf8.ValidString(from) { // half a character, which may be within a whole one
			return engine.Text(engine.JoinAll(engine.SplitText(in, from), to)), nil
		}
		return engine.Text(engine.JoinAll([]string{strings.ReplaceAll(in, from, to)}, "")), nil
	}, "TEXT", "FROM", "TO"),
}

func unitStrings(s string) []string {
	units := engine.Units(s)
	out := make([]string, len(units))
	for i, u := range units {
		out[i], _ = u.AsText()
	}
	return out
}

var textReverse = engine.Block{
	Type:  "text_reverse",
	Slots: []engine.Slot{textIn("TEXT", "")},
	Shape: engine.ValueBlock, Gives: engine.TextType,
	Help:     "A text from its end to its beginning.",
	Doc:      "Emoji and other long characters stay whole (Blockly's JavaScript breaks them). " + textDoc,
	Examples: []engine.Example{{Block: `{"type":"text_reverse","inputs":{"TEXT":"ab😀"}}`, Gives: `"😀ba"`}},
	Means: engine.FuncN(onText(func(s string) string {
		out := make([]byte, 0, len(s))
		for s != "" {
			r, n := utf8.DecodeLastRuneInString(s)
			if r == utf8.RuneError && n == 1 && len(s) >= 3 {
				n = 3 // half a character
			}
			out = append(out, s[len(s)-n:]...)
			s = s[:len(s)-n]
		}
		return engine.JoinAll([]string{string(out)}, "")
	}), "TEXT"),
}

var textPrint = engine.Block{
	Type:  "text_print",
	Slots: []engine.Slot{engine.In("TEXT").Else(engine.Text("")).Showing(engine.Text("abc"))},
	Help:  "Writes a line into the run's log.",
	Doc:   "Nothing prints as “null”, a variable that was never set as “undefined”, lists with commas, objects as JSON. Passwords, tokens and other secrets of the run print masked.",
	Examples: []engine.Example{
		{Block: `{"type":"text_print","inputs":{"TEXT":[1,"two"]}}`},
	},
	Means: engine.Do(func(b *engine.Builder) {
		b.Apply(b.Temp(), "print", func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			s, err := m.ToText(args[0])
			if err != nil {
				return engine.Null, err
			}
			return engine.Null, m.Print(s)
		}, b.In("TEXT"))
	}),
}
