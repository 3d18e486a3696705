package server

import (
	"database/sql"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blockflow/runtime"
	"blockflow/runtime/store"
)

// spoil changes what is in the database, as a bad disk does, and starts the server
// on it.
func (b *bench) spoil(statements ...string) {
	b.t.Helper()
	b.close()
	db, err := sql.Open("sqlite", filepath.Join(b.dir, "blockflow.db"))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, s := range statements {
		result, err := db.Exec(s)
		if err != nil {
			b.t.Fatal(err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			b.t.Fatalf("%s changed nothing: %v", s, err)
		}
	}
	if err := db.Close(); err != nil {
		b.t.Fatal(err)
	}
	b.open(runtime.Connection{})
	b.idle()
}

const garbage = `x'0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c'`

func TestWhatIsDamagedIsPutAsideAndTheRestGoesOn(t *testing.T) {
	clock := &testClock{at: time.Now().Truncate(time.Second)}
	b := newBenchAt(t, clock)
	ring := func() {
		clock.set(clock.now().Add(49 * time.Hour))
		b.server.runs.alarm.set(time.Time{})
	}
	spoiledFlow := func(name string) string {
		return `UPDATE documents SET file = ` + garbage + ` WHERE id = (SELECT document FROM versions WHERE flow = '` + name + `')`
	}

	t.Run("a run whose journal is damaged ends and says so, and one beside it goes on", func(t *testing.T) {
		b.flow("patient", stack(whenRun, login, waits("2", "days"), returns(expression("user.email"))), "user")
		lost := field(t, b.gives("POST", "/api/flows/patient/run", "", 202), "id")
		whole := field(t, b.gives("POST", "/api/flows/patient/run", "", 202), "id")
		b.spoil(`UPDATE journal SET outcome = ` + garbage + ` WHERE kind = 'users.login' AND run = (SELECT seq FROM runs WHERE id = '` + lost + `')`)
		ring()
		until(t, "the whole one has ended", func() bool {
			return strings.Contains(b.gives("GET", "/api/runs/"+whole, "", 200), `"result":"bob@yourmail.com"`)
		})
		until(t, "the damaged one has ended", func() bool {
			runs := b.gives("GET", "/api/runs?flow=patient&status=failed", "", 200)
			return strings.Contains(runs, lost) && strings.Contains(runs, `"code":"damaged"`)
		})
		b.gives("GET", "/api/runs/"+lost, "", 500, "the outcome of effect 1", "Restore it from a backup")
		b.gives("GET", "/readyz", "", 200)
	})
	t.Run("a webhook whose flow is damaged takes no event, and others do", func(t *testing.T) {
		b.flow("spoiled", stack(webhook("spoiled/:id", "ANSWER", "LATER"), returns(text("x"))))
		b.flow("sound", stack(webhook("sound"), returns(text("x"))))
		b.spoil(spoiledFlow("spoiled"))
		res, err := http.Post(b.http.URL+"/hooks/spoiled/7", "application/json", nil)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != 503 || res.Header.Get("Retry-After") == "" {
			t.Errorf("status %d, Retry-After %q", res.StatusCode, res.Header.Get("Retry-After"))
		}
		b.gives("POST", "/hooks/spoiled/7", "", 503, `"code":"damaged"`, "Publish it again")
		b.gives("POST", "/hooks/sound", "", 200)
		if n, some, err := b.store.Damaged(t.Context(), 500); err != nil || n == 0 || !strings.Contains(strings.Join(some, " "), "the flow file") {
			t.Errorf("the doctor finds %d values, %v: %v", n, some, err)
		}
	})
	t.Run("a schedule whose flow is damaged is put off, and others fire", func(t *testing.T) {
		every := `{"type":"when_every","id":"every","fields":{"EVERY":"1 hour","ZONE":"UTC","MISSED":"ONCE"}}`
		b.flow("stuck", stack(every, returns(text("x"))))
		b.flow("ticks", stack(every, returns(text("y"))))
		b.spoil(spoiledFlow("stuck"))
		ring()
		until(t, "the other has run", func() bool {
			return strings.Contains(b.gives("GET", "/api/runs?flow=ticks", "", 200), `"status":"succeeded"`)
		})
		b.gives("GET", "/api/runs?flow=stuck", "", 200, `"runs":[]`)
	})
	t.Run("a damaged secret fails the run that asks for it, in words", func(t *testing.T) {
		b.flow("asks", stack(whenRun, returns(`{"type":"secret","id":"s","fields":{"NAME":"api"}}`)))
		b.gives("PUT", "/api/secrets/api", `{"value":"hidden"}`, 204)
		b.spoil(`UPDATE secrets SET value = ` + garbage)
		b.gives("POST", "/api/flows/asks/run", "", 200, `"status":"failed"`, `"code":"damaged"`, "Set it again")
		b.gives("PUT", "/api/secrets/api", `{"value":"hidden"}`, 204)
		b.gives("POST", "/api/flows/asks/run", "", 200, `"status":"succeeded"`)
	})
	t.Run("settings, policies and tags that are damaged don't keep the server from starting", func(t *testing.T) {
		b.gives("PUT", "/api/flows/patient/policy", `{"concurrency":3}`, 200)
		b.gives("PUT", "/api/settings", `{"keepDays":9}`, 200)
		b.spoil(`UPDATE settings SET value = `+garbage+` WHERE key IN ('live', 'policy.patient', 'hooks.test-key')`, `UPDATE flows SET tags = 'x'`)
		b.gives("GET", "/api/flows", "", 200, `"name":"patient"`)
		b.gives("POST", "/hooks/sound", "", 200)
	})
}

// TestAServerThatStartsOnAFullDiskGoesOnWhenThereIsSpace has no page left for the
// first write of a start, and runs that the last stop cut off.
func TestAServerThatStartsOnAFullDiskGoesOnWhenThereIsSpace(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.flow("double", stack(webhook("double"), returns(text("x"))))
	c := b.server.runs
	full := error(&store.StorageError{Kind: store.DiskFull})
	c.unready.Store(&full)
	b.gives("POST", "/hooks/double", "", 503, `"code":"disk_full"`)
	c.all.Add(1)
	go c.recoverLater(full)
	until(t, "it goes on by itself", func() bool { status, _ := b.call("POST", "/hooks/double", ""); return status == 200 })
}

// TestNobodyIsPromisedARunThatCannotBeKept has a caller wait longer than it may for
// a flow of which nothing could be written.
func TestNobodyIsPromisedARunThatCannotBeKept(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.server.Set(Live{HookWait: 3 * bornWithin, HookBytes: 1 << 20})
	b.flow("slow", stack(webhook("slow"), forever))
	if err := b.store.LimitPages(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(strings.Repeat("x", 1<<19)) // more than free pages hold
	if err != nil {
		t.Fatal(err)
	}
	b.gives("POST", "/hooks/slow", string(body), 503, `"code":"disk_full"`)
	b.idle()
	if err := b.store.LimitPages(t.Context(), 1<<30); err != nil {
		t.Fatal(err)
	}
	b.gives("GET", "/api/runs?flow=slow", "", 200, `"runs":[]`)
}
