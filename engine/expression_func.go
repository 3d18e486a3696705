package engine

import (
	"math"
	"strings"
	"time"
)

// An expressionFunc is one of the language's functions of plain values.
type expressionFunc struct {
	least, most int // arguments
	means       Func
}

func (f expressionFunc) count() string {
	if f.least == f.most {
		return plural(f.least)
	}
	return "from " + FormatNumber(float64(f.least)) + " to " + plural(f.most)
}

func plural(n int) string {
	if n == 1 {
		return "1 value"
	}
	return FormatNumber(float64(n)) + " values"
}

const anyNumber = 100 // of arguments

// functions are those that expressions have. None reads a clock, draws a number
// by lot or depends on an order that isn't the value's own.
var functions = map[string]expressionFunc{
	"len":     {1, 1, lengthOf},
	"string":  {1, 1, stringOf},
	"number":  {1, 1, numberOf},
	"float":   {1, 1, numberOf},
	"int":     {1, 1, wholeOf},
	"date":    {1, 1, dateOf},
	"type":    {1, 1, typeOf},
	"upper":   {1, 1, onText(strings.ToUpper)},
	"lower":   {1, 1, onText(strings.ToLower)},
	"trim":    {1, 2, trimText},
	"abs":     {1, 1, onNumber(math.Abs)},
	"ceil":    {1, 1, onNumber(math.Ceil)},
	"floor":   {1, 1, onNumber(math.Floor)},
	"round":   {1, 1, onNumber(roundHalfUp)},
	"split":   {2, 3, splitText},
	"join":    {1, 2, joinItems},
	"replace": {3, 3, replaceText},
	"repeat":  {2, 2, repeatText},
	"indexOf": {2, 2, indexIn},

	"lastIndexOf": {2, 2, lastIndexIn},
	"hasPrefix":   {2, 2, asksTexts(strings.HasPrefix)},
	"hasSuffix":   {2, 2, asksTexts(strings.HasSuffix)},
	"toBase64":    {1, 1, toBase64},
	"fromBase64":  {1, 1, fromBase64},
	"median":      {1, 1, medianItems},
	"flatten":     {1, 1, flattenItems},
	"toPairs":     {1, 1, pairsOf},
	"fromPairs":   {1, 1, objectOfPairs},
	"bitand":      {2, 2, onBits(func(a, b int64) int64 { return a & b })},
	"bitor":       {2, 2, onBits(func(a, b int64) int64 { return a | b })},
	"bitxor":      {2, 2, onBits(func(a, b int64) int64 { return a ^ b })},

	"min":        {1, anyNumber, extreme(func(a, b float64) bool { return a < b })},
	"max":        {1, anyNumber, extreme(func(a, b float64) bool { return a > b })},
	"count":      {1, 1, countTrue},
	"sum":        {1, 1, sumItems},
	"mean":       {1, 1, meanItems},
	"first":      {1, 1, endItem(0)},
	"last":       {1, 1, endItem(-1)},
	"reverse":    {1, 1, reverseItems},
	"sort":       {least: 1, most: 2}, // a loop; see expression.sort
	"uniq":       {1, 1, uniqueItems},
	"concat":     {1, anyNumber, concatLists},
	"take":       {2, 2, func(m *Machine, a []Value) (Value, error) { return sliceOf(m, []Value{a[0], Number(0), a[1]}) }},
	"keys":       {1, 1, keysOf},
	"values":     {1, 1, valuesOf},
	"get":        {2, 2, getOr},
	"toJSON":     {1, 1, toJSON},
	"fromJSON":   {1, 1, fromJSON},
	"trimPrefix": {2, 2, onTexts(strings.TrimPrefix)},
	"trimSuffix": {2, 2, onTexts(strings.TrimSuffix)},
}

