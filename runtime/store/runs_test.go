package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// newRun returns a run of a draft, ready for CreateRun.
func newRun(flow string) Run {
	return Run{
		RunInfo: RunInfo{ID: NewRunID(), Flow: flow, Entry: "hat", Trigger: "manual", Seed: 1<<64 - 2, Started: noon},
		File:    []byte("draft of " + flow),
	}
}

func TestRuns(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		r := newRun("f")
		r.Input = []byte(`{"password":"x"}`)
		check(t, s.CreateRun(ctx, r))
		want := r
		want.File, want.Document, want.Status = nil, DocumentHash(r.File), Running

		t.Run("a new run is read back with its input and its flow file", func(t *testing.T) {
			got, err := s.Run(ctx, r.ID)
			check(t, err)
			same(t, got, want)
			file, err := s.Document(ctx, got.Document)
			check(t, err)
			same(t, string(file), string(r.File))
		})
		t.Run("a run that ended is read back with its outcome", func(t *testing.T) {
			check(t, s.Finish(ctx, r.ID, Outcome{
				Status: Failed, Result: []byte{}, Error: []byte("{}"), Log: []byte("[]"), Effects: 2, Steps: 30, Duration: 5 * time.Microsecond,
			}))
			want.Status, want.Ended, want.Error, want.Result, want.Log = Failed, noon, []byte("{}"), []byte{}, []byte("[]")
			want.Effects, want.Steps, want.Duration = 2, 30, 5*time.Microsecond
			got, err := s.Run(ctx, r.ID)
			check(t, err)
			same(t, got, want)
		})
		t.Run("a run ends once", func(t *testing.T) {
			err := s.Finish(ctx, r.ID, Outcome{Status: Succeeded})
			if e := fails[*StateError](t, err); e.Status != Failed {
				t.Error(e)
			}
		})
		t.Run("a run can't be made twice", func(t *testing.T) {
			fails[*StateError](t, s.CreateRun(ctx, r))
		})
		t.Run("a run of a version needs no flow file, but a document that is known", func(t *testing.T) {
			v := newRun("f")
			v.File, v.Version, v.Document = nil, 1, want.Document
			check(t, s.CreateRun(ctx, v))
			v.ID, v.Document = NewRunID(), DocumentHash([]byte("unknown"))
			fails[*NotFoundError](t, s.CreateRun(ctx, v))
		})
		t.Run("an id, a status or an end that can't be is refused", func(t *testing.T) {
			bad := newRun("f")
			bad.ID = "1"
			if s.CreateRun(ctx, bad) == nil {
				t.Error("the id was taken")
			}
			bad = newRun("f")
			bad.Status = Succeeded
			if s.CreateRun(ctx, bad) == nil {
				t.Error("the status was taken")
			}
			if s.Finish(ctx, r.ID, Outcome{Status: Running}) == nil {
				t.Error("the end was taken")
			}
		})
		t.Run("what isn't there is not found", func(t *testing.T) {
			none := NewRunID()
			_, err := s.Run(ctx, none)
			for i, err := range []error{
				err, s.Finish(ctx, none, Outcome{Status: Failed}), s.Claim(ctx, none), s.Suspend(ctx, none, Wait{}),
				s.Intend(ctx, none, []Entry{{Place: "1"}}), s.Record(ctx, none, []Entry{{Place: "1"}}),
			} {
				if !errors.Is(err, ErrNotFound) {
					t.Errorf("%d: %v", i, err)
				}
			}
		})
		t.Run("a whole run is kept in one write", func(t *testing.T) {
			w := newRun("whole")
			check(t, s.SaveRun(ctx, w, []Entry{{Place: "1", Outcome: []byte("1")}}, Outcome{Status: Succeeded, Result: []byte("7")}))
			got, err := s.Run(ctx, w.ID)
			if err != nil || got.Status != Succeeded || string(got.Result) != "7" {
				t.Errorf("got %+v, %v", got, err)
			}
			if got.Ended != noon || got.Started != noon {
				t.Errorf("it began %v and ended %v", got.Started, got.Ended)
			}
			fails[*StateError](t, s.SaveRun(ctx, w, nil, Outcome{Status: Failed}))
			if s.SaveRun(ctx, newRun("f"), nil, Outcome{Status: Waiting}) == nil {
				t.Error("an end that is none was taken")
			}
			if j, err := s.Journal(ctx, w.ID); err != nil || len(j) != 1 {
				t.Errorf("got %v, %v", j, err)
			}
		})
	})
}

