package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"blockflow/runtime"
	"blockflow/runtime/access"
)

// bearer makes a token for scopes.
func (b *bench) bearer(scopes ...access.Scope) string {
	b.t.Helper()
	made, err := access.New(b.store, access.Options{}).CreateToken(b.t.Context(), "scoped", scopes...)
	if err != nil {
		b.t.Fatal(err)
	}
	return "Bearer " + made.Token
}

// TestEveryRouteNeedsItsScope asks for every route of the API with every scope but
// the one that it needs, and with that one alone.
func TestEveryRouteNeedsItsScope(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	tokens := map[access.Scope]string{}
	for _, scope := range access.Scopes {
		tokens[scope] = b.bearer(scope)
	}
	routes := 0
	for _, route := range b.server.handler.(*gin.Engine).Routes() {
		if !strings.HasPrefix(route.Path, "/api/") || open(route.Path) || strings.HasSuffix(route.Path, "/events") {
			continue
		}
		routes++
		needed := scopeOf(route.Method + " " + route.Path)
		// Nothing that is named exists, so whoever is let in is told so.
		path := strings.NewReplacer(":name", "no-such-flow", ":id", "x", ":version", "1").Replace(route.Path)
		for _, scope := range access.Scopes {
			status, answer := b.call(route.Method, path, "", "Authorization", tokens[scope])
			if let := status != http.StatusForbidden; let != (scope == needed) {
				t.Errorf("%s %s needs %s, and %s is answered %d %.200s", route.Method, route.Path, needed, scope, status, answer)
			}
		}
	}
	if routes < 35 {
		t.Errorf("only %d routes were found", routes)
	}
	for _, path := range []string{"/api/tokens", "/api/people"} {
		for _, scope := range access.Scopes {
			status, _ := b.call("GET", path, "", "Authorization", tokens[scope])
			if (status == 200) != (scope == access.Admin) {
				t.Errorf("GET %s with %s: %d", path, scope, status)
			}
		}
	}
}

func TestARouteThatNobodyThoughtAboutIsClosed(t *testing.T) {
	if scopeOf("POST /api/new") != access.Admin || scopeOf("GET /api/new") != access.Read {
		t.Error("unknown routes are open")
	}
}

func TestPeopleHaveRoles(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.gives("POST", "/api/people", `{"name":"ada","role":"viewer","password":"analytical engine"}`, 201)
	b.gives("POST", "/api/people", `{"name":"ada","role":"viewer","password":"analytical engine"}`, 409, `"code":"exists"`)
	b.gives("POST", "/api/people", `{"name":"bob","role":"king","password":"analytical engine"}`, 422, `"code":"bad_role"`)
	b.gives("POST", "/api/people", `{"name":"Bad Name","role":"viewer","password":"analytical engine"}`, 422, `"code":"bad_name"`)
	b.gives("POST", "/api/people", `{"name":"bob","role":"editor","password":"short"}`, 422, `"code":"bad_password"`)

	cookie := b.signIn("ada", "analytical engine")
	as := func(method, path, body string, want int) {
		t.Helper()
		if status, answer := b.call(method, path, body, "Authorization", "", "Cookie", cookie, "Sec-Fetch-Site", "same-origin"); status != want {
			t.Errorf("%s %s: %d %.200s, want %d", method, path, status, answer, want)
		}
	}
	as("GET", "/api/flows", "", 200)
	as("DELETE", "/api/flows/update-user", "", 403)
	as("POST", "/api/flows/update-user/run", `{"input":{}}`, 403)
	b.gives("PATCH", "/api/people/ada", `{"role":"editor"}`, 204)
	as("POST", "/api/flows/update-user/run", `{"input":{}}`, 200) // the session goes on with the new role
	as("PUT", "/api/secrets/x", `{"value":"y"}`, 403)
	as("GET", "/api/people", "", 403)
	b.gives("PATCH", "/api/people/ada", `{"password":"another long one"}`, 204)
	as("GET", "/api/flows", "", 401) // a new password ends all sessions
	b.gives("PATCH", "/api/people/nobody", `{"role":"editor"}`, 404)
	b.gives("PATCH", "/api/people/ada", `{"role":"owner"}`, 204)
	b.gives("DELETE", "/api/people/ada", "", 409, `"code":"last_owner"`)
	b.gives("PATCH", "/api/people/ada", `{"role":"viewer"}`, 409, `"code":"last_owner"`)
	b.gives("GET", "/api/audit", "", 200, `"action":"person.role"`, `"action":"session.begin"`)
}

// signIn returns the session cookie of a person.
func (b *bench) signIn(name, password string) string {
	b.t.Helper()
	res, err := http.Post(b.http.URL+"/api/session", "application/json", strings.NewReader(`{"name":"`+name+`","password":"`+password+`"}`))
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		return c.Name + "=" + c.Value
	}
	b.t.Fatalf("%s can't sign in: %d", name, res.StatusCode)
	return ""
}

func TestWhoDidWhat(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.gives("PUT", "/api/secrets/key", `{"value":"s3cret"}`, 204)
	b.gives("POST", "/api/flows/update-user/publish", "", 200)
	log := b.gives("GET", "/api/audit?limit=5", "", 200, `"by":"token: test"`, `"action":"PUT /api/secrets/:name","subject":"key"`, `"action":"POST /api/flows/:name/publish","subject":"update-user"`)
	if strings.Contains(log, "s3cret") {
		t.Error("the audit log holds a secret")
	}
}

