package store

import (
	"testing"
	"time"
)

func TestAChartCountsRunsOverTime(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		now := time.Now().UTC().Truncate(time.Millisecond)
		begun := func(flow string, at time.Time, status Status, took time.Duration) {
			r := newRun(flow)
			r.Started = at
			check(t, s.CreateRun(ctx, r))
			if status != Running {
				check(t, s.Finish(ctx, r.ID, Outcome{Status: status, Duration: took}))
			}
		}
		for i := range 20 {
			begun("f", now, Succeeded, time.Duration(i+1)*time.Millisecond)
		}
		begun("f", now, Running, 0)
		begun("g", now.Add(-30*time.Second), Failed, time.Second)
		begun("g", now.Add(-30*time.Second), Cancelled, time.Hour)
		begun("g", now.Add(-2*time.Hour), Failed, time.Second) // before the span
		span := ChartSpan{Since: now.Add(-time.Minute), Until: now.Add(time.Minute), Buckets: 4}

		chart, err := s.RunChart(ctx, span)
		check(t, err)
		same(t, chart, []RunBucket{
			{At: now.Add(-60 * time.Second)},
			{At: now.Add(-30 * time.Second), Failed: 1, Cancelled: 1, Median: time.Second, Slow: time.Second},
			{At: now, Succeeded: 20, Unfinished: 1, Median: 10 * time.Millisecond, Slow: 19 * time.Millisecond},
			{At: now.Add(30 * time.Second)},
		})
		span.Flow = "g"
		chart, err = s.RunChart(ctx, span)
		check(t, err)
		same(t, chart[1].Failed, 1)
		same(t, chart[2].Succeeded, 0)
		span.Trigger = "webhook"
		chart, err = s.RunChart(ctx, span)
		check(t, err)
		same(t, chart[1].Failed, 0)
		span.Until = span.Since
		if _, err := s.RunChart(ctx, span); err == nil {
			t.Error("a chart of no time was made")
		}
	})
}

func TestAListOfATimeIsBounded(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		now := time.Now().UTC()
		r := newRun("f")
		r.Started = now
		check(t, s.CreateRun(ctx, r))
		for _, f := range []struct {
			since, until time.Time
			want         int
		}{
			{now.Add(-time.Second), now.Add(time.Second), 1},
			{now.Add(time.Hour), time.Time{}, 0},
			{time.Time{}, now.Add(-time.Hour), 0},
			{now.Add(-time.Hour), time.Time{}, 1},
		} {
			page, err := s.Runs(ctx, RunFilter{Since: f.since, Until: f.until})
			check(t, err)
			same(t, len(page.Runs), f.want)
		}
	})
}
