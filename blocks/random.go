package blocks

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	gomath "math"

	"blockflow/engine"
)

// Random numbers are computed from a seed, and the seed is an effect: it is drawn
// when a run first needs it, and a replay finds it in the journal.
var seedEffect = engine.Effect{Kind: "random.seed", Safe: true}

func performSeed(context.Context, *Kit, engine.Call) (engine.Value, error) {
	seed := make([]byte, engine.SeedBytes)
	if _, err := rand.Read(seed); err != nil {
		return engine.Null, err
	}
	return engine.Text(hex.EncodeToString(seed)), nil
}

// seeded compiles the seeding of the run, if it hasn't happened yet.
func seeded(b *engine.Builder) {
	done, on := b.Hidden("random.seeded"), b.Label()
	b.JumpIf(done, on)
	seed := b.Perform(b.Temp(), seedEffect)
	b.Apply(done, "seed", func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
		s, _ := args[0].AsText()
		return engine.Boolean(true), m.Seed(s)
	}, seed)
	b.Mark(on)
}

const randomDoc = "The run's random numbers follow from a seed that it draws once; replaying a run draws the same numbers again."

var randomInt = engine.Block{
	Type:  "math_random_int",
	Slots: []engine.Slot{numberIn("FROM", 0, 1), numberIn("TO", 0, 100)},
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help:     "A random whole number between two numbers, both included.",
	Doc:      numberDoc + " If the first is greater than the second, they change places. " + randomDoc,
	Examples: []engine.Example{{Block: `{"type":"math_random_int","inputs":{"FROM":7,"TO":7}}`, Gives: `7`}},
	Means: engine.Performing(seedEffect, func(b *engine.Builder, dst engine.Operand) engine.Operand {
		args := b.Ins("FROM", "TO")
		seeded(b)
		return b.Apply(dst, "int", func(m *engine.Machine, args []engine.Value) (engine.Value, error) {
			from, err := engine.Numeric(args[0])
			if err != nil {
				return engine.Null, err
			}
			to, err := engine.Numeric(args[1])
			if from > to {
				from, to = to, from
			}
			return engine.Number(gomath.Floor(m.Random()*(to-from+1) + from)), err
		}, args...)
	}),
}

var randomFloat = engine.Block{
	Type:  "math_random_float",
	Shape: engine.ValueBlock, Gives: engine.NumberType,
	Help: "A random number from 0 up to, but without, 1.",
	Doc:  randomDoc,
	Examples: []engine.Example{
		{Block: `{"type":"logic_compare","fields":{"OP":"LT"},"inputs":{"A":{"type":"math_random_float"},"B":1}}`, Gives: `true`},
	},
	Means: engine.Performing(seedEffect, func(b *engine.Builder, dst engine.Operand) engine.Operand {
		seeded(b)
		return b.Apply(dst, "float", func(m *engine.Machine, _ []engine.Value) (engine.Value, error) {
			return engine.Number(m.Random()), nil
		})
	}),
}
