package engine

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// This file reads JSON into a tree that keeps what encoding/json would lose and
// a flow needs: the order of keys, numbers as they were written, and where each
// value stands. It has no limit of depth but its own: a stack of blocks nests
// two levels a block, and encoding/json stops at 10,000.

type jsonKind uint8

const (
	jsonNull jsonKind = iota
	jsonBool
	jsonNumber
	jsonString
	jsonArray
	jsonObject
)

// A jsonValue is one value of a JSON text.
type jsonValue struct {
	kind  jsonKind
	truth bool
	text  string // a string's text, or a number as it was written
	at    int    // offset in the source
	keys  []string
	items []*jsonValue // an array's items, or the values of keys
}

// get returns the value of an object's key, or nil.
func (v *jsonValue) get(key string) *jsonValue {
	if v == nil || v.kind != jsonObject {
		return nil
	}
	for i, k := range v.keys {
		if k == key {
			return v.items[i]
		}
	}
	return nil
}

func (v *jsonValue) str() string {
	if v == nil || v.kind != jsonString {
		return ""
	}
	return v.text
}

func (v *jsonValue) number() float64 {
	if v == nil || v.kind != jsonNumber {
		return 0
	}
	f, _ := strconv.ParseFloat(v.text, 64)
	return f
}

// jsonLimits bound what parsing may build.
type jsonLimits struct {
	bytes int
	depth int
}

type jsonParser struct {
	src string
	pos int
}

// parseJSON reads exactly one JSON value. It uses no recursion, so hostile
// nesting costs no more than its length.
func parseJSON(src string, limits jsonLimits) (*jsonValue, error) {
	if len(src) > limits.bytes {
		return nil, Fail(TooBig, "This is %d bytes long, more than the limit of %d.", len(src), limits.bytes)
	}
	if !utf8.ValidString(src) {
		return nil, Fail(BadJSON, "This isn't UTF-8 text. Save it as UTF-8.")
	}
	p := &jsonParser{src: src}
	root, err := p.parse(limits.depth)
	if err != nil {
		e := err.(*Error)
		e.Place = lineColumn(src, p.pos)
		return nil, e
	}
	return root, nil
}

// lineColumn gives an offset as "line:column", both from 1, the column in bytes.
func lineColumn(src string, at int) string {
	at = min(at, len(src))
	line := 1 + strings.Count(src[:at], "\n")
	return fmt.Sprintf("%d:%d", line, at-strings.LastIndexByte(src[:at], '\n'))
}

func (p *jsonParser) space() {
	for p.pos < len(p.src) {
		switch p.src[p.pos] {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return
		}
	}
}

func (p *jsonParser) fail(want string) error {
	if p.pos >= len(p.src) {
		return Fail(BadJSON, "The JSON ends too early: %s is missing.", want)
	}
	r, _ := utf8.DecodeRuneInString(p.src[p.pos:])
	return Fail(BadJSON, "This isn't JSON: here is %q, but %s was expected.", r, want)
}

// parse keeps the open arrays and objects on a stack of its own.
func (p *jsonParser) parse(depth int) (*jsonValue, error) {
	var open []*jsonValue
	for {
		v, err := p.begin(open)
		if err != nil {
			return nil, err
		}
		if v.kind >= jsonArray && !p.closes(v) {
			if open = append(open, v); len(open) > depth {
				return nil, Fail(TooDeep, "The JSON is nested more than %d levels deep.", depth)
			}
			continue
		}
		for { // v is whole: close what ends with it
			if len(open) == 0 {
				if p.space(); p.pos < len(p.src) {
					return nil, p.fail("the end")
				}
				return v, nil
			}
			top := open[len(open)-1]
			if p.space(); p.pos < len(p.src) && p.src[p.pos] == ',' {
				p.pos++
				break
			}
			if !p.closes(top) {
				return nil, p.fail(map[jsonKind]string{jsonArray: "a comma or ]", jsonObject: "a comma or }"}[top.kind])
			}
			v, open = top, open[:len(open)-1]
		}
	}
}

// closes reports whether v ends here, and steps over its end.
func (p *jsonParser) closes(v *jsonValue) bool {
	p.space()
	end := byte(']')
	if v.kind == jsonObject {
		end = '}'
	}
	if p.pos < len(p.src) && p.src[p.pos] == end {
		p.pos++
		return true
	}
	return false
}

