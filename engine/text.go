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
