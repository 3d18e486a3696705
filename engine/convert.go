package engine

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Truthy is JavaScript's notion of true: all but false, 0, NaN, "" and null.
func Truthy(v Value) bool {
	switch v.Kind() {
	case KindNull:
		return false
	case KindBoolean, KindNumber:
		return v.num != 0 && v.num == v.num
	case KindText:
		return len(v.text()) > 0
	default:
		return true
	}
}

// ToNumber converts v as JavaScript's Number does, with one difference: null,
// which here is also what unset gives, counts as 0. An object gives NaN.
func ToNumber(v Value) float64 {
	switch v.Kind() {
	case KindNull:
		return 0
	case KindBoolean, KindNumber, KindDate:
		return v.num
	case KindText:
		return ParseNumber(v.text())
	case KindList:
		s, err := ToText(v)
		if err != nil {
			return math.NaN()
		}
		return ParseNumber(s)
	default:
		return math.NaN()
	}
}

// ParseNumber reads a number as JavaScript's Number("…") does; what isn't one
// gives NaN.
func ParseNumber(s string) float64 {
	s = trim(s)
	if s == "" {
		return 0
	}
	if len(s) > 2 && s[0] == '0' {
		if base := map[byte]int{'x': 16, 'X': 16, 'o': 8, 'O': 8, 'b': 2, 'B': 2}[s[1]]; base > 0 {
			return parseDigits(s[2:], base)
		}
	}
	switch strings.TrimLeft(s, "+-") {
	case "Infinity":
		if len(s) > len("+Infinity") {
			return math.NaN()
		}
		if s[0] == '-' {
			return math.Inf(-1)
		}
		return math.Inf(1)
	}
	// ParseFloat also takes "inf", "nan", hexadecimal floats and underscores.
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && c != '.' && c != 'e' && c != 'E' && c != '+' && c != '-' {
			return math.NaN()
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) {
		return math.NaN()
	}
	return f
}

func parseDigits(s string, base int) float64 {
	f := 0.0
	for i := range len(s) {
		d, err := strconv.ParseUint(s[i:i+1], base, 8)
		if err != nil {
			return math.NaN()
		}
		f = f*float64(base) + float64(d)
	}
	return f
}

// appendNumber writes a number without a text of its own if it is whole.
func appendNumber(b []byte, f float64) []byte {
	if n := uint32(f); float64(n) == f && n != 0 && cap(b)-len(b) >= 10 {
		return appendCount(b, n)
	}
	if f == math.Trunc(f) && math.Abs(f) < 1e15 && f != 0 {
		return strconv.AppendInt(b, int64(f), 10)
	}
	return append(b, FormatNumber(f)...)
}

// appendCount writes what most numbers in texts are, straight into the room for
// ten digits that b must have: package strconv writes elsewhere and copies.
func appendCount(b []byte, n uint32) []byte {
	end := len(b) + 1
	for m := n; m >= 10; m /= 10 {
		end++
	}
	b = b[:end]
	for ; n >= 10; n /= 10 {
		end--
		b[end] = byte('0' + n%10)
	}
	b[end-1] = byte('0' + n)
	return b
}

// FormatNumber writes a number as JavaScript's String does.
func FormatNumber(f float64) string {
	switch {
	case f == 0:
		return "0" // also -0
	case f != f:
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	case f == math.Trunc(f) && math.Abs(f) < 1e15:
		return strconv.FormatInt(int64(f), 10)
	}
	mantissa, exp, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	sign := ""
	if mantissa[0] == '-' {
		sign, mantissa = "-", mantissa[1:]
	}
	digits := strings.Replace(mantissa, ".", "", 1)
	e, _ := strconv.Atoi(exp)
	k, n := len(digits), e+1 // as ECMA-262, Number::toString, names them
	switch {
	case k <= n && n <= 21:
		return sign + digits + strings.Repeat("0", n-k)
	case 0 < n && n <= 21:
		return sign + digits[:n] + "." + digits[n:]
	case -6 < n && n <= 0:
		return sign + "0." + strings.Repeat("0", -n) + digits
	}
	if k > 1 {
		digits = digits[:1] + "." + digits[1:]
	}
	return sign + digits + "e" + plus(n-1)
}