func TestLaterRunsSortAfterEarlierOnes(t *testing.T) {
	last := ""
	for range 10000 {
		id := NewRunID()
		if id <= last {
			t.Fatalf("%s came after %s", id, last)
		}
		last = id
	}
}

func ids(runs []RunInfo) []string {
	var ids []string
	for _, r := range runs {
		ids = append(ids, r.ID)
	}
	return ids
}

func TestListOfRuns(t *testing.T) {
	s := open(t, t.TempDir())
	ctx := t.Context()
	var a, failed []string // the newest first
	for i := range 25 {
		r := newRun([]string{"a", "b"}[i%2])
		check(t, s.CreateRun(ctx, r))
		if i%2 == 0 {
			a = append([]string{r.ID}, a...)
		}
		if i%5 == 0 {
			check(t, s.Finish(ctx, r.ID, Outcome{Status: Failed}))
			failed = append([]string{r.ID}, failed...)
		}
	}
	t.Run("pages, the newest first, join to the whole list", func(t *testing.T) {
		for _, limit := range []int{1, 4, 13, 100} {
			var got []string
			f := RunFilter{Flow: "a", Limit: limit}
			for more := true; more; more = f.Before != "" {
				page, err := s.Runs(ctx, f)
				check(t, err)
				if len(page.Runs) > limit || len(page.Runs) == 0 {
					t.Fatalf("a page of %d runs, the limit is %d", len(page.Runs), limit)
				}
				got = append(got, ids(page.Runs)...)
				f.Before = page.Next
				// What begins later doesn't move the pages.
				check(t, s.CreateRun(ctx, newRun("b")))
			}
			same(t, got, a)
		}
	})
	t.Run("conditions are joined", func(t *testing.T) {
		page, err := s.Runs(ctx, RunFilter{Status: Failed})
		check(t, err)
		same(t, ids(page.Runs), failed)
		page, err = s.Runs(ctx, RunFilter{Status: Failed, Flow: "b"})
		check(t, err)
		same(t, ids(page.Runs), []string{failed[1], failed[3]})
	})
	t.Run("a cursor that no page gave is refused", func(t *testing.T) {
		if _, err := s.Runs(ctx, RunFilter{Before: "x"}); err == nil {
			t.Error("it was taken")
		}
	})
}

func TestUnfinishedRunsAreFoundAfterARestart(t *testing.T) {
	s := open(t, t.TempDir())
	ctx := t.Context()
	var want []string
	for _, status := range []Status{Queued, Running, Waiting, Succeeded, Failed, Cancelled} {
		r := newRun("f")
		if status == Queued {
			r.Status = Queued
		}
		check(t, s.CreateRun(ctx, r))
		switch {
		case status.Ended():
			check(t, s.Finish(ctx, r.ID, Outcome{Status: status}))
		case status == Waiting:
			check(t, s.Suspend(ctx, r.ID, Wait{Event: "e"}))
		default:
			want = append(want, r.ID)
		}
	}
	s = reopen(t, s)
	runs, err := s.Unfinished(ctx)
	check(t, err)
	same(t, ids(runs), want)
}

