package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"blockflow/engine"
	"blockflow/runtime/server"
	"blockflow/runtime/store"
	"blockflow/runtime/users"
)

const (
	killDir  = "BLOCKFLOW_KILL_TEST"
	kills    = 6
	senders  = 8
	patience = 60 * time.Second
)

// Each event logs a user in and changes the user twice. A run that is cut off in
// between and begun again must not do the first change once more.
const twoUpdates = `{"flow":{"name":"events"},"variables":[{"id":"user","name":"user"}],"blocks":{"blocks":[
 {"type":"when_webhook","id":"hook","fields":{"METHOD":"POST","PATH":"events/:id","ANSWER":"LATER"},"next":{"block":
  {"type":"variables_set","id":"set","fields":{"VAR":{"id":"user"}},"inputs":{"VALUE":{"block":{"type":"users_login","id":"login","inputs":{
    "identity":{"shadow":{"type":"text","id":"i","fields":{"TEXT":"counted@example.com"}}},"password":{"shadow":{"type":"text","id":"p","fields":{"TEXT":"builder"}}}}}}},"next":{"block":
   {"type":"users_update","id":"first","extraState":{"hasOutput":false},"inputs":{"user":{"block":{"type":"expression","id":"a","fields":{"CODE":"{objectId: user.objectId, address: input.params.id + \" begun\"}"}}}},"next":{"block":
    {"type":"users_update","id":"second","extraState":{"hasOutput":false},"inputs":{"user":{"block":{"type":"expression","id":"b","fields":{"CODE":"{objectId: user.objectId, address: input.params.id + \" done\"}"}}}},"next":{"block":
     {"type":"immediate_return","id":"return","inputs":{"value":{"block":{"type":"expression","id":"c","fields":{"CODE":"input.params.id"}}}}}}}}}}}}}]}}`

// writes is how often such a run changes the world: the login does, too.
const writes = 3

// TestNothingIsLostWhenTheServerIsKilled starts the real server as a process of
// its own, sends events to it as senders do, who repeat what isn't acknowledged,
// kills it at random moments, and counts in the end: in the runs, and in the
// world that they changed.
func TestNothingIsLostWhenTheServerIsKilled(t *testing.T) {
	if dir := os.Getenv(killDir); dir != "" {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		if err := serve(ctx, os.Stdout, settings{Address: "127.0.0.1:0", Data: dir, LogLevel: "error"}); err != nil {
			t.Fatal(err)
		}
		return
	}
	dir := t.TempDir()
	token := prepareEvents(t, dir)
	var address atomic.Value
	var acknowledged sync.Map // event → run
	var count, next atomic.Int64
	stop := make(chan struct{})
	var all sync.WaitGroup
	for range senders {
		all.Go(func() {
			for {
				event := fmt.Sprintf("e%d", next.Add(1))
				for {
					select {
					case <-stop:
						return
					default:
					}
					if run := send(address.Load(), event); run != "" {
						acknowledged.Store(event, run)
						count.Add(1)
						break
					}
				}
			}
		})
	}
	for range kills {
		child := startServer(t, dir, &address)
		target := count.Load() + 5 + rand.Int64N(25)
		await(t, "events are acknowledged", func() bool { return count.Load() >= target })
		moment := time.NewTimer(time.Duration(rand.Int64N(int64(15 * time.Millisecond))))
		<-moment.C
		_ = child.Process.Kill()
		_ = child.Wait()
	}
	child := startServer(t, dir, &address)
	close(stop)
	all.Wait()
	await(t, "all runs have ended", func() bool { return idle(address.Load(), token) })
	_ = child.Process.Signal(syscall.SIGTERM)
	if err := child.Wait(); err != nil {
		t.Errorf("the server doesn't stop in peace: %v", err)
	}
	countEvents(t, dir, &acknowledged, int(count.Load()))
}

