package store

import (
	"context"
	"time"
)

// A Wait is what a run that was put away waits for: a time, an event, or
// whichever comes first.
type Wait struct {
	Until time.Time // zero: no time
	Event string    // the event's key; "": no event
}

// Suspend puts a running run away: it is a row and nothing else until Claim
// takes it up again. Errors: *NotFoundError, *StateError if it isn't running.
func (s *Store) Suspend(ctx context.Context, run string, w Wait) error {
	var event any
	if w.Event != "" {
		event = w.Event
	}
	return s.write(ctx, func(t *tx) error {
		n, err := t.exec(`UPDATE runs SET status = 'waiting', wait_until = ?, wait_event = ? WHERE id = ? AND status = 'running'`,
			optionalStamp(w.Until), event, run)
		if err == nil && n == 0 {
			return stateError(t, run, "Only a running run can wait.")
		}
		return err
	})
}

// Claim makes a queued or waiting run a running one. Of several that claim a
// run, one succeeds; the others get *StateError. *NotFoundError if there is none.
func (s *Store) Claim(ctx context.Context, run string) error {
	return s.write(ctx, func(t *tx) error {
		n, err := t.exec(`UPDATE runs SET status = 'running', wait_until = NULL, wait_event = NULL WHERE id = ? AND status IN ('queued', 'waiting')`, run)
		if err == nil && n == 0 {
			return stateError(t, run, "Only a queued or waiting run can be taken up.")
		}
		return err
	})
}

// Due returns up to limit waiting runs whose time has come by now, the longest
// overdue first.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]RunInfo, error) {
	return s.selectRuns(ctx, `WHERE r.wait_until <= ? ORDER BY r.wait_until LIMIT ?`, stamp(now), limit)
}

// NextDue returns when the next waiting run is due; the zero time if none waits
// for a time.
func (s *Store) NextDue(ctx context.Context) (time.Time, error) {
	var ms int64
	found := false
	err := s.read(ctx, func(q querier) (err error) {
		found, err = row(q, []any{&ms}, `SELECT wait_until FROM runs WHERE wait_until IS NOT NULL ORDER BY wait_until LIMIT 1`)
		return err
	})
	if err != nil || !found {
		return time.Time{}, err
	}
	return fromStamp(ms), nil
}

// Awaiting returns up to limit runs that wait for the event, the oldest first.
func (s *Store) Awaiting(ctx context.Context, event string, limit int) ([]RunInfo, error) {
	return s.selectRuns(ctx, `WHERE r.wait_event = ? ORDER BY r.seq LIMIT ?`, event, limit)
}
