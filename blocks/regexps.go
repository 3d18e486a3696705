package blocks

import (
	"strings"
	"unicode/utf8"

	"blockflow/engine"
)

const regexpDoc = "The language is JavaScript's, without what needs going back: a pattern with lookahead (`(?=`, `(?!`, `(?<=`, `(?<!`) or back references (`\\1`) fails. So no pattern takes longer than the text is long. "

var regexpNew = engine.Block{
	Type:  "create_dynamic_regexp",
	Text:  "regular expression [pattern] flags [keys]",
	Slots: []engine.Slot{engine.In("pattern", engine.TextType).Showing(engine.Text("^[a-z]+$")), engine.In("keys", engine.TextType).Or(engine.Text(""))},
	Shape: engine.ValueBlock, Gives: engine.ObjectType,
	Help: "A regular expression, to test texts with.",
	Doc:  regexpDoc + "Flags: i ignores case, m lets ^ and $ match at line breaks, s lets the dot match them; g, u and y are taken and change nothing, since a test looks at the whole text anew (in JavaScript g makes it go on where the last one ended).",
	Examples: []engine.Example{
		{Block: `{"type":"create_dynamic_regexp","inputs":{"pattern":"a+","keys":"i"}}`, Gives: `{"pattern":"a+","flags":"i"}`},
		{Block: `{"type":"create_dynamic_regexp","inputs":{"pattern":"(a","keys":""}}`, Fails: engine.WrongValue},
		{Block: `{"type":"create_dynamic_regexp","inputs":{"pattern":"a","keys":"x"}}`, Fails: engine.WrongValue},
	},
	Means: engine.FuncN(func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
		var parts [2]string
		for i, v := range args {
			s, err := m.ToText(v)
			if err != nil {
				return engine.Null, err
			}
			parts[i] = s
		}
		source, err := goPattern(parts[0], parts[1])
		if err != nil {
			return engine.Null, err
		}
		if _, err := m.Matches(source, ""); err != nil {
			return engine.Null, err
		}
		return engine.ObjectOf([]string{"pattern", "flags"}, []engine.Value{engine.Text(parts[0]), engine.Text(parts[1])}), nil
	}, "pattern", "keys"),
}

var regexpTest = engine.Block{
	Type:  "test_regexp",
	Text:  "text [original_text] matches [pattern]",
	Slots: []engine.Slot{engine.In("original_text"), engine.In("pattern").Showing(engine.Text("^[a-z]+$"))},
	Shape: engine.ValueBlock, Gives: engine.BooleanType,
	Help: "Says whether a regular expression is somewhere in a text.",
	Doc:  regexpDoc + "The pattern is a text, or what *regular expression* gives. Numbers, yes and no are tested as texts.",
	Examples: []engine.Example{
		{Block: `{"type":"test_regexp","inputs":{"original_text":"ALICE","pattern":{"type":"create_dynamic_regexp","inputs":{"pattern":"^ali","keys":"i"}}}}`, Gives: `true`},
		{Block: `{"type":"test_regexp","inputs":{"original_text":"alice","pattern":"^b"}}`, Gives: `false`},
		{Block: `{"type":"test_regexp","inputs":{"original_text":"aa","pattern":"(a)\\1"}}`, Fails: engine.WrongValue},
	},
	Means: engine.FuncN(func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
		s, err := m.ToText(args[0])
		if err != nil {
			return engine.Null, err
		}
		flags := ""
		pattern, ok := args[1].AsText()
		if !ok {
			p, _ := args[1].Get("pattern")
			f, _ := args[1].Get("flags")
			if pattern, ok = p.AsText(); !ok {
				return engine.Null, engine.Fail(engine.WrongType, "The pattern must be a text or a regular expression, but here is %s.", args[1].Kind())
			}
			flags, _ = f.AsText()
		}
		source, err := goPattern(pattern, flags)
		if err != nil {
			return engine.Null, err
		}
		return m.Matches(source, s)
	}, "original_text", "pattern"),
}

// JavaScript's \s and dot, written out: Go's know ASCII only.
const (
	jsSpaces  = `\t\n\v\f\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`
	jsNewline = `\n\r\x{2028}\x{2029}`
)

