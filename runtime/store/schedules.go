package store

import (
	"context"
	"database/sql"
	"time"
)

// A Schedule is a hat of a published version that runs at certain times.
type Schedule struct {
	Flow    string
	Block   string // id of the hat block
	Version int
	Spec    string    // what the hat says; one that doesn't change keeps its Next
	Next    time.Time // zero: never again
}

// replaceSchedules gives a flow's schedules to its new version. A schedule whose
// words are the same goes on as it was: publishing doesn't begin an interval anew.
func replaceSchedules(t *tx, flow string, version int, schedules []Schedule) error {
	keep := map[string]sql.NullInt64{}
	err := t.query(func(scan func(...any) error) error {
		var block, spec string
		var next sql.NullInt64
		if err := scan(&block, &spec, &next); err != nil {
			return err
		}
		keep[block+"\x00"+spec] = next
		return nil
	}, `SELECT block, spec, next FROM schedules WHERE flow = ?`, flow)
	if err != nil {
		return err
	}
	if err := t.do(`DELETE FROM schedules WHERE flow = ?`, flow); err != nil {
		return err
	}
	for _, x := range schedules {
		next := optionalStamp(x.Next)
		if old, ok := keep[x.Block+"\x00"+x.Spec]; ok && old.Valid {
			next = old.Int64
		}
		if err := t.do(`INSERT INTO schedules (flow, block, version, spec, next) VALUES (?, ?, ?, ?, ?)`,
			flow, x.Block, version, x.Spec, next); err != nil {
			return err
		}
	}
	return nil
}

// Schedules returns the schedules of a flow, or all if flow is "", the next due
// first and those that are over last.
func (s *Store) Schedules(ctx context.Context, flow string) ([]Schedule, error) {
	return s.selectSchedules(ctx, `WHERE flow = ?1 OR ?1 = '' ORDER BY next IS NULL, next, flow, block`, flow)
}

// DueSchedules returns up to limit schedules whose time has come by now.
func (s *Store) DueSchedules(ctx context.Context, now time.Time, limit int) ([]Schedule, error) {
	return s.selectSchedules(ctx, `WHERE next <= ? ORDER BY next LIMIT ?`, stamp(now), limit)
}

// NextSchedule returns when the next schedule is due; the zero time if none is.
func (s *Store) NextSchedule(ctx context.Context) (time.Time, error) {
	next, err := s.selectSchedules(ctx, `WHERE next IS NOT NULL ORDER BY next LIMIT 1`)
	if err != nil || len(next) == 0 {
		return time.Time{}, err
	}
	return next[0].Next, nil
}

// Advance moves a schedule on without a run. Its error is *StaleError if somebody
// else did.
func (s *Store) Advance(ctx context.Context, a Advance) error { return s.write(ctx, a.done) }

func (s *Store) selectSchedules(ctx context.Context, where string, args ...any) ([]Schedule, error) {
	var list []Schedule
	err := s.read(ctx, func(q querier) error {
		list = nil
		return q.query(func(scan func(...any) error) error {
			var x Schedule
			var next sql.NullInt64
			err := scan(&x.Flow, &x.Block, &x.Version, &x.Spec, &next)
			x.Next = fromOptionalStamp(next)
			list = append(list, x)
			return err
		}, `SELECT flow, block, version, spec, next FROM schedules `+where, args...)
	})
	return list, err
}
