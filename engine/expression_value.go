package engine

import (
	"math"
	"slices"
	"strings"
)

// What the operators of expressions do. They are stricter than blocks: values of
// different kinds are never equal, have no order and don't add up.

func positive(_ *Machine, a []Value) (Value, error) {
	if f, ok := a[0].AsNumber(); ok {
		return Number(f), nil
	}
	return Null, Fail(WrongType, "A sign belongs to a number, but here is %s.", a[0].Kind())
}

func negative(m *Machine, a []Value) (Value, error) {
	v, err := positive(m, a)
	return Number(-v.num), err
}

// textOf is the text of a value that is known to be one.
func textOf(v Value) string {
	s, _ := v.AsText()
	return s
}

func isNull(_ *Machine, a []Value) (Value, error) { return Boolean(a[0].IsNull()), nil }

var operators map[string]Func

func init() { // the table's functions call each other through it
	arithmetic := func(sign string, do func(x, y float64) float64) Func {
		return func(_ *Machine, a []Value) (Value, error) {
			x, ok := a[0].AsNumber()
			y, also := a[1].AsNumber()
			if !ok || !also {
				return Null, Fail(WrongType, "%s works on two numbers, but here are %s and %s.", sign, a[0].Kind(), a[1].Kind())
			}
			return Number(do(x, y)), nil
		}
	}
	order := func(sign string, holds func(order int) bool) Func {
		return func(m *Machine, a []Value) (Value, error) {
			if a[0].Kind() != a[1].Kind() || a[0].Kind() < KindNumber || a[0].Kind() > KindText {
				return Null, Fail(WrongType, "%s compares two numbers, two texts or two dates, but here are %s and %s.", sign, a[0].Kind(), a[1].Kind())
			}
			if a[0].Kind() == KindText {
				m.weigh(a[0], a[1])
				return Boolean(holds(compareUnits(textOf(a[0]), textOf(a[1])))), nil
			}
			if a[0].num != a[0].num || a[1].num != a[1].num {
				return Boolean(false), nil
			}
			c := 0
			if a[0].num < a[1].num {
				c = -1
			} else if a[0].num > a[1].num {
				c = 1
			}
			return Boolean(holds(c)), nil
		}
	}
	texts := func(sign string, do func(s, t string) bool) Func {
		return func(m *Machine, a []Value) (Value, error) {
			s, ok := a[0].AsText()
			t, also := a[1].AsText()
			if !ok || !also {
				return Null, Fail(WrongType, "%s works on two texts, but here are %s and %s.", sign, a[0].Kind(), a[1].Kind())
			}
			m.Work(len(s) + len(t))
			return Boolean(do(s, t)), nil
		}
	}
	minus := arithmetic("-", func(x, y float64) float64 { return x - y })
	operators = map[string]Func{
		"+": addValues,
		"-": func(m *Machine, a []Value) (Value, error) {
			if a[0].Kind() == KindDate && a[1].Kind() == KindDate {
				return Number(a[0].num - a[1].num), nil
			}
			return minus(m, a)
		},
		"*":  arithmetic("*", func(x, y float64) float64 { return x * y }),
		"/":  arithmetic("/", func(x, y float64) float64 { return x / y }),
		"%":  arithmetic("%", modulo),
		"**": arithmetic("**", power),
		"^":  arithmetic("^", power),
		"==": func(m *Machine, a []Value) (Value, error) {
			same, err := m.deepEqual(a[0], a[1])
			return Boolean(same), err
		},
		"!=": func(m *Machine, a []Value) (Value, error) {
			same, err := m.deepEqual(a[0], a[1])
			return Boolean(!same), err
		},
		"<":          order("<", func(c int) bool { return c < 0 }),
		"<=":         order("<=", func(c int) bool { return c <= 0 }),
		">":          order(">", func(c int) bool { return c > 0 }),
		">=":         order(">=", func(c int) bool { return c >= 0 }),
		"contains":   texts("contains", strings.Contains),
		"startsWith": texts("startsWith", strings.HasPrefix),
		"endsWith":   texts("endsWith", strings.HasSuffix),
		"matches":    matches,
		"in":         isIn,
		"..":         numberRange,
	}
}

func addValues(m *Machine, a []Value) (Value, error) {
	switch {
	case a[0].Kind() == KindNumber && a[1].Kind() == KindNumber:
		return Number(a[0].num + a[1].num), nil
	case a[0].Kind() == KindText && a[1].Kind() == KindText:
		return m.JoinTexts(a[0], a[1])
	}
	return Null, Fail(WrongType, "+ adds two numbers or joins two texts, but here are %s and %s. Make a text with string(…).", a[0].Kind(), a[1].Kind())
}

// mostCompared bounds how many values one comparison of lists or objects looks at:
// lists that share their items can look endlessly large.
const mostCompared = 5_000_000

// A comparison is one of lists or objects by what they hold.
type comparison struct{ left int }

func (m *Machine) deepEqual(a, b Value) (bool, error) {
	c := comparison{mostCompared}
	defer c.count(m)
	return c.equal(a, b, 0)
}

// count counts what was compared as the run's work.
func (c *comparison) count(m *Machine) { m.Work(16 * (mostCompared - c.left)) }