// goPattern writes a pattern of JavaScript's as Go's regexp wants it.
func goPattern(pattern, flags string) (string, error) {
	var b strings.Builder
	goFlags, dotAll := "", false
	for _, f := range flags {
		switch f {
		case 'i', 'm':
			goFlags += string(f)
		case 's':
			dotAll = true
		case 'g', 'u', 'y':
		default:
			return "", engine.Fail(engine.WrongValue, "A regular expression has no flag %q. Flags are i, m, s, g, u and y.", f)
		}
	}
	if goFlags != "" {
		b.WriteString("(?" + goFlags + ")")
	}
	inClass := false
	for i := 0; i < len(pattern); {
		r, n := utf8.DecodeRuneInString(pattern[i:])
		switch {
		case r == '\\':
			out, used, err := escaped(pattern[i+1:], inClass)
			if err != nil {
				return "", err
			}
			b.WriteString(out)
			i += 1 + used
			continue
		case inClass && r == ']':
			inClass = false
		case inClass && r == '[':
			b.WriteByte('\\')
		case !inClass && strings.HasPrefix(pattern[i:], "[]"):
			b.WriteString(`[^\x00-\x{10ffff}]`) // matches nothing
			i += 2
			continue
		case !inClass && strings.HasPrefix(pattern[i:], "[^]"):
			b.WriteString(`(?s:.)`)
			i += 3
			continue
		case !inClass && r == '[':
			inClass = true
		case !inClass && r == '.':
			if dotAll {
				b.WriteString(`(?s:.)`)
			} else {
				b.WriteString(`[^` + jsNewline + `]`)
			}
			i += n
			continue
		case !inClass && strings.HasPrefix(pattern[i:], "(?") && !strings.HasPrefix(pattern[i:], "(?:") && !namesGroup(pattern[i:]):
			return "", engine.Fail(engine.WrongValue, "The pattern has a group that looks ahead or behind, which isn't supported here. Test for the parts one after the other.")
		}
		b.WriteString(pattern[i : i+n])
		i += n
	}
	return b.String(), nil
}

func namesGroup(s string) bool {
	return strings.HasPrefix(s, "(?<") && !strings.HasPrefix(s, "(?<=") && !strings.HasPrefix(s, "(?<!")
}

// escaped translates what follows a backslash, and returns how many bytes that was.
func escaped(s string, inClass bool) (out string, used int, err error) {
	if s == "" {
		return "", 0, engine.Fail(engine.WrongValue, `The pattern ends with a single \. Write \\ for that character.`)
	}
	open, end := "[", "]"
	if inClass {
		open, end = "", ""
	}
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r == 's':
		return open + jsSpaces + end, 1, nil
	case r == 'S':
		if inClass {
			return "", 0, engine.Fail(engine.WrongValue, `\S inside [ ] isn't supported here. Write [^ … ] with \s instead.`)
		}
		return "[^" + jsSpaces + "]", 1, nil
	case strings.ContainsRune("dDwWbBtnrfv", r):
		if inClass && r == 'b' {
			return `\x08`, 1, nil
		}
		return `\` + s[:1], 1, nil
	case r == '0' && (len(s) == 1 || s[1] < '0' || s[1] > '9'):
		return `\x00`, 1, nil
	case r == 'x' && len(s) >= 3 && isHex(s[1:3]):
		return `\x{` + s[1:3] + `}`, 3, nil
	case r == 'u' && len(s) >= 5 && isHex(s[1:5]):
		return `\x{` + s[1:5] + `}`, 5, nil
	case r == 'u' && strings.HasPrefix(s, "u{") && strings.Contains(s, "}") && isHex(s[2:strings.Index(s, "}")]):
		end := strings.Index(s, "}")
		return `\x` + s[1:end+1], end + 1, nil
	case r >= '0' && r <= '9' || r == 'k':
		return "", 0, engine.Fail(engine.WrongValue, "The pattern refers back to one of its groups, which isn't supported here.")
	case r < utf8.RuneSelf && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'):
		return "", 0, engine.Fail(engine.WrongValue, `The pattern has \%c, which isn't supported here.`, r)
	case r < utf8.RuneSelf:
		return `\` + s[:1], 1, nil
	}
	return s[:n], n, nil
}

func isHex(s string) bool {
	return s != "" && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}
