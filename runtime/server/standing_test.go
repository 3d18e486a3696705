package server

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blockflow/runtime"
	"blockflow/runtime/store"
)

const never = 1 << 30

// longRun logs users in, waits and notes what came of it, in a loop and in parallel
// branches, with a list that it changes and one that shares it.
func longRun() string {
	logsIn := func(n string) string {
		return strings.NewReplacer(`"id":"login"`, `"id":"login`+n+`"`, `"id":"logs-in"`, `"id":"logs-in`+n+`"`, `"id":"i"`, `"id":"i-`+n+`"`, `"id":"p"`, `"id":"p`+n+`"`).Replace(login)
	}
	hold := `{"type":"variables_set","id":"held","fields":{"VAR":{"id":"before"}},"inputs":{"VALUE":{"block":` + expression(`all`) + `}}}`
	grow := `{"type":"lists_setIndex","id":"grow","extraState":{"isStatement":true,"isAt":false},"fields":{"MODE":"INSERT","WHERE":"LAST"},"inputs":{"LIST":{"block":` + expression(`all`) + `},"TO":{"block":` + expression(`user.email + " " + string(i)`) + `}}}`
	loop := `{"type":"controls_for","id":"loop","fields":{"VAR":{"id":"i"}},"inputs":{"FROM":{"block":` + expression("1") + `},"TO":{"block":` + expression("4") + `},"BY":{"block":` + expression("1") + `},"DO":{"block":` + stack(logsIn("1"), hold, grow, waits("1", "hours")) + `}}}`
	each := `{"type":"controls_forEach_parallel","id":"each","fields":{"VAR":{"id":"i"}},"inputs":{
		"LIST":{"block":` + expression("[1, 2, 3]") + `}, "DO":{"block":` + stack(logsIn("2"), strings.Replace(waits("1", "days"), expression("1"), expression("i"), 1), logsIn("3")) + `},
		"GIVES":{"block":` + expression(`user.email + string(i)`) + `}}}`
	return stack(whenRun, `{"type":"variables_set","id":"empty","fields":{"VAR":{"id":"all"}},"inputs":{"VALUE":{"block":`+expression("[]")+`}}}`,
		`{"type":"text_print","id":"print","inputs":{"TEXT":{"block":`+text("begun")+`}}}`,
		loop, `{"type":"variables_set","id":"branches","fields":{"VAR":{"id":"each"}},"inputs":{"VALUE":{"block":`+each+`}}}`,
		returns(expression("{all: all, same: before, each: each}")))
}

// TestALongRunGoesOnFromWhereItStood takes a run through all its waits, each time in
// a new process, from its stored snapshots and from its journal alone: all give the
// same, and the world sees each effect once.
func TestALongRunGoesOnFromWhereItStood(t *testing.T) {
	outcome := func(after int, spoil func(b *bench, id string)) string {
		clock := &testClock{at: time.Now().Truncate(time.Second)}
		b := newBenchAt(t, clock)
		b.flow("long", longRun(), "all", "before", "user", "i", "each")
		b.server.runs.standsAfter, b.server.runs.standsAwayAfter = after, after
		id := field(t, b.gives("POST", "/api/flows/long/run", "", 202, `"status":"waiting"`), "id")
		for waits := 0; ; waits++ {
			if waits > 20 {
				t.Fatal("it waits for ever")
			}
			snapshot, tail, err := b.store.Snapshot(t.Context(), id)
			if after == never {
				if !errors.Is(err, store.ErrNotFound) {
					t.Fatalf("there is a snapshot: %v", err)
				}
			} else if err != nil || len(tail) > len(snapshot.Pending) {
				t.Fatalf("%v: %d entries are told again, %d are asked for", err, len(tail), len(snapshot.Pending))
			}
			if spoil != nil {
				spoil(b, id)
			}
			b.close()
			b.open(runtime.Connection{})
			b.server.runs.standsAfter, b.server.runs.standsAwayAfter = after, after
			before := journalLength(b, id)
			clock.set(clock.now().Add(73 * time.Hour))
			b.server.runs.alarm.set(time.Time{})
			until(t, "it goes on", func() bool { b.idle(); return journalLength(b, id) > before || ended(b, id) })
			if ended(b, id) {
				break
			}
		}
		if _, _, err := b.store.Snapshot(t.Context(), id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a run that has ended has a snapshot: %v", err)
		}
		changes, err := b.users.Changes(t.Context(), id+":")
		if err != nil {
			t.Fatal(err)
		}
		var r struct {
			Status, Result any
			Log            []string
			Effects, Steps int
		}
		if err := json.Unmarshal([]byte(b.gives("GET", "/api/runs/"+id, "", 200, `"status":"succeeded"`)), &r); err != nil {
			t.Fatal(err)
		}
		trace := b.gives("GET", "/api/runs/"+id+"/trace?limit=500", "", 200)
		return fmt.Sprintf("%+v, %d changes, %d journal entries, %d events", r, len(changes), journalLength(b, id), strings.Count(trace, `"kind":`))
	}
	whole := outcome(never, nil)
	if !strings.Contains(whole, "bob@yourmail.com 4") || !strings.Contains(whole, " 10 changes") {
		t.Fatalf("the run is another than was meant: %s", whole)
	}
	for _, test := range []struct {
		name  string
		after int
		spoil func(b *bench, id string)
	}{
		{"from a snapshot at every effect", 1, nil},
		{"from its journal, since its snapshots are damaged", 1, func(b *bench, _ string) { b.alter(`UPDATE snapshots SET state = ` + garbage) }},
		{"from its journal, since its snapshots are of another engine", 1, func(b *bench, id string) {
			old := store.Snapshot{State: []byte(`{"version":1}`)}
			if err := b.store.Write(t.Context(), store.Batch{Run: id, Stands: &old}); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := outcome(test.after, test.spoil); got != whole {
				t.Errorf("got\n%s\nwant\n%s", got, whole)
			}
		})
	}
}

func ended(b *bench, id string) bool {
	r, err := b.store.Run(b.t.Context(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	return r.Status.Ended()
}

func journalLength(b *bench, id string) int {
	entries, err := b.store.Journal(b.t.Context(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	return len(entries)
}

// alter changes the database behind the server's back.
func (b *bench) alter(statement string) {
	b.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(b.dir, "blockflow.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		b.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		b.t.Fatal(err)
	}
}
