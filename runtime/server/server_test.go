package server

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gin-gonic/gin"

	"blockflow/engine"
	"blockflow/examples"
	"blockflow/runtime"
	"blockflow/runtime/access"
	"blockflow/runtime/store"
	"blockflow/runtime/traces"
	"blockflow/runtime/users"
)

// A bench is a server on real SQLite files with the examples in it.
type bench struct {
	t      testing.TB
	dir    string
	key    [32]byte
	store  *store.Store
	users  *users.Service
	server *Server
	http   *httptest.Server
	token  string
	now    func() time.Time  // the clock; nil: the real one
	reach  http.RoundTripper // of the HTTP blocks; nil: public addresses only
	traces *traces.Tracer    // nil: none
}

// fast keeps the tests short: what a password hash costs is tested elsewhere.
var fast = users.PasswordCost{Memory: 64, Passes: 1, Lanes: 1}

func newBench(t *testing.T, connection runtime.Connection) *bench {
	t.Helper()
	return furnish(&bench{t: t, dir: t.TempDir(), key: [32]byte{1}}, connection)
}

// newBenchAt is newBench with a clock of its own.
func newBenchAt(t *testing.T, clock *testClock) *bench {
	t.Helper()
	return furnish(&bench{t: t, dir: t.TempDir(), key: [32]byte{1}, now: clock.now}, runtime.Connection{})
}

