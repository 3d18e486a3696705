package engine

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// An expression is written in the language of expr-lang/expr. Only its parser is
// used: the tree is compiled to the machine's own code. So an expression has our
// values and our errors, is bounded by the run's limits like any block, can be
// put away in the middle, and reaches nothing of the host because there is no
// instruction that does.

// LongestExpression bounds an expression's source, in bytes.
const LongestExpression = 10_000

// Expression compiles source over the flow's variables and its input, and returns
// where its value will be. Faults are noted on the current block.
func (b *Builder) Expression(source string, dst Operand) Operand {
	if len(source) > LongestExpression {
		b.Fail(BadExpression, "The expression is %d characters long, more than the limit of %d.", len(source), LongestExpression)
		return b.Const(Null)
	}
	if strings.TrimSpace(source) == "" {
		b.Fail(BadExpression, "The expression is empty.")
		return b.Const(Null)
	}
	root, sentence := parseExpression(source)
	if sentence != "" {
		b.Fail(BadExpression, "%s", sentence)
		return b.Const(Null)
	}
	x := &expression{Builder: b, source: []rune(source)}
	return x.value(root, dst)
}

// An expression is one that is being compiled.
type expression struct {
	*Builder
	source []rune  // the parser counts characters, not bytes
	rounds []round // the predicates around
	locals []local // the variables that let declared
	depth  int
}

// A round is what # and its kin mean inside a predicate.
type round struct{ item, index, acc Operand }

type local struct {
	name  string
	place Operand
}

// deepest bounds how deep an expression nests; a sum of so many terms is as deep.
const deepest = 1000

func (x *expression) fault(n ast.Node, format string, args ...any) Operand {
	x.Fail(BadExpression, "%s", placed(Fail(BadExpression, format, args...).Message, n))
	return x.Const(Null)
}

// placed says where in the expression a sentence is about.
func placed(sentence string, n ast.Node) string {
	return sentence + " (at character " + strconv.Itoa(n.Location().From+1) + ")"
}

// apply computes a function that a person wrote at a node: its errors say where
// that is. name must be one function's alone.
func (x *expression) apply(n ast.Node, dst Operand, name string, f Func, args ...Operand) Operand {
	at := strconv.Itoa(n.Location().From)
	return x.Apply(dst, "expression "+name+" "+at, func(m *Machine, a []Value) (Value, error) {
		v, err := f(m, a)
		if e, ok := err.(*Error); ok {
			e.Message = placed(e.Message, n) // made by f just now: nobody else has it
		}
		return v, err
	}, args...)
}

// value compiles a node.
func (x *expression) value(n ast.Node, dst Operand) Operand {
	if x.depth++; x.depth > deepest {
		x.depth--
		return x.fault(n, "The expression nests more than %d deep.", deepest)
	}
	defer func() { x.depth-- }()
	switch n := n.(type) {
	case *ast.NilNode:
		return x.Const(Null)
	case *ast.IntegerNode:
		return x.integer(n)
	case *ast.FloatNode:
		return x.fraction(n)
	case *ast.BoolNode:
		return x.Const(Boolean(n.Value))
	case *ast.StringNode:
		return x.Const(Text(n.Value))
	case *ast.IdentifierNode:
		return x.name(n, n.Value)
	case *ast.PointerNode:
		return x.pointer(n)
	case *ast.UnaryNode:
		return x.unary(n, dst)
	case *ast.BinaryNode:
		return x.binary(n, dst)
	case *ast.ConditionalNode:
		return x.conditional(n)
	case *ast.ChainNode:
		return x.chain(n)
	case *ast.MemberNode:
		return x.member(n, dst, nil)
	case *ast.SliceNode:
		return x.slice(n, dst)
	case *ast.ArrayNode:
		return x.List(dst, x.values(n.Nodes))
	case *ast.MapNode:
		return x.object(n, dst)
	case *ast.VariableDeclaratorNode:
		return x.let(n, dst)
	case *ast.SequenceNode:
		return x.sequence(n, dst)
	case *ast.BuiltinNode:
		return x.builtin(n, n.Name, n.Arguments, dst)
	case *ast.CallNode:
		if f, ok := n.Callee.(*ast.IdentifierNode); ok {
			return x.builtin(n, f.Value, n.Arguments, dst)
		}
		return x.fault(n, "Only functions can be called, by their name.")
	}
	return x.fault(n, "This can't be used in an expression.")
}

