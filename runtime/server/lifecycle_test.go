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
	"blockflow/runtime/store"
)

const forever = `{"type":"controls_whileUntil","id":"loop","fields":{"MODE":"WHILE"},"inputs":{"BOOL":{"block":{"type":"logic_boolean","fields":{"BOOL":"TRUE"}}}}}`

// started begins a run without waiting for it and returns its id.
func (b *bench) started(flow, input string) string {
	b.t.Helper()
	return field(b.t, b.gives("POST", "/api/flows/"+flow+"/run", `{"wait":false,"input":`+input+`}`, 202), "id")
}

func TestCancelling(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.flow("endless", stack(whenRun, forever))
	id := b.started("endless", "null")
	until(t, "the run is driven", func() bool { return b.server.runs.tickets.driven(b.server.runs.tickets.hold(id, "endless")) })
	began := time.Now()
	b.gives("POST", "/api/runs/"+id+"/cancel", "", 200, `"status":"cancelled"`, `"code":"cancelled"`)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("cancelling took %s", took)
	}
	b.gives("POST", "/api/runs/"+id+"/cancel", "", 409, `"code":"ended"`)
	b.gives("POST", "/api/runs/"+store.NewRunID()+"/cancel", "", 404)

	b.close()
	b.open(runtime.Connection{})
	b.idle()
	b.gives("GET", "/api/runs/"+id, "", 200, `"status":"cancelled"`) // it stays so
}

func TestARunThatIsCancelledInLineNeverBegins(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.flow("endless", stack(whenRun, forever))
	b.gives("PUT", "/api/flows/endless/policy", `{"concurrency":1}`, 200, `"concurrency":1`)
	first, second := b.started("endless", "null"), b.started("endless", "null")
	b.gives("GET", "/api/runs/"+second, "", 200, `"status":"queued"`)
	b.gives("GET", "/api/queue", "", 200, `"flows":[{"flow":"endless","running":1,"queued":1,"limit":1}]`)
	b.gives("POST", "/api/runs/"+second+"/cancel", "", 200, `"status":"cancelled"`)
	b.gives("POST", "/api/runs/"+first+"/cancel", "", 200)
	b.idle()
	b.gives("GET", "/api/runs/"+second, "", 200, `"steps":0`)
}

func TestRetryGoesOnAtTheFailedEffect(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	twice := stack(whenRun,
		`{"type":"variables_set","id":"a","fields":{"VAR":{"id":"bob"}},"inputs":{"VALUE":{"block":{"type":"users_login","id":"login-bob","inputs":{"identity":{"block":`+text("bob@yourmail.com")+`},"password":{"block":`+text("builder")+`}}}}}}`,
		returns(`{"type":"users_login","id":"login-alice","inputs":{"identity":{"block":`+text("alice@newmail.com")+`},"password":{"block":`+text("wonderland")+`}}}`))
	b.flow("logins", twice, "bob")
	failed := b.gives("POST", "/api/flows/logins/run", "", 200, `"status":"failed"`, `"block":"login-alice"`)
	id := field(t, failed, "id")
	b.gives("POST", "/hooks/update-user", "", 200) // now she has that address
	retried := b.gives("POST", "/api/runs/"+id+"/retry", "", 200, `"status":"succeeded"`, `"effects":2`, `"origin":{"run":"`+id+`","kind":"retry"}`)
	again := field(t, retried, "id")
	old := b.gives("GET", "/api/runs/"+id+"/journal", "", 200)
	now := b.gives("GET", "/api/runs/"+again+"/journal", "", 200)
	first := func(journal string) string { return journal[:strings.Index(journal, `},{"place":"2"`)] }
	if first(old) != first(now) {
		t.Errorf("the first effect was\n%s\nand is\n%s", first(old), first(now))
	}
	if changes, err := b.users.Changes(t.Context(), again+":1"); err != nil || len(changes) != 0 {
		t.Errorf("Bob was logged in once more: %v %v", changes, err)
	}
	b.gives("POST", "/api/runs/"+again+"/retry", "", 409, `"code":"succeeded"`)
	b.gives("GET", "/api/runs/"+again+"/trace", "", 200, `"block":"login-bob"`, `"block":"login-alice"`)

	b.gives("POST", "/api/runs/"+id+"/repeat", "", 200, `"status":"succeeded"`, `"kind":"repeat"`)
	b.gives("POST", "/api/runs/"+again+"/replay", `{"version":"draft"}`, 200, `"status":"succeeded"`, `"version":"draft"`)
	changed := strings.Replace(twice, "bob@yourmail.com", "carol@yourmail.com", 1)
	b.gives("PUT", "/api/flows/logins", `{"flow":{"name":"logins"},"blocks":{"blocks":[`+changed+`]},"variables":[{"id":"bob","name":"bob"}]}`, 200)
	b.gives("POST", "/api/runs/"+again+"/replay", `{"version":"draft"}`, 200, `"status":"failed"`, `"code":"diverged"`, `"block":"login-bob"`)
	b.gives("POST", "/api/runs/"+id+"/retry", `{"version":"draft"}`, 200, `"status":"failed"`, `"code":"diverged"`)
}

