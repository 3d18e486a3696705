package server

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"blockflow/runtime"
	"blockflow/runtime/traces"
)

// A collector takes spans as an OpenTelemetry collector does.
type collector struct {
	mu    sync.Mutex
	spans map[string]toldSpan // by name
	texts []string            // what was sent
}

type toldSpan struct {
	TraceID, SpanID, ParentSpanID, Name string
	Kind                                int
	StartTimeUnixNano, EndTimeUnixNano  string
	Attributes                          []struct {
		Key   string
		Value struct{ StringValue, IntValue string }
	}
	Status struct {
		Code    int
		Message string
	}
}

func (s toldSpan) attribute(key string) string {
	for _, a := range s.Attributes {
		if a.Key == key {
			return a.Value.StringValue + a.Value.IntValue
		}
	}
	return ""
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	data, _ := io.ReadAll(r.Body)
	var got struct {
		ResourceSpans []struct{ ScopeSpans []struct{ Spans []toldSpan } }
	}
	if r.URL.Path != "/v1/traces" || r.Header.Get("X-Key") != "k" || json.Unmarshal(data, &got) != nil {
		http.Error(w, "not OTLP", http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.texts = append(c.texts, string(data))
	for _, s := range got.ResourceSpans[0].ScopeSpans[0].Spans {
		c.spans[s.Name] = s
	}
}

func (c *collector) span(t *testing.T, name string) toldSpan {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.spans[name]
	if !ok {
		t.Errorf("no span %q among %v", name, c.texts)
	}
	return s
}

func TestRunsAndTheirEffectsAreTraced(t *testing.T) {
	c := &collector{spans: map[string]toldSpan{}}
	receiver := httptest.NewServer(c)
	defer receiver.Close()
	tracer, err := traces.New(traces.Options{Endpoint: receiver.URL, Headers: map[string]string{"X-Key": "k"}})
	if err != nil {
		t.Fatal(err)
	}
	called := make(chan string, 1)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		called <- r.Header.Get("Traceparent")
		_, _ = w.Write([]byte(`{}`))
	}))
	defer service.Close()

	clock := &testClock{at: time.Now().Truncate(time.Second)}
	b := furnish(&bench{t: t, dir: t.TempDir(), key: [32]byte{1}, now: clock.now, reach: http.DefaultTransport, traces: tracer}, runtime.Connection{})
	request := `{"type":"text_print","id":"p","inputs":{"TEXT":{"block":{"type":"http_request","id":"asks","inputs":{"path":{"block":` + text(service.URL) + `}}}}}}`
	b.flow("inner", stack(whenRun, login, returns(expression("user.email"))), "user")
	b.flow("outer", stack(webhook("outer"), request, `{"type":"flow_call","id":"calls","extraState":{"hasOutput":false},"fields":{"FLOW":"inner"}}`, waits("2", "days"), returns(text("done"))))

	const trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	if status, answer := b.call("POST", "/hooks/outer", "", "Traceparent", "00-"+trace+"-"+parent+"-01"); status != 202 {
		t.Fatal(status, answer)
	}
	b.idle()
	clock.set(clock.now().Add(49 * time.Hour))
	b.close()
	b.open(runtime.Connection{}) // another process goes on with it, in the same trace
	b.server.runs.alarm.set(time.Time{})
	until(t, "the run has ended", func() bool {
		return strings.Contains(b.gives("GET", "/api/runs?flow=outer", "", 200), `"status":"succeeded"`)
	})
	b.idle()
	if err := tracer.Close(t.Context()); err != nil {
		t.Fatal(err)
	}

	run, ask, call, inner, logsIn := c.span(t, "run outer"), c.span(t, "http.get"), c.span(t, "flow.call"), c.span(t, "run inner"), c.span(t, "users.login")
	for what, pair := range map[string][2]string{
		"the run's parent":       {run.ParentSpanID, parent},
		"the request's parent":   {ask.ParentSpanID, run.SpanID},
		"the call's parent":      {call.ParentSpanID, run.SpanID},
		"the called run's":       {inner.ParentSpanID, call.SpanID},
		"the login's":            {logsIn.ParentSpanID, inner.SpanID},
		"the run's trace":        {run.TraceID, trace},
		"the login's trace":      {logsIn.TraceID, trace},
		"what the service heard": {<-called, "00-" + trace + "-" + ask.SpanID + "-01"},
		"the run's flow":         {run.attribute("blockflow.flow"), "outer"},
		"the run's status":       {run.attribute("blockflow.status"), "succeeded"},
		"the login's block":      {logsIn.attribute("blockflow.block"), "logs-in"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %s, want %s", what, pair[0], pair[1])
		}
	}
	for _, sent := range c.texts {
		if strings.Contains(sent, "builder") || strings.Contains(sent, "yourmail") {
			t.Errorf("a span tells values: %s", sent)
		}
	}
}

