package server

import (
	"strings"
	"testing"
	"time"

	"blockflow/runtime"
)

func waits(amount, unit string) string {
	return `{"type":"wait","id":"wait-` + unit + `","fields":{"UNIT":"` + unit + `"},"inputs":{"AMOUNT":{"block":` + expression(amount) + `}}}`
}

const login = `{"type":"variables_set","id":"login","fields":{"VAR":{"id":"user"}},"inputs":{"VALUE":{"block":{"type":"users_login","id":"logs-in","inputs":{"identity":{"shadow":{"type":"text","id":"i","fields":{"TEXT":"bob@yourmail.com"}}},"password":{"shadow":{"type":"text","id":"p","fields":{"TEXT":"builder"}}}}}}}}`

func TestARunWaitsForDaysAcrossRestarts(t *testing.T) {
	clock := &testClock{at: time.Now().Truncate(time.Second)}
	b := newBenchAt(t, clock)
	b.flow("patient", stack(whenRun, login, waits("2", "days"), waits("3", "hours"), returns(expression("user.email"))), "user")
	until2 := clock.now().Add(48 * time.Hour)
	run := b.gives("POST", "/api/flows/patient/run", "", 202, `"status":"waiting"`, `"waitUntil":"`+until2.UTC().Format("2006-01-02T15"))
	id := field(t, run, "id")
	b.gives("GET", "/api/runs/"+id+"/journal", "", 200, `"kind":"sleep"`, `"status":"begun"`)
	b.gives("GET", "/api/runs/"+id+"/trace", "", 200, `"block":"wait-days"`)

	goOn := func(d time.Duration, status string) {
		t.Helper()
		clock.set(clock.now().Add(d))
		b.close()
		b.open(runtime.Connection{})
		b.server.runs.alarm.set(time.Time{})
		until(t, "the run is "+status, func() bool {
			return strings.Contains(b.gives("GET", "/api/runs/"+id, "", 200), `"status":"`+status+`"`)
		})
	}
	goOn(47*time.Hour, "waiting")
	if left := b.gives("GET", "/api/runs/"+id, "", 200); !strings.Contains(left, `"waitUntil":"`+until2.UTC().Format("2006-01-02T15")) {
		t.Errorf("waiting began anew: %s", left)
	}
	clock.set(clock.now().Add(2 * time.Hour))
	b.server.runs.alarm.set(time.Time{})
	until(t, "it waits for the second time", func() bool {
		b.idle()
		return strings.Contains(b.gives("GET", "/api/runs/"+id+"/journal", "", 200), `"block":"wait-hours"`)
	})
	goOn(4*time.Hour, "succeeded")
	b.gives("GET", "/api/runs/"+id, "", 200, `"result":"bob@yourmail.com"`, `"effects":3`, `"waitUntil":null`)
	if changes, err := b.users.Changes(t.Context(), id+":"); err != nil || len(changes) != 1 {
		t.Errorf("the login happened %d times: %v", len(changes), err)
	}
}

func TestARunThatWaitsCanBeCancelled(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.flow("patient", stack(whenRun, waits("2", "days")))
	id := field(t, b.gives("POST", "/api/flows/patient/run", "", 202), "id")
	b.gives("POST", "/api/runs/"+id+"/cancel", "", 200, `"status":"cancelled"`, `"waitUntil":null`)
	b.gives("GET", "/api/queue", "", 200, `"waiting":0`)
}

func TestACallerOfAWebhookIsNotKeptWaitingForDays(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.flow("slow", stack(webhook("slow"), waits("2", "days")))
	b.flow("polite", stack(webhook("polite"), `{"type":"respond","id":"r","inputs":{"body":{"block":`+text("thank you")+`}}}`, waits("2", "days")))
	b.gives("POST", "/hooks/slow", "", 202, `"url":"/api/runs/`)
	b.gives("POST", "/hooks/polite", "", 200, "thank you")
	b.idle()
	b.gives("GET", "/api/runs?flow=polite", "", 200, `"status":"waiting"`)
}

func TestAFlowWaitsForOneThatWaits(t *testing.T) {
	clock := &testClock{at: time.Now()}
	b := newBenchAt(t, clock)
	b.flow("patient", stack(whenRun, waits("2", "days"), returns(text("at last"))))
	b.flow("caller", stack(whenRun, returns(`{"type":"flow_call","id":"call","fields":{"FLOW":"patient"}}`)))
	id := field(t, b.gives("POST", "/api/flows/caller/run", "", 202, `"status":"waiting"`), "id")
	b.close()
	b.open(runtime.Connection{})
	b.gives("GET", "/api/queue", "", 200, `"waiting":2`, `"running":0`) // neither holds a place
	clock.set(clock.now().Add(49 * time.Hour))
	b.server.runs.alarm.set(time.Time{})
	until(t, "both have ended", func() bool {
		return strings.Contains(b.gives("GET", "/api/runs/"+id, "", 200), `"result":"at last"`)
	})
	runs := b.gives("GET", "/api/runs?flow=patient", "", 200)
	if strings.Count(runs, `"id":`) != 1 {
		t.Errorf("the flow was called more than once: %s", runs)
	}
}

func TestBranchesWaitTogether(t *testing.T) {
	clock := &testClock{at: time.Now().Truncate(time.Second)}
	b := newBenchAt(t, clock)
	wait := stack(strings.Replace(waits("1", "days"), expression("1"), expression("days"), 1), login)
	each := `{"type":"controls_forEach_parallel","id":"each","fields":{"VAR":{"id":"days"}},"inputs":{
		"LIST":{"block":` + expression("[2, 3]") + `}, "DO":{"block":` + wait + `},
		"GIVES":{"block":` + expression(`user.email + " after " + string(days)`) + `}}}`
	b.flow("both", stack(whenRun, returns(each)), "user", "days")
	id := field(t, b.gives("POST", "/api/flows/both/run", "", 202, `"status":"waiting"`), "id")
	b.gives("GET", "/api/runs/"+id+"/journal", "", 200, `"place":"1.1.1"`, `"place":"1.2.1"`)
	for range 2 {
		clock.set(clock.now().Add(48 * time.Hour))
		b.close()
		b.open(runtime.Connection{})
		b.server.runs.alarm.set(time.Time{})
	}
	until(t, "both are done", func() bool {
		return strings.Contains(b.gives("GET", "/api/runs/"+id, "", 200), `"status":"succeeded"`)
	})
	b.gives("GET", "/api/runs/"+id, "", 200, `"result":["bob@yourmail.com after 2","bob@yourmail.com after 3"]`)
	if changes, err := b.users.Changes(t.Context(), id+":"); err != nil || len(changes) != 2 {
		t.Errorf("%d logins happened, want one for each item: %v", len(changes), err)
	}
}