func lengthOf(m *Machine, a []Value) (Value, error) {
	if n, ok := m.Length(a[0]); ok {
		return Number(float64(n)), nil
	}
	if a[0].Kind() == KindObject {
		return Number(float64(len(a[0].Keys()))), nil
	}
	return Null, Fail(WrongType, "len counts a list, a text or an object, but here is %s.", a[0].Kind())
}

func stringOf(m *Machine, a []Value) (Value, error) {
	s, err := m.ToText(a[0])
	return Text(s), err
}

func numberOf(_ *Machine, a []Value) (Value, error) {
	f, err := number(a[0])
	return Number(f), err
}

func wholeOf(_ *Machine, a []Value) (Value, error) {
	f, err := number(a[0])
	return Number(math.Trunc(f)), err
}

// dateOf reads a date: a day alone begins in UTC. A number is milliseconds.
func dateOf(_ *Machine, a []Value) (Value, error) {
	switch s, _ := a[0].AsText(); a[0].Kind() {
	case KindDate:
		return a[0], nil
	case KindNumber:
		return Date(a[0].num), nil
	case KindText:
		for _, form := range []string{time.DateOnly, time.RFC3339Nano} {
			if t, err := time.Parse(form, s); err == nil {
				return Date(float64(t.UnixMilli())), nil
			}
		}
		return Null, Fail(WrongValue, "%q isn't a date. Dates are written like 2026-01-31 or 2026-01-31T12:00:00Z.", clip(s))
	}
	return Null, Fail(WrongType, "date reads a text or milliseconds, but here is %s.", a[0].Kind())
}

func typeOf(_ *Machine, a []Value) (Value, error) {
	return Text([...]string{"null", "boolean", "number", "date", "text", "list", "object"}[a[0].Kind()]), nil
}

func wantText(v Value, name string) (string, error) {
	if s, ok := v.AsText(); ok {
		return s, nil
	}
	return "", Fail(WrongType, "%s works on a text, but here is %s.", name, v.Kind())
}

func wantList(v Value) ([]Value, error) {
	if items, ok := v.AsList(); ok {
		return items, nil
	}
	return nil, Fail(WrongType, "This needs a list, but here is %s.", v.Kind())
}

func onText(f func(string) string) Func {
	return func(m *Machine, a []Value) (Value, error) {
		s, err := wantText(a[0], "This function")
		if err != nil {
			return Null, err
		}
		m.Work(len(s))
		out := f(s)
		return Text(out), m.TextFits(len(out))
	}
}

// roundHalfUp is JavaScript's Math.round. Adding a half would round what is just
// below one, and whole numbers so large that they have no halves.
func roundHalfUp(f float64) float64 {
	whole := math.Floor(f)
	if f-whole >= 0.5 {
		whole++
	}
	return whole
}

func onTexts(f func(s, t string) string) Func {
	return func(m *Machine, a []Value) (Value, error) {
		s, err := wantText(a[0], "This function")
		if err != nil {
			return Null, err
		}
		t, err := wantText(a[1], "This function")
		m.Work(len(t))
		return Text(f(s, t)), err
	}
}

func onNumber(f func(float64) float64) Func {
	return func(_ *Machine, a []Value) (Value, error) {
		n, ok := a[0].AsNumber()
		if !ok {
			return Null, Fail(WrongType, "This function works on a number, but here is %s.", a[0].Kind())
		}
		return Number(f(n)), nil
	}
}

func splitText(m *Machine, a []Value) (Value, error) {
	s, err := wantText(a[0], "split")
	if err != nil {
		return Null, err
	}
	by, err := wantText(a[1], "split")
	if err != nil {
		return Null, err
	}
	most := -1.0
	if len(a) > 2 {
		if most, _ = a[2].AsNumber(); most < 1 || most != math.Trunc(most) {
			return Null, Fail(WrongValue, "The most parts that split makes must be a whole number from 1 on.")
		}
	}
	m.Work(len(s))
	n := strings.Count(s, by) + 1
	if most > 0 {
		n = int(min(most, float64(n)))
	}
	if err := m.roomFor(n, n*sizeCell); err != nil {
		return Null, err
	}
	parts := strings.SplitN(s, by, n)
	items := make([]Value, len(parts))
	for i, p := range parts {
		items[i] = Text(p)
	}
	return List(items), nil
}