func TestHealth(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.gives("GET", "/healthz", "", 200, "ok")
	b.gives("GET", "/readyz", "", 200, "ready")
	b.gives("POST", "/hooks/update-user", "", 200)
	b.gives("GET", "/metrics", "", 200, `blockflow_runs_started_total{trigger="webhook"} 1`, `blockflow_runs_ended_total{status="succeeded"} 1`,
		`blockflow_effects_total{kind="users.update",outcome="answered"} 1`, "blockflow_runs_queued 0", `route="/hooks/*path"`)
	if status, _ := b.call("GET", "/metrics", "", "X-Forwarded-For", "203.0.113.7", "Authorization", ""); status != 401 {
		t.Errorf("the metrics are open to others: %d", status)
	}
}

func TestPeopleAreInvitedByALinkThatWorksOnce(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	link := func(answer string) string {
		t.Helper()
		_, rest, found := strings.Cut(answer, `"invite":"`)
		token, _, _ := strings.Cut(rest, `"`)
		if !found {
			t.Fatalf("no link in %s", answer)
		}
		return token
	}
	first := link(b.gives("POST", "/api/people", `{"name":"ada@x.org","role":"editor"}`, 201))
	b.gives("GET", "/api/people", "", 200, `"invited":true`)
	b.gives("POST", "/api/session", `{"name":"ada@x.org","password":"`+first+`"}`, 401, "wrong_password")
	again := link(b.gives("PATCH", "/api/people/ada@x.org", `{"invite":true}`, 200))
	b.gives("POST", "/api/setup", `{"token":"`+first+`","password":"analytical engine"}`, 403, "bad_setup_link")
	b.gives("POST", "/api/setup", `{"token":"invite.nobody.x","password":"analytical engine"}`, 403, "bad_setup_link")
	b.gives("POST", "/api/setup", `{"token":"invite.","password":"analytical engine"}`, 403, "bad_setup_link")
	b.gives("POST", "/api/setup", `{"token":"`+again+`","password":"short"}`, 422, "bad_password")
	b.gives("POST", "/api/setup", `{"token":"`+again+`","password":"analytical engine"}`, 204)
	b.gives("POST", "/api/setup", `{"token":"`+again+`","password":"another engine"}`, 403, "bad_setup_link")
	b.gives("GET", "/api/people", "", 200, `"invited":false`)

	cookie := b.signIn("ada@x.org", "analytical engine")
	as := func(method, path, body string, want int) {
		t.Helper()
		if status, answer := b.call(method, path, body, "Authorization", "", "Cookie", cookie, "Sec-Fetch-Site", "same-origin"); status != want {
			t.Errorf("%s %s: %d %.200s, want %d", method, path, status, answer, want)
		}
	}
	as("GET", "/api/flows", "", 200)
	as("PATCH", "/api/people/ada@x.org", `{"role":"owner"}`, 403)
	as("PATCH", "/api/people/ada@x.org", `{"old":"wrong","password":"difference engine"}`, 422)
	as("PATCH", "/api/people/owner", `{"old":"x","password":"difference engine"}`, 403)
	as("PATCH", "/api/people/ada@x.org", `{"old":"analytical engine","password":"difference engine"}`, 204)
	b.signIn("ada@x.org", "difference engine")
	b.gives("GET", "/api/audit", "", 200, `"action":"person.invite"`, `"action":"person.accept"`)
}

func TestTheAuditLogIsReadByThePage(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	for _, name := range []string{"a", "b", "c"} {
		b.gives("PUT", "/api/secrets/"+name, `{"value":"x"}`, 204)
	}
	var page struct {
		Entries []struct{ Subject string }
		Next    int
	}
	seen, before := "", ""
	for range 2 {
		answer := b.gives("GET", "/api/audit?limit=2"+before, "", 200)
		if err := json.Unmarshal([]byte(answer), &page); err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Entries {
			seen += e.Subject + " "
		}
		before = fmt.Sprintf("&before=%d", page.Next)
	}
	if !strings.HasPrefix(seen, "c b a ") {
		t.Errorf("the log shows %q", seen)
	}
}

func TestOwnersSeeWhatBoundsTheServer(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.gives("GET", "/api/settings", "", 200, `"concurrency":256`, `"runTimeout":300`, `"hookWait":60`, `"httpAllow":[]`)
	b.gives("PUT", "/api/settings", `{"keepDays":7,"hookWait":2.5}`, 200, `"keepDays":7,`, `"hookWait":2.5`, `"chosen":{"keepDays":7,"hookWait":2.5}`, `"configured":{"keepDays":0,`)
	b.server.Set(Live{KeepDays: 30, KeepRuns: 9}) // as on SIGHUP
	b.gives("GET", "/api/settings", "", 200, `"keepDays":7,"keepRuns":9`)
	b.close()
	b.open(runtime.Connection{})
	b.gives("GET", "/api/settings", "", 200, `"keepDays":7,`, `"hookWait":2.5`)
	b.gives("PUT", "/api/settings", `{"rate":0.1}`, 400, `"code":"bad_setting"`)
	b.gives("PUT", "/api/settings", `{"keepDays":-1}`, 400, `"code":"bad_setting"`)
	b.gives("PUT", "/api/settings", `{"runSteps":1}`, 400)
	b.gives("PUT", "/api/settings", `{}`, 200, `"chosen":{}`, `"hookWait":60`)
	if status, _ := b.call("GET", "/api/settings", "", "Authorization", b.bearer(access.Edit)); status != 403 {
		t.Errorf("an editor is answered %d", status)
	}
}