func (c *comparison) equal(a, b Value, depth int) (bool, error) {
	if a.Kind() == KindText && b.Kind() == KindText {
		// Counted even if it is one text: whether it is, a snapshot may forget.
		c.left -= min(len(a.text()), len(b.text())) / 16
		return a.text() == b.text(), nil
	}
	if a.Kind() != b.Kind() || a.Kind() < KindText || a.ref == b.ref {
		return a.Kind() == b.Kind() && Same(a, b), nil
	}
	if c.left -= len(a.ref.items); c.left < 0 || depth > maxTextDepth {
		return false, Fail(TooBig, "These values are too large to be compared by what they hold.")
	}
	if len(a.ref.items) != len(b.ref.items) {
		return false, nil
	}
	for i, x := range a.ref.items {
		y := b.ref.items[i]
		if a.Kind() == KindObject {
			var ok bool
			if y, ok = b.Get(a.ref.props.keys[i]); !ok {
				return false, nil
			}
		}
		if same, err := c.equal(x, y, depth+1); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

func isIn(m *Machine, a []Value) (Value, error) {
	switch a[1].Kind() {
	case KindList:
		i, err := m.findItem(a[1].ref.items, a[0])
		return Boolean(i >= 0), err
	case KindObject:
		key, _ := a[0].AsText()
		_, ok := a[1].Get(key)
		return Boolean(ok && a[0].Kind() == KindText), nil
	case KindNull:
		return Boolean(false), nil
	}
	return Null, Fail(WrongType, "in looks into a list or an object, but here is %s. For a text there is contains.", a[1].Kind())
}

// findItem returns the place of the first item that equals v, or -1.
func (m *Machine) findItem(items []Value, v Value) (int, error) {
	c := comparison{mostCompared}
	defer c.count(m)
	for i, item := range items {
		c.left--
		if same, err := c.equal(v, item, 0); same || err != nil {
			return i, err
		}
	}
	return -1, nil
}

func numberRange(m *Machine, a []Value) (Value, error) {
	from, ok := a[0].AsNumber()
	to, also := a[1].AsNumber()
	if !ok || !also || from != math.Trunc(from) || to != math.Trunc(to) || math.IsInf(from, 0) || math.IsInf(to, 0) {
		return Null, Fail(WrongType, ".. goes from one whole number to another.")
	}
	if exact := float64(1 << 53); math.Abs(from) > exact || math.Abs(to) > exact {
		return Null, Fail(WrongValue, ".. can't count numbers as large as these one by one.")
	}
	n := max(to-from+1, 0)
	if err := m.NewList(int(n)); err != nil {
		return Null, err
	}
	items := make([]Value, int(n))
	for i := range items {
		items[i] = Number(from + float64(i))
	}
	return List(items), nil
}

// memberOf is a.b and a[b]. What isn't there is nothing; nothing itself has no
// members. Lists count from 0, and from the end with -1.
func memberOf(m *Machine, a []Value) (Value, error) {
	key, isText := a[1].AsText()
	switch a[0].Kind() {
	case KindNull:
		shown := key
		if !isText {
			shown = scalarText(a[1])
		}
		return Null, Fail(WrongType, "Nothing has no %q. Was the variable set? With ?. instead of . the result is nothing.", clip(shown))
	case KindObject:
		if !isText {
			return Null, Fail(WrongType, "An object's properties have names, but here is %s.", a[1].Kind())
		}
		v, _ := a[0].Get(key)
		return v, nil
	case KindList, KindText:
		if i, ok := a[1].AsNumber(); ok {
			return itemAt(m, a[0], i)
		}
	}
	return Null, Fail(WrongType, "This is %s and has no %q.", a[0].Kind(), clip(key))
}

func itemAt(m *Machine, v Value, i float64) (Value, error) {
	n, _ := v.Length()
	at := i
	if at < 0 {
		at += float64(n)
	}
	if at != math.Trunc(at) || at < 0 || at >= float64(n) {
		return Null, Fail(OutOfRange, "There is no place %s: the %s has %d.", FormatNumber(i), map[Kind]string{KindList: "list", KindText: "text"}[v.Kind()], n)
	}
	if v.Kind() == KindList {
		return v.ref.items[int(at)], nil
	}
	m.Work(len(v.text()))
	return v.Slice(int(at), int(at)+1), nil
}

func sliceOf(m *Machine, a []Value) (Value, error) {
	n, ok := a[0].Length()
	if !ok {
		return Null, Fail(WrongType, "Only a list or a text can be cut, but here is %s.", a[0].Kind())
	}
	bound := func(v Value, otherwise int) (int, error) {
		f, ok := v.AsNumber()
		switch {
		case v.IsNull():
			return otherwise, nil
		case !ok || f != math.Trunc(f):
			return 0, Fail(WrongType, "A list is cut at whole numbers, but here is %s.", v.Kind())
		case f < 0:
			f += float64(n)
		}
		return int(min(max(f, 0), float64(n))), nil
	}
	from, err := bound(a[1], 0)
	if err != nil {
		return Null, err
	}
	to, err := bound(a[2], n)
	if err != nil {
		return Null, err
	}
	to = max(to, from)
	if a[0].Kind() == KindText {
		m.Work(len(a[0].text()))
		return a[0].Slice(from, to), nil
	}
	if err := m.NewList(to - from); err != nil {
		return Null, err
	}
	return List(slices.Clone(a[0].ref.items[from:to])), nil
}

func makeObject(m *Machine, a []Value) (Value, error) {
	o := Object()
	for i := 0; i+1 < len(a); i += 2 {
		key, err := m.ToText(a[i])
		if err != nil {
			return Null, err
		}
		o.Set(key, a[i+1])
	}
	return o, nil
}
