package engine

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// builtin compiles a call of one of the language's functions.
func (x *expression) builtin(n ast.Node, name string, args []ast.Node, dst Operand) Operand {
	if f, ok := predicates[name]; ok && len(args) > 1 {
		if _, ok := args[1].(*ast.PredicateNode); ok {
			return f(x, name, args)
		}
	}
	f, ok := functions[name]
	if !ok {
		if near := nearestFunction(name); near != "" {
			return x.fault(n, "There is no function %q. Did you mean %q?", clip(name), near)
		}
		return x.fault(n, "There is no function %q.", clip(name))
	}
	if len(args) < f.least || len(args) > f.most {
		return x.fault(n, "The function %s takes %s, but here are %d.", name, f.count(), len(args))
	}
	if slices.ContainsFunc(args, func(a ast.Node) bool { _, ok := a.(*ast.PredicateNode); return ok }) {
		return x.fault(n, "The function %s takes values, not a condition.", name)
	}
	if name == "sort" {
		list := x.value(args[0], none)
		return x.sort(n, list, list, args[1:])
	}
	return x.apply(n, dst, name, f.means, x.values(args)...)
}

// predicates are the functions that evaluate an expression for each item of a
// list: loops in the machine's own code, counted and bounded like any loop.
var predicates map[string]func(x *expression, name string, args []ast.Node) Operand

func init() { // not a literal: the functions reach predicates again through nested calls
	predicates = map[string]func(x *expression, name string, args []ast.Node) Operand{
		"all": quantify, "none": quantify, "any": quantify, "one": quantify, "count": quantify,
		"filter": collect, "map": collect, "sum": collect, "sortBy": collect, "groupBy": collect,
		"find": search, "findIndex": search, "findLast": search, "findLastIndex": search,
		"reduce": reduce,
	}
}

// each compiles a loop over a list with the predicate's value in every round.
// body gets it and may leave the loop.
func (x *expression) each(list Operand, predicate ast.Node, acc Operand, body func(r round, v Operand)) {
	list = x.apply(predicate, x.Temp(), "items", itemsOf, list)
	r := round{item: x.Temp(), index: x.Temp(), acc: acc}
	x.Move(r.index, x.Const(Number(-1)))
	x.Each(list, r.item, func() {
		x.Binary(Add, r.index, r.index, x.Const(Number(1)))
		x.rounds = append(x.rounds, r)
		v := x.value(predicate.(*ast.PredicateNode).Node, none)
		x.rounds = x.rounds[:len(x.rounds)-1]
		body(r, v)
	})
}

// quantify is all, none, any, one and count.
func quantify(x *expression, name string, args []ast.Node) Operand {
	n := x.Temp()
	x.Move(n, x.Const(Number(0)))
	x.each(x.value(args[0], none), args[1], none, func(_ round, v Operand) {
		next := x.Label()
		if name == "all" {
			x.JumpIf(v, next)
		} else {
			x.JumpUnless(v, next)
		}
		x.Binary(Add, n, n, x.Const(Number(1)))
		if name == "all" || name == "none" || name == "any" {
			x.Break() // one is enough to know
		}
		x.Mark(next)
	})
	switch name {
	case "count":
		return n
	case "any":
		return x.Binary(IsGreater, none, n, x.Const(Number(0)))
	case "one":
		return x.Binary(IsEqual, none, n, x.Const(Number(1)))
	default:
		return x.Binary(IsEqual, none, n, x.Const(Number(0)))
	}
}

// collect is what keeps something of every round.
func collect(x *expression, name string, args []ast.Node) Operand {
	list := x.value(args[0], none)
	kept, keys := x.List(x.Temp(), nil), x.List(x.Temp(), nil)
	groups := x.Apply(x.Temp(), "expression groups", makeObject)
	x.each(list, args[1], none, func(r round, v Operand) {
		switch name {
		case "filter":
			next := x.Label()
			x.JumpUnless(v, next)
			x.Apply(x.Temp(), "expression keep", keepItem, kept, r.item)
			x.Mark(next)
		case "map", "sum":
			x.Apply(x.Temp(), "expression keep", keepItem, kept, v)
		case "groupBy":
			x.apply(args[1], x.Temp(), "group", groupItem, groups, r.item, v)
		default:
			x.Apply(x.Temp(), "expression keep", keepItem, kept, r.item)
			x.Apply(x.Temp(), "expression keep", keepItem, keys, v)
		}
	})
	switch name {
	case "sum":
		return x.apply(args[1], none, "sum", sumItems, kept)
	case "groupBy":
		return groups
	case "sortBy":
		return x.sort(args[1], kept, keys, args[2:])
	}
	return kept
}

// search is find and its kin. What isn't found is nothing, or -1 as an index.
func search(x *expression, name string, args []ast.Node) Operand {
	out := x.Temp()
	index := name == "findIndex" || name == "findLastIndex"
	if index {
		x.Move(out, x.Const(Number(-1)))
	} else {
		x.Move(out, x.Const(Null))
	}
	x.each(x.value(args[0], none), args[1], none, func(r round, v Operand) {
		next := x.Label()
		x.JumpUnless(v, next)
		if index {
			x.Move(out, r.index)
		} else {
			x.Move(out, r.item)
		}
		if name == "find" || name == "findIndex" {
			x.Break()
		}
		x.Mark(next)
	})
	return out
}

// reduce folds a list; without a start the first item is it.
func reduce(x *expression, _ string, args []ast.Node) Operand {
	list, acc := x.value(args[0], none), x.Temp()
	if len(args) > 2 {
		x.Move(acc, x.value(args[2], none))
		x.each(list, args[1], acc, func(_ round, v Operand) { x.Move(acc, v) })
		return acc
	}
	x.Move(acc, x.apply(args[1], none, "first", functions["first"].means, list))
	rest := x.apply(args[1], none, "rest", sliceOf, list, x.Const(Number(1)), x.Const(Null))
	x.each(rest, args[1], acc, func(_ round, v Operand) { x.Move(acc, v) })
	return acc
}
