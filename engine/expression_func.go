package engine

import (
	"cmp"
	"math"
	"slices"
	"strings"
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
	"len":        {1, 1, lengthOf},
	"string":     {1, 1, stringOf},
	"number":     {1, 1, numberOf},
	"float":      {1, 1, numberOf},
	"int":        {1, 1, wholeOf},
	"type":       {1, 1, typeOf},
	"upper":      {1, 1, onText(strings.ToUpper)},
	"lower":      {1, 1, onText(strings.ToLower)},
	"trim":       {1, 1, onText(trim)},
	"abs":        {1, 1, onNumber(math.Abs)},
	"ceil":       {1, 1, onNumber(math.Ceil)},
	"floor":      {1, 1, onNumber(math.Floor)},
	"round":      {1, 1, onNumber(func(f float64) float64 { return math.Floor(f + 0.5) })},
	"split":      {2, 2, splitText},
	"join":       {1, 2, joinItems},
	"replace":    {3, 3, replaceText},
	"repeat":     {2, 2, repeatText},
	"indexOf":    {2, 2, indexIn},
	"min":        {1, anyNumber, extreme(func(a, b float64) bool { return a < b })},
	"max":        {1, anyNumber, extreme(func(a, b float64) bool { return a > b })},
	"sum":        {1, 1, sumItems},
	"mean":       {1, 1, meanItems},
	"first":      {1, 1, endItem(0)},
	"last":       {1, 1, endItem(-1)},
	"reverse":    {1, 1, reverseItems},
	"sort":       {1, 2, func(m *Machine, a []Value) (Value, error) { return sortItems(m, []Value{a[0], a[0], second(a)}) }},
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

func second(a []Value) Value {
	if len(a) > 1 {
		return a[1]
	}
	return Text("asc")
}

func lengthOf(_ *Machine, a []Value) (Value, error) {
	if n, ok := a[0].Length(); ok {
		return Number(float64(n)), nil
	}
	if a[0].Kind() == KindObject {
		return Number(float64(len(a[0].Keys()))), nil
	}
	return Null, Fail(WrongType, "len counts a list, a text or an object, but here is %s.", a[0].Kind())
}

func stringOf(m *Machine, a []Value) (Value, error) {
	s, err := ToText(a[0])
	if err == nil {
		err = m.TextFits(len(s))
	}
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
		out := f(s)
		return Text(out), m.TextFits(len(out))
	}
}

