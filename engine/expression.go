package engine

import (
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
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
	tree, err := parser.Parse(source)
	if err != nil {
		b.Fail(BadExpression, "%s", syntaxSentence(err))
		return b.Const(Null)
	}
	x := &expression{Builder: b}
	return x.value(tree.Node, dst)
}

// syntaxSentence says in a sentence what the parser found.
func syntaxSentence(err error) string {
	e, ok := err.(*file.Error)
	if !ok {
		return "The expression can't be understood."
	}
	return "The expression can't be understood at character " + strconv.Itoa(e.From+1) + ": " + e.Message + "."
}

// An expression is one that is being compiled.
type expression struct {
	*Builder
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

// deepest bounds how deep an expression nests; its length bounds that too.
const deepest = 200

func (x *expression) fault(n ast.Node, format string, args ...any) Operand {
	e := Fail(BadExpression, format, args...)
	x.Fail(BadExpression, "%s (at character %d)", e.Message, n.Location().From+1)
	return x.Const(Null)
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
		return x.Const(Number(n.Value))
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

func (x *expression) integer(n *ast.IntegerNode) Operand {
	const exact = 1 << 53
	if n.Value > exact || n.Value < -exact {
		return x.fault(n, "The number %d is too large to be kept exactly. Write it as a text.", n.Value)
	}
	return x.Const(Number(float64(n.Value)))
}

// name resolves a variable of let, then of the flow, then the run's input.
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
	if name == "input" {
		return x.Input()
	}
	near, least := "", 3
	for known := range x.byName {
		if d := distance(name, known, least); d < least || d == least && known < near {
			near, least = known, d
		}
	}
	if near != "" {
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
		return x.Apply(dst, "expression -", negative, o)
	case "+":
		return x.Apply(dst, "expression +", positive, o)
	}
	return x.fault(n, "The operator %s isn't known.", n.Operator)
}

// binary compiles an operator. Those that may not need their right side jump.
func (x *expression) binary(n *ast.BinaryNode, dst Operand) Operand {
	switch n.Operator {
	case "and", "&&", "or", "||":
		return x.shortcut(n)
	case "??":
		out, done := x.Temp(), x.Label()
		x.Move(out, x.value(n.Left, out))
		some := x.Apply(none, "expression null", isNull, out)
		x.JumpUnless(some, done)
		x.Move(out, x.value(n.Right, out))
		x.Mark(done)
		return out
	case "not in":
		return x.Not(dst, x.operate("in", x.value(n.Left, none), x.value(n.Right, none), none))
	case "|":
		return x.fault(n, "Behind | stands a function.")
	}
	left := x.value(n.Left, none)
	right := x.value(n.Right, none)
	if _, ok := operators[n.Operator]; !ok {
		return x.fault(n, "The operator %s isn't known.", n.Operator)
	}
	return x.operate(n.Operator, left, right, dst)
}

func (x *expression) operate(operator string, left, right, dst Operand) Operand {
	return x.Apply(dst, "expression "+operator, operators[operator], left, right)
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
	return x.Apply(dst, "expression .", memberOf, object, x.value(n.Property, none))
}

func (x *expression) slice(n *ast.SliceNode, dst Operand) Operand {
	args := []Operand{x.value(n.Node, none), x.Const(Null), x.Const(Null)}
	if n.From != nil {
		args[1] = x.value(n.From, none)
	}
	if n.To != nil {
		args[2] = x.value(n.To, none)
	}
	return x.Apply(dst, "expression slice", sliceOf, args...)
}

func (x *expression) object(n *ast.MapNode, dst Operand) Operand {
	var args []Operand
	for _, p := range n.Pairs {
		pair := p.(*ast.PairNode)
		args = append(args, x.value(pair.Key, none), x.value(pair.Value, none))
	}
	return x.Apply(dst, "expression object", makeObject, args...)
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
