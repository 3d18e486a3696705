package engine

import (
	"strings"
	"unicode/utf8"
)

// A rope is a text made by joining two, not yet copied into one. Without it, a
// loop that appends to a text copies the whole text in every round.
type rope struct {
	left, right *cell
	size        int // bytes
}

// ropeAt is the size in bytes from which joining builds a rope: below it, a copy
// costs less than the rope's two pointers.
const ropeAt = 64

// Join returns the text a followed by the text b. Both must be texts.
func join(a, b *cell) Value {
	size := a.size() + b.size()
	switch {
	case a.size() == 0:
		return Value{ref: b}
	case b.size() == 0:
		return Value{ref: a}
	case size < ropeAt:
		return Text(a.flat() + b.flat())
	}
	return Value{ref: &cell{kind: KindText, units: -1, rope: &rope{a, b, size}}}
}

// size returns a text's length in bytes.
func (c *cell) size() int {
	if c.rope != nil {
		return c.rope.size
	}
	return len(c.text)
}

// flat returns a text in one piece and keeps it so. It walks the rope from its
// right end with a stack of its own: a rope is as deep as a loop is long.
func (c *cell) flat() string {
	if c.rope == nil {
		return c.text
	}
	out := make([]byte, c.rope.size)
	end := len(out)
	stack := []*cell{c}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if top.rope != nil {
			stack = append(stack, top.rope.left, top.rope.right)
			continue
		}
		end -= copy(out[end-len(top.text):end], top.text)
	}
	c.text, c.rope = string(out), nil
	return c.text
}

// length returns a text's length in UTF-16 units, which is what Blockly counts:
// "😀" has the length 2.
func (c *cell) length() int {
	if c.units >= 0 {
		return c.units
	}
	n := units(c.flat())
	if !c.fixed {
		c.units = n
	}
	return n
}

// units counts the UTF-16 units of s.
func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x10000 {
			n++
		}
	}
	return n
}

// white is what JavaScript's trim removes. Go's unicode.IsSpace has U+0085 and
// lacks U+FEFF.
const white = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"

func trim(s string) string { return strings.Trim(s, white) }

// clip shortens a text for an error message.
func clip(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

func decode(s string) (rune, int) { return utf8.DecodeRuneInString(s) }
