package engine

import (
	"slices"
)

// What expressions do with lists and objects.

// numbersIn are the numbers in a list, or in several arguments.
func (m *Machine) numbersIn(a []Value) ([]float64, error) {
	if items, ok := a[0].AsList(); ok && len(a) == 1 {
		a = items
	}
	m.Work(16 * len(a))
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
	return func(m *Machine, a []Value) (Value, error) {
		list, err := m.numbersIn(a)
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

// countTrue is count without a condition.
func countTrue(m *Machine, a []Value) (Value, error) {
	items, err := wantList(a[0])
	m.Work(16 * len(items))
	n := 0.0
	for _, v := range items {
		if Truthy(v) {
			n++
		}
	}
	return Number(n), err
}

func sumItems(m *Machine, a []Value) (Value, error) {
	list, err := m.numbersIn(a)
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
	return func(m *Machine, a []Value) (Value, error) {
		items, err := wantList(a[0])
		if err != nil || len(items) == 0 {
			return Null, err
		}
		return itemAt(m, a[0], at)
	}
}

func reverseItems(m *Machine, a []Value) (Value, error) {
	items, err := wantList(a[0])
	if err != nil {
		return Null, err
	}
	if err := m.NewList(len(items)); err != nil {
		return Null, err
	}
	out := slices.Clone(items)
	slices.Reverse(out)
	return List(out), nil
}

// uniqueItems keeps the first of equal items. Lists and objects are equal here
// only if they are one and the same.
func uniqueItems(m *Machine, a []Value) (Value, error) {
	items, err := wantList(a[0])
	if err != nil {
		return Null, err
	}
	if err := m.roomFor(len(items), 48*len(items)); err != nil {
		return Null, err
	}
	m.Work(bytesAStep * len(items)) // remembering one takes as long as a step
	values, texts := map[Value]bool{}, map[string]bool{}
	out := []Value{}
	for _, v := range items {
		if s, ok := v.AsText(); ok {
			m.Work(len(s))
			if !texts[s] {
				texts[s] = true
				out = append(out, v)
			}
			continue
		}
		if v.IsNull() {
			v = Null // whether it was set or not
		}
		if !values[v] {
			values[v] = true
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
	if err := m.NewList(n); err != nil {
		return Null, err
	}
	out := make([]Value, 0, n)
	for _, v := range a {
		out = append(out, v.ref.items...)
	}
	return List(out), nil
}

func keysOf(m *Machine, a []Value) (Value, error) {
	if a[0].Kind() != KindObject {
		return Null, Fail(WrongType, "keys works on an object, but here is %s.", a[0].Kind())
	}
	if err := m.roomFor(len(a[0].Keys()), len(a[0].Keys())*sizeCell); err != nil {
		return Null, err
	}
	out := make([]Value, len(a[0].Keys()))
	for i, k := range a[0].Keys() {
		out[i] = Text(k)
	}
	return List(out), nil
}

func valuesOf(m *Machine, a []Value) (Value, error) {
	if a[0].Kind() != KindObject {
		return Null, Fail(WrongType, "values works on an object, but here is %s.", a[0].Kind())
	}
	if err := m.NewList(len(a[0].ref.items)); err != nil {
		return Null, err
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

// groupItem puts an item under its key in a list of those with the same key. The
// keys come in the order in which they first came.
func groupItem(m *Machine, a []Value) (Value, error) {
	groups, item := a[0], a[1]
	key, err := m.ToText(a[2])
	if err != nil {
		return Null, err
	}
	m.Work(len(key))
	group, ok := groups.Get(key)
	if !ok {
		if err := m.ListFits(len(groups.Keys()) + 1); err != nil {
			return Null, err
		}
		group = List(nil)
		groups.Set(key, group)
		err = m.charge(2*sizeCell + int64(len(key)))
	}
	group.ref.items = append(group.ref.items, item)
	if err == nil {
		err = m.charge(16)
	}
	return Null, err
}

// roomFor checks that a list of so many items, which hold so many bytes besides,
// fits into the run's memory, before it is made.
func (m *Machine) roomFor(items, bytes int) error {
	if int64(bytes)+sizeList(items) > m.limits.Memory {
		return halt(LimitMemory, "The flow's values would hold more than %d bytes.", m.limits.Memory)
	}
	if err := m.NewList(items); err != nil {
		return err
	}
	m.Work(bytes)
	return m.charge(int64(bytes))
}