// prepareEvents publishes the flow in a new data directory and returns an API
// token.
func prepareEvents(t *testing.T, dir string) string {
	t.Helper()
	h, err := openHouse(t.Context(), dir, settings{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	// A password that is cheap to check: this test is not about passwords.
	keys, err := store.LoadKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	cheap, err := users.Open(t.Context(), filepath.Join(dir, usersFile), users.Options{Key: keys[0][:], PasswordCost: users.PasswordCost{Memory: 64, Passes: 1, Lanes: 1}})
	if err != nil {
		t.Fatal(err)
	}
	defer cheap.Close()
	if err := cheap.Seed(t.Context(), strings.NewReader(`[{"email":"counted@example.com","password":"builder"}]`)); err != nil {
		t.Fatal(err)
	}
	doc, err := engine.Parse([]byte(twoUpdates))
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Install(t.Context(), h.store, doc); err != nil {
		t.Fatal(err)
	}
	made, err := h.access.CreateToken(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	return made.Token
}

// startServer starts this test again as a server, and tells where it is.
func startServer(t *testing.T, dir string, address *atomic.Value) *exec.Cmd {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestNothingIsLostWhenTheServerIsKilled$")
	child.Env = append(os.Environ(), killDir+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = child.Process.Kill() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "Blockflow is at "); ok {
			address.Store(url)
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return child
		}
	}
	t.Fatal("the server didn't start")
	return nil
}

// send posts an event and returns the run that its acknowledgement names; "" if
// there was none.
func send(address any, event string) string {
	url, ok := address.(string)
	if !ok {
		return ""
	}
	req, err := http.NewRequest("POST", url+"/hooks/events/"+event, nil)
	if err != nil {
		return ""
	}
	req.Header.Set("Idempotency-Key", event)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	var accepted struct{ ID string }
	if res.StatusCode != http.StatusAccepted || json.NewDecoder(res.Body).Decode(&accepted) != nil {
		return ""
	}
	return accepted.ID
}

func idle(address any, token string) bool {
	req, err := http.NewRequest("GET", address.(string)+"/api/queue", nil)
	if err != nil {
		return false
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	var q struct{ Running, Queued, Waiting int }
	return json.NewDecoder(res.Body).Decode(&q) == nil && q.Running+q.Queued+q.Waiting == 0
}

func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it never came true that %s", what)
		}
	}
}

func countEvents(t *testing.T, dir string, acknowledged *sync.Map, count int) {
	t.Helper()
	ctx := t.Context()
	h, err := openHouse(ctx, dir, settings{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	acknowledged.Range(func(event, run any) bool {
		r, err := h.store.Run(ctx, run.(string))
		if err != nil || r.Status != store.Succeeded || string(r.Result) != `"`+event.(string)+`"` {
			t.Errorf("the event %s was acknowledged, and its run %s is %s %s %s: %v", event, run, r.Status, r.Result, r.Error, err)
		}
		return true
	})
	runs, before := 0, ""
	events := map[string]bool{}
	for {
		page, err := h.store.Runs(ctx, store.RunFilter{Flow: "events", Before: before, Limit: 500})
		if err != nil {
			t.Fatal(err)
		}
		for _, info := range page.Runs {
			runs++
			r, err := h.store.Run(ctx, info.ID)
			if err != nil || events[string(r.Result)] {
				t.Errorf("the event %s has two runs, %v", r.Result, err)
			}
			events[string(r.Result)] = true
			changes, err := h.users.Changes(ctx, info.ID+":")
			if err != nil || len(changes) != writes {
				t.Errorf("run %s changed the user %d times, want %d: %v", info.ID, len(changes), writes, err)
			}
		}
		if before = page.Next; before == "" {
			break
		}
	}
	if count < kills*5 || runs < count {
		t.Errorf("%d events were acknowledged, and there are %d runs", count, runs)
	}
	t.Logf("%d events acknowledged, %d runs, %d kills", count, runs, kills)
}
