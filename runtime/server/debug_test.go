package server

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"blockflow/runtime"
)

// A watcher reads a run's events.
type watcher struct {
	t     *testing.T
	lines *bufio.Scanner
	close func()
}

func (b *bench) watches(t *testing.T, id string) *watcher {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	req, err := http.NewRequestWithContext(ctx, "GET", b.http.URL+"/api/runs/"+id+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+b.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	w := &watcher{t, bufio.NewScanner(res.Body), func() { cancel(); _ = res.Body.Close() }}
	t.Cleanup(w.close)
	return w
}

// stands is where the run stands next.
func (w *watcher) stands() stop {
	w.t.Helper()
	for named := false; w.lines.Scan(); {
		data, isData := strings.CutPrefix(w.lines.Text(), "data: ")
		if isData && named && data != "null" {
			var at stop
			if err := json.Unmarshal([]byte(data), &at); err != nil {
				w.t.Fatal(err)
			}
			return at
		}
		named = w.lines.Text() == "event: stands" || named && !isData
	}
	w.t.Fatal("the events ended, and the run stood nowhere")
	return stop{}
}

const debugged = `{"input":{"password":"wonderland"},"debug":`

func (b *bench) debugs(debug string) string {
	b.t.Helper()
	return field(b.t, b.gives("POST", "/api/flows/update-user/run", debugged+debug+`}`, 202, `"trigger":"debug"`), "id")
}

func (b *bench) address() bool { // whether the user has the new one
	_, users := b.call("GET", "/api/usertable", "")
	return strings.Contains(users, "27 Rose Street")
}

func TestARunStandsAtABreakpointBeforeItsEffect(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	id := b.debugs(`{"stops":["login","update"]}`)
	w := b.watches(t, id)
	at := w.stands()
	if at.Block != "login" || at.Kind != "effect" || at.Effect != "users.login" || len(at.Variables) != 0 {
		t.Errorf("it stands first at %+v", at)
	}
	if journal := b.gives("GET", "/api/runs/"+id+"/journal", "", 200); strings.Contains(journal, "users.login") {
		t.Errorf("the login was begun: %s", journal)
	}
	b.gives("POST", "/api/runs/"+id+"/debug", `{"do":"continue"}`, 204)
	at = w.stands()
	if at.Block != "update" || at.Effect != "users.update" || len(at.Variables) != 1 || at.Variables[0].Name != "user" {
		t.Errorf("it stands then at %+v", at)
	}
	if strings.Contains(string(at.Variables[0].Value), "wonderland") {
		t.Error("a breakpoint shows the password")
	}
	if b.address() {
		t.Error("the user was changed before the breakpoint let it through")
	}
	b.gives("POST", "/api/runs/"+id+"/debug", `{"do":"continue"}`, 204)
	b.idle()
	b.gives("GET", "/api/runs/"+id, "", 200, `"status":"succeeded"`)
	if !b.address() {
		t.Error("the run let the update through, and nothing changed")
	}
	b.gives("POST", "/api/runs/"+id+"/debug", `{"do":"continue"}`, 409, `"not_debugged"`)
}

func TestARunGoesStepByStepAndToABlock(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	id := b.debugs(`{"step":true}`)
	w := b.watches(t, id)
	kinds := ""
	for range 4 {
		at := w.stands()
		kinds += at.Kind + " "
		if at.Kind == "start" && at.Block == "" {
			t.Errorf("it stands at no block: %+v", at)
		}
		b.gives("POST", "/api/runs/"+id+"/debug", `{"do":"continue","step":true}`, 204)
	}
	if !strings.Contains(kinds, "start") || !strings.Contains(kinds, "effect") {
		t.Errorf("stepping came to %s, want statements and effects", kinds)
	}
	w.stands()
	b.gives("POST", "/api/runs/"+id+"/debug", `{"do":"continue","until":"update"}`, 204)
	if at := w.stands(); at.Block != "update" {
		t.Errorf("it was to stand at the update, and stands at %s", at.Block)
	}
	b.gives("POST", "/api/runs/"+id+"/debug", `{"do":"jump"}`, 400)
	b.gives("POST", "/api/runs/"+id+"/debug", `{"stops":[]}`, 204) // where it stands isn't touched
	b.gives("POST", "/api/runs/"+id+"/cancel", "", 200, `"status":"cancelled"`)
	b.idle()
	if b.address() {
		t.Error("the run was stopped before the update, which happened all the same")
	}
}

func TestARunThatNobodyWatchesAtItsBreakpointIsCancelled(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.server.runs.debugs.patience = 2 * time.Second
	id := b.debugs(`{"stops":["update"]}`)
	w := b.watches(t, id)
	w.stands()
	w.close()
	b.idle()
	b.gives("GET", "/api/runs/"+id, "", 200, `"status":"cancelled"`)
	if b.address() {
		t.Error("the update happened, and nobody let it through")
	}
}

func TestARunThatIsDebuggedDoesNotOutliveItsServer(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	id := b.debugs(`{"stops":["update"]}`)
	w := b.watches(t, id)
	w.stands()
	w.close()
	b.close()
	b.open(runtime.Connection{})
	b.idle()
	b.gives("GET", "/api/runs/"+id, "", 200, `"status":"cancelled"`, "started again while this run was being debugged")
	if b.address() {
		t.Error("the update happened, and nobody let it through")
	}
}
