package store

import (
	"context"
	"errors"
	"slices"
	"time"
)

// A ChartSpan says of which runs a chart tells, and how finely.
type ChartSpan struct {
	Flow    string // "" is all
	Trigger string // "" is all
	Since   time.Time
	Until   time.Time // excluded
	Buckets int       // parts of equal length, 1 to 500
}

// A RunBucket counts the runs that were begun in one part of a chart's time.
type RunBucket struct {
	At                                       time.Time // where the part begins
	Succeeded, Failed, Cancelled, Unfinished int
	// Half of the runs that ended took at most Median, all but the slowest
	// twentieth at most Slow; 0 if none ended.
	Median, Slow time.Duration
}

// RunChart counts runs over time. It reads the runs of the span along an index:
// the runs of a day out of a million in some 60 ms, all of them in two seconds.
func (s *Store) RunChart(ctx context.Context, span ChartSpan) ([]RunBucket, error) {
	from, to := stamp(span.Since), stamp(span.Until)
	if from >= to || span.Buckets < 1 || span.Buckets > 500 {
		return nil, errors.New("a chart has from 1 to 500 parts and ends after it begins")
	}
	width := max(1, (to-from+int64(span.Buckets)-1)/int64(span.Buckets))
	query, args := "SELECT r.started, r.status, r.duration FROM runs r WHERE r.started >= ? AND r.started < ?", []any{from, to}
	if span.Flow != "" {
		bounds, more := between(span.Since, span.Until)
		query, args = query+" AND r.flow = ?"+bounds, append(append(args, span.Flow), more...)
	} else {
		query, args = query+" AND r.id >= ? AND r.id < ?", append(args, begunBefore(span.Since.Add(-lateness)), begunBefore(span.Until.Add(lateness)))
	}
	if span.Trigger != "" {
		query, args = query+" AND r.trigger = ?", append(args, span.Trigger)
	}
	var chart []RunBucket
	err := s.read(ctx, func(q querier) error {
		chart = make([]RunBucket, span.Buckets)
		took := make([][]time.Duration, span.Buckets)
		if err := q.query(func(scan func(...any) error) error {
			var started int64
			var status Status
			var duration time.Duration
			if err := scan(&started, &status, &duration); err != nil {
				return err
			}
			i := min((started-from)/width, int64(span.Buckets)-1)
			chart[i].count(status)
			if status == Succeeded || status == Failed {
				took[i] = append(took[i], duration)
			}
			return nil
		}, query, args...); err != nil {
			return err
		}
		for i := range chart {
			chart[i].At = fromStamp(from + int64(i)*width)
			if n := len(took[i]); n > 0 {
				slices.Sort(took[i])
				chart[i].Median, chart[i].Slow = took[i][(n-1)/2], took[i][(n-1)*19/20]
			}
		}
		return nil
	})
	return chart, err
}

func (b *RunBucket) count(s Status) {
	switch s {
	case Succeeded:
		b.Succeeded++
	case Failed:
		b.Failed++
	case Cancelled:
		b.Cancelled++
	default:
		b.Unfinished++
	}
}

// lateness is by how much the order in which runs were kept may differ from that
// in which they were begun: a short run is kept with its end.
const lateness = time.Minute

// between bounds a walk along the order of runs to those begun in a time; a zero
// time is no bound. It is wider by lateness, so that the exact condition stands
// beside it.
func between(since, until time.Time) (condition string, args []any) {
	if !since.IsZero() {
		condition = " AND r.seq >= (SELECT coalesce(min(seq), 9e18) FROM (SELECT seq FROM runs WHERE id >= ? ORDER BY id LIMIT 1))"
		args = append(args, begunBefore(since.Add(-lateness)))
	}
	if !until.IsZero() {
		condition += " AND r.seq <= (SELECT coalesce(max(seq), 0) FROM (SELECT seq FROM runs WHERE id < ? ORDER BY id DESC LIMIT 1))"
		args = append(args, begunBefore(until.Add(lateness)))
	}
	return condition, args
}
