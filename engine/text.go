package engine

import (
	"strings"
	"unicode/utf8"
)

// A Text is a sequence of UTF-16 units, as in JavaScript: "😀" has the length 2,
// and a block may cut it in half. It is kept as UTF-8, and half a character as
// the three bytes that UTF-8 would give its number (WTF-8). Two halves that meet
// become the character again, so equal texts have equal bytes. No half leaves
// the engine: JSON writes it as \ud83d, a log as U+FFFD.

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

// endsInHalf reports whether s ends in the first half of a character.
func endsInHalf(s string) bool {
	n := len(s)
	return n >= 3 && s[n-3] == 0xed && s[n-2] >= 0xa0 && s[n-2] < 0xb0
}

// beginsInHalf reports whether s begins with the second half of a character.
func beginsInHalf(s string) bool { return len(s) >= 3 && s[0] == 0xed && s[1] >= 0xb0 }

// mend puts halves of characters that have met together again.
func mend(s string) string {
	first := -1
	for i := strings.IndexByte(s, 0xed); i >= 0 && i+6 <= len(s); {
		if endsInHalf(s[:i+3]) && beginsInHalf(s[i+3:]) {
			first = i
			break
		}
		next := strings.IndexByte(s[i+1:], 0xed)
		if next < 0 {
			break
		}
		i += 1 + next
	}
	if first < 0 {
		return s
	}
	out := append(make([]byte, 0, len(s)), s[:first]...)
	for i := first; i < len(s); {
		r, n := decode(s[i:])
		if n == 3 && isFirstHalf(r) && beginsInHalf(s[i+3:]) {
			low, _ := decode(s[i+3:])
			r, n = (r-firstHalf)<<10+(low-secondHalf)+0x10000, 6
		}
		out = appendUnit(out, r)
		i += n
	}
	return string(out)
}

const (
	firstHalf  = 0xd800
	secondHalf = 0xdc00
)

func isFirstHalf(r rune) bool  { return r >= firstHalf && r < secondHalf }
func isSecondHalf(r rune) bool { return r >= secondHalf && r < 0xe000 }

// decode reads one character, or half of one, and how many bytes it takes.
func decode(s string) (rune, int) {
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n == 1 && len(s) >= 3 && s[0] == 0xed && s[1] >= 0xa0 {
		return 0xd000 | rune(s[1]&0x3f)<<6 | rune(s[2]&0x3f), 3
	}
	return r, n
}

// appendUnit writes a character, or half of one.
func appendUnit(b []byte, r rune) []byte {
	if isFirstHalf(r) || isSecondHalf(r) {
		return append(b, 0xed, 0x80|byte(r>>6)&0x3f, 0x80|byte(r)&0x3f)
	}
	return utf8.AppendRune(b, r)
}

// whole replaces halves of characters by U+FFFD, for what leaves the engine as
// plain UTF-8.
func whole(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		r, n := decode(s[i:])
		out = utf8.AppendRune(out, r)
		i += n
	}
	return string(out)
}

// units returns a text's length in UTF-16 units.
func (v Value) units() int {
	c, n := v.ref, int(v.num)
	if c.units < 0 {
		c.units = int32(units(c.text)) // fixed texts have theirs from the start
	}
	if n == len(c.text) {
		return int(c.units)
	}
	if int(c.units) == len(c.text) {
		return n // a character each byte
	}
	return units(c.text[:n])
}

// Length is [Value.Length]. Of a text that has grown since, the characters may
// have to be counted each time; that counts as work.
func (m *Machine) Length(v Value) (int, bool) {
	if v.Kind() == KindText && int(v.num) < len(v.ref.text) {
		m.Work(int(v.num))
	}
	return v.Length()
}

// units counts the UTF-16 units of s: one for each character, two for each
// beyond U+FFFF. Those are the bytes that begin a character, and once more those
// that begin one of four bytes.
func units(s string) int {
	n := 0
	for len(s) >= 8 && (s[0]|s[1]|s[2]|s[3]|s[4]|s[5]|s[6]|s[7]) < 0x80 {
		n += 8
		s = s[8:]
	}
	for i := range len(s) {
		if c := s[i]; c&0xc0 != 0x80 {
			n++
			if c >= 0xf0 {
				n++
			}
		}
	}
	return n
}