func (x *expression) values(nodes []ast.Node) []Operand {
	out := make([]Operand, len(nodes))
	for i, n := range nodes {
		out[i] = x.value(n, none)
	}
	return out
}

// name resolves a variable of let, then of the flow, then the run's input. null
// is what everybody but expr-lang calls nil.
func (x *expression) name(n ast.Node, name string) Operand {
	for _, l := range slices.Backward(x.locals) {
		if l.name == name {
			return l.place
		}
	}
	if id, ok := x.byName[name]; ok {
		if o, ok := x.params[id]; ok {
			return o
		}
		return x.variables[id]
	}
	switch name {
	case "input":
		return x.Input()
	case "null":
		return x.Const(Null)
	case "vars":
		return x.fault(n, "After vars stands a variable's name in quotes: vars[\"my name\"].")
	}
	if near := nearest(name, maps.Keys(x.byName)); near != "" {
		return x.fault(n, "There is no variable %q. Did you mean %q?", clip(name), near)
	}
	return x.fault(n, "There is no variable %q in this flow.", clip(name))
}

func (x *expression) pointer(n *ast.PointerNode) Operand {
	if len(x.rounds) == 0 {
		return x.fault(n, "# only means something inside the brackets of filter, map and the like.")
	}
	r := x.rounds[len(x.rounds)-1]
	switch {
	case n.Name == "":
		return r.item
	case n.Name == "index":
		return r.index
	case n.Name == "acc" && r.acc != none:
		return r.acc
	}
	return x.fault(n, "There is no #%s here.", n.Name)
}

func (x *expression) unary(n *ast.UnaryNode, dst Operand) Operand {
	o := x.value(n.Node, none)
	switch n.Operator {
	case "!", "not":
		return x.Not(dst, o)
	case "-":
		return x.apply(n, dst, "sign -", negative, o)
	case "+":
		return x.apply(n, dst, "sign +", positive, o)
	}
	return x.fault(n, "The operator %s isn't known.", n.Operator)
}

// binary compiles an operator. Those that may not need their right side jump.
func (x *expression) binary(n *ast.BinaryNode, dst Operand) Operand {
	switch n.Operator {
	case "and", "&&", "or", "||":
		if chain := comparisons(n); chain != nil {
			return x.compare(chain)
		}
		return x.shortcut(n)
	case "matches":
		if s, ok := n.Right.(*ast.StringNode); ok {
			return x.matchesConstant(n, s, dst)
		}
	case "??":
		out, done := x.Temp(), x.Label()
		x.Move(out, x.value(n.Left, out))
		some := x.Apply(none, "expression null", isNull, out)
		x.JumpUnless(some, done)
		x.Move(out, x.value(n.Right, out))
		x.Mark(done)
		return out
	case "not in":
		return x.Not(dst, x.operate(n, "in", x.value(n.Left, none), x.value(n.Right, none), none))
	case "|":
		return x.fault(n, "Behind | stands a function.")
	}
	left := x.value(n.Left, none)
	right := x.value(n.Right, none)
	if _, ok := operators[n.Operator]; !ok {
		return x.fault(n, "The operator %s isn't known.", n.Operator)
	}
	return x.operate(n, n.Operator, left, right, dst)
}

func (x *expression) operate(n ast.Node, operator string, left, right, dst Operand) Operand {
	return x.apply(n, dst, operator, operators[operator], left, right)
}

// comparisons are those of a chain such as 1 < x < 9, for which the parser gives
// 1 < x && x < 9 with one node x in both: compiling it twice would double with
// every such chain inside another. It returns nil for any other and.
func comparisons(n *ast.BinaryNode) []*ast.BinaryNode {
	second, ok := n.Right.(*ast.BinaryNode)
	if !ok {
		return nil
	}
	first, ok := n.Left.(*ast.BinaryNode)
	if !ok {
		return nil
	}
	chain := []*ast.BinaryNode{first}
	if first.Operator == "&&" {
		chain = comparisons(first)
	}
	if len(chain) == 0 || chain[len(chain)-1].Right != second.Left {
		return nil
	}
	return append(chain, second)
}

