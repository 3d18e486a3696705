package users

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A where-clause is read into conditions, and conditions are compiled to SQL in
// which every value and every property's name is a parameter. Nothing of what
// was sent becomes part of the SQL text.
//
//	clause     = or
//	or         = and { OR and }
//	and        = not { AND not }
//	not        = [ NOT ] ( "(" or ")" | condition )
//	condition  = column ( operator literal | [NOT] LIKE text | [NOT] IN "(" literal { "," literal } ")" | IS [NOT] NULL )
//	operator   = "=" | "!=" | "<>" | "<" | ">" | "<=" | ">="
//	literal    = 'text' | "text" | number | TRUE | FALSE
//	column     = name | `name` | "name" | [name]
//
// A quote within a text in that quote is written twice.

// Bounds of a where-clause. They are far above what people write, and below
// what would make SQLite slow or refuse.
const (
	maxClause     = 16 << 10 // bytes
	maxConditions = 200
	maxNesting    = 32
	maxMembers    = 1000 // of all IN lists together
	maxPattern    = 200  // characters of a LIKE pattern
)

// A condition is a node of a where-clause.
type condition interface {
	compile(*compiler) error
}

type (
	// A junction is true if any (or) or all of its parts are.
	junction struct {
		or    bool
		parts []condition
	}
	negation   struct{ of condition }
	comparison struct {
		column  name
		op      string
		literal literal
	}
	likeness struct {
		column  name
		not     bool
		pattern string
	}
	membership struct {
		column  name
		not     bool
		members []literal
	}
	nullness struct {
		column name
		not    bool
	}
)

// A name is a column's, and where in the clause it stands.
type name struct {
	text string
	at   int
}

// A literal is a value in a clause. text is a text's content, or a number or
// word as it was written.
type literal struct {
	kind byte // s(tring), d (number) or b(oolean), as in value
	text string
	at   int
}

// A clauseError says what is wrong with a where-clause and where.
type clauseError struct {
	at   int // byte, from 0
	what string
}

func (e *clauseError) Error() string { return fmt.Sprintf("%s (at character %d)", e.what, e.at+1) }

// parseWhere reads a where-clause; nil is what an empty one gives.
func parseWhere(text string) (condition, error) {
	if len(text) > maxClause {
		return nil, &clauseError{maxClause, fmt.Sprintf("it is longer than %d bytes", maxClause)}
	}
	if !utf8.ValidString(text) {
		return nil, &clauseError{0, "it isn't valid UTF-8"}
	}
	p := clauseParser{text: text}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.now.kind == tokenEnd {
		return nil, nil
	}
	whole, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.now.kind != tokenEnd {
		return nil, p.fail("AND, OR or the end was expected before " + p.now.shown())
	}
	return whole, nil
}

// Kinds of lexemes.
const (
	tokenEnd    = iota
	tokenWord   // a bare name or keyword
	tokenName   // a name in ` ` or [ ]
	tokenText   // in ' '
	tokenDouble // in " ": a name where a name is expected, else a text
	tokenNumber
	tokenSymbol
)

type lexeme struct {
	kind int
	text string // without quotes
	at   int
}

func (t lexeme) shown() string {
	if t.kind == tokenEnd {
		return "the end"
	}
	return fmt.Sprintf("%q", cut(t.text, 40))
}

func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most]) + "…"
}

type clauseParser struct {
	text       string
	at         int
	now        lexeme
	depth      int
	conditions int
	members    int
}

func (p *clauseParser) fail(what string) error { return &clauseError{p.now.at, what} }