func furnish(b *bench, connection runtime.Connection) *bench {
	t := b.t
	t.Helper()
	b.open(connection)
	file := example(t, examples.Users)
	if err := SeedDemo(t.Context(), b.store, b.users, file); err != nil {
		t.Fatal(err)
	}
	doc, err := engine.Parse(example(t, "update-user.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := Install(t.Context(), b.store, doc); err != nil {
		t.Fatal(err)
	}
	return b
}

// open opens what is in the bench's directory; the test's end closes it.
func (b *bench) open(connection runtime.Connection) {
	b.t.Helper()
	ctx := context.Background()
	var err error
	if b.store, err = store.Open(ctx, b.dir, store.Options{Key: b.key}); err != nil {
		b.t.Fatal(err)
	}
	if b.users, err = users.Open(ctx, b.dir+"/users.db", users.Options{Key: b.key[:], PasswordCost: fast}); err != nil {
		b.t.Fatal(err)
	}
	a := access.New(b.store, access.Options{})
	b.server, err = New(ctx, Options{
		Store: b.store, Access: a, Users: b.users, Connection: connection, DemoUsers: example(b.t, examples.Users), Logger: slog.New(slog.DiscardHandler), Now: b.now, HTTP: b.reach, Traces: b.traces,
		Editor: fstest.MapFS{"index.html": {Data: []byte("<p>the editor")}, "assets/a.js": {Data: []byte("1")}},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.http = httptest.NewServer(b.server.Handler())
	made, err := a.CreateToken(ctx, "test")
	if err != nil {
		b.t.Fatal(err)
	}
	b.token = made.Token
	b.t.Cleanup(b.close)
}

func (b *bench) close() {
	if b.http == nil {
		return
	}
	b.http.Close()
	b.server.Close()
	b.users.Close()
	b.store.Close()
	b.http = nil
}

func example(t testing.TB, name string) []byte {
	t.Helper()
	data, err := examples.Files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// call sends a request with the token and returns status and body.
func (b *bench) call(method, path, body string, header ...string) (int, string) {
	b.t.Helper()
	req, err := http.NewRequest(method, b.http.URL+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+b.token)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
		if header[i+1] == "" {
			req.Header.Del(header[i])
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	contract, err := theContract()
	if err != nil {
		b.t.Fatal(err)
	}
	if err := contract.check(method, path, body, res.StatusCode, res.Header.Get("Content-Type"), string(data)); err != nil {
		b.t.Errorf("%s %s breaks the contract: %v\n%.500s", method, path, err, data)
	}
	return res.StatusCode, string(data)
}

// gives is one line of a table: what a request must be answered with.
func (b *bench) gives(method, path, body string, status int, parts ...string) string {
	b.t.Helper()
	got, answer := b.call(method, path, body)
	if got != status {
		b.t.Errorf("%s %s: status %d, want %d: %.500s", method, path, got, status, answer)
	}
	for _, part := range parts {
		if !strings.Contains(answer, part) {
			b.t.Errorf("%s %s: %.800s\nhas no %s", method, path, answer, part)
		}
	}
	return answer
}

func field(t testing.TB, data, name string) string {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(data), &v); err != nil {
		t.Fatalf("%v: %.300s", err, data)
	}
	s, _ := v[name].(string)
	return s
}

func TestTheReferenceExampleByWebhook(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.gives("POST", "/hooks/update-user", `{"password":"wonderland"}`, 200, `"email":"alice@newmail.com"`, `"address":"27 Rose Street"`)
	b.gives("GET", "/api/usertable?search=newmail", "", 200, `"total":1`, `27 Rose Street`)
	b.gives("GET", "/api/runs?flow=update-user", "", 200, `"trigger":"webhook"`, `"status":"succeeded"`)

	b.gives("POST", "/hooks/update-user", ``, 500, `"code":"users.3003"`, `"block":"login"`) // she has another address now
	b.gives("POST", "/api/usertable/reset", ``, 204)
	b.gives("POST", "/hooks/update-user", ``, 200, `27 Rose Street`)

	b.gives("POST", "/hooks/update-user", `{"pasword":"x"}`, 422, `"code":"bad_input"`, `no input`)
	b.gives("POST", "/hooks/update-user", `{"password":7}`, 422, `must be a text`)
	b.gives("POST", "/hooks/update-user", `{"password":`, 400, `"code":"bad_json"`)
	b.gives("GET", "/hooks/update-user", ``, 404, `"code":"not_found"`)
	b.gives("POST", "/hooks/nowhere", ``, 404)
	b.gives("POST", "/hooks/update-user", `"`+strings.Repeat("x", 2<<20)+`"`, 413, `"code":"too_big"`)
	if status, answer := b.call("POST", "/hooks/update-user", "password=7", "Content-Type", "application/x-www-form-urlencoded"); status != 500 || !strings.Contains(answer, "users.3003") {
		t.Errorf("a form with a wrong password is answered with %d %s", status, answer)
	}
}

func TestARunByHandAndItsReplay(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	run := b.gives("POST", "/api/flows/update-user/run", `{"input":{"password":"wonderland"}}`, 200,
		`"status":"succeeded"`, `27 Rose Street`, `"effects":2`, `"steps":4`, `"error":null`, `"version":1`)
	path := "/api/runs/" + field(t, run, "id")
	b.gives("GET", path, "", 200, `"input":{"password":"••••••"}`, `"document":{"flow":{"name":"update-user"`)
	b.gives("GET", path+"/changes", "", 200, `"block":"update"`, `"address":"1 Looking-Glass Lane"`, `"address":"27 Rose Street"`)

	b.users.Close() // the journal is enough from here on
	b.gives("GET", path+"/trace", "", 200, `"total":`, `"block":"update","value":{"objectId"`, `"kind":"set","block":"set-user"`, `"variable":"user"`)
	b.gives("GET", path+"/trace?from=2&limit=1", "", 200, `"events":[{"n":2,`, `"from":2`)
	all := b.gives("GET", path+"/trace", "", 200)
	last := b.gives("GET", path+"/trace?from=-3", "", 200)
	if tail := last[strings.Index(last, `{"n":`):strings.Index(last, `],"from"`)]; !strings.Contains(all, tail+`],"from"`) {
		t.Errorf("the last events are %s\nof %s", tail, all)
	}
	journal := b.gives("GET", path+"/journal", "", 200, `"kind":"users.login"`, `"kind":"users.update"`, `"password":"••••••"`)
	for _, text := range []string{journal, b.gives("GET", path+"/trace", "", 200)} {
		if strings.Contains(text, "wonderland") {
			t.Errorf("a password is shown: %s", text)
		}
		if strings.Count(text, `"user-token":`) != strings.Count(text, `"user-token":"••••••"`) {
			t.Errorf("a token is shown: %s", text)
		}
	}
	b.gives("GET", "/api/runs/nothing", "", 404)
}

func TestDraftsAndVersions(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	flow := `{"flow":{"name":"hello","title":"Hello"},"blocks":{"blocks":[{"type":"when_run","id":"w","next":{"block":{"type":"immediate_return","id":"r","inputs":{"value":{"shadow":{"type":"text","id":"t","fields":{"TEXT":"one"}}}}}}}]},"extra":{"kept":12345678901234567890}}`
	b.gives("PUT", "/api/flows/hello", flow, 200, `"revision":1`, `"problems":[]`)
	b.gives("GET", "/api/flows/hello", "", 200, `"kept":12345678901234567890`, `"published":null`)
	b.gives("POST", "/api/flows/hello/run", "", 200, `"result":"one"`, `"version":"draft"`)
	b.gives("POST", "/api/flows/hello/run", `{"version":"published"}`, 409, `"code":"not_published"`)
	b.gives("POST", "/api/flows/hello/publish", "", 200, `{"version":1}`)
	b.gives("PUT", "/api/flows/hello", strings.Replace(flow, `"one"`, `"two"`, 1), 200, `"revision":2`)
	b.gives("POST", "/api/flows/hello/run", "", 200, `"result":"one"`)
	b.gives("POST", "/api/flows/hello/run", `{"version":"draft"}`, 200, `"result":"two"`)

	status, answer := b.call("PUT", "/api/flows/hello", flow, "If-Match", `"1"`)
	if status != 409 || !strings.Contains(answer, `"code":"conflict"`) || !strings.Contains(answer, `"revision":2`) || !strings.Contains(answer, `"two"`) {
		t.Errorf("saving over another's change: %d %s", status, answer)
	}
	if status, answer = b.call("PUT", "/api/flows/hello", flow, "If-None-Match", `*`); status != 409 {
		t.Errorf("making a flow that is there: %d %s", status, answer)
	}
	b.gives("PUT", "/api/flows/Bad%20Name", flow, 422, `"code":"bad_name"`)
	b.gives("DELETE", "/api/flows/hello", "", 204)
	b.gives("GET", "/api/flows/hello", "", 404)
}

func TestBadFlowsAreRefusedInWords(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	incomplete := `{"blocks":{"blocks":[{"type":"when_run","id":"w","next":{"block":{"type":"users_update","id":"u"}}}]}}`
	b.gives("PUT", "/api/flows/draft", incomplete, 200, `"code":"missing_input"`, `"block":"u"`) // one may save while composing
	b.gives("POST", "/api/flows/draft/publish", "", 422, `"code":"bad_flow"`, `"block":"u"`)
	b.gives("POST", "/api/flows/draft/run", "", 422, `"code":"bad_flow"`, `"block":"u"`)
	b.gives("POST", "/api/validate", incomplete, 200, `"problems":[{"code":"missing_input"`)
	for _, test := range []struct{ name, file, code string }{
		{"no JSON", `{oops}`, "bad_json"},
		{"no workspace", `{"a":1}`, "not_a_workspace"},
		{"a list", `[]`, "not_a_workspace"},
		{"two blocks with one id", `{"blocks":{"blocks":[{"type":"text","id":"a"},{"type":"text","id":"a"}]}}`, "duplicate_id"},
		{"nothing but nesting", strings.Repeat("[", 1<<20), "too_deep"},
	} {
		b.gives("PUT", "/api/flows/bad", test.file, 422, `"code":"bad_flow"`, `"code":"`+test.code+`"`)
		b.gives("POST", "/api/validate", test.file, 200, `"code":"`+test.code+`"`)
	}
}

func TestOnlyEditorsReachTheAPI(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	for _, route := range b.server.routes().(*gin.Engine).Routes() {
		if !strings.HasPrefix(route.Path, "/api/") || open(route.Path) {
			continue
		}
		path := strings.NewReplacer(":name", "update-user", ":id", "x", "*id", "").Replace(route.Path)
		for _, bearer := range []string{"", "Bearer wrong", "Bearer bft_"} {
			if status, answer := b.call(route.Method, path, "", "Authorization", bearer); status != 401 {
				t.Errorf("%s %s with %q: %d %s, want 401", route.Method, path, bearer, status, answer)
			}
		}
	}
}

// open are the routes that check by themselves, or that anyone may use.
func open(path string) bool {
	for _, prefix := range []string{"/api/users", "/api/data", "/api/files", "/api/messaging", "/api/info", "/api/session", "/api/setup", "/api/tokens", "/api/people"} {
		if path == prefix || strings.HasPrefix(path, prefix+"/") {
			return path != "/api/usertable"
		}
	}
	return false
}

func TestTheEditorIsServed(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.gives("GET", "/", "", 200, "the editor")
	b.gives("GET", "/flows/update-user", "", 200, "the editor")
	b.gives("GET", "/assets/a.js", "", 200, "1")
	b.gives("GET", "/assets/none.js", "", 404)
	b.gives("GET", "/../../etc/passwd", "", 200, "the editor")
	b.gives("GET", "/api/nothing", "", 404)
	b.gives("GET", "/healthz", "", 200, "ok")
	b.gives("GET", "/api/blocks", "", 200, `"type":"users_update"`, `"categoryToolbox"`)
	res, err := http.Get(b.http.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if p := res.Header.Get("Content-Security-Policy"); !strings.Contains(p, "script-src 'self';") {
		t.Errorf("the policy for scripts is %q", p)
	}
}

func TestTheUserServiceInBothForms(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	keys := b.users.Keys()
	login := `{"login":"bob@yourmail.com","password":"builder"}`
	b.gives("POST", "/api/users/login", login, 200, `"user-token"`)
	b.gives("POST", "/"+keys.AppID+"/"+keys.REST+"/users/login", login, 200, `"user-token"`)
	b.gives("POST", "/wrong/key/users/login", login, 400, `"code":2002`)
}

func TestARunCutOffByACrashIsFinished(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	doc := example(t, "update-user.json")
	p, err := compile(doc)
	if err != nil {
		t.Fatal(err)
	}
	// As a kill leaves it: the run is kept, its first effect was begun.
	id := store.NewRunID()
	kept := store.Run{RunInfo: store.RunInfo{ID: id, Flow: "update-user", Document: store.DocumentHash(doc), Entry: "when-run", Trigger: "manual", Status: store.Running}, Input: []byte(`null`), File: doc}
	if err := b.store.CreateRun(t.Context(), kept); err != nil {
		t.Fatal(err)
	}
	entry, _ := p.Entry("when-run", "")
	m, err := engine.New(p, engine.Start{Entry: entry, RunID: id})
	if err != nil {
		t.Fatal(err)
	}
	first := m.Next(1000).Calls[0]
	// The login happened, and only then the server died.
	outcome, err := b.server.runs.kit.Perform(t.Context(), first)
	if err != nil || outcome.Err != nil {
		t.Fatal(err, outcome)
	}
	entries, err := encodeEntries([]engine.Record{{Place: first.Place, Block: first.Block, Kind: first.Effect.Kind, Digest: first.Digest}})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.store.Intend(t.Context(), id, entries); err != nil {
		t.Fatal(err)
	}
	b.close()

	b.open(runtime.Connection{})
	b.idle()
	b.gives("GET", "/api/runs/"+id, "", 200, `"status":"succeeded"`, `27 Rose Street`, `"effects":2`)
	changes, err := b.users.Changes(t.Context(), id+":")
	if err != nil || len(changes) != 2 {
		t.Errorf("the world saw %d writes of the run, want 2: %v %v", len(changes), changes, err)
	}
}