// compare compiles a chain of comparisons, each value once.
func (x *expression) compare(chain []*ast.BinaryNode) Operand {
	out, done := x.Temp(), x.Label()
	left := x.value(chain[0].Left, none)
	for i, n := range chain {
		if i > 0 {
			x.JumpUnless(out, done)
		}
		right := x.value(n.Right, none)
		x.operate(n, n.Operator, left, right, out)
		left = right
	}
	x.Mark(done)
	return out
}

func (x *expression) shortcut(n *ast.BinaryNode) Operand {
	out, done := x.Temp(), x.Label()
	truth := func(side ast.Node) { x.Not(out, x.Not(none, x.value(side, none))) }
	truth(n.Left)
	if n.Operator == "or" || n.Operator == "||" {
		x.JumpIf(out, done)
	} else {
		x.JumpUnless(out, done)
	}
	truth(n.Right)
	x.Mark(done)
	return out
}

func (x *expression) conditional(n *ast.ConditionalNode) Operand {
	out, otherwise, done := x.Temp(), x.Label(), x.Label()
	if n.Cond == n.Exp1 { // a ?: b, in which the parser has a twice
		x.Move(out, x.value(n.Cond, out))
		x.JumpIf(out, done)
		x.Move(out, x.value(n.Exp2, out))
		x.Mark(done)
		return out
	}
	x.JumpUnless(x.value(n.Cond, none), otherwise)
	x.Move(out, x.value(n.Exp1, out))
	x.Jump(done)
	x.Mark(otherwise)
	x.Move(out, x.value(n.Exp2, out))
	x.Mark(done)
	return out
}

// chain is a path with ?. in it: where one of them meets nothing, the whole is
// nothing.
func (x *expression) chain(n *ast.ChainNode) Operand {
	out, nothing, done := x.Temp(), x.Label(), x.Label()
	o := none
	if m, ok := n.Node.(*ast.MemberNode); ok {
		o = x.member(m, out, nothing)
	} else {
		o = x.value(n.Node, out)
	}
	x.Move(out, o)
	x.Jump(done)
	x.Mark(nothing)
	x.Move(out, x.Const(Null))
	x.Mark(done)
	return out
}

// member compiles a.b and a[b]. nothing is where a?.b goes if a is nothing.
func (x *expression) member(n *ast.MemberNode, dst Operand, nothing *Label) Operand {
	if v, ok := n.Node.(*ast.IdentifierNode); ok && v.Value == "vars" {
		if name, ok := n.Property.(*ast.StringNode); ok {
			return x.name(n, name.Value) // names that aren't words
		}
	}
	var object Operand
	if inner, ok := n.Node.(*ast.MemberNode); ok && nothing != nil {
		object = x.member(inner, none, nothing)
	} else {
		object = x.value(n.Node, none)
	}
	if n.Optional && nothing != nil {
		x.JumpIf(x.Apply(none, "expression null", isNull, object), nothing)
	}
	return x.apply(n, dst, ".", memberOf, object, x.value(n.Property, none))
}

func (x *expression) slice(n *ast.SliceNode, dst Operand) Operand {
	args := []Operand{x.value(n.Node, none), x.Const(Null), x.Const(Null)}
	if n.From != nil {
		args[1] = x.value(n.From, none)
	}
	if n.To != nil {
		args[2] = x.value(n.To, none)
	}
	return x.apply(n, dst, "[:]", sliceOf, args...)
}

func (x *expression) object(n *ast.MapNode, dst Operand) Operand {
	var args []Operand
	for _, p := range n.Pairs {
		pair := p.(*ast.PairNode)
		args = append(args, x.value(pair.Key, none), x.value(pair.Value, none))
	}
	return x.apply(n, dst, "{}", makeObject, args...)
}

func (x *expression) let(n *ast.VariableDeclaratorNode, dst Operand) Operand {
	place := x.Temp()
	x.Move(place, x.value(n.Value, place))
	x.locals = append(x.locals, local{n.Name, place})
	defer func() { x.locals = x.locals[:len(x.locals)-1] }()
	return x.value(n.Expr, dst)
}

func (x *expression) sequence(n *ast.SequenceNode, dst Operand) Operand {
	out := x.Const(Null)
	for i, part := range n.Nodes {
		to := none
		if i == len(n.Nodes)-1 {
			to = dst
		}
		out = x.value(part, to)
	}
	return out
}
