package engine

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"math/bits"
)

// A generator makes the random numbers of one run: xoshiro256**. Its seed is an
// effect, so that it is in the run's journal; everything after that is computed,
// and a replay draws the same numbers. Its algorithm may never change, since old
// journals hold only seeds.
type generator [4]uint64

func (g *generator) next() uint64 {
	out := bits.RotateLeft64(g[1]*5, 7) * 9
	t := g[1] << 17
	g[2] ^= g[0]
	g[3] ^= g[1]
	g[1] ^= g[2]
	g[0] ^= g[3]
	g[2] ^= t
	g[3] = bits.RotateLeft64(g[3], 45)
	return out
}

// SeedBytes is how many bytes a seed has.
const SeedBytes = 32

// Seed begins the run's random numbers from a seed of [SeedBytes] bytes in
// hexadecimal digits.
func (m *Machine) Seed(seed string) error {
	b, err := hex.DecodeString(seed)
	if err != nil || len(b) != SeedBytes {
		return Fail(WrongValue, "The seed of the random numbers isn't %d hexadecimal digits long.", 2*SeedBytes)
	}
	g := &generator{}
	for i, c := range b {
		g[i/8] = g[i/8]<<8 | uint64(c)
	}
	if *g == (generator{}) {
		g[0] = 1 // from all zeros it would never leave them
	}
	m.random = g
	return nil
}

// Random returns the next random number, from 0 up to but without 1. Seed comes
// first.
func (m *Machine) Random() float64 { return float64(m.random.next()>>11) / (1 << 53) }

// RandomBelow returns a random whole number from 0 up to but without n, as
// JavaScript's Math.floor(Math.random() * n) does.
func (m *Machine) RandomBelow(n int) int { return int(math.Floor(m.Random() * float64(n))) }

// MarshalJSON writes the state in hexadecimal digits: JSON numbers are too short.
func (g *generator) MarshalJSON() ([]byte, error) {
	b := make([]byte, 0, SeedBytes)
	for _, x := range g {
		for shift := 56; shift >= 0; shift -= 8 {
			b = append(b, byte(x>>shift))
		}
	}
	return json.Marshal(hex.EncodeToString(b))
}

// UnmarshalJSON reads it back.
func (g *generator) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	m := Machine{shared: &shared{}}
	if err := m.Seed(s); err != nil {
		return err
	}
	*g = *m.random
	return nil
}