func TestRunAgainWithAnEditedInput(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	hat := `{"type":"when_run","id":"run","extraState":{"inputs":[{"name":"n","type":"number","hint":""}]}}`
	b.flow("double", stack(hat, returns(expression("input.n * 2"))))
	id := field(t, b.gives("POST", "/api/flows/double/run", `{"input":{"n":4}}`, 200, `"result":8`), "id")
	b.gives("POST", "/api/runs/"+id+"/repeat", "", 200, `"result":8`)
	b.gives("POST", "/api/runs/"+id+"/repeat", `{"input":{"n":5}}`, 200, `"result":10`)
	b.gives("POST", "/api/runs/"+id+"/repeat", `{"input":{"n":"x"}}`, 422, `"code":"bad_input"`)
	b.gives("GET", "/api/runs?flow=double&status=succeeded&trigger=manual", "", 200, `"origin":{"run":"`+id+`","kind":"repeat"}`)
	b.gives("GET", "/api/runs?since=2100-01-01T00:00:00Z", "", 200, `"runs":[]`)
	b.gives("GET", "/api/runs?since=yesterday", "", 400, `"code":"bad_query"`)
	b.gives("DELETE", "/api/runs/"+id, "", 204)
	b.gives("GET", "/api/runs/"+id, "", 404)
}

func TestFlowsCallFlows(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	call := func(flow, input string) string {
		return `{"type":"flow_call","id":"call","fields":{"FLOW":"` + flow + `"},"inputs":{"input":{"block":` + input + `}}}`
	}
	hat := `{"type":"when_run","id":"run","extraState":{"inputs":[{"name":"n","type":"number","hint":""}]}}`
	b.flow("double", stack(hat, returns(expression("input.n * 2"))))
	b.flow("caller", stack(whenRun, returns(call("double", expression("{n: 21}")))))
	run := b.gives("POST", "/api/flows/caller/run", "", 200, `"result":42`)
	b.gives("GET", "/api/runs?flow=double", "", 200, `"trigger":"flow"`, `"origin":{"run":"`+field(t, run, "id")+`","kind":"call"}`)

	b.flow("wrong", stack(whenRun, returns(call("double", expression("{n: true}")))))
	b.gives("POST", "/api/flows/wrong/run", "", 200, `"status":"failed"`, `"code":"bad_input"`, `"block":"call"`)
	b.flow("nobody", stack(whenRun, returns(call("nowhere", expression("{}")))))
	b.gives("POST", "/api/flows/nobody/run", "", 200, `"code":"no_such_flow"`)
	b.flow("itself", stack(whenRun, returns(`{"type":"flow_call","id":"call","fields":{"FLOW":"itself"}}`)))
	b.gives("POST", "/api/flows/itself/run", "", 200, `"code":"limit_depth"`)

	b.flow("slow", stack(whenRun, forever))
	b.flow("waits", stack(whenRun, returns(`{"type":"flow_call","id":"call","fields":{"FLOW":"slow"}}`)))
	id := b.started("waits", "null")
	until(t, "the other flow runs", func() bool {
		runs, err := b.store.RunsOf(t.Context(), id)
		return err == nil && len(runs) == 1
	})
	b.gives("POST", "/api/runs/"+id+"/cancel", "", 200, `"status":"cancelled"`)
	b.idle()
	b.gives("GET", "/api/runs?flow=slow", "", 200, `"status":"cancelled"`)
}

