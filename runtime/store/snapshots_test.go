package store

import (
	"testing"
)

func TestSnapshots(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		r, other := newRun("f"), newRun("f")
		check(t, s.CreateRun(ctx, r))
		check(t, s.CreateRun(ctx, other))
		_, _, err := s.Snapshot(ctx, r.ID)
		fails[*NotFoundError](t, err)
		check(t, s.Record(ctx, r.ID, []Entry{{Place: "1"}, {Place: "2"}}))
		check(t, s.Write(ctx, Batch{Run: r.ID, Record: []Entry{{Place: "3.1.1", Outcome: []byte("x")}}, Intend: []Entry{{Place: "3.2.1"}}, Stands: &Snapshot{[]byte("here"), []string{"3.1.1", "3.2.1"}}}))
		check(t, s.Record(ctx, other.ID, []Entry{{Place: "1"}}))
		check(t, s.Record(ctx, r.ID, []Entry{{Place: "3.2.1"}, {Place: "4"}}))

		t.Run("a snapshot comes with what it doesn't cover, and with that only", func(t *testing.T) {
			x, tail, err := s.Snapshot(ctx, r.ID)
			check(t, err)
			same(t, x, Snapshot{[]byte("here"), []string{"3.1.1", "3.2.1"}})
			var places []string
			for _, e := range tail {
				places = append(places, e.Place)
			}
			same(t, places, []string{"3.1.1", "3.2.1", "4"})
			same(t, string(tail[0].Outcome), "x")
		})
		t.Run("it is sealed anew with the rest", func(t *testing.T) {
			if _, err := s.Reseal(ctx); err != nil {
				t.Fatal(err)
			}
			_, _, err := s.Snapshot(ctx, r.ID)
			check(t, err)
		})
		t.Run("a later one takes its place", func(t *testing.T) {
			check(t, s.Write(ctx, Batch{Run: r.ID, Stands: &Snapshot{State: []byte("there")}}))
			x, tail, err := s.Snapshot(ctx, r.ID)
			check(t, err)
			same(t, string(x.State), "there")
			same(t, len(tail), 0)
		})
		t.Run("it goes with the end of its run", func(t *testing.T) {
			check(t, s.Write(ctx, Batch{Run: r.ID, Stands: &Snapshot{}, Finish: &Outcome{Status: Succeeded}}))
			_, _, err := s.Snapshot(ctx, r.ID)
			fails[*NotFoundError](t, err)
			check(t, s.Write(ctx, Batch{Run: other.ID, Stands: &Snapshot{State: []byte("x")}}))
			check(t, s.Finish(ctx, other.ID, Outcome{Status: Cancelled}))
			_, _, err = s.Snapshot(ctx, other.ID)
			fails[*NotFoundError](t, err)
		})
	})
}