// begin reads a key if an object is open, then a scalar or the start of an
// array or object, and hangs it into what is open.
func (p *jsonParser) begin(open []*jsonValue) (*jsonValue, error) {
	p.space()
	var parent *jsonValue
	if len(open) > 0 {
		parent = open[len(open)-1]
	}
	if parent != nil && parent.kind == jsonObject {
		if p.pos >= len(p.src) || p.src[p.pos] != '"' {
			return nil, p.fail("a name in quotes")
		}
		start := p.pos
		key, err := p.string()
		if err != nil {
			return nil, err
		}
		if len(parent.keys) < 64 && parent.get(key) != nil {
			p.pos = start
			return nil, Fail(BadJSON, "The name %q comes twice in one object.", clip(key))
		}
		if p.space(); p.pos >= len(p.src) || p.src[p.pos] != ':' {
			return nil, p.fail("a colon")
		}
		p.pos++
		p.space()
		parent.keys = append(parent.keys, key)
	}
	v, err := p.value()
	if err == nil && parent != nil {
		parent.items = append(parent.items, v)
	}
	return v, err
}

func (p *jsonParser) value() (*jsonValue, error) {
	v := &jsonValue{at: p.pos}
	if p.pos >= len(p.src) {
		return nil, p.fail("a value")
	}
	var err error
	switch c := p.src[p.pos]; {
	case c == '{':
		v.kind = jsonObject
		p.pos++
	case c == '[':
		v.kind = jsonArray
		p.pos++
	case c == '"':
		v.kind = jsonString
		v.text, err = p.string()
	case c == '-' || c >= '0' && c <= '9':
		v.kind = jsonNumber
		v.text, err = p.number()
	case p.word("true"):
		v.kind, v.truth = jsonBool, true
	case p.word("false"):
		v.kind = jsonBool
	case p.word("null"):
	default:
		return nil, p.fail("a value")
	}
	return v, err
}

func (p *jsonParser) word(w string) bool {
	if !strings.HasPrefix(p.src[p.pos:], w) {
		return false
	}
	p.pos += len(w)
	return true
}

func (p *jsonParser) digits() bool {
	start := p.pos
	for p.pos < len(p.src) && p.src[p.pos] >= '0' && p.src[p.pos] <= '9' {
		p.pos++
	}
	return p.pos > start
}

func (p *jsonParser) accept(set string) bool {
	if p.pos < len(p.src) && strings.IndexByte(set, p.src[p.pos]) >= 0 {
		p.pos++
		return true
	}
	return false
}

func (p *jsonParser) number() (string, error) {
	start := p.pos
	p.accept("-")
	if !p.accept("0") && !p.digits() {
		return "", p.fail("a digit")
	}
	if p.accept(".") && !p.digits() {
		return "", p.fail("a digit")
	}
	if p.accept("eE") {
		p.accept("+-")
		if !p.digits() {
			return "", p.fail("a digit")
		}
	}
	return p.src[start:p.pos], nil
}

func (p *jsonParser) string() (string, error) {
	p.pos++
	start := p.pos
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; {
		case c == '"':
			p.pos++
			return p.src[start : p.pos-1], nil
		case c == '\\':
			return p.escaped(start)
		case c < 0x20:
			return "", p.fail("no line break or control character in a text")
		default:
			p.pos++
		}
	}
	return "", p.fail("the closing quote")
}

// escaped reads on in a string from its first backslash.
func (p *jsonParser) escaped(start int) (string, error) {
	out := append(make([]byte, 0, 2*(p.pos-start)+16), p.src[start:p.pos]...)
	for p.pos < len(p.src) {
		c := p.src[p.pos]
		switch {
		case c == '"':
			p.pos++
			return string(out), nil
		case c < 0x20:
			return "", p.fail("no line break or control character in a text")
		case c != '\\':
			out = append(out, c)
			p.pos++
		default:
			var err error
			if out, err = p.escape(out); err != nil {
				return "", err
			}
		}
	}
	return "", p.fail("the closing quote")
}

func (p *jsonParser) escape(out []byte) ([]byte, error) {
	p.pos++
	if p.pos >= len(p.src) {
		return nil, p.fail("the rest of the text")
	}
	c := p.src[p.pos]
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		p.pos++
		return append(out, "\"\\/\b\f\n\r\t"[i]), nil
	}
	if c != 'u' {
		return nil, p.fail("one of \" \\ / b f n r t u after a backslash")
	}
	r, err := p.hex()
	if err != nil {
		return nil, err
	}
	if isSecondHalf(r) && endsInHalf(string(out[max(len(out)-3, 0):])) {
		first, _ := decode(string(out[len(out)-3:]))
		return utf8.AppendRune(out[:len(out)-3], (first-firstHalf)<<10+(r-secondHalf)+0x10000), nil
	}
	return appendUnit(out, r), nil
}

func (p *jsonParser) hex() (rune, error) {
	p.pos++
	if p.pos+4 > len(p.src) {
		return 0, p.fail("four hexadecimal digits")
	}
	n, err := strconv.ParseUint(p.src[p.pos:p.pos+4], 16, 32)
	if err != nil {
		return 0, p.fail("four hexadecimal digits")
	}
	p.pos += 4
	return rune(n), nil
}
