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
		return v.ref.size() > 0
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
		return ParseNumber(v.ref.flat())
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
// "[object Object]" and dates in ISO form. It fails on a list that holds itself.
func ToText(v Value) (string, error) {
	switch v.Kind() {
	case KindText:
		return v.ref.flat(), nil
	case KindList:
		var b strings.Builder
		err := writeItems(&b, v.ref.items, 0)
		return b.String(), err
	case KindObject:
		b, err := AppendJSON(nil, v)
		return string(b), err
	default:
		return scalarText(v), nil
	}
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

// writeItems joins with commas, null and unset being empty, as JavaScript does.
func writeItems(b *strings.Builder, items []Value, depth int) error {
	if depth > maxTextDepth {
		return Fail(TooDeep, "This list holds itself, or lists more than %d deep. It can't be written as one text.", maxTextDepth)
	}
	for i, v := range items {
		if i > 0 {
			b.WriteByte(',')
		}
		switch v.Kind() {
		case KindNull:
		case KindList:
			if err := writeItems(b, v.ref.items, depth+1); err != nil {
				return err
			}
		default:
			s, err := ToText(v)
			if err != nil {
				return err
			}
			b.WriteString(s)
		}
	}
	return nil
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
		return compareUnits(a.ref.flat(), b.ref.flat()), true
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
// UTF-8 only where a character beyond U+FFFF meets one of U+E000 to U+FFFF.
func compareUnits(a, b string) int {
	for {
		if a == "" || b == "" {
			return len(a) - len(b)
		}
		x, n := decode(a)
		y, m := decode(b)
		if x != y {
			return unitOrder(x) - unitOrder(y)
		}
		a, b = a[n:], b[m:]
	}
}

func unitOrder(r rune) int {
	if r >= 0x10000 {
		return 0xd800<<16 + int(r) // as its first surrogate sorts
	}
	return int(r) << 16
}
