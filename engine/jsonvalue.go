package engine

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// dataLimits bound JSON that comes as data: inputs and answers.
var dataLimits = jsonLimits{bytes: 64 << 20, depth: maxTextDepth}

// ParseJSON reads data: a run's input, an API's answer. Objects keep the order
// of their keys. What [AppendJSON] wrote comes back the same, dates, infinities
// and NaN included.
func ParseJSON(data []byte) (Value, error) {
	tree, err := parseJSON(string(data), dataLimits)
	if err != nil {
		return Null, err
	}
	return valueOf(tree), nil
}

// tag is the key of the objects that stand for what JSON has no form for:
// {"$blockflow":"NaN"}, {"$blockflow":"date","ms":0}. An object of a flow's own
// that has this as its first key is wrapped in {"$blockflow":"object", …}.
const tag = "$blockflow"

func valueOf(j *jsonValue) Value {
	switch j.kind {
	case jsonBool:
		return Boolean(j.truth)
	case jsonNumber:
		return Number(j.number())
	case jsonString:
		return Text(j.text)
	case jsonArray:
		items := make([]Value, len(j.items))
		for i, x := range j.items {
			items[i] = valueOf(x)
		}
		return List(items)
	case jsonObject:
		if len(j.keys) > 0 && j.keys[0] == tag {
			if v, ok := untag(j); ok {
				return v
			}
		}
		return plainObject(j)
	default:
		return Null
	}
}

func plainObject(j *jsonValue) Value {
	values := make([]Value, len(j.items))
	for i, x := range j.items {
		values[i] = valueOf(x)
	}
	return ObjectOf(j.keys, values)
}

func untag(j *jsonValue) (Value, bool) {
	switch j.items[0].str() {
	case "NaN":
		return Number(math.NaN()), true
	case "Infinity":
		return Number(math.Inf(1)), true
	case "-Infinity":
		return Number(math.Inf(-1)), true
	case "-0":
		return Number(math.Copysign(0, -1)), true
	case "date":
		if ms := j.get("ms"); ms != nil {
			return Date(ms.number()), true
		}
		return Date(math.NaN()), true
	case "object":
		if o := j.get("object"); o != nil && o.kind == jsonObject {
			return plainObject(o), true
		}
	}
	return Null, false
}

// AppendJSON writes v so that ParseJSON gives it back exactly. Equal values give
// equal bytes. It fails on a value that holds itself.
func AppendJSON(b []byte, v Value) ([]byte, error) {
	w := &jsonWriter{exact: true, left: mostWritten}
	return w.append(b, v, 0)
}

// AppendPlainJSON writes v as other programs expect it: dates as ISO text, and
// null for numbers that JSON doesn't have. It fails on a value that holds itself.
func AppendPlainJSON(b []byte, v Value) ([]byte, error) {
	w := &jsonWriter{left: mostWritten}
	return w.append(b, v, 0)
}

// mostWritten bounds one value as JSON or text, in bytes. Memory doesn't: lists
// that share their items can be small and look endlessly large.
const mostWritten = 64 << 20

type jsonWriter struct {
	exact bool // so that ParseJSON gives it back
	left  int  // bytes that may still be written
}

// spend counts bytes before they are written.
func (w *jsonWriter) spend(n int) error {
	if w.left -= n; w.left < 0 {
		return Fail(TooBig, "This value is more than %d MiB long as text.", mostWritten>>20)
	}
	return nil
}

func (w *jsonWriter) append(b []byte, v Value, depth int) ([]byte, error) {
	if depth > maxTextDepth {
		return nil, Fail(TooDeep, "This value holds itself, or nests more than %d deep. It can't be written as JSON.", maxTextDepth)
	}
	size := 4
	if v.Kind() == KindText {
		size += len(v.text())
	}
	if err := w.spend(size); err != nil {
		return nil, err
	}
	switch v.Kind() {
	case KindNull:
		return append(b, "null"...), nil
	case KindBoolean:
		return strconv.AppendBool(b, v.num != 0), nil
	case KindNumber:
		return w.number(b, v.num), nil
	case KindDate:
		return w.date(b, v.num), nil
	case KindText:
		return appendQuoted(b, v.text()), nil
	case KindList:
		return w.list(b, v.ref.items, depth)
	default:
		return w.object(b, v.ref, depth)
	}
}

func (w *jsonWriter) number(b []byte, f float64) []byte {
	switch {
	case f-f != 0: // NaN or infinite
		if !w.exact {
			return append(b, "null"...)
		}
		return append(append(append(b, `{"`+tag+`":"`...), FormatNumber(f)...), `"}`...)
	case f == 0 && math.Signbit(f) && w.exact:
		return append(b, `{"`+tag+`":"-0"}`...)
	}
	return append(b, FormatNumber(f)...)
}

func (w *jsonWriter) date(b []byte, ms float64) []byte {
	switch {
	case !w.exact:
		return appendQuoted(b, FormatDate(ms))
	case ms != ms:
		return append(b, `{"`+tag+`":"date"}`...)
	}
	b = append(b, `{"`+tag+`":"date","ms":`...)
	return append(append(b, FormatNumber(ms)...), '}')
}

func (w *jsonWriter) list(b []byte, items []Value, depth int) ([]byte, error) {
	b = append(b, '[')
	var err error
	for i, x := range items {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = w.append(b, x, depth+1); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

func (w *jsonWriter) object(b []byte, c *cell, depth int) ([]byte, error) {
	wrap := w.exact && len(c.items) > 0 && c.props.keys[0] == tag
	if wrap {
		b = append(b, `{"`+tag+`":"object","object":`...)
	}
	b = append(b, '{')
	var err error
	for i, x := range c.items {
		if i > 0 {
			b = append(b, ',')
		}
		w.left -= len(c.props.keys[i])
		b = append(appendQuoted(b, c.props.keys[i]), ':')
		if b, err = w.append(b, x, depth+1); err != nil {
			return nil, err
		}
	}
	b = append(b, '}')
	if wrap {
		b = append(b, '}')
	}
	return b, nil
}

// appendQuoted writes a JSON string. Half a character becomes \ud83d, so that the
// JSON is always UTF-8.
func appendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		half := c == 0xed && i+2 < len(s) && s[i+1] >= 0xa0
		if !half && (c >= utf8.RuneSelf || c >= 0x20 && c != '"' && c != '\\') {
			i++
			continue
		}
		b = append(b, s[start:i]...)
		if half {
			r, n := decode(s[i:])
			b = append(b, '\\', 'u', 'd', hex[r>>8&15], hex[r>>4&15], hex[r&15])
			i += n
			start = i
			continue
		}
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i++
		start = i
	}
	return append(append(b, s[start:]...), '"')
}

// ParseForeignJSON reads JSON that somebody else wrote: an object that happens to
// look like one of our tags stays an object.
func ParseForeignJSON(data []byte) (Value, error) {
	tree, err := parseJSON(string(data), dataLimits)
	if err != nil {
		return Null, err
	}
	return foreignValue(tree), nil
}

func foreignValue(j *jsonValue) Value {
	switch j.kind {
	case jsonArray:
		items := make([]Value, len(j.items))
		for i, x := range j.items {
			items[i] = foreignValue(x)
		}
		return List(items)
	case jsonObject:
		values := make([]Value, len(j.items))
		for i, x := range j.items {
			values[i] = foreignValue(x)
		}
		return ObjectOf(j.keys, values)
	}
	return valueOf(j)
}
