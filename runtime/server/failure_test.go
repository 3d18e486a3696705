package server

import (
	"database/sql"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"blockflow/runtime"
	"blockflow/runtime/store"
)

// TestAnInterruptedRequestDoesWhatItsBlockSays cuts a run off between sending a
// request and noting its answer, and looks at what the service elsewhere sees
// after the restart.
func TestAnInterruptedRequestDoesWhatItsBlockSays(t *testing.T) {
	for _, test := range []struct {
		unsure, result string
		sent           int
	}{
		{"again", "done", 2},
		{"once", "outcome_unknown", 1},
	} {
		t.Run("if unsure, "+test.unsure, func(t *testing.T) {
			var mu sync.Mutex
			var keys []string
			hang, sent := make(chan struct{}), make(chan struct{}, 2)
			service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				keys = append(keys, r.Header.Get("Idempotency-Key"))
				first := len(keys) == 1
				mu.Unlock()
				sent <- struct{}{}
				if first {
					select {
					case <-hang:
					case <-r.Context().Done():
					}
				}
				_, _ = w.Write([]byte("done"))
			}))
			defer service.Close()
			defer close(hang)
			b := &bench{t: t, dir: t.TempDir(), key: [32]byte{1}, reach: http.DefaultTransport}
			b.open(runtime.Connection{})
			request := `{"type":"http_request","id":"send","fields":{"UNSURE":"` + test.unsure + `"},"inputs":{"method":{"block":` + text("POST") + `},"path":{"block":` + text(service.URL) + `}}}`
			b.flow("sends", stack(whenRun,
				`{"type":"try_catch","id":"try","fields":{"VAR":{"id":"e"}},"inputs":{"try":{"block":{"type":"immediate_return","id":"sent","inputs":{"value":{"block":`+request+`}}}},"catch":{"block":{"type":"immediate_return","id":"unsure","inputs":{"value":{"block":`+expression("e.code")+`}}}}}}`), "e")
			id := b.started("sends", "null")
			<-sent
			b.close()
			b.open(runtime.Connection{})
			b.idle()
			b.gives("GET", "/api/runs/"+id, "", 200, `"result":"`+test.result+`"`)
			mu.Lock()
			defer mu.Unlock()
			if len(keys) != test.sent || keys[0] == "" || slices.ContainsFunc(keys, func(k string) bool { return k != keys[0] }) {
				t.Errorf("the service saw the keys %v", keys)
			}
		})
	}
}

// TestWhatAServiceAnsweredIsKeptWhileTheRunGoesOn looks into the store while a run
// is at something that isn't written down before it is done: the answer to the
// request before is there all the same.
func TestWhatAServiceAnsweredIsKeptWhileTheRunGoesOn(t *testing.T) {
	hang := make(chan struct{})
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			<-hang
		}
		_, _ = w.Write([]byte("done"))
	}))
	defer service.Close()
	b := &bench{t: t, dir: t.TempDir(), key: [32]byte{1}, reach: http.DefaultTransport}
	b.open(runtime.Connection{})
	b.flow("sends", stack(whenRun,
		`{"type":"variables_set","id":"set","fields":{"VAR":{"id":"v"}},"inputs":{"VALUE":{"block":{"type":"http_request","id":"send","inputs":{"method":{"block":`+text("POST")+`},"path":{"block":`+text(service.URL)+`}}}}}}`,
		returns(`{"type":"http_get","id":"get","inputs":{"URL":{"block":`+text(service.URL)+`}}}`)), "v")
	id := b.started("sends", "null")
	until(t, "the answer is in the store", func() bool {
		entries, err := b.store.Journal(t.Context(), id)
		return err == nil && len(entries) > 0 && entries[0].Done
	})
	close(hang)
	b.idle()
	b.gives("GET", "/api/runs/"+id, "", 200, `"status":"succeeded"`)
}

// TestADamagedRunEndsAndOthersGoOn changes the bytes of one run's input, as a bad
// disk does.
func TestADamagedRunEndsAndOthersGoOn(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.flow("patient", stack(whenRun, waits("2", "days"), returns(text("x"))))
	damaged := field(t, b.gives("POST", "/api/flows/patient/run", "", 202), "id")
	whole := field(t, b.gives("POST", "/api/flows/patient/run", "", 202), "id")
	b.close()
	db, err := sql.Open("sqlite", filepath.Join(b.dir, "blockflow.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE runs SET input = x'0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c' WHERE id = ?`, damaged); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE runs SET wait_until = 1`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	b.open(runtime.Connection{})
	b.idle()
	until(t, "the damaged run has ended", func() bool {
		return strings.Contains(b.gives("GET", "/api/runs?flow=patient", "", 200), `"code":"damaged"`)
	})
	b.gives("GET", "/api/runs/"+damaged, "", 500, `"code":"damaged"`, "Restore it from a backup")
	b.gives("GET", "/api/runs/"+whole, "", 200, `"status":"waiting"`) // it still has its two days
	b.gives("POST", "/hooks/update-user", "", 200)
}

func TestAFullDiskRefusesEventsInWordsAndLosesNone(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.flow("later", stack(webhook("later", "ANSWER", "LATER"), returns(text("x"))))
	b.gives("POST", "/hooks/later", "", 202)
	b.idle()
	before := strings.Count(b.gives("GET", "/api/runs?flow=later", "", 200), `"id":`)
	if err := b.store.LimitPages(t.Context(), 1); err != nil { // the disk is full
		t.Fatal(err)
	}
	full := ""
	for range 200 {
		status, answer := b.call("POST", "/hooks/later", `"`+strings.Repeat("x", 50_000)+`"`)
		if status != 202 {
			full = answer
			if status != 503 || !strings.Contains(answer, `"code":"disk_full"`) || !strings.Contains(answer, "Free some space") {
				t.Fatalf("%d %s", status, answer)
			}
			break
		}
		before++
	}
	if full == "" {
		t.Fatal("the disk never got full")
	}
	b.server.health.asked = time.Time{} // or it would say what held a second before
	b.gives("GET", "/readyz", "", 503, "Free some space")
	b.gives("GET", "/healthz", "", 200, "Free some space") // nobody need start it again
	if err := b.store.LimitPages(t.Context(), 1<<30); err != nil {
		t.Fatal(err)
	}
	b.idle()
	until(t, "it is ready by itself", func() bool { status, _ := b.call("GET", "/readyz", ""); return status == 200 })
	b.gives("POST", "/hooks/later", "", 202)
	b.idle()
	page, err := b.store.Runs(t.Context(), store.RunFilter{Flow: "later", Limit: 500})
	if err != nil || len(page.Runs) != before+1 {
		t.Errorf("%v: %d events were acknowledged, and there are %d runs", err, before+1, len(page.Runs))
	}
}