// Slice returns the units of a text from one place up to another, both from 0
// and within the text's length. Where it cuts through a character, it leaves
// half of it.
func (v Value) Slice(from, to int) Value {
	if to <= from {
		return Text("")
	}
	s := v.text()
	if v.units() == len(s) {
		return PartOf(s[from:to], s)
	}
	a, fromHalf := unitAt(s, from)
	b, toHalf := unitAt(s, to)
	if !fromHalf && !toHalf {
		return PartOf(s[a:b], s)
	}
	var out []byte
	if fromHalf {
		r, n := decode(s[a:])
		out = appendUnit(out, secondHalf|(r-0x10000)&0x3ff)
		a += n
	}
	if a < b {
		out = append(out, s[a:b]...)
	}
	if toHalf {
		r, _ := decode(s[b:])
		out = appendUnit(out, firstHalf|(r-0x10000)>>10)
	}
	return Text(string(out))
}

// unitAt finds the byte at which the character of a unit begins, and whether the
// unit is that character's second half.
func unitAt(s string, unit int) (at int, half bool) {
	for at < len(s) && unit > 0 {
		r, n := decode(s[at:])
		if r >= 0x10000 {
			if unit == 1 {
				return at, true
			}
			unit--
		}
		unit--
		at += n
	}
	return at, false
}

// Units returns the UTF-16 units of a text, each a text of length 1.
func Units(s string) []Value {
	out := make([]Value, 0, len(s))
	for i := 0; i < len(s); {
		r, n := decode(s[i:])
		if r >= 0x10000 {
			out = append(out, unitText(firstHalf|(r-0x10000)>>10), unitText(secondHalf|(r-0x10000)&0x3ff))
		} else {
			out = append(out, unitText(r))
		}
		i += n
	}
	return out
}

// letters are the texts of one ASCII character: fixed, so that taking a text
// apart allocates nothing for most of it.
var letters = func() (list [utf8.RuneSelf]Value) {
	for i := range list {
		list[i] = fixedText(string(rune(i)))
	}
	return list
}()

func unitText(r rune) Value {
	if r < utf8.RuneSelf {
		return letters[r]
	}
	return Text(string(appendUnit(nil, r)))
}

// JoinAll returns the parts with a text between them.
func JoinAll(parts []string, between string) string { return mend(strings.Join(parts, between)) }

// joinShort joins two texts or numbers, if the result is short and takes no
// steps; ok reports whether it is.
func (m *Machine) joinShort(x, y *Value) (v Value, ok bool) {
	var room [growFrom]byte
	b, ok := appendShort(room[:0], x)
	if !ok {
		return Null, false
	}
	if b, ok = appendShort(b, y); !ok {
		return Null, false
	}
	return m.joined(b, y.mayBeginInHalf())
}

// JoinShort joins any number of values in the same way.
func (m *Machine) JoinShort(parts []Value) (v Value, ok bool) {
	var room [growFrom]byte
	b, halves := room[:0], false
	for i := range parts {
		if b, ok = appendShort(b, &parts[i]); !ok {
			return Null, false
		}
		halves = halves || parts[i].mayBeginInHalf()
	}
	return m.joined(b, halves)
}

// mayBeginInHalf is quick: it only looks at the first byte.
func (v *Value) mayBeginInHalf() bool {
	return v.ref != nil && v.ref.kind == KindText && v.num > 0 && v.ref.text[0] == 0xed
}

// joined makes a text of what was joined, in which halves may meet, if that stays within the run's bounds.
func (m *Machine) joined(b []byte, halves bool) (v Value, ok bool) {
	if m.memory.made+int64(sizeCell+len(b)) >= m.memory.threshold || len(b) > m.limits.Text {
		return Null, false
	}
	m.memory.made += int64(sizeCell + len(b))
	s := m.shorts.keep(b)
	if halves {
		s = mend(s)
	}
	v = m.shorts.text(s)
	v.ref.flag |= made
	return v, true
}

// appendShort appends a text, a number or nothing, if there is room.
func appendShort(b []byte, v *Value) ([]byte, bool) {
	const mostDigits = 24
	switch {
	case v.ref == nil:
		return b, true
	case v.ref == numberMark && len(b)+mostDigits <= cap(b):
		return appendNumber(b, v.num), true
	case v.ref != nil && v.ref.kind == KindText && len(b)+int(v.num) <= cap(b):
		return append(b, v.text()...), true
	}
	return b, false
}

