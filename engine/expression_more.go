package engine

import (
	"encoding/base64"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// trimText takes white space off both ends, or the characters of a second text.
func trimText(m *Machine, a []Value) (Value, error) {
	if len(a) == 1 {
		return onText(trim)(m, a)
	}
	return onTexts(strings.Trim)(m, a)
}

func asksTexts(f func(s, t string) bool) Func {
	return func(m *Machine, a []Value) (Value, error) {
		s, err := wantText(a[0], "This function")
		if err != nil {
			return Null, err
		}
		t, err := wantText(a[1], "This function")
		m.Work(len(t))
		return Boolean(f(s, t)), err
	}
}

// lastIndexIn counts characters as indexOf does; -1 says that it isn't there.
func lastIndexIn(m *Machine, a []Value) (Value, error) {
	if items, ok := a[0].AsList(); ok {
		for i, item := range slices.Backward(items) {
			if same, err := m.findItem([]Value{item}, a[1]); err != nil || same == 0 {
				return Number(float64(i)), err
			}
		}
		return Number(-1), nil
	}
	return placeOfText(m, a, "lastIndexOf", true)
}

func toBase64(m *Machine, a []Value) (Value, error) {
	s, err := wantText(a[0], "toBase64")
	if err != nil {
		return Null, err
	}
	m.Work(len(s))
	if err := m.TextFits(base64.StdEncoding.EncodedLen(len(s))); err != nil {
		return Null, err
	}
	return Text(base64.StdEncoding.EncodeToString([]byte(s))), nil
}

func fromBase64(m *Machine, a []Value) (Value, error) {
	s, err := wantText(a[0], "fromBase64")
	if err != nil {
		return Null, err
	}
	m.Work(len(s))
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || !utf8.Valid(b) {
		return Null, Fail(WrongValue, "This text isn't base64 of a text.")
	}
	return Text(string(b)), m.TextFits(len(b))
}

func medianItems(m *Machine, a []Value) (Value, error) {
	items, err := wantList(a[0])
	if err != nil {
		return Null, err
	}
	m.Work(16 * len(items))
	if err := m.roomFor(len(items), 8*len(items)); err != nil {
		return Null, err
	}
	numbers := make([]float64, len(items))
	for i, v := range items {
		if numbers[i], err = number(v); err != nil {
			return Null, err
		}
	}
	if len(numbers) == 0 {
		return Number(0), nil
	}
	slices.Sort(numbers)
	middle := len(numbers) / 2
	if len(numbers)%2 == 1 {
		return Number(numbers[middle]), nil
	}
	return Number((numbers[middle-1] + numbers[middle]) / 2), nil
}

// flattenItems puts the items of lists within the list in their places, however
// deep. A list within itself has no end and is told so.
func flattenItems(m *Machine, a []Value) (Value, error) {
	items, err := wantList(a[0])
	if err != nil {
		return Null, err
	}
	var flat []Value
	seen := 0 // lists and items: lists that share lists could be gone through without end
	var add func(items []Value, depth int) error
	add = func(items []Value, depth int) error {
		if depth > deepestFlatten {
			return Fail(WrongValue, "flatten takes lists in lists up to %d deep; these are deeper, or one holds itself.", deepestFlatten)
		}
		seen += len(items) + 1
		if err := m.ListFits(seen); err != nil {
			return err
		}
		m.Work(16 * (len(items) + 1))
		for _, v := range items {
			if inner, ok := v.AsList(); ok {
				if err := add(inner, depth+1); err != nil {
					return err
				}
				continue
			}
			flat = append(flat, v)
		}
		return nil
	}
	if err := add(items, 0); err != nil {
		return Null, err
	}
	return List(flat), m.charge(sizeList(len(flat)))
}

const deepestFlatten = 100

func pairsOf(m *Machine, a []Value) (Value, error) {
	if a[0].Kind() != KindObject {
		return Null, Fail(WrongType, "toPairs takes an object apart, but here is %s.", a[0].Kind())
	}
	keys := a[0].Keys()
	if err := m.roomFor(len(keys), 4*len(keys)*sizeCell); err != nil {
		return Null, err
	}
	m.Work(32 * len(keys))
	pairs := make([]Value, len(keys))
	for i, k := range keys {
		v, _ := a[0].Get(k)
		pairs[i] = List([]Value{Text(k), v})
	}
	return List(pairs), nil
}

func objectOfPairs(m *Machine, a []Value) (Value, error) {
	items, err := wantList(a[0])
	if err != nil {
		return Null, err
	}
	m.Work(32 * len(items))
	if err := m.roomFor(len(items), 3*len(items)*sizeCell); err != nil {
		return Null, err
	}
	object := Object()
	for _, v := range items {
		pair, ok := v.AsList()
		if !ok || len(pair) != 2 || pair[0].Kind() != KindText {
			return Null, Fail(WrongValue, "fromPairs needs a list of lists of two: a name and a value.")
		}
		name, _ := pair[0].AsText()
		object.Set(name, pair[1])
	}
	return object, nil
}

// onBits works on whole numbers that a float64 holds exactly.
func onBits(f func(a, b int64) int64) Func {
	const exact = 1 << 53
	return func(_ *Machine, a []Value) (Value, error) {
		var n [2]int64
		for i := range n {
			v, ok := a[i].AsNumber()
			if !ok || v != math.Trunc(v) || math.Abs(v) > exact {
				return Null, Fail(WrongValue, "Bits are those of whole numbers up to 2 to the power of 53.")
			}
			n[i] = int64(v)
		}
		return Number(float64(f(n[0], n[1]))), nil
	}
}
