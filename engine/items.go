package engine

import "math"

// This file is what lists do where it isn't plain: places outside the list, and
// values that are no lists.

// itemAt gives what JavaScript's list[at - first] does: a place that isn't there
// gives nothing. A text has its characters as items.
func (m *Machine) itemAt(list, at Value, first float64) (Value, error) {
	n, ok := list.Length()
	if !ok {
		return Null, Fail(WrongType, "This takes an item of a list, but here is %s.", list.Kind())
	}
	f, err := number(at)
	if err != nil {
		return Null, err
	}
	if f -= first; f < 0 || f >= float64(n) || f != math.Trunc(f) {
		return Unset, nil
	}
	if list.Kind() == KindText {
		m.Work(len(list.text()))
		return list.Slice(int(f), int(f)+1), nil
	}
	return list.ref.items[int(f)], nil
}

// setItemAt is JavaScript's list[at - first] = v, which fills a gap with nothing.
// What JavaScript would keep as a property of another name, and never find again
// as an item, fails.
func (m *Machine) setItemAt(list, at Value, first float64, v Value) error {
	if list.Kind() != KindList {
		return Fail(WrongType, "This sets an item of a list, but here is %s.", list.Kind())
	}
	f, err := number(at)
	if err != nil {
		return err
	}
	i := f - first
	if i < 0 || i != math.Trunc(i) {
		return Fail(OutOfRange, "A list has no place %s.", FormatNumber(f))
	}
	if i >= float64(m.limits.List) {
		return m.ListFits(int(min(i, math.MaxInt32)) + 1)
	}
	c := list.ref
	if gap := int(i) + 1 - len(c.items); gap > 0 {
		if err := m.NewList(gap); err != nil {
			return err
		}
		for range gap {
			c.items = append(c.items, Unset)
		}
	}
	c.items[int(i)] = v
	return nil
}

// equal is [Equal], counting what there is to compare.
func (m *Machine) equal(a, b Value) bool {
	if ka, kb := a.Kind(), b.Kind(); ka >= KindList != (kb >= KindList) && ka != KindNull && kb != KindNull {
		// Written out once, for counting and for comparing.
		list := &a
		if kb >= KindList {
			list = &b
		}
		s, err := ToText(*list)
		m.Work(16 * len(s))
		if err != nil {
			return false
		}
		*list = Text(s)
	}
	m.weigh(a, b)
	return Equal(a, b)
}

// weigh counts the work of comparing two values. Lists and objects that meet
// each other are compared in no time; one that meets a text or a number is made
// into a text first.
func (m *Machine) weigh(a, b Value) {
	ka, kb := a.Kind(), b.Kind()
	switch {
	case ka == KindText && kb == KindText:
		m.Work(min(len(a.text()), len(b.text())))
	case ka < KindText && kb < KindText || ka == KindNull || kb == KindNull:
	default:
		for _, v := range []Value{a, b} {
			if v.Kind() == KindText {
				m.Work(len(v.text()))
			} else if v.Kind() > KindText {
				s, _ := ToText(v)
				m.Work(16 * len(s))
			}
		}
	}
}
