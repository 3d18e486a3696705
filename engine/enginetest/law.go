// Package enginetest holds the one law that every flow obeys.
package enginetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"reflect"
	"sync"
	"testing"

	"blockflow/engine"
)

var errCrash = errors.New("enginetest: the process died here")

// mostSnapshots bounds how many snapshots of one run are tried: long runs are
// cut at this many places, evenly.
const mostSnapshots = 200

// Law runs a program through, and then again in every way in which it can be cut
// short. For every effect it dies before that effect and begins again, once from
// the journal and once from a snapshot; and it goes through a snapshot between
// any two steps. Block for block all runs must be alike, and the world, not the
// journal, must have seen each effect exactly once. newWorld gives a fresh world
// each time.
func Law(t *testing.T, p *engine.Program, start engine.Start, newWorld func() engine.Performer) engine.Yield {
	t.Helper()
	l := &law{t: t, program: p, start: start, newWorld: newWorld}
	whole := &attempt{law: l, world: newWorld(), dieBefore: -1, digest: sha256.New()}
	want, err := whole.run(l.fresh())
	if err != nil {
		t.Fatalf("the whole run gave no end: %v", err)
	}
	if whole.seen != len(whole.journal.Records) {
		t.Fatalf("the world saw %d effects, the journal has %d", whole.seen, len(whole.journal.Records))
	}
	l.want, l.whole = want, whole
	for cut := 1; cut <= whole.seen; cut++ {
		l.fromJournal(cut)
		l.fromSnapshot(cut)
	}
	l.throughSnapshots()
	l.replay()
	return want
}

type law struct {
	t        *testing.T
	program  *engine.Program
	start    engine.Start
	newWorld func() engine.Performer
	want     engine.Yield
	whole    *attempt
}

func (l *law) fresh() *engine.Machine {
	l.t.Helper()
	m, err := engine.New(l.program, l.start)
	if err != nil {
		l.t.Fatalf("the run doesn't begin: %v", err)
	}
	return m
}

// An attempt is one run of the program, or a part of one.
type attempt struct {
	law       *law
	world     engine.Performer
	journal   engine.Memory
	mu        sync.Mutex
	seen      int // effects that reached the world
	dieBefore int
	digest    hash.Hash
	steps     int64
}

func (a *attempt) perform(ctx context.Context, c engine.Call) (engine.Outcome, error) {
	a.mu.Lock() // the calls of branches come at the same time
	defer a.mu.Unlock()
	if a.seen+1 == a.dieBefore {
		return engine.Outcome{}, errCrash
	}
	a.seen++
	return a.world(ctx, c)
}

func (a *attempt) host() engine.Host { return engine.Host{Journal: &a.journal, Perform: a.perform} }

func (a *attempt) run(m *engine.Machine) (engine.Yield, error) {
	m.Trace(a.note)
	y, err := a.host().Drive(context.Background(), m)
	a.steps = m.Steps()
	return y, err
}

// note adds an event to the digest: building a text of a million events would be
// the slowest part of every test.
func (a *attempt) note(e engine.Event) {
	v, err := engine.AppendJSON(nil, e.Value)
	fmt.Fprintln(a.digest, e.Kind, e.Block, e.Type, string(v), err, e.Variable, e.Effect, e.Place, e.Err)
}

func (a *attempt) trace() string { return fmt.Sprintf("%x", a.digest.Sum(nil)) }

// die runs until the world would see effect number cut.
func (l *law) die(cut int) (*attempt, *engine.Machine) {
	a := &attempt{law: l, world: l.newWorld(), dieBefore: cut, digest: sha256.New()}
	m := l.fresh()
	if _, err := a.run(m); !errors.Is(err, errCrash) {
		l.t.Fatalf("the run should have died before effect %d, but gave: %v", cut, err)
	}
	a.dieBefore = -1
	return a, m
}

func (l *law) fromJournal(cut int) {
	a, _ := l.die(cut)
	a.digest = sha256.New()
	y, err := a.run(l.fresh())
	l.same(fmt.Sprintf("begun again from its journal before effect %d", cut), a, y, err)
}

func (l *law) fromSnapshot(cut int) {
	a, m := l.die(cut)
	y, err := a.run(l.again(m))
	l.same(fmt.Sprintf("begun again from a snapshot before effect %d", cut), a, y, err)
}

// again takes a machine through a snapshot, and that one through another: what
// was restored must be written as it was read.
func (l *law) again(m *engine.Machine) *engine.Machine {
	l.t.Helper()
	first, err := m.Snapshot()
	if err != nil {
		l.t.Fatalf("no snapshot: %v", err)
	}
	m, err = engine.Restore(l.program, first)
	if err != nil {
		l.t.Fatalf("the snapshot can't be restored: %v\n%s", err, first)
	}
	if second, _ := m.Snapshot(); string(first) != string(second) {
		l.t.Errorf("a restored run isn't what was kept:\n%s\n%s", first, second)
	}
	return m
}

func (l *law) throughSnapshots() {
	every := l.whole.steps/mostSnapshots + 1
	a := &attempt{law: l, world: l.newWorld(), dieBefore: -1, digest: sha256.New()}
	m := l.fresh()
	for {
		m.Trace(a.note)
		y := m.Next(every)
		switch y.Kind {
		case engine.Done:
			a.steps = m.Steps()
			l.same("taken through snapshots all the way", a, y, nil)
			return
		case engine.NeedsEffects:
			outcomes := make([]engine.Outcome, len(y.Calls))
			for i, c := range y.Calls {
				var err error
				if outcomes[i], err = a.perform(context.Background(), c); err != nil {
					l.t.Fatal(err)
				}
			}
			m = l.again(m)
			m.Trace(a.note)
			m.Next(every) // asks again, as after any restart
			m.Resume(outcomes)
		default:
			m = l.again(m)
		}
	}
}

// replay runs from the journal alone; nothing may be performed.
func (l *law) replay() {
	a := &attempt{law: l, digest: sha256.New(), journal: l.whole.journal, seen: l.whole.seen}
	m := l.fresh()
	m.Trace(a.note)
	y, err := engine.Host{Journal: &a.journal}.Drive(context.Background(), m)
	a.steps = m.Steps()
	l.same("replayed from its journal", a, y, err)
}

func (l *law) same(how string, a *attempt, y engine.Yield, err error) {
	l.t.Helper()
	switch {
	case err != nil:
		l.t.Errorf("%s, the run gives no end: %v", how, err)
	case a.seen != l.whole.seen:
		l.t.Errorf("%s, the world saw %d effects, want %d", how, a.seen, l.whole.seen)
	case a.trace() != l.whole.trace():
		l.t.Errorf("%s, other blocks ran, or on other values", how)
	case a.steps != l.whole.steps:
		l.t.Errorf("%s, the run took %d steps, want %d", how, a.steps, l.whole.steps)
	case !reflect.DeepEqual(y.Err, l.want.Err) || !sameValue(y.Result, l.want.Result):
		l.t.Errorf("%s, the run gives %v %v, want %v %v", how, show(y.Result), y.Err, show(l.want.Result), l.want.Err)
	}
}

func sameValue(a, b engine.Value) bool { return show(a) == show(b) }

func show(v engine.Value) string {
	b, err := engine.AppendJSON(nil, v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
