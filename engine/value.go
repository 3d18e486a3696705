package engine

import "math"

// Kind says what a Value is.
type Kind uint8

// The kinds of value. Their numbers are written into snapshots and never change.
const (
	KindNull Kind = iota
	KindBoolean
	KindNumber
	KindDate
	KindText
	KindList
	KindObject
)

// String returns the kind as a person reads it in an error: "a number".
func (k Kind) String() string {
	return [...]string{"nothing", "yes or no", "a number", "a date", "a text", "a list", "an object"}[k]
}

// A Value is one value of a flow. The zero Value is null. It is two words: a
// number lives in the value itself, so computing with numbers allocates nothing;
// text, lists and objects are one pointer away. Of a text, the number is how many
// bytes of its cell's text belong to it: see text_growing.go.
type Value struct {
	ref *cell
	num float64
}

// A cell is what a value points to: one of the three marks below, or a text, a
// list or an object of its own. It is one struct for all kinds, because that
// keeps a Value at two words without package unsafe; what only lists, objects and
// growing texts have stands behind it, so that a text takes 32 bytes.
type cell struct {
	kind Kind
	flag flags
	mark uint16 // the last memory count that saw it; see memory.go
	// units is the length of the text in UTF-16 units, -1 if not counted yet. Texts
	// end far below 2 GiB.
	units int32
	text  string
	*body
}

type flags uint8

const (
	fixed  flags = 1 << iota // belongs to a Program: shared by runs, never written to
	made                     // counted as memory that the run made; see memory.go
	grows                    // may be appended to in place; see text_growing.go
	simple                   // may be appended to a text without a look at it; see text_growing.go
)

// A body is what lists, objects and growing texts have beyond other cells, and
// is made together with its cell.
type body struct {
	items []Value // of a list, or an object's values in the order of props.keys
	props *props  // of an object
	tail  *tail   // of a growing text, nil until it grows
	room  int     // bytes that a growing text may have before more must be found
}

// newBody makes a cell with a body.
func newBody(kind Kind) *cell {
	both := &struct {
		cell
		behind body
	}{}
	both.kind, both.body = kind, &both.behind
	return &both.cell
}

var (
	booleanMark = &cell{kind: KindBoolean, flag: fixed}
	numberMark  = &cell{kind: KindNumber, flag: fixed}
	dateMark    = &cell{kind: KindDate, flag: fixed}
)

// Null is nothing: what JavaScript calls null.
var Null = Value{}

// Unset is what a variable holds before it is set, and what a list gives for a
// place that it doesn't have: JavaScript's undefined. It is null in every way
// but one: made into a text it is "undefined".
var Unset = Value{num: 1}

// Number makes a number.
func Number(f float64) Value { return Value{numberMark, f} }

// Boolean makes a boolean.
func Boolean(b bool) Value {
	if b {
		return Value{booleanMark, 1}
	}
	return Value{booleanMark, 0}
}

// Date makes a date from milliseconds since 1970-01-01T00:00:00Z. Fractions of
// a millisecond are cut off, as JavaScript's Date does.
func Date(ms float64) Value { return Value{dateMark, math.Trunc(ms)} }

// Text makes a text from UTF-8, in which a block may have left half a character:
// see text.go.
func Text(s string) Value {
	return Value{&cell{kind: KindText, text: s, units: -1}, float64(len(s))}
}

// fixedText makes a text that many runs may share.
func fixedText(s string) Value {
	c := &cell{kind: KindText, flag: fixed, text: s, units: int32(units(s))}
	if c.couldBeSimple() {
		c.flag |= simple
	}
	return Value{c, float64(len(s))}
}

// List makes a list that holds items itself, not a copy.
func List(items []Value) Value {
	c := newBody(KindList)
	c.items = items
	return Value{ref: c}
}

// Kind returns the kind of v.
func (v Value) Kind() Kind {
	if v.ref == nil {
		return KindNull
	}
	return v.ref.kind
}

// IsNull reports whether v is null.
func (v Value) IsNull() bool { return v.ref == nil }

// AsNumber returns v's number, or milliseconds for a date.
func (v Value) AsNumber() (float64, bool) { return v.num, v.ref == numberMark }

// AsDate returns a date's milliseconds since 1970.
func (v Value) AsDate() (float64, bool) { return v.num, v.ref == dateMark }

// AsBoolean returns v's truth value if it is a boolean.
func (v Value) AsBoolean() (value, ok bool) { return v.num != 0, v.ref == booleanMark }

// AsText returns v's text if it is one.
func (v Value) AsText() (string, bool) {
	if v.Kind() != KindText {
		return "", false
	}
	return v.text(), true
}

// text returns the text of a text.
func (v Value) text() string { return v.ref.text[:int(v.num)] }

// AsList returns the items of a list: the list's own, not a copy.
func (v Value) AsList() ([]Value, bool) {
	if v.Kind() != KindList {
		return nil, false
	}
	return v.ref.items, true
}

// Length returns a list's number of items or a text's length in UTF-16 units.
func (v Value) Length() (int, bool) {
	switch v.Kind() {
	case KindList:
		return len(v.ref.items), true
	case KindText:
		return v.units(), true
	}
	return 0, false
}

// Same reports whether a and b are the same value without any conversion, as
// JavaScript's === does: lists and objects are the same only if they are one.
func Same(a, b Value) bool {
	if a.ref == b.ref {
		// NaN isn't itself; for lists and objects num is always 0; texts in one cell
		// differ if one is longer.
		return a.num == b.num || a.ref == nil
	}
	if a.Kind() == KindText && b.Kind() == KindText {
		return a.text() == b.text()
	}
	return false
}
