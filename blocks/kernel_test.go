package blocks

import (
	"encoding/json"
	"fmt"
	gomath "math"
	"math/rand/v2"
	"testing"

	"blockflow/engine"
)

// TestLoopsOfNumbersGiveTheSameInEveryForm runs made-up loops whole, where they
// may run as closures, and step by step, where they can't, and under limits: the
// values, the steps and the block that an error names are the same.
func TestLoopsOfNumbersGiveTheSameInEveryForm(t *testing.T) {
	for seed := range uint64(400) {
		sameInEveryForm(t, seed)
	}
}

func FuzzLoopsOfNumbers(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { sameInEveryForm(t, seed) })
}

func sameInEveryForm(t *testing.T, seed uint64) {
	t.Helper()
	w := &loopWriter{rand.New(rand.NewPCG(seed, 0)), 0}
	file := w.file()
	p, err := compile(file)
	if err != nil {
		t.Fatalf("seed %d: %v\n%s", seed, err, file)
	}
	const most = 20_000
	want := outcome(p, engine.Limits{Steps: most}, func() int64 { return 1 })
	for name, budget := range map[string]func() int64{
		"whole":     func() int64 { return gomath.MaxInt64 },
		"in pieces": func() int64 { return w.Int64N(500) },
	} {
		if got := outcome(p, engine.Limits{Steps: most}, budget); got != want {
			t.Fatalf("seed %d, %s: %s\nstep by step: %s\n%s", seed, name, got, want, file)
		}
	}
	short := engine.Limits{Steps: 1 + w.Int64N(300)}
	want = outcome(p, short, func() int64 { return 1 })
	if got := outcome(p, short, func() int64 { return gomath.MaxInt64 }); got != want {
		t.Fatalf("seed %d, %d steps: %s\nstep by step: %s\n%s", seed, short.Steps, got, want, file)
	}
}

func outcome(p *engine.Program, l engine.Limits, budget func() int64) string {
	m, err := engine.New(p, engine.Start{Limits: l})
	if err != nil {
		return err.Error()
	}
	for {
		if y := m.Next(budget()); y.Kind == engine.Done {
			return fmt.Sprint(m.Steps(), " ", m.Log(), " ", y.Err)
		}
	}
}

// A loopWriter makes up loops.
type loopWriter struct {
	*rand.Rand
	blocks int
}

type made = map[string]any

var loopVariables = []string{"a", "b", "c", "i", "j", "flag"}

func (w *loopWriter) block(kind string, fields, inputs made) made {
	w.blocks++
	b := made{"type": kind, "id": fmt.Sprint(kind, w.blocks)}
	if fields != nil {
		b["fields"] = fields
	}
	if inputs != nil {
		in := made{}
		for name, x := range inputs {
			in[name] = made{"block": x}
		}
		b["inputs"] = in
	}
	return b
}

func (w *loopWriter) file() []byte {
	first := w.block("variables_set", w.variable("a"), made{"VALUE": w.number(0)})
	last := first
	add := func(b made) {
		last["next"] = made{"block": b}
		last = b
	}
	add(w.block("variables_set", w.variable("b"), made{"VALUE": w.number(0)}))
	add(w.block("variables_set", w.variable("flag"), made{"VALUE": w.truth(2)}))
	for range 1 + w.IntN(3) {
		add(w.loop(0))
	}
	for _, v := range loopVariables {
		add(w.block("text_print", nil, made{"TEXT": w.block("variables_get", w.variable(v), nil)}))
	}
	var variables []made
	for _, v := range loopVariables {
		variables = append(variables, made{"id": v, "name": v})
	}
	file, err := json.Marshal(made{"blocks": made{"blocks": []made{first}}, "variables": variables})
	if err != nil {
		panic(err)
	}
	return file
}

func (w *loopWriter) variable(name string) made { return made{"VAR": made{"id": name}} }
func (w *loopWriter) any() string               { return loopVariables[w.IntN(5)] }

func (w *loopWriter) stack(depth int) made {
	first := w.statement(depth)
	last := first
	for range w.IntN(3) {
		if next := w.statement(depth); last["type"] != "controls_flow_statements" {
			last["next"] = made{"block": next}
			last = next
		}
	}
	return first
}

func (w *loopWriter) loop(depth int) made {
	body := w.stack(depth + 1)
	switch w.IntN(4) {
	case 0:
		return w.block("controls_repeat_ext", nil, made{"TIMES": w.number(2), "DO": body})
	case 1:
		return w.block("controls_whileUntil", made{"MODE": []string{"WHILE", "UNTIL"}[w.IntN(2)]}, made{"BOOL": w.truth(1), "DO": body})
	default:
		return w.block("controls_for", w.variable([]string{"i", "j"}[w.IntN(2)]), made{"FROM": w.number(1), "TO": w.number(1), "BY": w.number(2), "DO": body})
	}
}

func (w *loopWriter) statement(depth int) made {
	switch n := w.IntN(12); {
	case n < 5:
		return w.block("variables_set", w.variable(w.any()), made{"VALUE": w.number(0)})
	case n == 5:
		return w.block("variables_set", w.variable("flag"), made{"VALUE": w.truth(0)})
	case n < 8:
		return w.block("math_change", w.variable(w.any()), made{"DELTA": w.number(1)})
	case n == 8 && depth > 0:
		return w.block("controls_flow_statements", made{"FLOW": []string{"BREAK", "CONTINUE"}[w.IntN(2)]}, nil)
	case n < 11 && depth < 4:
		b := w.block("controls_if", nil, made{"IF0": w.truth(0), "DO0": w.stack(depth + 1)})
		return b
	case depth < 3:
		return w.loop(depth)
	}
	return w.block("math_change", w.variable("c"), made{"DELTA": w.number(2)})
}

func (w *loopWriter) number(depth int) made {
	switch n := w.IntN(8); {
	case n < 2 || depth > 3:
		return w.block("math_number", made{"NUM": []float64{0, 1, 2, 3, 7, 10, -1, 0.5, 1e300, 40}[w.IntN(10)]}, nil)
	case n < 4:
		return w.block("variables_get", w.variable(w.any()), nil)
	case n == 4:
		return w.block("math_modulo", nil, made{"DIVIDEND": w.number(depth + 1), "DIVISOR": w.number(depth + 1)})
	default:
		op := []string{"ADD", "MINUS", "MULTIPLY", "DIVIDE", "POWER"}[w.IntN(5)]
		return w.block("math_arithmetic", made{"OP": op}, made{"A": w.number(depth + 1), "B": w.number(depth + 1)})
	}
}

func (w *loopWriter) truth(depth int) made {
	switch n := w.IntN(8); {
	case n == 0 || depth > 2:
		return w.block("logic_boolean", made{"BOOL": []string{"TRUE", "FALSE"}[w.IntN(2)]}, nil)
	case n == 1:
		return w.block("variables_get", w.variable("flag"), nil)
	case n == 2:
		return w.block("logic_negate", nil, made{"BOOL": w.truth(depth + 1)})
	case n == 3:
		return w.block("logic_operation", made{"OP": []string{"AND", "OR"}[w.IntN(2)]}, made{"A": w.truth(depth + 1), "B": w.truth(depth + 1)})
	default:
		op := []string{"EQ", "NEQ", "LT", "LTE", "GT", "GTE"}[w.IntN(6)]
		return w.block("logic_compare", made{"OP": op}, made{"A": w.number(depth + 2), "B": w.number(depth + 2)})
	}
}
