package blocks

import (
	_ "embed"
	gomath "math"
	"testing"

	"blockflow/engine"
)

// arithmeticLoop is
//
//	sum = 0; for i = 1..1000 { for j = 1..1000 { sum += (i*j + i) % 7 } }
//
//go:embed testdata/arithmetic_loop.json
var arithmeticLoop []byte

// BenchmarkArithmeticLoop compares the forms that a program could have. The
// machine's form was chosen by these figures: see ARCHITECTURE.md.
func BenchmarkArithmeticLoop(b *testing.B) {
	b.Run("machine", func(b *testing.B) {
		p, err := compile(arithmeticLoop)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			m, err := engine.New(p, engine.Start{})
			if err != nil {
				b.Fatal(err)
			}
			if y := m.Next(gomath.MaxInt64); y.Kind != engine.Done || y.Err != nil {
				b.Fatal(y)
			}
		}
	})
	b.Run("closures over values", func(b *testing.B) {
		loop := valueClosures()
		for b.Loop() {
			loop(&valueFrame{})
		}
	})
	b.Run("closures over numbers", func(b *testing.B) {
		loop := numberClosures()
		for b.Loop() {
			loop(&numberFrame{})
		}
	})
	b.Run("go", func(b *testing.B) {
		for b.Loop() {
			sum := 0.0
			for i := 1.0; i <= 1000; i++ {
				for j := 1.0; j <= 1000; j++ {
					sum += gomath.Mod(i*j+i, 7)
				}
			}
			if sum == 0 {
				b.Fatal(sum)
			}
		}
	})
}

// valueFrame and its closures are the form without static types.
type valueFrame struct {
	vars  [3]engine.Value
	steps int
}

type valueOp func(*valueFrame) (engine.Value, error)

func valueClosures() valueOp {
	get := func(i int) valueOp { return func(f *valueFrame) (engine.Value, error) { return f.vars[i], nil } }
	num := func(x float64) valueOp {
		v := engine.Number(x)
		return func(*valueFrame) (engine.Value, error) { return v, nil }
	}
	binary := func(x, y valueOp, do func(x, y float64) float64) valueOp {
		return func(f *valueFrame) (engine.Value, error) {
			a, err := x(f)
			if err != nil {
				return a, err
			}
			c, err := y(f)
			if err != nil {
				return c, err
			}
			return engine.Number(do(engine.ToNumber(a), engine.ToNumber(c))), nil
		}
	}
	loop := func(i int, body valueOp) valueOp {
		return func(f *valueFrame) (engine.Value, error) {
			for x := 1.0; x <= 1000; x++ {
				f.vars[i] = engine.Number(x)
				f.steps++
				if _, err := body(f); err != nil {
					return engine.Null, err
				}
			}
			return engine.Null, nil
		}
	}
	add := func(x, y float64) float64 { return x + y }
	inner := binary(binary(binary(get(1), get(2), func(x, y float64) float64 { return x * y }), get(1), add), num(7), remainder)
	change := func(f *valueFrame) (engine.Value, error) {
		d, err := inner(f)
		if err != nil {
			return d, err
		}
		f.steps++
		f.vars[0] = engine.Number(engine.ToNumber(f.vars[0]) + engine.ToNumber(d))
		return engine.Null, nil
	}
	return loop(1, loop(2, change))
}

// numberFrame and its closures know that everything is a number: the best that
// closures can do.
type numberFrame struct {
	vars  [3]float64
	steps int
}

type numberOp func(*numberFrame) float64

func numberClosures() numberOp {
	get := func(i int) numberOp { return func(f *numberFrame) float64 { return f.vars[i] } }
	loop := func(i int, body numberOp) numberOp {
		return func(f *numberFrame) float64 {
			for x := 1.0; x <= 1000; x++ {
				f.vars[i] = x
				f.steps++
				body(f)
			}
			return 0
		}
	}
	i, j := get(1), get(2)
	product := func(f *numberFrame) float64 { return i(f) * j(f) }
	sum := func(f *numberFrame) float64 { return product(f) + i(f) }
	modulo := func(f *numberFrame) float64 { return remainder(sum(f), 7) }
	return loop(1, loop(2, func(f *numberFrame) float64 {
		f.steps++
		f.vars[0] += modulo(f)
		return 0
	}))
}

func remainder(x, y float64) float64 { return float64(int64(x) % int64(y)) }

// BenchmarkLoading is what a flow costs before it runs.
func BenchmarkLoading(b *testing.B) {
	b.Run("parse", func(b *testing.B) {
		for b.Loop() {
			if _, err := engine.Parse(arithmeticLoop); err != nil {
				b.Fatal(err)
			}
		}
	})
	doc, err := engine.Parse(arithmeticLoop)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("compile", func(b *testing.B) {
		for b.Loop() {
			if _, problems := engine.Compile(doc, Vocabulary()); len(problems) > 0 {
				b.Fatal(problems)
			}
		}
	})
}