// advance reads the next token into now.
func (p *clauseParser) advance() error {
	rest := p.text[p.at:]
	trimmed := strings.TrimLeftFunc(rest, unicode.IsSpace)
	p.at += len(rest) - len(trimmed)
	p.now = lexeme{at: p.at}
	if trimmed == "" {
		return nil
	}
	first, _ := utf8.DecodeRuneInString(trimmed)
	switch {
	case first == '\'' || first == '"' || first == '`' || first == '[':
		return p.quoted(first)
	case first >= '0' && first <= '9' || first == '-' || first == '+' || first == '.':
		return p.number(trimmed)
	case unicode.IsLetter(first) || first == '_':
		end := strings.IndexFunc(trimmed, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '_'
		})
		if end < 0 {
			end = len(trimmed)
		}
		p.take(tokenWord, trimmed[:end], end)
		return nil
	}
	for _, symbol := range []string{"!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", ","} {
		if strings.HasPrefix(trimmed, symbol) {
			p.take(tokenSymbol, symbol, len(symbol))
			return nil
		}
	}
	return p.fail(fmt.Sprintf("%q has no meaning here", string(first)))
}

func (p *clauseParser) take(kind int, text string, length int) {
	p.now.kind, p.now.text = kind, text
	p.at += length
}

func (p *clauseParser) number(rest string) error {
	end := strings.IndexFunc(rest, func(r rune) bool { return !strings.ContainsRune("0123456789+-.eE", r) })
	if end < 0 {
		end = len(rest)
	}
	text := strings.TrimPrefix(rest[:end], "+")
	if len(text) > maxDigits || !json.Valid([]byte(text)) {
		return p.fail(fmt.Sprintf("%q isn't a number", cut(rest[:end], 40)))
	}
	p.take(tokenNumber, text, end)
	return nil
}

func (p *clauseParser) quoted(open rune) error {
	kind, closing := tokenText, byte(open)
	switch open {
	case '"':
		kind = tokenDouble
	case '`':
		kind = tokenName
	case '[':
		kind, closing = tokenName, ']'
	}
	var text strings.Builder
	for i := p.at + 1; i < len(p.text); i++ {
		c := p.text[i]
		if c != closing {
			text.WriteByte(c)
			continue
		}
		if i+1 < len(p.text) && p.text[i+1] == closing {
			text.WriteByte(c)
			i++
			continue
		}
		p.take(kind, text.String(), i+1-p.at)
		return nil
	}
	return p.fail(fmt.Sprintf("the %c is never closed", open))
}

// keyword says whether the next token is a bare word, and takes it.
func (p *clauseParser) keyword(word string) (bool, error) {
	if p.now.kind != tokenWord || !strings.EqualFold(p.now.text, word) {
		return false, nil
	}
	return true, p.advance()
}

func (p *clauseParser) symbol(s string) (bool, error) {
	if p.now.kind != tokenSymbol || p.now.text != s {
		return false, nil
	}
	return true, p.advance()
}

func (p *clauseParser) or() (condition, error)  { return p.junction(true, "OR", p.and) }
func (p *clauseParser) and() (condition, error) { return p.junction(false, "AND", p.not) }

