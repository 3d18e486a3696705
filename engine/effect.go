package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

// An Effect says what a block asks of the world, and what may be done with it.
type Effect struct {
	// Kind names it: "users.update", "http.request", "time.now".
	Kind string

	// Args names the arguments, for people who read a journal.
	Args []string

	// SecretArgs are those arguments that no journal and no person may see.
	SecretArgs []string

	// SecretKeys are the keys under which there are secrets in objects among
	// the arguments and in the outcome: they are masked wherever a person or a
	// log sees them. The key "" means the whole outcome.
	SecretKeys []string

	// Safe effects change nothing, so that performing one again does no harm.
	// Others carry a key; see Call.Key.
	Safe bool
}

// A Place is where in a run a call stands: "3" for the third. A block with
// parallel branches takes one number of its line, and the calls in its branches
// are numbered within their branch: "3.2.1" is the first call in the second
// branch of the block with number 3. So the order in which branches happen to
// finish decides nothing.
type Place string

// Before reports whether p comes before q in the order in which a reader
// expects a journal: by numbers, outer line first.
func (p Place) Before(q Place) bool {
	a, b := strings.Split(string(p), "."), strings.Split(string(q), ".")
	for i := range min(len(a), len(b)) {
		x, _ := strconv.Atoi(a[i])
		y, _ := strconv.Atoi(b[i])
		if x != y {
			return x < y
		}
	}
	return len(a) < len(b)
}

// A Call asks the world for one thing that a flow cannot decide by itself.
type Call struct {
	Place  Place
	Block  string // the id of the block that asks
	Type   string // and its type
	Effect Effect
	Args   []Value
	Digest string // of kind and arguments, secrets masked
	Key    string // run id and place: the same whenever the call is performed again
}

// An Outcome is the world's answer: a value or, if Err is set, a refusal. Both
// are facts. They are journaled, replayed, and a flow can catch a refusal.
type Outcome struct {
	Value Value
	Err   *Error
}

// digest makes the arguments comparable to those in a journal.
func (c *Call) digest(secrets *Secrets) error {
	h := sha256.New()
	h.Write([]byte(c.Effect.Kind))
	for i, a := range c.Args {
		h.Write([]byte{0})
		if c.secretArg(i) {
			continue
		}
		b, err := AppendJSON(nil, secrets.Mask(a))
		if err != nil {
			return err
		}
		h.Write(b)
	}
	c.Digest = hex.EncodeToString(h.Sum(nil)[:16])
	return nil
}

// learnSecrets makes secret what the effect declares to be so in its arguments.
func (c *Call) learnSecrets(secrets *Secrets) {
	for i, a := range c.Args {
		if s, ok := a.AsText(); ok && c.secretArg(i) {
			secrets.Add(s)
		}
		secrets.learnKeys(a, c.Effect.SecretKeys)
	}
}

func (c *Call) secretArg(i int) bool {
	if i >= len(c.Effect.Args) {
		return false
	}
	for _, s := range c.Effect.SecretArgs {
		if s == c.Effect.Args[i] {
			return true
		}
	}
	return false
}

// Shown returns the arguments as an object, as people may see them.
func (c *Call) Shown(secrets *Secrets) Value {
	o := Object()
	for i, a := range c.Args {
		name := "argument " + strconv.Itoa(i+1)
		if i < len(c.Effect.Args) {
			name = c.Effect.Args[i]
		}
		if c.secretArg(i) && !a.IsNull() {
			a = Text(Masked)
		}
		o.Set(name, secrets.Mask(a))
	}
	return o
}
