package store

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// A RunFilter says which runs to list.
type RunFilter struct {
	Flow   string // "" is all
	Status Status // "" is all
	Before string // a RunPage's Next; "" begins with the newest
	Limit  int    // 1 to 500; 0 is 50

	Since, Until time.Time // when the run was begun, Until excluded; zero: no bound

	// This has no index: a page of few among many runs takes as long as walking
	// past the others.
	Trigger string // "" is all
}

// A RunPage is a part of a list of runs.
type RunPage struct {
	Runs []RunInfo // the newest first
	Next string    // for RunFilter.Before; "" if this was the last page
}

// Runs lists runs, the newest first. It walks along one index from where the
// page begins, so its cost depends on the page and not on how many runs are kept.
func (s *Store) Runs(ctx context.Context, f RunFilter) (RunPage, error) {
	limit := f.Limit
	switch {
	case limit <= 0:
		limit = 50
	case limit > 500:
		limit = 500
	}
	query, args, err := f.query(limit + 1)
	if err != nil {
		return RunPage{}, err
	}
	var page RunPage
	err = s.read(ctx, func(q querier) error {
		page = RunPage{}
		last := int64(0)
		return q.query(func(scan func(...any) error) error {
			if len(page.Runs) == limit { // one more than asked for: there is a next page
				page.Next = strconv.FormatInt(last, 10)
				return nil
			}
			var r RunInfo
			seq, err := s.scanRun(scan, &r)
			page.Runs, last = append(page.Runs, r), seq
			return err
		}, query, args...)
	})
	return page, err
}

// PlaceOf is a run's place in the list of runs, for RunFilter.Before: a page
// before it begins with the run begun before. Errors: *NotFoundError.
func (s *Store) PlaceOf(ctx context.Context, run string) (string, error) {
	var seq int64
	err := s.read(ctx, func(q querier) error {
		found, err := row(q, []any{&seq}, `SELECT seq FROM runs WHERE id = ?`, run)
		if err == nil && !found {
			return &NotFoundError{What: "run", Name: run}
		}
		return err
	})
	return strconv.FormatInt(seq, 10), err
}

// query has a text for each combination of conditions, since SQLite chooses the
// index by the text.
func (f RunFilter) query(limit int) (string, []any, error) {
	var args []any
	where := "WHERE true"
	if f.Flow != "" {
		where += " AND r.flow = ?"
		args = append(args, f.Flow)
	}
	if f.Status != "" {
		where += " AND r.status = ?"
		if f.Status != Succeeded {
			where += " AND r.status <> 'succeeded'" // which has SQLite use the index of those
		}
		args = append(args, f.Status)
	}
	if f.Trigger != "" {
		where += " AND r.trigger = ?"
		args = append(args, f.Trigger)
	}
	if !f.Since.IsZero() {
		where += " AND r.started >= ?"
		args = append(args, stamp(f.Since))
	}
	if !f.Until.IsZero() {
		where += " AND r.started < ?"
		args = append(args, stamp(f.Until))
	}
	bounds, more := between(f.Since, f.Until)
	where, args = where+bounds, append(args, more...)
	if f.Before != "" {
		seq, err := strconv.ParseInt(f.Before, 10, 64)
		if err != nil {
			return "", nil, fmt.Errorf("%q is no place in the list of runs: use the one the page before gave", f.Before)
		}
		where += " AND r.seq < ?"
		args = append(args, seq)
	}
	return selectRun + fromRun + where + " ORDER BY r.seq DESC LIMIT ?", append(args, limit), nil
}

// Unfinished returns the runs that a server has to take up when it starts, those
// queued or running, the oldest first. Waiting runs are not among them: there
// may be very many, and Due and Awaiting find each when its time comes.
func (s *Store) Unfinished(ctx context.Context) ([]RunInfo, error) {
	return s.selectRuns(ctx, unfinished)
}

const unfinished = `WHERE r.status IN ('queued', 'running') AND r.status <> 'succeeded' ORDER BY r.seq`

func (s *Store) selectRuns(ctx context.Context, where string, args ...any) ([]RunInfo, error) {
	var runs []RunInfo
	err := s.read(ctx, func(q querier) error {
		runs = nil
		return q.query(func(scan func(...any) error) error {
			var r RunInfo
			_, err := s.scanRun(scan, &r)
			runs = append(runs, r)
			return err
		}, selectRun+fromRun+where, args...)
	})
	return runs, err
}
