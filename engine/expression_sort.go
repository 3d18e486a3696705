package engine

import (
	"cmp"

	"github.com/expr-lang/expr/ast"
)

// sort compiles sort and sortBy: items by keys, which must all be numbers, all
// texts or all dates. Items with equal keys keep their order, downwards too:
// downwards is the reverse of the reverse sorted upwards.
func (x *expression) sort(n ast.Node, items, keys Operand, order []ast.Node) Operand {
	down := x.Const(Text("asc"))
	if len(order) > 0 {
		down = x.value(order[0], none)
	}
	if items == keys {
		list := x.apply(n, none, "sortable", toSort, items, keys, down)
		sorted := x.Sort(list, func(_ *Machine, v Value) (Value, error) { return v, nil }, lessKeys)
		return x.Apply(none, "expression turn", turned, sorted, down)
	}
	pairs := x.apply(n, none, "pairs", pairsToSort, items, keys, down)
	sorted := x.Sort(pairs, keyOfPair, lessKeys)
	return x.Apply(none, "expression unpair", itemsOfPairs, sorted, down)
}

// checkKeys checks what is to be sorted: list, keys, order.
func checkKeys(m *Machine, a []Value) error {
	if _, err := wantList(a[0]); err != nil {
		return err
	}
	if order, _ := a[2].AsText(); order != "asc" && order != "desc" {
		return Fail(WrongValue, "The order must be \"asc\" or \"desc\".")
	}
	keys := a[1].ref.items
	m.Work(16 * len(keys))
	for _, k := range keys {
		if k.Kind() != keys[0].Kind() || k.Kind() < KindNumber || k.Kind() > KindText {
			return Fail(WrongType, "Only numbers, texts or dates can be sorted, and not mixed: here are %s and %s.", keys[0].Kind(), k.Kind())
		}
	}
	return nil
}

// toSort is the list, in the order in which it is sorted.
func toSort(m *Machine, a []Value) (Value, error) {
	if err := checkKeys(m, a); err != nil {
		return Null, err
	}
	return turned(m, []Value{a[0], a[2]})
}

// turned is a list, or its reverse if the order is downwards.
func turned(m *Machine, a []Value) (Value, error) {
	if order, _ := a[1].AsText(); order != "desc" {
		return a[0], nil
	}
	return reverseItems(m, a)
}

// pairsToSort makes lists of a key and its item.
func pairsToSort(m *Machine, a []Value) (Value, error) {
	if err := checkKeys(m, a); err != nil {
		return Null, err
	}
	items, keys := a[0].ref.items, a[1].ref.items
	if err := m.roomFor(len(items), len(items)*int(sizeList(2))); err != nil {
		return Null, err
	}
	pairs := make([]Value, len(items))
	for i, item := range items {
		pairs[i] = List([]Value{keys[i], item})
	}
	return turned(m, []Value{List(pairs), a[2]})
}

func keyOfPair(_ *Machine, pair Value) (Value, error) { return pair.ref.items[0], nil }

func lessKeys(a, b Value) bool {
	if a.Kind() == KindText {
		return compareUnits(a.text(), b.text()) < 0
	}
	return cmp.Less(a.num, b.num) // NaN comes first
}

func itemsOfPairs(m *Machine, a []Value) (Value, error) {
	pairs := a[0].ref.items
	if err := m.NewList(len(pairs)); err != nil {
		return Null, err
	}
	items := make([]Value, len(pairs))
	for i, p := range pairs {
		items[i] = p.ref.items[1]
	}
	return turned(m, []Value{List(items), a[1]})
}