// A slab is what the next short texts are made of: cells and bytes for a few at
// once, for half the time of a short text is the time to find room for it. More
// at once would let one text keep too much that nobody counts.
type slab struct {
	cells []cell
	room  strings.Builder
}

// slabBytes is the room in bytes that a slab has for characters.
const slabBytes = 128

// keep returns b as a string. It has at most [growFrom] bytes.
func (s *slab) keep(b []byte) string {
	if s.room.Cap()-s.room.Len() < len(b) {
		s.room.Reset() // texts keep the bytes from before
		s.room.Grow(slabBytes)
	}
	at := s.room.Len()
	s.room.Write(b)
	return s.room.String()[at:]
}

// text is [Text] for a text that [slab.keep] returned.
func (s *slab) text(t string) Value {
	if len(s.cells) == 0 {
		s.cells = new([4]cell)[:]
	}
	c := &s.cells[0]
	s.cells = s.cells[1:]
	c.kind, c.text, c.units = KindText, t, -1
	return Value{c, float64(len(t))}
}

// SplitText takes a text apart wherever another, not empty, occurs in it.
func SplitText(s, by string) []string {
	if !beginsInHalf(by) && !endsInHalf(by) {
		return strings.Split(s, by)
	}
	// Half a character may match within a whole one: compare unit by unit.
	wide, wideBy := utf16Bytes(s), utf16Bytes(by)
	var parts []string
	start := 0
	for from := 0; ; {
		i := strings.Index(wide[from:], wideBy)
		if i < 0 {
			return append(parts, fromUTF16(wide[start:]))
		}
		if from += i; from%2 == 1 {
			from++
			continue
		}
		parts = append(parts, fromUTF16(wide[start:from]))
		from += len(wideBy)
		start = from
	}
}

// IndexText returns the place, in UTF-16 units from 0, at which a text occurs in
// another for the first or the last time, or -1.
func IndexText(s, find string, last bool) int {
	if beginsInHalf(find) || endsInHalf(find) {
		return indexUnits(utf16Bytes(s), utf16Bytes(find), last)
	}
	i := strings.Index(s, find)
	if last {
		i = strings.LastIndex(s, find)
	}
	if i < 0 {
		return -1
	}
	return units(s[:i])
}

func indexUnits(wide, find string, last bool) int {
	for end, from := len(wide), 0; ; {
		i := strings.Index(wide[from:end], find)
		if last {
			i = strings.LastIndex(wide[:end], find)
		}
		switch {
		case i < 0:
			return -1
		case (from+i)%2 == 0:
			return (from + i) / 2
		case last:
			end = i + len(find) - 1
		default:
			from += i + 1
		}
	}
}

// utf16Bytes writes a text as UTF-16, high byte first.
func utf16Bytes(s string) string {
	out := make([]byte, 0, 2*len(s))
	for i := 0; i < len(s); {
		r, n := decode(s[i:])
		if r >= 0x10000 {
			high, low := firstHalf|(r-0x10000)>>10, secondHalf|(r-0x10000)&0x3ff
			out = append(out, byte(high>>8), byte(high), byte(low>>8), byte(low))
		} else {
			out = append(out, byte(r>>8), byte(r))
		}
		i += n
	}
	return string(out)
}

func fromUTF16(wide string) string {
	out := make([]byte, 0, len(wide))
	for i := 0; i+1 < len(wide); i += 2 {
		out = appendUnit(out, rune(wide[i])<<8|rune(wide[i+1]))
	}
	return mend(string(out))
}

// PartOf makes a text of a part of another. A small part of a long text is
// copied, so that it doesn't keep the whole of it in memory, where nobody counts
// it.
func PartOf(part, whole string) Value {
	const short = 256
	if len(whole) > short && len(part) < len(whole) {
		part = strings.Clone(part)
	}
	return Text(part)
}

// white is what JavaScript's trim removes. Go's unicode.IsSpace has U+0085 and
// lacks U+FEFF.
const white = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"

// White is what counts as white space, as in JavaScript.
const White = white

func trim(s string) string { return strings.Trim(s, white) }

// clip shortens a text for an error message.
func clip(s string) string {
	const most = 60
	if len(s) <= most {
		return whole(s)
	}
	if len(s) > 4*most {
		s = s[:4*most] // no more is needed, and s may be very long
	}
	r := []rune(s)
	if len(r) <= most {
		return whole(s)
	}
	return string(r[:most-1]) + "…"
}
