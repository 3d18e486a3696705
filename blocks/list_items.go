package blocks

import (
	"slices"

	"blockflow/engine"
)

var listGet = engine.Block{
	Type: "lists_getIndex",
	Slots: []engine.Slot{
		engine.Choice("MODE", "GET", "get", "GET_REMOVE", "get and remove", "REMOVE", "remove"),
		engine.Choice("WHERE", whereChoices...),
		listIn("VALUE"), at("AT"),
	},
	Shape:   engine.Either, // REMOVE is a statement
	Toolbox: engine.Toolbox{Inputs: showsList("VALUE")},
	Help:    "Gives an item of a list, or removes it, or both.",
	Doc: placesDoc + "A place that the list doesn't have gives nothing. As in JavaScript, a place too far from the end means the first item, and removing at a place behind the list removes nothing; a place before 1 from the end, or one to remove at, fails (JavaScript would count from the other end). " +
		"A fraction from the start gives nothing; from the end, and where an item is removed, it is cut off. " + listDoc + " Only reading from the start takes a text too, and gives its character. " + randomDoc,
	Examples: []engine.Example{
		{Block: `{"type":"lists_getIndex","fields":{"MODE":"GET","WHERE":"FROM_START"},"inputs":{"VALUE":["a","b","c"],"AT":2}}`, Gives: `"b"`},
		{Block: `{"type":"lists_getIndex","fields":{"MODE":"GET","WHERE":"FROM_START"},"inputs":{"VALUE":["a"],"AT":2}}`, Gives: `null`},
		{Block: `{"type":"lists_getIndex","fields":{"MODE":"GET_REMOVE","WHERE":"LAST"},"inputs":{"VALUE":["a","b","c"]}}`, Gives: `"c"`},
		{Block: `{"type":"lists_getIndex","fields":{"MODE":"GET_REMOVE","WHERE":"FROM_START"},"inputs":{"VALUE":["a"],"AT":0}}`, Fails: engine.OutOfRange},
	},
	Means: engine.Control(func(b *engine.Builder, dst engine.Operand) engine.Operand {
		where, remove := b.Text("WHERE"), b.Text("MODE") != "GET"
		var args []engine.Operand
		if counted(where) {
			args = listThen(b, "VALUE", "AT")
		} else {
			args = listThen(b, "VALUE")
		}
		if where == fromStart && !remove {
			return b.Item(dst, args[0], args[1], 1)
		}
		if where == random {
			seeded(b)
		}
		name := where
		if remove {
			name += " remove"
		}
		return b.Apply(dst, name, func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			items, err := listItems(args[0])
			if err != nil {
				return engine.Null, err
			}
			i, err := itemPlace(m, where, len(items), args[1:])
			if err != nil || i >= len(items) {
				return engine.Unset, err
			}
			v := items[i]
			if remove {
				removeItem(m, args[0], items, i)
			}
			return v, nil
		}, args...)
	}),
}

// itemPlace finds the place, from 0, of an item that is there; what isn't is at
// the length or behind it.
func itemPlace(m *engine.Machine, where string, n int, args []engine.Value) (int, error) {
	switch where {
	case last:
		return max(n-1, 0), nil
	case random:
		return m.RandomBelow(max(n, 1)), nil
	case fromStart, fromEnd:
		x, err := cutAt(args[0])
		if err != nil {
			return 0, err
		}
		if x < 1 {
			return 0, noPlace(x, "list")
		}
		if where == fromEnd {
			return int(max(float64(n)-x, 0)), nil
		}
		return int(min(x, float64(n)+1)) - 1, nil
	}
	return 0, nil
}

// removeItem takes an item out. The first and the last cost nothing, so that a
// list can serve as a queue.
func removeItem(m *engine.Machine, list engine.Value, items []engine.Value, i int) {
	switch i {
	case 0:
		items[0] = engine.Null
		list.SetItems(items[1:])
	case len(items) - 1:
		items[i] = engine.Null
		list.SetItems(items[:i])
	default:
		m.Work(len(items) - i)
		list.SetItems(slices.Delete(items, i, i+1))
	}
}

