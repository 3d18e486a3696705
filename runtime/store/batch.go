package store

import (
	"context"
	"crypto/sha256"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// A Batch is what one write changes about a run: all of it or nothing, in the
// order of the fields. What is nil changes nothing.
type Batch struct {
	Run     string
	Create  *Run      // as CreateRun
	Key     *EventKey // claims the key for the run that is created
	Advance *Advance  // of the schedule that the run comes from
	Record  []Entry   // as Record
	Intend  []Entry   // as Intend
	Suspend *Wait     // as Suspend
	Stands  *Snapshot // replaces the run's snapshot; with Finish, its snapshot goes
	Finish  *Outcome  // as Finish
	Also    *Run      // another run that is created, as CreateRun
}

// An EventKey names an event, so that it makes one run however often it comes.
type EventKey struct {
	Scope string // what the key is unique in: a webhook, say
	Key   string // as the sender chose it; only its SHA-256 is kept
}

// A KeyTakenError says that an event's key has made a run already. Nothing was
// changed.
type KeyTakenError struct {
	Run string // the run it made
}

func (e *KeyTakenError) Error() string {
	return "This event has come before; its run is " + e.Run + "."
}

// Write does what a batch says. Errors are those of the methods that the fields
// name, *KeyTakenError and *StaleError.
func (s *Store) Write(ctx context.Context, b Batch) error {
	steps, err := s.steps(b)
	if err != nil {
		return err
	}
	return s.write(ctx, steps...)
}

func (s *Store) steps(b Batch) ([]step, error) {
	var steps []step
	finish, record := b.Finish, b.Record
	if b.Create != nil {
		// A run that has ended is written at once as it ended, with its journal.
		var whole []Entry
		if finish != nil {
			whole, record = record, nil
		}
		create, err := s.created(*b.Create, finish, whole)
		if err != nil {
			return nil, err
		}
		steps, finish = append(steps, create), nil
	}
	if b.Key != nil {
		steps = append(steps, b.Key.claimed(b.Run))
	}
	if b.Advance != nil {
		steps = append(steps, b.Advance.done)
	}
	if len(record) > 0 {
		steps = append(steps, s.recorded(b.Run, record))
	}
	if len(b.Intend) > 0 {
		steps = append(steps, s.intended(b.Run, b.Intend))
	}
	if b.Suspend != nil {
		steps = append(steps, suspended(b.Run, *b.Suspend))
	}
	if b.Stands != nil && b.Finish == nil {
		stands, err := s.snapshotted(b.Run, *b.Stands)
		if err != nil {
			return nil, err
		}
		steps = append(steps, stands)
	}
	if finish != nil {
		end, err := s.finished(b.Run, *finish)
		if err != nil {
			return nil, err
		}
		steps = append(steps, end)
		if b.Stands != nil {
			steps = append(steps, withoutSnapshot(b.Run))
		}
	}
	if b.Also != nil {
		create, err := s.created(*b.Also, nil, nil)
		if err != nil {
			return nil, err
		}
		steps = append(steps, create)
	}
	return steps, nil
}

func (k EventKey) claimed(run string) step {
	key := sha256.Sum256([]byte(k.Key))
	return func(t *tx) error {
		err := t.do(`INSERT INTO event_keys (scope, key, run) VALUES (?, ?, `+anyRun+`)`, k.Scope, key[:], run)
		if !violates(err, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY) {
			return err
		}
		taken := &KeyTakenError{}
		if _, err := row(t, []any{&taken.Run}, `
			SELECT r.id FROM event_keys k JOIN runs r ON r.seq = k.run WHERE k.scope = ? AND k.key = ?`, k.Scope, key[:]); err != nil {
			return err
		}
		return taken
	}
}

// RunOfKey returns the run that an event's key has made, or *NotFoundError.
func (s *Store) RunOfKey(ctx context.Context, k EventKey) (string, error) {
	key := sha256.Sum256([]byte(k.Key))
	id, found := "", false
	err := s.read(ctx, func(q querier) (err error) {
		found, err = row(q, []any{&id}, `
			SELECT r.id FROM event_keys k JOIN runs r ON r.seq = k.run WHERE k.scope = ? AND k.key = ?`, k.Scope, key[:])
		return err
	})
	if err == nil && !found {
		err = &NotFoundError{What: "event", Name: "of this key"}
	}
	return id, err
}

// An Advance moves a schedule on from the time that is dealt with now.
type Advance struct {
	Flow, Block string
	From        time.Time
	To          time.Time // zero: never again
}

// A StaleError says that somebody else dealt with this time of a schedule, or
// that the schedule is gone.
type StaleError struct{ Flow, Block string }

func (e *StaleError) Error() string {
	return "The schedule of the flow \"" + e.Flow + "\" has moved on in the meantime."
}

func (a Advance) done(t *tx) error {
	n, err := t.exec(`UPDATE schedules SET next = ? WHERE flow = ? AND block = ? AND next = ?`,
		optionalStamp(a.To), a.Flow, a.Block, stamp(a.From))
	if err == nil && n == 0 {
		return &StaleError{a.Flow, a.Block}
	}
	return err
}
