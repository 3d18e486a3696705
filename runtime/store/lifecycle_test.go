package store

import (
	"testing"
	"time"
)

func TestBatches(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		r := newRun("f")
		key := &EventKey{Scope: "hook", Key: "event 1"}
		check(t, s.Write(ctx, Batch{Run: r.ID, Create: &r, Key: key, Intend: []Entry{{Place: "1", Kind: "k"}}}))

		t.Run("an event that comes again has the run that it made", func(t *testing.T) {
			again := newRun("f")
			taken := fails[*KeyTakenError](t, s.Write(ctx, Batch{Run: again.ID, Create: &again, Key: key}))
			same(t, taken.Run, r.ID)
			fails[*NotFoundError](t, func() error { _, err := s.Run(ctx, again.ID); return err }())
			id, err := s.RunOfKey(ctx, *key)
			check(t, err)
			same(t, id, r.ID)
			_, err = s.RunOfKey(ctx, EventKey{Scope: "other", Key: key.Key})
			fails[*NotFoundError](t, err)
		})
		t.Run("outcomes and the end are written together or not at all", func(t *testing.T) {
			end := Outcome{Status: Succeeded}
			fails[*RecordedError](t, s.Write(ctx, Batch{Run: r.ID, Record: []Entry{{Place: "1"}, {Place: "1"}}, Finish: &end}))
			check(t, s.Write(ctx, Batch{Run: r.ID, Record: []Entry{{Place: "1", Outcome: []byte("x")}}, Finish: &end}))
			got, err := s.Run(ctx, r.ID)
			check(t, err)
			same(t, got.Status, Succeeded)
		})
		t.Run("a run can be created, put away and woken", func(t *testing.T) {
			w := newRun("f")
			check(t, s.Write(ctx, Batch{Run: w.ID, Create: &w, Suspend: &Wait{Until: noon.Add(time.Hour)}}))
			woken, err := s.Wake(ctx, noon, 10)
			check(t, err)
			same(t, len(woken), 0)
			woken, err = s.Wake(ctx, noon.Add(time.Hour), 10)
			check(t, err)
			same(t, woken, []QueuedRun{{w.ID, "f"}})
			queue, err := s.Requeue(ctx)
			check(t, err)
			same(t, queue, woken)
		})
	})
}

func TestOriginsAndDeadLetters(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		dead := func(want ...string) {
			t.Helper()
			list, err := s.DeadLetters(ctx, "", 10)
			check(t, err)
			ids := []string{}
			for _, r := range list {
				ids = append(ids, r.ID)
			}
			same(t, ids, append([]string{}, want...))
		}
		byHand, hook, other := newRun("f"), newRun("f"), newRun("g")
		hook.Trigger, other.Trigger = "webhook", "webhook"
		for _, r := range []Run{byHand, hook, other} {
			check(t, s.CreateRun(ctx, r))
			check(t, s.Finish(ctx, r.ID, Outcome{Status: Failed}))
		}
		dead(other.ID, hook.ID)

		retry := newRun("f")
		retry.Origin = Origin{Run: hook.ID, Kind: RetryOf}
		check(t, s.CreateRun(ctx, retry))
		dead(other.ID)
		of, err := s.RunsOf(ctx, hook.ID)
		check(t, err)
		same(t, of[0].Origin, retry.Origin)

		was, err := s.Settle(ctx, other.ID)
		check(t, err)
		same(t, was, true)
		dead()
	})
}

func TestSchedules(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		publish := func(spec string, next time.Time) {
			t.Helper()
			revision, err := s.SaveDraft(ctx, "f", []byte(spec), SaveOptions{})
			check(t, err)
			_, err = s.Publish(ctx, "f", PublishOptions{Revision: revision, Schedules: []Schedule{{Block: "b", Spec: spec, Next: next}}})
			check(t, err)
		}
		next := func() time.Time {
			t.Helper()
			at, err := s.NextSchedule(ctx)
			check(t, err)
			return at
		}
		publish("hourly", noon)
		publish("hourly", noon.Add(time.Minute)) // as it was
		same(t, next(), noon)
		due, err := s.DueSchedules(ctx, noon, 10)
		check(t, err)
		same(t, due, []Schedule{{Flow: "f", Block: "b", Version: 2, Spec: "hourly", Next: noon}})

		r := newRun("f")
		advance := &Advance{Flow: "f", Block: "b", From: noon, To: noon.Add(time.Hour)}
		check(t, s.Write(ctx, Batch{Run: r.ID, Create: &r, Advance: advance}))
		again := newRun("f")
		fails[*StaleError](t, s.Write(ctx, Batch{Run: again.ID, Create: &again, Advance: advance}))
		same(t, next(), noon.Add(time.Hour))

		publish("daily", noon.Add(time.Minute))
		same(t, next(), noon.Add(time.Minute))
		check(t, s.DeleteFlow(ctx, "f"))
		same(t, next(), time.Time{})
	})
}

func TestSecretsAreSealed(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		check(t, s.SetSecret(ctx, "api", []byte("old"), "owner"))
		check(t, s.SetSecret(ctx, "api", []byte("new"), "ada"))
		value, err := s.Secret(ctx, "api")
		check(t, err)
		same(t, string(value), "new")
		list, err := s.Secrets(ctx)
		check(t, err)
		same(t, list, []SecretInfo{{"api", noon, "ada"}})
		check(t, s.DeleteSecret(ctx, "api"))
		fails[*NotFoundError](t, s.DeleteSecret(ctx, "api"))
		_, err = s.Secret(ctx, "api")
		fails[*NotFoundError](t, err)
	})
}

func TestPruning(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		var runs []Run
		for range 6 {
			r := newRun("f")
			runs = append(runs, r)
			check(t, s.CreateRun(ctx, r))
			check(t, s.Record(ctx, r.ID, []Entry{{Place: "1"}}))
		}
		for _, r := range runs[:5] {
			check(t, s.Finish(ctx, r.ID, Outcome{Status: Succeeded}))
		}
		left := func() int {
			t.Helper()
			page, err := s.Runs(ctx, RunFilter{})
			check(t, err)
			return len(page.Runs)
		}
		n, err := s.PruneBeyond(ctx, "f", 4, 1) // in pieces
		check(t, err)
		same(t, n, 1)
		n, err = s.PruneBeyond(ctx, "f", 4, 10)
		check(t, err)
		same(t, n, 1)
		same(t, left(), 4)
		n, err = s.PruneOlder(ctx, noon, 10) // none ended before
		check(t, err)
		same(t, n, 0)
		fails[*StateError](t, s.DeleteRun(ctx, runs[5].ID))
		check(t, s.DeleteRun(ctx, runs[4].ID))
		n, err = s.PruneFlowOlder(ctx, "f", noon.Add(1e9), 10)
		check(t, err)
		same(t, n, 2)
		same(t, left(), 1) // it still runs
		check(t, s.Finish(ctx, runs[5].ID, Outcome{Status: Succeeded}))
		_, err = s.PruneOlder(ctx, noon.Add(1e9), 10)
		check(t, err)
		same(t, left(), 0)
		_, err = s.Document(ctx, DocumentHash(runs[0].File))
		fails[*NotFoundError](t, err) // no run has this draft any more
	})
}
