package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestJournal(t *testing.T) {
	s := open(t, t.TempDir())
	again := func() { s = reopen(t, s) } // belongs to the whole test, not to a part
	ctx := t.Context()
	r := newRun("f")
	check(t, s.CreateRun(ctx, r))
	one := Entry{Place: "1", Block: "b", Kind: "users.login", Digest: "d1", Args: []byte("[1]")}
	two := Entry{Place: "2.1.1", Block: "c", Kind: "users.update", Digest: "d2", Args: []byte("[2]")}
	three := Entry{Place: "2.2.1", Kind: "time.now", Outcome: []byte("now")}
	journal := func(t *testing.T, want ...Entry) {
		t.Helper()
		got, err := s.Journal(ctx, r.ID)
		check(t, err)
		if d := cmp.Diff(want, got, cmpopts.IgnoreFields(Entry{}, "Intended", "Recorded")); d != "" {
			t.Errorf("(-want +got)\n%s", d)
		}
		for _, e := range got {
			if e.Intended != noon || (e.Recorded == noon) != e.Done {
				t.Errorf("effect %s was intended %v and recorded %v", e.Place, e.Intended, e.Recorded)
			}
		}
	}

	t.Run("intents come back without outcome after a restart, in the order of writing", func(t *testing.T) {
		check(t, s.Intend(ctx, r.ID, []Entry{two, one}))
		again()
		journal(t, two, one)
	})
	t.Run("an outcome joins its intent; an effect without intent is written whole", func(t *testing.T) {
		one.Outcome, one.Done = []byte("alice"), true
		three.Done = true
		check(t, s.Record(ctx, r.ID, []Entry{one, three}))
		again()
		journal(t, two, one, three)
	})
	t.Run("attempts are renewed as long as there is no outcome", func(t *testing.T) {
		two.Attempts = []byte("failed once")
		check(t, s.Intend(ctx, r.ID, []Entry{two}))
		journal(t, two, one, three)
	})
	t.Run("a fact is recorded once", func(t *testing.T) {
		other := one
		other.Outcome = []byte("bob")
		if e := fails[*RecordedError](t, s.Record(ctx, r.ID, []Entry{other})); e.Place != "1" {
			t.Error(e)
		}
		fails[*RecordedError](t, s.Intend(ctx, r.ID, []Entry{other}))
		journal(t, two, one, three)
	})
	t.Run("entries of one call are kept all or none", func(t *testing.T) {
		fails[*RecordedError](t, s.Record(ctx, r.ID, []Entry{{Place: "9"}, one}))
		journal(t, two, one, three)
	})
	t.Run("the last outcome and the end are one write", func(t *testing.T) {
		fails[*RecordedError](t, s.RecordAndFinish(ctx, r.ID, []Entry{one}, Outcome{Status: Succeeded}))
		if got, err := s.Run(ctx, r.ID); err != nil || got.Status != Running {
			t.Errorf("the end was kept without the outcome: %s, %v", got.Status, err)
		}
		two.Outcome, two.Done = []byte{}, true
		last := two
		last.Attempts = nil // attempts noted before stay
		check(t, s.RecordAndFinish(ctx, r.ID, []Entry{last}, Outcome{Status: Succeeded}))
		journal(t, two, one, three)
		if got, err := s.Run(ctx, r.ID); err != nil || got.Status != Succeeded {
			t.Errorf("got %s, %v", got.Status, err)
		}
	})
	t.Run("a run that ended takes no more effects", func(t *testing.T) {
		fails[*StateError](t, s.Intend(ctx, r.ID, []Entry{{Place: "4"}}))
		fails[*StateError](t, s.Record(ctx, r.ID, []Entry{{Place: "4"}}))
	})
	t.Run("two runs have the same places without touching", func(t *testing.T) {
		other := newRun("f")
		check(t, s.CreateRun(ctx, other))
		check(t, s.Record(ctx, other.ID, []Entry{{Place: "1", Outcome: []byte("other")}}))
		journal(t, two, one, three)
	})
}
