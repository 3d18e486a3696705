package users

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// A value is one JSON value that was sent or stored. raw is its text: a number
// keeps the digits it came with.
type value struct {
	kind byte // one of n(ull), b(oolean), d (number), s(tring), o(bject), a(rray)
	raw  []byte
	text string // a string's content
}

// A property is one member of a JSON object.
type property struct {
	name string
	value
}

const (
	maxDepth  = 32  // of objects and lists in a body; a user record has one level
	maxDigits = 100 // of a number's text; a float64 needs 24 at most
)

// errNotObject is for JSON that is fine but isn't an object.
var errNotObject = errors.New("it must be a JSON object")

// A duplicateError says that an object has two members of one name.
type duplicateError struct{ name string }

func (e duplicateError) Error() string {
	return fmt.Sprintf("the property %q is in it twice", e.name)
}

// parseObject reads a JSON object and keeps its order. It is stricter than
// encoding/json, which repairs broken text and lets the last of two equal
// names win: what it accepts can be written back without becoming something
// else.
func parseObject(data []byte) ([]property, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("it isn't valid UTF-8")
	}
	p := parser{data: data}
	p.space()
	if p.peek() != '{' {
		if err := p.skip(1); err != nil {
			return nil, err
		}
		return nil, errNotObject
	}
	all, err := p.object()
	if err != nil {
		return nil, err
	}
	if p.space(); p.at < len(data) {
		return nil, p.fail("something follows the object")
	}
	return all, nil
}

type parser struct {
	data []byte
	at   int
}

func (p *parser) fail(what string) error {
	return fmt.Errorf("it isn't valid JSON: %s at byte %d", what, p.at+1)
}

// peek returns the byte to be read next, 0 at the end.
func (p *parser) peek() byte {
	if p.at < len(p.data) {
		return p.data[p.at]
	}
	return 0
}

func (p *parser) space() {
	for p.at < len(p.data) {
		switch p.data[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

// object reads the members of the outermost object.
func (p *parser) object() ([]property, error) {
	var all []property
	seen := map[string]bool{}
	err := p.members(func(name string) error {
		if seen[name] {
			return duplicateError{name}
		}
		seen[name] = true
		v, err := p.value(1)
		all = append(all, property{name, v})
		return err
	})
	return all, err
}

// members reads {…}, calling each with a member's name, whose value it reads.
func (p *parser) members(each func(name string) error) error {
	p.at++ // {
	if p.space(); p.peek() == '}' {
		p.at++
		return nil
	}
	for {
		p.space()
		name, err := p.str()
		if err != nil {
			return err
		}
		if p.space(); p.peek() != ':' {
			return p.fail("a colon is missing")
		}
		p.at++
		if err := each(name); err != nil {
			return err
		}
		if done, err := p.next('}'); done || err != nil {
			return err
		}
	}
}

// next reads the comma before another element, or the end.
func (p *parser) next(end byte) (done bool, err error) {
	p.space()
	switch p.peek() {
	case ',':
		p.at++
		return false, nil
	case end:
		p.at++
		return true, nil
	default:
		return false, p.fail("a comma is missing")
	}
}

// value reads any value; of objects and lists only the raw text is kept.
func (p *parser) value(depth int) (value, error) {
	p.space()
	start := p.at
	v := value{}
	var err error
	switch c := p.peek(); {
	case c == '"':
		v.kind = 's'
		v.text, err = p.str()
	case c == '-' || '0' <= c && c <= '9':
		v.kind = 'd'
		err = p.number()
	case c == '{':
		v.kind = 'o'
		err = p.skip(depth + 1)
	case c == '[':
		v.kind = 'a'
		err = p.skip(depth + 1)
	case p.word("true"), p.word("false"):
		v.kind = 'b'
	case p.word("null"):
		v.kind = 'n'
	default:
		err = p.fail("a value is missing")
	}
	v.raw = p.data[start:p.at]
	return v, err
}

// skip reads an object or list, or whatever else is there, at some depth.
func (p *parser) skip(depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("it is nested deeper than %d levels", maxDepth)
	}
	switch p.peek() {
	case '{':
		return p.members(func(string) error {
			_, err := p.value(depth)
			return err
		})
	case '[':
		p.at++
		if p.space(); p.peek() == ']' {
			p.at++
			return nil
		}
		for {
			if _, err := p.value(depth); err != nil {
				return err
			}
			if done, err := p.next(']'); done || err != nil {
				return err
			}
		}
	default:
		_, err := p.value(depth)
		return err
	}
}

func (p *parser) word(w string) bool {
	if len(p.data)-p.at < len(w) || string(p.data[p.at:p.at+len(w)]) != w {
		return false
	}
	p.at += len(w)
	return true
}

func (p *parser) number() error {
	start := p.at
	for p.at < len(p.data) {
		c := p.data[p.at]
		if (c < '0' || c > '9') && c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E' {
			break
		}
		p.at++
	}
	text := p.data[start:p.at]
	if !json.Valid(text) {
		p.at = start
		return p.fail("a number is malformed")
	}
	if len(text) > maxDigits {
		return fmt.Errorf("the number that begins with %s has more than %d digits", text[:20], maxDigits)
	}
	if _, err := strconv.ParseFloat(string(text), 64); err != nil {
		return fmt.Errorf("the number %s is out of range", text)
	}
	return nil
}

// str reads a string. A \u escape that is half a surrogate pair stands for no
// character and is refused.
func (p *parser) str() (string, error) {
	if p.peek() != '"' {
		return "", p.fail("a text in double quotes is missing")
	}
	start := p.at
	plain := true
	for p.at++; p.at < len(p.data); {
		switch c := p.data[p.at]; {
		case c == '"':
			p.at++
			if plain {
				return string(p.data[start+1 : p.at-1]), nil
			}
			var text string
			err := json.Unmarshal(p.data[start:p.at], &text)
			return text, err
		case c == '\\':
			plain = false
			if err := p.escape(); err != nil {
				return "", err
			}
		case c < ' ':
			return "", p.fail("a control character stands in a text")
		default:
			p.at++
		}
	}
	return "", p.fail("a text doesn't end")
}

// escape reads \n, \u00e9 or a whole surrogate pair.
func (p *parser) escape() error {
	if p.at+1 >= len(p.data) {
		return p.fail("a text doesn't end")
	}
	switch p.data[p.at+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		p.at += 2
		return nil
	case 'u':
	default:
		return p.fail("an unknown escape stands in a text")
	}
	unit, err := p.codeUnit()
	if err != nil {
		return err
	}
	switch {
	case unit < 0xD800 || unit > 0xDFFF:
		return nil
	case unit < 0xDC00 && p.peek() == '\\':
		if low, err := p.codeUnit(); err == nil && low >= 0xDC00 && low <= 0xDFFF {
			return nil
		}
	}
	return p.fail("half a surrogate pair stands in a text")
}

// codeUnit reads \uXXXX.
func (p *parser) codeUnit() (uint64, error) {
	if len(p.data)-p.at < 6 || p.data[p.at+1] != 'u' {
		return 0, p.fail("an escape is cut short")
	}
	unit, err := strconv.ParseUint(string(p.data[p.at+2:p.at+6]), 16, 16)
	if err != nil {
		return 0, p.fail("an escape is malformed")
	}
	p.at += 6
	return unit, nil
}

// appendText writes a JSON string. One text has one form, so that a search can
// look for it in stored records.
func appendText(dst []byte, text string) []byte {
	dst = append(dst, '"')
	for _, r := range text { // a broken byte becomes U+FFFD
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r < ' ':
			dst = fmt.Appendf(dst, `\u%04x`, r)
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}
