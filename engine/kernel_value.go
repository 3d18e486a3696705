package engine

import (
	"math"
	"math/bits"
)

// A kernelValue is a value as a kernel computes it: what a register holds, or a
// closure over what several hold.
type kernelValue struct {
	from   numberFrom // nil if the value is a register's or a truth
	when   truthFrom  // of comparisons and not
	reg    uint8
	fixed  *float64 // of a constant
	regs   []uint8  // all that it is made of
	isTree bool
}

// value is what the instruction being compiled reads at a place.
func (k *kernelBuilder) value(o int32) kernelValue {
	r := k.regs[o]
	if v, ok := k.pending[r]; ok {
		return v
	}
	v := kernelValue{reg: r, regs: []uint8{r}}
	if o >= 0 && int(o) < len(k.program.consts) {
		v.fixed = &k.program.consts[o].num
	}
	return v
}

// number returns the value as a number; yes is 1.
func (v kernelValue) number() numberFrom {
	switch {
	case !v.isTree:
		a := v.reg
		return func(r *registers) float64 { return r[a] }
	case v.when != nil:
		when := v.when
		return func(r *registers) float64 {
			if when(r) {
				return 1
			}
			return 0
		}
	}
	return v.from
}

// truth returns whether the value is truthy.
func (v kernelValue) truth() truthFrom {
	if v.when != nil {
		return v.when
	}
	if !v.isTree {
		a := v.reg
		return func(r *registers) bool { return r[a] != 0 && r[a] == r[a] }
	}
	f := v.from
	return func(r *registers) bool { x := f(r); return x != 0 && x == x }
}

// keep is the statement that puts the value into a register.
func (v kernelValue) keep(to uint8) doing {
	f := v.number()
	return func(r *registers) { r[to] = f(r) }
}

// addTo is the statement that adds the value to a register.
func (v kernelValue) addTo(to uint8) doing {
	if !v.isTree {
		a := v.reg
		return func(r *registers) { r[to] += r[a] }
	}
	f := v.number()
	return func(r *registers) { r[to] += f(r) }
}

// combine compiles what an instruction computes.
func (k *kernelBuilder) combine(in *instr) kernelValue {
	x := k.value(in.b)
	switch in.op {
	case opMove:
		return x
	case opNot:
		when := x.truth()
		return kernelValue{isTree: true, when: func(r *registers) bool { return !when(r) }, regs: x.regs}
	}
	y := k.value(in.c)
	regs := append(append([]uint8(nil), x.regs...), y.regs...)
	switch in.op {
	case opEqual, opNotEqual, opLess, opLessEqual, opGreater, opGreaterEqual:
		return kernelValue{isTree: true, when: comparing(in.op, x, y), regs: regs}
	}
	return kernelValue{isTree: true, from: calculating(in.op, x, y), regs: regs}
}

// calculating has a closure of its own for each form that operands have: a call
// saved is a third of the time.
func calculating(o op, x, y kernelValue) numberFrom {
	a, b := x.reg, y.reg
	switch {
	case o == opModulo && y.fixed != nil && *y.fixed >= 1 && *y.fixed < 1<<32 && *y.fixed == math.Trunc(*y.fixed):
		return remainder(x.number(), *y.fixed)
	case !x.isTree && !y.isTree:
		switch o {
		case opAdd:
			return func(r *registers) float64 { return r[a] + r[b] }
		case opSubtract:
			return func(r *registers) float64 { return r[a] - r[b] }
		case opMultiply:
			return func(r *registers) float64 { return r[a] * r[b] }
		case opDivide:
			return func(r *registers) float64 { return r[a] / r[b] }
		}
	case !y.isTree:
		f := x.number()
		switch o {
		case opAdd:
			return func(r *registers) float64 { return f(r) + r[b] }
		case opSubtract:
			return func(r *registers) float64 { return f(r) - r[b] }
		case opMultiply:
			return func(r *registers) float64 { return f(r) * r[b] }
		case opDivide:
			return func(r *registers) float64 { return f(r) / r[b] }
		}
	case !x.isTree:
		g := y.number()
		switch o {
		case opAdd:
			return func(r *registers) float64 { return r[a] + g(r) }
		case opSubtract:
			return func(r *registers) float64 { return r[a] - g(r) }
		case opMultiply:
			return func(r *registers) float64 { return r[a] * g(r) }
		case opDivide:
			return func(r *registers) float64 { return r[a] / g(r) }
		}
	}
	f, g := x.number(), y.number()
	switch o {
	case opAdd:
		return func(r *registers) float64 { return f(r) + g(r) }
	case opSubtract:
		return func(r *registers) float64 { return f(r) - g(r) }
	case opMultiply:
		return func(r *registers) float64 { return f(r) * g(r) }
	case opDivide:
		return func(r *registers) float64 { return f(r) / g(r) }
	case opModulo:
		return func(r *registers) float64 { return modulo(f(r), g(r)) }
	default:
		return func(r *registers) float64 { return power(f(r), g(r)) }
	}
}

// remainder is modulo by a whole number of 32 bits, by multiplying instead of
// dividing: Lemire, Kaser and Kurz, "Faster remainder by direct computation", 2019.
func remainder(f numberFrom, by float64) numberFrom {
	n := uint64(by)
	inverse := math.MaxUint64/n + 1
	return func(r *registers) float64 {
		x := f(r)
		if a := uint32(int64(x)); float64(a) == x && a != 0 {
			rest, _ := bits.Mul64(inverse*uint64(a), n)
			return float64(uint32(rest))
		}
		return modulo(x, by)
	}
}

func comparing(o op, x, y kernelValue) truthFrom {
	switch o { // a > b is b < a, also for NaN
	case opGreater:
		o, x, y = opLess, y, x
	case opGreaterEqual:
		o, x, y = opLessEqual, y, x
	}
	if !x.isTree && !y.isTree {
		a, b := x.reg, y.reg
		switch o {
		case opEqual:
			return func(r *registers) bool { return r[a] == r[b] }
		case opNotEqual:
			return func(r *registers) bool { return r[a] != r[b] }
		case opLess:
			return func(r *registers) bool { return r[a] < r[b] }
		default:
			return func(r *registers) bool { return r[a] <= r[b] }
		}
	}
	f, g := x.number(), y.number()
	switch o {
	case opEqual:
		return func(r *registers) bool { return f(r) == g(r) }
	case opNotEqual:
		return func(r *registers) bool { return f(r) != g(r) }
	case opLess:
		return func(r *registers) bool { return f(r) < g(r) }
	default:
		return func(r *registers) bool { return f(r) <= g(r) }
	}
}
