package engine

import (
	"iter"
	"maps"
	"math/big"
	"regexp"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// parseExpression returns the tree of an expression, or a sentence that says why
// there is none.
func parseExpression(source string) (root ast.Node, sentence string) {
	defer func() {
		if recover() != nil { // the parser is not ours
			root, sentence = nil, "The expression can't be understood."
		}
	}()
	tree, err := parser.Parse(source)
	if e, ok := err.(*file.Error); ok {
		return nil, syntaxSentence(e, []rune(source))
	}
	if err != nil || tree.Node == nil {
		return nil, "The expression can't be understood."
	}
	return tree.Node, ""
}

// unexpected is how the parser names what it can't use.
var unexpected = regexp.MustCompile(`unexpected token (EOF|\w+\("((?s).*)"\))`)

// syntaxSentence says in a sentence what the parser found.
func syntaxSentence(e *file.Error, source []rune) string {
	at := FormatNumber(float64(e.From + 1))
	token := unexpected.FindStringSubmatch(e.Message)
	message := e.Message
	switch {
	case token != nil && token[1] == "EOF", strings.Contains(message, "unexpected end"):
		return "The expression ends too early: something is missing after character " + at + "."
	case strings.Contains(message, "map key must be"):
		return "At character " + at + " a property's name is missing. A name that is computed stands in brackets: {(a + b): 1}."
	case token != nil && (token[2] == "#" || token[2] == "."):
		return "At character " + at + ", " + token[2] + " only means something inside filter, map and the like. Is the function's name misspelt?"
	case token != nil && token[2] == "=":
		return "At character " + at + " stands =, but an expression changes nothing. Two values are compared with ==."
	case token != nil && token[2] == ":" && e.From > 0:
		return "At character " + at + " : wasn't expected. An object inside filter, map and the like stands in brackets: map(list, ({a: #}))."
	case token != nil:
		return "At character " + at + ", " + clip(token[2]) + " wasn't expected. Is something missing before it?"
	case strings.Contains(message, "not terminated"):
		return "A text isn't closed: its quote is missing at character " + at + "."
	case strings.Contains(message, "char escape"), strings.Contains(message, "unescape"):
		return "At character " + at + " a backslash is followed by something that it can't stand before. A backslash itself is written \\\\."
	case strings.Contains(message, "unrecognized character"):
		shown := ""
		if e.From >= 0 && e.From < len(source) {
			shown = " " + string(source[e.From])
		}
		return "At character " + at + " stands" + shown + ", which has no meaning here."
	case strings.Contains(message, "literal"), strings.Contains(message, "bad number"):
		return "The number before character " + at + " isn't written right, or is too large."
	case strings.Contains(message, "cannot be mixed"):
		return "At character " + at + ", ?? stands beside another operator. Put brackets around one of them."
	case strings.Contains(message, "with brackets"):
		return "At character " + at + " stands ; in a condition. Put { and } around the condition."
	case strings.Contains(message, "at least"):
		return "Before character " + at + " a function lacks what it does with each item, such as # > 1."
	case strings.Contains(message, "maximum allowed nodes"):
		return "The expression has too many parts. Split it over several blocks."
	case strings.Contains(message, "unclosed comment"):
		return "A comment isn't closed: */ is missing."
	case strings.Contains(message, "expected name"):
		return "At character " + at + " a property's name is missing after the dot."
	}
	return "The expression can't be understood at character " + at + "."
}

// nearest returns the name most like one that isn't known, or "".
func nearest(name string, known iter.Seq[string]) string {
	near, least := "", 3
	for k := range known {
		if d := distance(name, k, least+1); d < least || d == least && near != "" && k < near {
			near, least = k, d
		}
	}
	return near
}

func nearestFunction(name string) string {
	return nearest(name, func(yield func(string) bool) {
		for k := range maps.Keys(functions) {
			if !yield(k) {
				return
			}
		}
		maps.Keys(predicates)(yield)
	})
}

func (x *expression) integer(n *ast.IntegerNode) Operand {
	const exact = 1 << 53
	if f := float64(n.Value); n.Value > exact && (f >= 1<<63 || int(f) != n.Value) {
		return x.fault(n, "The number %d is too large to be kept exactly. Write it as a text.", n.Value)
	}
	return x.Const(Number(float64(n.Value)))
}

// fraction is a number written with a point or an exponent. Written out in full,
// a large whole number must be kept exactly, like one without the point.
func (x *expression) fraction(n *ast.FloatNode) Operand {
	const exact = 1 << 53
	at := n.Location()
	if n.Value >= exact && at.From >= 0 && at.To <= len(x.source) && at.From < at.To {
		written := strings.ReplaceAll(string(x.source[at.From:at.To]), "_", "")
		if r, ok := new(big.Rat).SetString(written); ok && !strings.ContainsAny(written, "eE") && r.Cmp(new(big.Rat).SetFloat64(n.Value)) != 0 {
			return x.fault(n, "The number %s is too large to be kept exactly. Write it as a text.", clip(written))
		}
	}
	return x.Const(Number(n.Value))
}
