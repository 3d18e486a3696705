package engine

import (
	"regexp"
	"regexp/syntax"

	"github.com/expr-lang/expr/ast"
)

// Go's regular expressions never go back, but a short pattern can stand for a
// large machine, and matching takes that machine's size times the text's length.
// Nothing can stop it half way. So both are bounded.
const (
	longestPattern = 1000     // bytes
	largestPattern = 1000     // instructions, repetitions written out
	mostMatching   = 12 << 20 // instructions times bytes: a tenth of a second, or two on a slow machine
)

// A pattern is a regular expression and about how many instructions it has.
type pattern struct {
	re   *regexp.Regexp
	size int
}

func newPattern(source string) (*pattern, *Error) {
	if len(source) > longestPattern {
		return nil, Fail(WrongValue, "The pattern is longer than %d characters.", longestPattern)
	}
	tree, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil, Fail(WrongValue, "The pattern %q isn't a regular expression.", clip(source))
	}
	size := patternSize(tree)
	if size > largestPattern {
		return nil, Fail(WrongValue, "The pattern %q repeats too much.", clip(source))
	}
	re, err := regexp.Compile(source)
	if err != nil {
		return nil, Fail(WrongValue, "The pattern %q isn't a regular expression.", clip(source))
	}
	if _, whole := re.LiteralPrefix(); whole {
		size = 1 // found as any text is
	}
	return &pattern{re, size}, nil
}

// patternSize counts what a pattern is when its repetitions are written out. It
// may stop once that is too much.
func patternSize(t *syntax.Regexp) int {
	n := 1 + len(t.Rune)/2
	for _, sub := range t.Sub {
		if n += patternSize(sub); n > largestPattern {
			return n
		}
	}
	if t.Op == syntax.OpRepeat {
		n *= max(t.Min, t.Max, 1)
	}
	return n
}

// matches reports whether the pattern is somewhere in s.
func (p *pattern) matches(m *Machine, s string) (Value, error) {
	if p.size*len(s) > mostMatching {
		return Null, Fail(WrongValue, "The text is too long for this pattern: %d bytes. Take a part of it.", len(s))
	}
	m.Work(8 * p.size * len(s))
	return Boolean(p.re.MatchString(whole(s))), nil
}

func matchesType(a, b Value) *Error {
	return Fail(WrongType, "matches works on a text and a pattern, but here are %s and %s.", a.Kind(), b.Kind())
}

func matches(m *Machine, a []Value) (Value, error) {
	s, ok := a[0].AsText()
	source, also := a[1].AsText()
	if !ok || !also {
		return Null, matchesType(a[0], a[1])
	}
	m.Work(bytesAStep * (20 + len(source))) // a pattern takes some microseconds to understand
	p, err := newPattern(source)
	if err != nil {
		return Null, err
	}
	return p.matches(m, s)
}

// matchesConstant compiles a pattern that stands in the expression itself.
func (x *expression) matchesConstant(n *ast.BinaryNode, source *ast.StringNode, dst Operand) Operand {
	p, err := newPattern(source.Value)
	if err != nil {
		return x.fault(source, "%s", err.Message)
	}
	return x.apply(n, dst, "matches "+source.Value, func(m *Machine, a []Value) (Value, error) {
		s, ok := a[0].AsText()
		if !ok {
			return Null, matchesType(a[0], Text(""))
		}
		return p.matches(m, s)
	}, x.value(n.Left, none))
}

// Matches reports whether a regular expression, in Go's syntax, is somewhere in a
// text. Both are bounded: a pattern that is too long or repeats too much, and a
// text that is too long for its pattern, fail with [WrongValue].
func (m *Machine) Matches(source, s string) (Value, error) {
	p, err := newPattern(source)
	if err != nil {
		return Null, err
	}
	return p.matches(m, s)
}
