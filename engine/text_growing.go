package engine

import "strings"

// A text that is long and came about by appending grows in place: its cell keeps
// the whole of it, with room behind, and each Value says how many bytes of it are
// its own. What ends where the text ends may be appended to without a copy, and
// the values from before keep their length; what is shorter is copied first. So a
// loop that appends to a text costs what the text is long, not its square, and
// allocates next to nothing.

// A tail is the room behind a growing text. Snapshots don't hold it: a restored
// run copies the text once more, and counts the same.
type tail struct{ strings.Builder }

// growFrom is the size in bytes from which a text grows: below it, a copy costs
// less.
const growFrom = 64

// join returns the text a followed by the text b, and how many bytes that made.
// Both must be texts; most is how long one may be.
func join(a, b Value, most int) (v Value, made int) {
	left, right := a.text(), b.text()
	size := len(left) + len(right)
	switch {
	case left == "":
		return b, 0
	case right == "":
		return a, 0
	case size < growFrom || endsInHalf(left) && beginsInHalf(right):
		return Text(mend(left + right)), size
	case a.ends():
		return a.ref.grow(b, most), len(right)
	}
	c := newBody(KindText)
	c.flag, c.text, c.units = grows, left, int32(a.units())
	return c.grow(b, most), size
}

// ends reports whether a text may grow in place.
func (v Value) ends() bool {
	return v.ref.flag&grows != 0 && int(v.num) == len(v.ref.text)
}

// append appends a text to one that grows, if that is as simple as it mostly is:
// there is room, and nothing of it takes steps, ends the run or mends a character.
func (m *Machine) append(x, y *Value) bool {
	c, d := x.ref, y.ref
	at, n := len(c.text), len(d.text) // not x.num, from which a processor would have to wait for the round before
	if at != int(x.num) || at+n > c.room || m.memory.made+int64(n) >= m.memory.threshold || d.flag&simple == 0 && !d.becomesSimple() {
		return false
	}
	m.memory.made += int64(n)
	c.tail.WriteString(d.text)
	c.text = c.tail.String()
	c.units += d.units
	x.num = float64(at + n)
	return true
}

// A text is simple if it is its whole cell, and stays it, and is counted, and is
// short, and can't mend a half before it.
func (c *cell) couldBeSimple() bool {
	return c.flag&grows == 0 && len(c.text) < bytesAStep && (c.text == "" || c.text[0] != 0xed)
}

// becomesSimple finds out whether a text is simple, once for all. Fixed texts have
// it from the start, as nobody may write to them.
func (c *cell) becomesSimple() bool {
	if c.flag&fixed != 0 || !c.couldBeSimple() {
		return false
	}
	if c.units < 0 {
		c.units = int32(units(c.text))
	}
	c.flag |= simple
	return true
}

// grow appends another text to a growing one, which must end where its cell ends.
// No text may have more than most bytes.
func (c *cell) grow(v Value, most int) Value {
	s := v.text()
	units := c.units + int32(v.units()) // before: both may be one
	if c.tail == nil {
		c.tail = &tail{}
		c.tail.Grow(2 * (len(c.text) + len(s)))
		c.tail.WriteString(c.text)
	}
	if c.tail.Cap()-len(c.text) < len(s) {
		c.tail.Grow(len(s)) // to twice the size; WriteString makes long texts longer by a quarter
	}
	c.tail.WriteString(s)
	c.text = c.tail.String()
	c.units = units
	c.room = min(c.tail.Cap(), most)
	return Value{c, float64(len(c.text))}
}