func TestAFlowThatRunsWhenAnotherFails(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.flow("broken", stack(webhook("broken"), returns(expression("input.body.x.y"))))
	handler := `{"type":"when_run","id":"run","extraState":{"inputs":[{"name":"flow","type":"text","hint":""},{"name":"code","type":"text","hint":""}]}}`
	b.flow("on-failure", stack(handler, returns(expression("input.flow + \" \" + input.code"))))
	b.gives("PUT", "/api/flows/broken/policy", `{"onFailure":"nowhere"}`, 404)
	b.gives("PUT", "/api/flows/broken/policy", `{"attempts":999}`, 400, `"code":"bad_policy"`)
	b.gives("PUT", "/api/flows/broken/policy", `{"onFailure":"on-failure"}`, 200)
	b.gives("POST", "/hooks/broken", `{}`, 500, `"run":`)
	b.idle()
	runs := b.gives("GET", "/api/runs?flow=on-failure", "", 200, `"trigger":"failure"`, `"kind":"failure"`, `"status":"succeeded"`)
	var list struct{ Runs []struct{ ID string } }
	if err := json.Unmarshal([]byte(runs), &list); err != nil || len(list.Runs) != 1 {
		t.Fatalf("%v: %s", err, runs)
	}
	b.gives("GET", "/api/runs/"+list.Runs[0].ID, "", 200, `"result":"broken wrong_type"`)

	b.gives("GET", "/api/deadletters", "", 200, `"flow":"broken"`)
	b.gives("GET", "/api/deadletters?flow=other", "", 200, `"runs":[]`)
	b.gives("POST", "/api/runs/retry", `{"deadLetters":true,"flow":"broken"}`, 202, `"retry":"`)
	b.idle()
	dead := b.gives("GET", "/api/deadletters", "", 200, `"trigger":"retry"`) // it failed again
	if strings.Contains(dead, `"trigger":"webhook"`) {
		t.Errorf("what was retried is a dead letter still: %s", dead)
	}
	b.gives("POST", "/api/runs/retry", `{}`, 400)
	b.gives("POST", "/api/runs/retry", `{"ids":["`+store.NewRunID()+`"]}`, 202, `"retry":null`, `"code":"not_found"`)
}

func TestARunIsWatchedWhileItRuns(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.flow("slow", stack(whenRun, forever))
	b.flow("watched", stack(whenRun, `{"type":"text_print","id":"print","inputs":{"TEXT":{"block":`+text("hello")+`}}}`,
		returns(`{"type":"flow_call","id":"call","fields":{"FLOW":"slow"}}`)))
	b.gives("PUT", "/api/flows/slow/policy", `{}`, 200)
	id := b.started("watched", "null")

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", b.http.URL+"/api/runs/"+id+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+b.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if kind := res.Header.Get("Content-Type"); res.StatusCode != 200 || kind != "text/event-stream" {
		t.Fatalf("status %d, %s", res.StatusCode, kind)
	}
	lines := bufio.NewScanner(res.Body)
	seen, cancelled := "", false
	for lines.Scan() {
		seen += lines.Text() + "\n"
		if strings.Contains(seen, `"status":"running"`) && !cancelled {
			cancelled = true
			b.gives("POST", "/api/runs/"+id+"/cancel", "", 200)
		}
	}
	for _, part := range []string{"event: trace\nid: 0\n", `"kind":"start","block":"print"`, `"value":"hello"`, "event: status\n", `"status":"cancelled"`} {
		if !strings.Contains(seen, part) {
			t.Errorf("the events have no %s:\n%s", part, seen)
		}
	}
	for _, bearer := range []string{"", "Bearer wrong"} {
		if status, _ := b.call("GET", "/api/runs/"+id+"/events", "", "Authorization", bearer); status != 401 {
			t.Errorf("with %q the events are open: %d", bearer, status)
		}
	}
}

func TestTheQueueIsFair(t *testing.T) {
	q := newQueue(1)
	var order []string
	begin := func(flow string) func() { return func() { order = append(order, flow) } }
	if !q.enter("a") {
		t.Fatal("there is a place")
	}
	for range 3 {
		q.wait("a", begin("a"))
	}
	q.wait("b", begin("b"))
	q.limit("c", 1)
	q.wait("c", begin("c"))
	q.wait("c", begin("c"))
	if q.enter("d") {
		t.Error("d overtook all others")
	}
	for _, flow := range []string{"a", "a", "b", "c", "a", "c", "a"} {
		q.leave(flow)
	}
	if got := strings.Join(order, " "); got != "a b c a c a" {
		t.Errorf("they began in the order %s", got)
	}
	if running, _, lines := q.state(); running != 0 || len(lines) != 0 {
		t.Errorf("%d run, %v", running, lines)
	}
}

func TestAnOldVersionIsPublishedAgainAndTheDraftStays(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.flow("say", stack(`{"type":"when_webhook","id":"hook","fields":{"PATH":"say"}}`, returns(expression("1"))))
	b.flow("say", stack(`{"type":"when_webhook","id":"hook","fields":{"PATH":"say"}}`, returns(expression("2"))))
	b.gives("POST", "/hooks/say", "", 200, "2")
	b.gives("POST", "/api/flows/say/versions/1/publish", `{"note":"back to the first"}`, 200, `"version":3`)
	b.gives("POST", "/hooks/say", "", 200, "1")
	b.gives("GET", "/api/flows/say", "", 200, `"CODE":"2"`)
	b.gives("GET", "/api/flows/say/versions", "", 200, `"version":3`, `"note":"back to the first","live":true`)
	b.gives("POST", "/api/flows/say/versions/9/publish", "", 404)
	b.gives("POST", "/api/flows/say/versions/x/publish", "", 400, "bad_version")
}
