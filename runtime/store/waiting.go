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
	return s.write(ctx, suspended(run, w))
}

func suspended(run string, w Wait) step {
	var event any
	if w.Event != "" {
		event = w.Event
	}
	return func(t *tx) error {
		n, err := t.exec(`UPDATE runs SET status = 'waiting', wait_until = ?, wait_event = ? WHERE id = ? AND status = 'running'`,
			optionalStamp(w.Until), event, run)
		if err == nil && n == 0 {
			return stateError(t, run, "Only a running run can wait.")
		}
		return err
	}
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

// A QueuedRun is a run that waits for its turn.
type QueuedRun struct{ ID, Flow string }

// Wake puts up to limit waiting runs whose time has come by now into the queue,
// the longest overdue first, and returns them.
func (s *Store) Wake(ctx context.Context, now time.Time, limit int) ([]QueuedRun, error) {
	return s.enqueue(ctx, `SELECT seq FROM runs WHERE wait_until <= ? ORDER BY wait_until LIMIT ?`, stamp(now), limit)
}

// WakeFor puts up to limit runs that wait for an event into the queue.
func (s *Store) WakeFor(ctx context.Context, event string, limit int) ([]QueuedRun, error) {
	return s.enqueue(ctx, `SELECT seq FROM runs WHERE wait_event = ? ORDER BY seq LIMIT ?`, event, limit)
}

func (s *Store) enqueue(ctx context.Context, which string, args ...any) ([]QueuedRun, error) {
	var list []QueuedRun
	err := s.write(ctx, func(t *tx) error {
		list = nil
		return t.query(func(scan func(...any) error) error {
			var r QueuedRun
			err := scan(&r.ID, &r.Flow)
			list = append(list, r)
			return err
		}, `UPDATE runs SET status = 'queued', wait_until = NULL, wait_event = NULL WHERE seq IN (`+which+`) RETURNING id, flow`, args...)
	})
	return list, err
}

// Requeue puts what was running when the server stopped into the queue and
// returns the whole queue, the oldest first.
func (s *Store) Requeue(ctx context.Context) ([]QueuedRun, error) {
	var list []QueuedRun
	err := s.write(ctx, func(t *tx) error {
		list = nil
		if err := t.do(`UPDATE runs SET status = 'queued' WHERE status = 'running' AND status <> 'succeeded'`); err != nil {
			return err
		}
		return t.query(func(scan func(...any) error) error {
			var r QueuedRun
			err := scan(&r.ID, &r.Flow)
			list = append(list, r)
			return err
		}, `SELECT id, flow FROM runs WHERE status = 'queued' AND status <> 'succeeded' ORDER BY seq`)
	})
	return list, err
}