func onTexts(f func(s, t string) string) Func {
	return func(_ *Machine, a []Value) (Value, error) {
		s, err := wantText(a[0], "This function")
		if err != nil {
			return Null, err
		}
		t, err := wantText(a[1], "This function")
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
	n := strings.Count(s, by) + 1
	if err := m.ListFits(n); err != nil {
		return Null, err
	}
	if err := m.charge(int64(n) * (sizeCell + 16)); err != nil {
		return Null, err
	}
	parts := strings.Split(s, by)
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
	parts, size := make([]string, len(items)), len(by)*len(items)
	for i, v := range items {
		if !v.IsNull() {
			if parts[i], err = ToText(v); err != nil {
				return Null, err
			}
		}
		if size += len(parts[i]); size > m.limits.Text {
			return Null, m.TextFits(size)
		}
	}
	return Text(strings.Join(parts, by)), m.TextFits(size)
}

func replaceText(m *Machine, a []Value) (Value, error) {
	var s [3]string
	for i := range s {
		var err error
		if s[i], err = wantText(a[i], "replace"); err != nil {
			return Null, err
		}
	}
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
	if !ok || n < 0 || n != math.Trunc(n) {
		return Null, Fail(WrongValue, "repeat needs a whole number of times.")
	}
	if size := n * float64(len(s)); size > float64(m.limits.Text) {
		return Null, m.TextFits(int(min(size, math.MaxInt32)))
	}
	return Text(strings.Repeat(s, int(n))), nil
}

func indexIn(_ *Machine, a []Value) (Value, error) {
	if items, ok := a[0].AsList(); ok {
		return Number(float64(slices.IndexFunc(items, func(v Value) bool { return Same(v, a[1]) }))), nil
	}
	s, err := wantText(a[0], "indexOf")
	if err != nil {
		return Null, err
	}
	t, err := wantText(a[1], "indexOf")
	if i := strings.Index(s, t); i >= 0 {
		return Number(float64(units(s[:i]))), err
	}
	return Number(-1), err
}

// numbersIn are the numbers in a list, or in several arguments.
func numbersIn(a []Value) ([]float64, error) {
	if items, ok := a[0].AsList(); ok && len(a) == 1 {
		a = items
	}
	out := make([]float64, len(a))
	for i, v := range a {
		f, ok := v.AsNumber()
		if !ok {
			return nil, Fail(WrongType, "This needs numbers, but item %d is %s.", i, v.Kind())
		}
		out[i] = f
	}
	return out, nil
}

func extreme(better func(a, b float64) bool) Func {
	return func(_ *Machine, a []Value) (Value, error) {
		list, err := numbersIn(a)
		if err != nil || len(list) == 0 {
			return Null, err
		}
		best := list[0]
		for _, f := range list[1:] {
			if better(f, best) || f != f {
				best = f
			}
		}
		return Number(best), nil
	}
}

func sumItems(_ *Machine, a []Value) (Value, error) {
	list, err := numbersIn(a)
	sum := 0.0
	for _, f := range list {
		sum += f
	}
	return Number(sum), err
}

func meanItems(m *Machine, a []Value) (Value, error) {
	sum, err := sumItems(m, a)
	items, _ := a[0].AsList()
	if err != nil || len(items) == 0 {
		return Null, err
	}
	return Number(sum.num / float64(len(items))), nil
}

func endItem(at float64) Func {
	return func(_ *Machine, a []Value) (Value, error) {
		items, err := wantList(a[0])
		if err != nil || len(items) == 0 {
			return Null, err
		}
		return itemAt(a[0], at)
	}
}

func reverseItems(m *Machine, a []Value) (Value, error) {
	items, err := wantList(a[0])
	if err != nil {
		return Null, err
	}
	out := slices.Clone(items)
	slices.Reverse(out)
	return List(out), nil
}

func uniqueItems(_ *Machine, a []Value) (Value, error) {
	items, err := wantList(a[0])
	if err != nil {
		return Null, err
	}
	seen := map[any]bool{}
	out := []Value{}
	for _, v := range items {
		var key any = v
		if s, ok := v.AsText(); ok {
			key = s
		}
		if !seen[key] {
			seen[key] = true
			out = append(out, v)
		}
	}
	return List(out), nil
}

func concatLists(m *Machine, a []Value) (Value, error) {
	n := 0
	for _, v := range a {
		items, err := wantList(v)
		if err != nil {
			return Null, err
		}
		n += len(items)
	}
	if err := m.ListFits(n); err != nil {
		return Null, err
	}
	out := make([]Value, 0, n)
	for _, v := range a {
		out = append(out, v.ref.items...)
	}
	return List(out), nil
}

func keysOf(_ *Machine, a []Value) (Value, error) {
	if a[0].Kind() != KindObject {
		return Null, Fail(WrongType, "keys works on an object, but here is %s.", a[0].Kind())
	}
	out := make([]Value, len(a[0].Keys()))
	for i, k := range a[0].Keys() {
		out[i] = Text(k)
	}
	return List(out), nil
}

func valuesOf(_ *Machine, a []Value) (Value, error) {
	if a[0].Kind() != KindObject {
		return Null, Fail(WrongType, "values works on an object, but here is %s.", a[0].Kind())
	}
	return List(slices.Clone(a[0].ref.items)), nil
}

// getOr is memberOf, but gives nothing where that fails.
func getOr(m *Machine, a []Value) (Value, error) {
	if v, err := memberOf(m, a); err == nil {
		return v, nil
	}
	return Null, nil
}

func toJSON(m *Machine, a []Value) (Value, error) {
	b, err := AppendPlainJSON(nil, a[0])
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
	if err := m.charge(int64(len(s)) * 4); err != nil {
		return Null, err
	}
	v, err := ParseForeignJSON([]byte(s))
	if err != nil {
		return Null, Fail(WrongValue, "This text isn't JSON: %s", err.(*Error).Message)
	}
	return v, nil
}

// itemsOf is what a predicate goes through.
func itemsOf(_ *Machine, a []Value) (Value, error) {
	_, err := wantList(a[0])
	return a[0], err
}

func keepItem(m *Machine, a []Value) (Value, error) {
	if err := m.ListFits(len(a[0].ref.items) + 1); err != nil {
		return Null, err
	}
	a[0].ref.items = append(a[0].ref.items, a[1])
	return Null, m.charge(16)
}

// groupItems puts items under their keys, the keys in the order in which they
// first came.
func groupItems(_ *Machine, a []Value) (Value, error) {
	groups := Object()
	for i, item := range a[0].ref.items {
		key, err := ToText(a[1].ref.items[i])
		if err != nil {
			return Null, err
		}
		group, ok := groups.Get(key)
		if !ok {
			group = List(nil)
			groups.Set(key, group)
		}
		group.ref.items = append(group.ref.items, item)
	}
	return groups, nil
}

// sortItems sorts by keys, which must all be numbers, all texts or all dates.
// Items with equal keys keep their order.
func sortItems(_ *Machine, a []Value) (Value, error) {
	items, err := wantList(a[0])
	if err != nil {
		return Null, err
	}
	keys := a[1].ref.items
	order, _ := a[2].AsText()
	if order != "asc" && order != "desc" {
		return Null, Fail(WrongValue, "The order must be \"asc\" or \"desc\".")
	}
	for _, k := range keys {
		if k.Kind() != keys[0].Kind() || k.Kind() < KindNumber || k.Kind() > KindText {
			return Null, Fail(WrongType, "Only numbers, texts or dates can be sorted, and not mixed: here are %s and %s.", keys[0].Kind(), k.Kind())
		}
	}
	at := make([]int, len(items))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(i, j int) int {
		c := cmp.Compare(keys[i].num, keys[j].num)
		if keys[i].Kind() == KindText {
			c = compareUnits(textOf(keys[i]), textOf(keys[j]))
		}
		if order == "desc" {
			return -c
		}
		return c
	})
	out := make([]Value, len(items))
	for i, from := range at {
		out[i] = items[from]
	}
	return List(out), nil
}