func (p *clauseParser) junction(or bool, word string, part func() (condition, error)) (condition, error) {
	var parts []condition
	for {
		one, err := part()
		if err != nil {
			return nil, err
		}
		parts = append(parts, one)
		more, err := p.keyword(word)
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return junction{or, parts}, nil
}

func (p *clauseParser) not() (condition, error) {
	if p.depth++; p.depth > maxNesting {
		return nil, p.fail(fmt.Sprintf("it is nested deeper than %d levels", maxNesting))
	}
	defer func() { p.depth-- }()
	if denied, err := p.keyword("NOT"); err != nil {
		return nil, err
	} else if denied {
		of, err := p.not()
		return negation{of}, err
	}
	open, err := p.symbol("(")
	if err != nil {
		return nil, err
	}
	if !open {
		return p.condition()
	}
	inside, err := p.or()
	if err != nil {
		return nil, err
	}
	closed, err := p.symbol(")")
	if err == nil && !closed {
		err = p.fail("a ) is missing before " + p.now.shown())
	}
	return inside, err
}

func (p *clauseParser) condition() (condition, error) {
	if p.conditions++; p.conditions > maxConditions {
		return nil, p.fail(fmt.Sprintf("it has more than %d conditions", maxConditions))
	}
	column, err := p.column()
	if err != nil {
		return nil, err
	}
	if p.now.kind == tokenSymbol {
		switch op := p.now.text; op {
		case "=", "!=", "<>", "<", ">", "<=", ">=":
			if err := p.advance(); err != nil {
				return nil, err
			}
			value, err := p.literal()
			return comparison{column, op, value}, err
		}
	}
	if is, err := p.keyword("IS"); err != nil {
		return nil, err
	} else if is {
		return p.nullness(column)
	}
	not, err := p.keyword("NOT")
	if err != nil {
		return nil, err
	}
	if likes, err := p.keyword("LIKE"); err != nil {
		return nil, err
	} else if likes {
		return p.likeness(column, not)
	}
	if in, err := p.keyword("IN"); err != nil {
		return nil, err
	} else if in {
		return p.membership(column, not)
	}
	return nil, p.fail("after the property " + cut(column.text, 40) + " one of = != <> < > <= >= LIKE, IN and IS NULL was expected, not " + p.now.shown())
}

func (p *clauseParser) column() (name, error) {
	found := name{p.now.text, p.now.at}
	switch p.now.kind {
	case tokenWord, tokenName, tokenDouble:
		return found, p.advance()
	}
	return found, p.fail("the name of a property was expected, not " + p.now.shown())
}

func (p *clauseParser) literal() (literal, error) {
	found := literal{text: p.now.text, at: p.now.at}
	switch p.now.kind {
	case tokenText, tokenDouble:
		found.kind = 's'
	case tokenNumber:
		found.kind = 'd'
	case tokenWord:
		switch word := strings.ToLower(p.now.text); word {
		case "true", "false":
			found.kind, found.text = 'b', word
		case "null":
			return found, p.fail("nothing equals NULL; write IS NULL or IS NOT NULL")
		default:
			return found, p.fail("a text stands in single quotes; " + p.now.shown() + " doesn't")
		}
	default:
		return found, p.fail("a text, a number, TRUE or FALSE was expected, not " + p.now.shown())
	}
	return found, p.advance()
}

func (p *clauseParser) nullness(column name) (condition, error) {
	not, err := p.keyword("NOT")
	if err != nil {
		return nil, err
	}
	null, err := p.keyword("NULL")
	if err == nil && !null {
		err = p.fail("NULL was expected, not " + p.now.shown())
	}
	return nullness{column, not}, err
}

func (p *clauseParser) likeness(column name, not bool) (condition, error) {
	if p.now.kind != tokenText && p.now.kind != tokenDouble {
		return nil, p.fail("LIKE needs a text in single quotes, not " + p.now.shown())
	}
	pattern := p.now.text
	if utf8.RuneCountInString(pattern) > maxPattern {
		return nil, p.fail(fmt.Sprintf("the text after LIKE is longer than %d characters", maxPattern))
	}
	return likeness{column, not, pattern}, p.advance()
}

func (p *clauseParser) membership(column name, not bool) (condition, error) {
	open, err := p.symbol("(")
	if err != nil {
		return nil, err
	}
	if !open {
		return nil, p.fail("IN needs a list in parentheses, not " + p.now.shown())
	}
	list := membership{column: column, not: not}
	for {
		if p.members++; p.members > maxMembers {
			return nil, p.fail(fmt.Sprintf("its IN lists have more than %d members", maxMembers))
		}
		one, err := p.literal()
		if err != nil {
			return nil, err
		}
		list.members = append(list.members, one)
		more, err := p.symbol(",")
		if err != nil {
			return nil, err
		}
		if more {
			continue
		}
		closed, err := p.symbol(")")
		if err == nil && !closed {
			err = p.fail("a comma or ) is missing before " + p.now.shown())
		}
		return list, err
	}
}