func TestARefusedEffectIsAnErrorInItsSpan(t *testing.T) {
	c := &collector{spans: map[string]toldSpan{}}
	receiver := httptest.NewServer(c)
	defer receiver.Close()
	tracer, err := traces.New(traces.Options{Endpoint: receiver.URL + "/", Headers: map[string]string{"X-Key": "k"}})
	if err != nil {
		t.Fatal(err)
	}
	b := furnish(&bench{t: t, dir: t.TempDir(), key: [32]byte{1}, traces: tracer}, runtime.Connection{})
	b.flow("fails", stack(whenRun, strings.Replace(login, "builder", "wrong", 1)), "user")
	b.gives("POST", "/api/flows/fails/run", "{}", 200, `"status":"failed"`)
	if err := tracer.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"run fails", "users.login"} {
		if s := c.span(t, name); s.Status.Code != 2 || s.Status.Message != "users.3003" {
			t.Errorf("%s has the status %+v", name, s.Status)
		}
	}
}

func TestABadCollectorIsToldAtOnce(t *testing.T) {
	for _, endpoint := range []string{"localhost:4318", "ftp://x", "http://", "://"} {
		if _, err := traces.New(traces.Options{Endpoint: endpoint}); err == nil {
			t.Errorf("%s is taken", endpoint)
		}
	}
}

func TestARunThatEndsWithoutADriverIsASpanToo(t *testing.T) {
	c := &collector{spans: map[string]toldSpan{}}
	receiver := httptest.NewServer(c)
	defer receiver.Close()
	tracer, err := traces.New(traces.Options{Endpoint: receiver.URL, Headers: map[string]string{"X-Key": "k"}})
	if err != nil {
		t.Fatal(err)
	}
	clock := &testClock{at: time.Now().Truncate(time.Second)}
	b := furnish(&bench{t: t, dir: t.TempDir(), key: [32]byte{1}, now: clock.now, traces: tracer}, runtime.Connection{})
	b.flow("patient", stack(whenRun, waits("2", "days")))
	b.flow("spoiled", stack(whenRun, waits("2", "days")))
	b.flow("odd", stack(webhook("odd"), waits("2", "days"), returns(expression("input.body.x.y"))))
	id := field(t, b.gives("POST", "/api/flows/patient/run", "", 202), "id")
	b.gives("POST", "/api/flows/spoiled/run", "", 202)
	b.gives("POST", "/hooks/odd", "{}", 202)
	b.gives("POST", "/api/runs/"+id+"/cancel", "", 200)
	b.spoil(`UPDATE runs SET input = ` + garbage + ` WHERE flow = 'spoiled'`)
	clock.set(clock.now().Add(49 * time.Hour))
	b.server.runs.alarm.set(time.Time{})
	until(t, "all have ended", func() bool {
		return strings.Count(b.gives("GET", "/api/runs?status=failed", "", 200), `"status":"failed"`) == 2
	})
	b.gives("GET", "/api/deadletters", "", 200, `"flow":"odd"`)
	b.close()
	if err := tracer.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for what, pair := range map[string][2]string{
		"a run that was cancelled while it waited": {c.span(t, "run patient").attribute("blockflow.status"), "cancelled"},
		"a run that couldn't be gone on with":      {c.span(t, "run spoiled").attribute("blockflow.status"), "failed"},
		"a run that became a dead letter":          {c.span(t, "run odd").attribute("blockflow.status"), "failed"},
		"and why":                                  {c.span(t, "run patient").Status.Message, "cancelled"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is told as %q, want %q", what, pair[0], pair[1])
		}
	}
}