var listSet = engine.Block{
	Type: "lists_setIndex",
	Slots: []engine.Slot{
		listIn("LIST"),
		engine.Choice("MODE", "SET", "set", "INSERT", "insert at"),
		engine.Choice("WHERE", whereChoices...),
		at("AT"), engine.In("TO").Else(engine.Null),
	},
	Toolbox: engine.Toolbox{Inputs: showsList("LIST")},
	Help:    "Sets an item of a list, or inserts a new one.",
	Doc: placesDoc + "Setting behind the end makes the list longer, with nothing in between; inserting behind the end puts the item last. Inserting at a place from the end puts the item before the one that is there now, and at a place too far from the end before all. " +
		"A place before 1 fails, as does setting an item too far from the end and the last item of an empty list (JavaScript would lose the value). A fraction fails where an item is set, and is cut off where one is inserted. A place from the end is counted when the new item is there (in JavaScript before it is). A random place is never behind the last item. " + listDoc + " " + randomDoc,
	Examples: []engine.Example{
		{Block: `{"type":"variables_set","fields":{"VAR":"item"},"inputs":{"VALUE":["a","b"]},"next":{"type":"lists_setIndex","fields":{"MODE":"SET","WHERE":"FROM_START"},"inputs":{"LIST":{"type":"variables_get","fields":{"VAR":"item"}},"AT":4,"TO":"d"}}}`, Gives: `["a","b",null,"d"]`},
		{Block: `{"type":"variables_set","fields":{"VAR":"item"},"inputs":{"VALUE":["a","b"]},"next":{"type":"lists_setIndex","fields":{"MODE":"INSERT","WHERE":"FIRST"},"inputs":{"LIST":{"type":"variables_get","fields":{"VAR":"item"}},"TO":"z"}}}`, Gives: `["z","a","b"]`},
		{Block: `{"type":"lists_setIndex","fields":{"MODE":"SET","WHERE":"FROM_START"},"inputs":{"LIST":["a"],"AT":0,"TO":"b"}}`, Fails: engine.OutOfRange},
	},
	Means: engine.Do(func(b *engine.Builder) {
		where, insert := b.Text("WHERE"), b.Text("MODE") == "INSERT"
		var args []engine.Operand
		if counted(where) {
			args = listThen(b, "LIST", "AT", "TO")
		} else {
			args = listThen(b, "LIST", "TO")
		}
		if where == fromStart && !insert {
			b.SetItem(args[0], args[1], 1, args[2])
			return
		}
		if where == random {
			seeded(b)
		}
		if where == last && insert {
			b.Push(pushItem, args[0], args[1])
			return
		}
		name := where
		if insert {
			name += " insert"
		}
		b.Apply(b.Temp(), name, func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			v, rest := args[len(args)-1], args[1:len(args)-1]
			items, err := listItems(args[0])
			if err != nil {
				return engine.Null, err
			}
			if insert {
				return engine.Null, insertItem(m, args[0], items, where, rest, v)
			}
			return engine.Null, setItem(m, args[0], items, where, rest, v)
		}, args...)
	}),
}

// pushItem puts an item at the end of a list.
func pushItem(m *engine.Machine, args []engine.Value) (engine.Value, error) {
	items, err := listItems(args[0])
	if err != nil {
		return engine.Null, err
	}
	return engine.Null, insertItem(m, args[0], items, last, nil, args[1])
}

func insertItem(m *engine.Machine, list engine.Value, items []engine.Value, where string, at []engine.Value, v engine.Value) error {
	i, n := 0, len(items)
	if where == last {
		i = n
	} else {
		var err error
		if i, err = itemPlace(m, where, n, at); err != nil {
			return err
		}
		if where == fromEnd { // cut off as JavaScript does, which counts from the start
			x, _ := engine.Numeric(at[0])
			i = int(max(cut(float64(n)-x), 0))
		}
		i = min(i, n)
	}
	if err := m.ListFits(n + 1); err != nil {
		return err
	}
	m.Work(n - i)
	if i == n {
		list.SetItems(append(items, v))
	} else {
		list.SetItems(slices.Insert(items, i, v))
	}
	return m.Charge(16)
}

func setItem(m *engine.Machine, list engine.Value, items []engine.Value, where string, at []engine.Value, v engine.Value) error {
	n := len(items)
	if where == last && n == 0 {
		return engine.Fail(engine.OutOfRange, "An empty list has no last item to set.")
	}
	if where == fromEnd {
		x, err := engine.Numeric(at[0])
		if err != nil {
			return err
		}
		if !(x >= 1 && x <= float64(n)) || x != cut(x) {
			return engine.Fail(engine.OutOfRange, "This list has no place %s from its end.", engine.FormatNumber(x))
		}
	}
	i, err := itemPlace(m, where, n, at)
	if err != nil {
		return err
	}
	if i < n {
		items[i] = v
		return nil
	}
	return insertItem(m, list, items, last, nil, v) // the first of an empty list
}