func joinItems(m *Machine, a []Value) (Value, error) {
	items, err := wantList(a[0])
	if err != nil {
		return Null, err
	}
	by := ""
	if len(a) > 1 {
		if by, err = wantText(a[1], "join"); err != nil {
			return Null, err
		}
	}
	m.Work(16 * len(items))
	parts, size := make([]string, len(items)), len(by)*max(len(items)-1, 0)
	for i, v := range items {
		if !v.IsNull() {
			if parts[i], err = m.ToText(v); err != nil {
				return Null, err
			}
		}
		if size += len(parts[i]); size > m.limits.Text {
			return Null, m.TextFits(size)
		}
	}
	return Text(JoinAll(parts, by)), m.TextFits(size)
}

func replaceText(m *Machine, a []Value) (Value, error) {
	var s [3]string
	for i := range s {
		var err error
		if s[i], err = wantText(a[i], "replace"); err != nil {
			return Null, err
		}
	}
	m.Work(len(s[0]))
	size := len(s[0]) + strings.Count(s[0], s[1])*(len(s[2])-len(s[1]))
	if err := m.TextFits(size); err != nil {
		return Null, err
	}
	return Text(strings.ReplaceAll(s[0], s[1], s[2])), nil
}

func repeatText(m *Machine, a []Value) (Value, error) {
	s, err := wantText(a[0], "repeat")
	if err != nil {
		return Null, err
	}
	n, ok := a[1].AsNumber()
	if !ok || n < 0 || n != math.Trunc(n) || math.IsInf(n, 0) {
		return Null, Fail(WrongValue, "repeat needs a whole number of times.")
	}
	if s == "" {
		return a[0], nil // however often, even if that is no int
	}
	if err := m.TextFits(int(min(n*float64(len(s)), math.MaxInt32))); err != nil {
		return Null, err
	}
	return Text(strings.Repeat(s, int(n))), nil
}

// indexIn is in, but says where.
func indexIn(m *Machine, a []Value) (Value, error) {
	if items, ok := a[0].AsList(); ok {
		i, err := m.findItem(items, a[1])
		return Number(float64(i)), err
	}
	return placeOfText(m, a, "indexOf", false)
}

// placeOfText says where in the text a[0] the text a[1] is, first or last, from 0;
// -1 says nowhere.
func placeOfText(m *Machine, a []Value, name string, last bool) (Value, error) {
	s, err := wantText(a[0], name)
	if err != nil {
		return Null, err
	}
	t, err := wantText(a[1], name)
	m.Work(len(s) + len(t))
	return Number(float64(IndexText(s, t, last))), err
}

func toJSON(m *Machine, a []Value) (Value, error) {
	w := &jsonWriter{left: min(m.limits.Text, mostWritten)}
	b, err := w.append(nil, a[0], 0)
	m.Work(16 * (min(m.limits.Text, mostWritten) - w.left))
	if w.left < 0 {
		return Null, halt(LimitText, "This would make a text longer than the limit of %d bytes.", m.limits.Text)
	}
	if err != nil {
		return Null, err
	}
	return Text(string(b)), m.TextFits(len(b))
}

func fromJSON(m *Machine, a []Value) (Value, error) {
	s, err := wantText(a[0], "fromJSON")
	if err != nil {
		return Null, err
	}
	m.Work(16 * len(s))
	if n := strings.Count(s, ",") + strings.Count(s, "[") + strings.Count(s, "{"); n > 0 {
		if err := m.roomFor(n, n*2*sizeCell+len(s)); err != nil {
			return Null, err
		}
	}
	v, err := ParseForeignJSON([]byte(s))
	if err != nil {
		return Null, Fail(WrongValue, "This text isn't JSON: %s", err.(*Error).Message)
	}
	return v, nil
}
