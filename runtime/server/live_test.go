package server

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	connection "blockflow/runtime"
	"blockflow/runtime/store"
)

func TestOldRunsAreDeleted(t *testing.T) {
	b := newBench(t, connection.Connection{})
	b.flow("kept", stack(whenRun, returns(text("x"))))
	b.flow("few", stack(whenRun, returns(text("x"))))
	for range 3 {
		b.gives("POST", "/api/flows/kept/run", "", 200)
		b.gives("POST", "/api/flows/few/run", "", 200)
	}
	b.gives("PUT", "/api/flows/few/policy", `{"keepRuns":1}`, 200, `"keepRuns":1`)
	b.gives("PUT", "/api/flows/kept/policy", `{"keepDays":40}`, 200)
	count := func(flow string) int {
		return strings.Count(b.gives("GET", "/api/runs?flow="+flow, "", 200), `"id":`)
	}
	if err := b.server.prune(t.Context()); err != nil || count("few") != 1 || count("kept") != 3 {
		t.Errorf("%v: %d and %d runs are kept", err, count("few"), count("kept"))
	}
	clock := &testClock{at: time.Now().Add(35 * 24 * time.Hour)}
	b.server.runs.now = clock.now
	b.server.Set(Live{KeepDays: 30})
	if err := b.server.prune(t.Context()); err != nil || count("few") != 0 || count("kept") != 3 {
		t.Errorf("%v: after 35 days %d and %d runs are kept", err, count("few"), count("kept"))
	}
	clock.set(time.Now().Add(45 * 24 * time.Hour))
	if err := b.server.prune(t.Context()); err != nil || count("kept") != 0 {
		t.Errorf("%v: after 45 days %d runs are kept", err, count("kept"))
	}
}

func TestOneAddressCanNotSendTooMuch(t *testing.T) {
	b := newBench(t, connection.Connection{})
	b.server.Set(Live{Rate: 1})
	refused := 0
	for range 20 {
		// A header doesn't make it another address.
		if status, _ := b.call("GET", "/api/flows", "", "X-Forwarded-For", fmt.Sprintf("203.0.113.%d", refused)); status == 429 {
			refused++
		}
	}
	if refused < 5 || refused > 12 {
		t.Errorf("%d of 20 requests were refused, with 10 at once allowed", refused)
	}
	b.gives("GET", "/healthz", "", 200)
	b.server.Set(Live{})
	b.gives("GET", "/api/flows", "", 200)
}

// TestWaitingRunsAreRowsAndNothingElse puts thousands of runs away and looks at
// what the process holds, and then wakes them all.
func TestWaitingRunsAreRowsAndNothingElse(t *testing.T) {
	const many = 2000
	clock := &testClock{at: time.Now()}
	b := newBenchAt(t, clock)
	b.flow("waits", stack(whenRun, returns(text("woken"))))
	f, err := b.store.Flow(t.Context(), "waits")
	if err != nil {
		t.Fatal(err)
	}
	held := func() (heap uint64, goroutines int) {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc, runtime.NumGoroutine()
	}
	before, routines := held()
	made := make(chan error, 50)
	for range cap(made) {
		go func() {
			for range many / cap(made) {
				id := store.NewRunID()
				run := store.Run{RunInfo: store.RunInfo{ID: id, Flow: "waits", Version: 1, Document: f.Published.Document, Entry: "run", Trigger: "manual", Started: clock.now()}, Input: []byte("null")}
				if err := b.store.Write(t.Context(), store.Batch{Run: id, Create: &run, Suspend: &store.Wait{Until: clock.now().Add(time.Hour)}}); err != nil {
					made <- err
					return
				}
			}
			made <- nil
		}()
	}
	for range cap(made) {
		if err := <-made; err != nil {
			t.Fatal(err)
		}
	}
	b.close()
	b.open(connection.Connection{}) // a restart doesn't touch them either
	after, now := held()
	if after > before+8<<20 || now > routines+20 {
		t.Errorf("with %d runs waiting the heap went from %d to %d bytes, goroutines from %d to %d", many, before, after, routines, now)
	}
	b.gives("GET", "/api/queue", "", 200, fmt.Sprintf(`"waiting":%d`, many))
	clock.set(clock.now().Add(2 * time.Hour))
	b.server.runs.alarm.set(time.Time{})
	until(t, "all have woken", func() bool {
		queued, running, waiting, _, err := b.store.Counts(t.Context())
		return err == nil && queued+running+waiting == 0
	})
	page, err := b.store.Runs(t.Context(), store.RunFilter{Flow: "waits", Status: store.Succeeded, Limit: 1})
	if err != nil || len(page.Runs) != 1 {
		t.Error(page, err)
	}
}
