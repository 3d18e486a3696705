package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"blockflow/runtime"
)

func TestCalledFlowsKeepToTheirLimit(t *testing.T) {
	arrived, proceed := make(chan struct{}, 10), make(chan struct{})
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived <- struct{}{}
		<-proceed
		_, _ = w.Write([]byte("done"))
	}))
	defer service.Close()
	b := &bench{t: t, dir: t.TempDir(), key: [32]byte{1}, reach: http.DefaultTransport}
	b.open(runtime.Connection{})
	b.flow("narrow", stack(whenRun, returns(`{"type":"http_get","id":"get","inputs":{"URL":{"block":`+text(service.URL)+`}}}`)))
	b.flow("caller", stack(whenRun, returns(`{"type":"flow_call","id":"call","fields":{"FLOW":"narrow"}}`)))
	b.gives("PUT", "/api/flows/narrow/policy", `{"concurrency":1}`, 200)
	var ids []string
	for range 3 {
		ids = append(ids, b.started("caller", "null"))
	}
	<-arrived
	until(t, "two callers are put away, and what they call stands in line", func() bool {
		queue := b.gives("GET", "/api/queue", "", 200)
		return strings.Contains(queue, `"waiting":2`) && strings.Contains(queue, `{"flow":"narrow","running":1,"queued":2,"limit":1}`)
	})
	select {
	case <-arrived:
		t.Error("two runs of a flow with the limit 1 run at the same time")
	default:
	}

	b.gives("POST", "/api/runs/"+ids[2]+"/cancel", "", 200, `"status":"cancelled"`) // with what it called
	close(proceed)
	b.idle()
	until(t, "the other callers have ended", func() bool {
		return ended(b, ids[0]) && ended(b, ids[1])
	})
	results := 0
	for _, id := range ids {
		if strings.Contains(b.gives("GET", "/api/runs/"+id, "", 200), `"result":"done"`) {
			results++
		}
	}
	runs := b.gives("GET", "/api/runs?flow=narrow", "", 200)
	if results != 2 || strings.Count(runs, `"status":"succeeded"`) != 2 || strings.Count(runs, `"status":"cancelled"`) != 1 {
		t.Errorf("%d callers have a result; they called %s", results, runs)
	}
}

func TestAFlowThatCallsItselfDoesNotLockItsOnlyPlace(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.flow("itself", stack(whenRun, returns(`{"type":"flow_call","id":"call","fields":{"FLOW":"itself"}}`)))
	b.gives("PUT", "/api/flows/itself/policy", `{"concurrency":1}`, 200)
	id := b.started("itself", "null")
	until(t, "it is told that it calls itself without end", func() bool {
		return strings.Contains(b.gives("GET", "/api/runs/"+id, "", 200), `"code":"limit_depth"`)
	})
	b.idle()
	b.gives("GET", "/api/queue", "", 200, `"waiting":0`, `"running":0`)
}
