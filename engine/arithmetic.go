package engine

import "math"

func within(v, limit, step float64) bool {
	if step >= 0 {
		return v <= limit
	}
	return v >= limit
}

func ordered(o op, x, y float64) bool {
	switch o {
	case opLess:
		return x < y
	case opLessEqual:
		return x <= y
	case opGreater:
		return x > y
	default:
		return x >= y
	}
}

// arithmetic computes with values that aren't both numbers, and powers.
func (m *Machine) arithmetic(in *instr, o op) error {
	x, y := *m.at(in.b), *m.at(in.c)
	if in.n == lenient && x.ref != numberMark {
		x = Number(0)
	}
	f, g, err := numbers(x, y)
	if err != nil {
		return err
	}
	switch o {
	case opAdd:
		f += g
	case opSubtract:
		f -= g
	case opMultiply:
		f *= g
	case opDivide:
		f /= g
	case opModulo:
		f = modulo(f, g)
	default:
		f = power(f, g)
	}
	m.at(in.a).setNumber(f)
	return nil
}

// lenient marks an addition to a variable that counts as 0 unless it holds a
// number.
const lenient = 1

// numbers converts two operands of arithmetic.
func numbers(x, y Value) (f, g float64, err error) {
	if f, err = number(x); err == nil {
		g, err = number(y)
	}
	return f, g, err
}

// Numeric converts a value as arithmetic does: like JavaScript, but a text that
// isn't a number, a list or an object fail with [WrongType] instead of giving
// NaN. Null gives 0.
func Numeric(v Value) (float64, error) { return number(v) }

// number converts an operand: as JavaScript does, but a text that isn't a number
// stops the flow, and so does a list, though JavaScript would take [5] for 5 and
// join it to another number.
func number(v Value) (float64, error) {
	if v.Kind() < KindList || v.Kind() == KindDate {
		if f := ToNumber(v); f == f || v.Kind() != KindText {
			return f, nil
		}
	}
	shown, err := ToText(v)
	if err != nil {
		shown = "…"
	}
	if v.Kind() == KindText {
		return 0, Fail(WrongType, "This needs a number, but the text %q isn't one.", clip(shown))
	}
	return 0, Fail(WrongType, "This needs a number, but here is %s: %s.", v.Kind(), clip(shown))
}

// modulo has the sign of the dividend, as in JavaScript. Whole numbers, which
// nearly all are, need no loop; those of 32 bits divide fastest.
func modulo(x, y float64) float64 {
	if a, b := uint32(int64(x)), uint32(int64(y)); float64(a) == x && float64(b) == y && b != 0 {
		if x != 0 {
			return float64(a % b)
		}
		return x // 0 has a sign too
	}
	const exact = 1 << 53
	if x > 0 && x < exact && y > 0 && y < exact {
		if a, b := int64(x), int64(y); float64(a) == x && float64(b) == y {
			return float64(a % b)
		}
	}
	return math.Mod(x, y)
}