func TestWaiting(t *testing.T) {
	s := open(t, t.TempDir())
	ctx := t.Context()
	suspended := func(w Wait) string {
		r := newRun("f")
		check(t, s.CreateRun(ctx, r))
		check(t, s.Suspend(ctx, r.ID, w))
		return r.ID
	}
	later := suspended(Wait{Until: noon.Add(time.Hour), Event: "paid"})
	sooner := suspended(Wait{Until: noon.Add(time.Minute)})
	event := suspended(Wait{Event: "paid"})

	t.Run("runs are due in the order of their times, and not before", func(t *testing.T) {
		for after, want := range map[time.Duration][]string{0: nil, time.Minute: {sooner}, 2 * time.Hour: {sooner, later}} {
			runs, err := s.Due(ctx, noon.Add(after), 10)
			check(t, err)
			same(t, ids(runs), want)
		}
		next, err := s.NextDue(ctx)
		check(t, err)
		same(t, next, noon.Add(time.Minute))
	})
	t.Run("an event finds the runs that wait for it, the oldest first", func(t *testing.T) {
		runs, err := s.Awaiting(ctx, "paid", 10)
		check(t, err)
		same(t, ids(runs), []string{later, event})
	})
	t.Run("a waiting run is taken up by one only, and waits for nothing then", func(t *testing.T) {
		check(t, s.Claim(ctx, later))
		if e := fails[*StateError](t, s.Claim(ctx, later)); e.Status != Running {
			t.Error(e)
		}
		runs, err := s.Awaiting(ctx, "paid", 10)
		check(t, err)
		same(t, ids(runs), []string{event})
	})
	t.Run("a waiting run has no effects and can't be put away again, but can be cancelled", func(t *testing.T) {
		fails[*StateError](t, s.Record(ctx, event, []Entry{{Place: "1"}}))
		fails[*StateError](t, s.Suspend(ctx, event, Wait{}))
		check(t, s.Finish(ctx, event, Outcome{Status: Cancelled}))
		runs, err := s.Awaiting(ctx, "paid", 10)
		check(t, err)
		same(t, ids(runs), []string(nil))
	})
}

func TestNoListGrowsWithTheStoredRuns(t *testing.T) {
	s := open(t, t.TempDir())
	ctx := t.Context()
	for batch := range 20 {
		var steps []step
		for i := range 500 {
			r := newRun(fmt.Sprint("flow-", i%7))
			create, err := s.created(r, nil, nil)
			check(t, err)
			steps = append(steps, create)
			if batch+i > 0 {
				finish, err := s.finished(r.ID, Outcome{Status: []Status{Succeeded, Failed, Cancelled}[i%3]})
				check(t, err)
				steps = append(steps, finish)
			}
		}
		check(t, s.write(ctx, steps...))
	}
	flow := selectFlow + `NULL` + fromFlow
	plans := map[string]string{
		"flows": flow + "ORDER BY f.name",
		"due":   selectRun + fromRun + "WHERE r.wait_until <= 1 ORDER BY r.wait_until LIMIT 5",
		"await": selectRun + fromRun + "WHERE r.wait_event = 'e' ORDER BY r.seq LIMIT 5",
		"next":  "SELECT wait_until FROM runs WHERE wait_until IS NOT NULL ORDER BY wait_until LIMIT 1",
	}
	for _, f := range []RunFilter{{}, {Flow: "flow-1"}, {Status: Failed}, {Flow: "flow-1", Status: Failed}} {
		for _, before := range []string{"", "5000"} {
			f.Before = before
			query, _, err := f.query(50)
			check(t, err)
			plans[fmt.Sprintf("%+v", f)] = query
		}
	}
	plans["unfinished"] = selectRun + fromRun + unfinished
	for name, query := range plans {
		var plan []string // one line a table
		args := make([]any, strings.Count(query, "?"))
		for i := range args {
			args[i] = 1
		}
		check(t, s.read(ctx, func(q querier) error {
			return q.query(func(scan func(...any) error) error {
				var id, parent, unused int
				var detail string
				err := scan(&id, &parent, &unused, &detail)
				plan = append(plan, detail)
				return err
			}, "EXPLAIN QUERY PLAN "+query, args...)
		}))
		text := strings.Join(plan, "\n")
		// Nothing sorts, since a sort reads everything first; but what is unfinished
		// is read whole. Only the list of all runs walks the table, from its newest
		// end, and LIMIT ends the walk.
		whole := name == fmt.Sprintf("%+v", RunFilter{})
		if strings.Contains(text, "TEMP B-TREE") && name != "unfinished" || strings.Contains(text, "SCAN r") && !whole {
			t.Errorf("%s:\n%s", name, text)
		}
	}
}