func plus(n int) string {
	if n >= 0 {
		return "+" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// maxTextDepth bounds lists within lists when they are made into one text or
// JSON. It is also what stops at a list that holds itself.
const maxTextDepth = 1000

// ToText writes v as JavaScript's String does, but objects as JSON rather than
// "[object Object]" and dates in ISO form. It fails on a list that holds itself,
// and on what would be longer than 64 MiB.
func ToText(v Value) (string, error) {
	switch v.Kind() {
	case KindText:
		return v.text(), nil
	case KindList, KindObject:
		w := &jsonWriter{left: mostWritten}
		b, err := w.text(nil, v, 0)
		return string(b), err
	default:
		return scalarText(v), nil
	}
}

// ToText is the function [ToText], within the run's bounds.
func (m *Machine) ToText(v Value) (string, error) {
	if v.Kind() < KindList {
		return ToText(v)
	}
	w := &jsonWriter{left: min(m.limits.Text, mostWritten)}
	b, err := w.text(nil, v, 0)
	m.Work(16 * (min(m.limits.Text, mostWritten) - w.left))
	if w.left < 0 {
		return "", halt(LimitText, "This would make a text longer than the limit of %d bytes.", m.limits.Text)
	}
	return string(b), err
}

// text writes a list as JavaScript's String does: joined with commas, null and
// unset being empty.
func (w *jsonWriter) text(b []byte, v Value, depth int) ([]byte, error) {
	if v.Kind() != KindList {
		if v.Kind() == KindText {
			return append(b, v.text()...), w.spend(len(v.text()) + 1)
		}
		if v.Kind() == KindObject {
			return w.append(b, v, depth)
		}
		if v.IsNull() {
			return b, w.spend(1)
		}
		s := scalarText(v)
		return append(b, s...), w.spend(len(s) + 1)
	}
	if depth > maxTextDepth {
		return nil, Fail(TooDeep, "This list holds itself, or lists more than %d deep. It can't be written as one text.", maxTextDepth)
	}
	var err error
	for i, x := range v.ref.items {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = w.text(b, x, depth+1); err != nil {
			return nil, err
		}
	}
	return b, w.spend(1)
}

func scalarText(v Value) string {
	switch v.Kind() {
	case KindBoolean:
		return strconv.FormatBool(v.num != 0)
	case KindNumber:
		return FormatNumber(v.num)
	case KindDate:
		return FormatDate(v.num)
	default:
		if v.num != 0 {
			return "undefined"
		}
		return "null"
	}
}

// FormatDate writes milliseconds since 1970 in the form of JavaScript's
// toISOString.
func FormatDate(ms float64) string {
	if ms != ms || math.Abs(ms) > 8.64e15 {
		return "not a date"
	}
	return time.UnixMilli(int64(ms)).UTC().Format("2006-01-02T15:04:05.000Z")
}

// Equal is JavaScript's loose ==: numbers, texts and booleans meet as numbers,
// lists and objects are equal only if they are one and the same, or if the
// other side is a text or number that they convert to.
func Equal(a, b Value) bool {
	ka, kb := a.Kind(), b.Kind()
	switch {
	case ka == kb:
		return Same(a, b)
	case ka == KindNull || kb == KindNull:
		return false
	case ka == KindBoolean || kb == KindBoolean, ka <= KindText && kb <= KindText:
		return ToNumber(a) == ToNumber(b)
	case ka >= KindList && kb >= KindList:
		return false
	case ka >= KindList:
		return equalText(a, b)
	default:
		return equalText(b, a)
	}
}

// equalText compares a list or object with a text or number.
func equalText(a, b Value) bool {
	s, err := ToText(a)
	if err != nil {
		return false
	}
	return Equal(Text(s), b)
}

// Compare orders a and b as JavaScript's < does: two texts by their UTF-16
// units, all else as numbers. ok is false if they have no order (NaN).
func Compare(a, b Value) (order int, ok bool) {
	a, b = primitive(a), primitive(b)
	if a.Kind() == KindText && b.Kind() == KindText {
		return compareUnits(a.text(), b.text()), true
	}
	x, y := ToNumber(a), ToNumber(b)
	switch {
	case x < y:
		return -1, true
	case x > y:
		return 1, true
	case x == y:
		return 0, true
	}
	return 0, false
}

func primitive(v Value) Value {
	if v.Kind() >= KindList {
		if s, err := ToText(v); err == nil {
			return Text(s)
		}
	}
	return v
}

// compareUnits orders texts by UTF-16 units. That differs from the order of
// UTF-8 only where a character beyond U+FFFF meets one of U+E000 to U+FFFF, or
// half a character.
func compareUnits(a, b string) int {
	i, n := 0, min(len(a), len(b))
	for i < n && a[i] == b[i] {
		i++
	}
	if i == n {
		return len(a) - len(b)
	}
	for i > 0 && (a[i]&0xc0 == 0x80 || b[i]&0xc0 == 0x80) {
		i-- // to where the first character that differs begins
	}
	x, _ := decode(a[i:])
	y, _ := decode(b[i:])
	return unitOrder(x) - unitOrder(y)
}

func unitOrder(r rune) int {
	if r >= 0x10000 {
		r -= 0x10000
		return int(firstHalf|r>>10)<<16 | int(secondHalf|r&0x3ff)
	}
	return int(r) << 16
}
