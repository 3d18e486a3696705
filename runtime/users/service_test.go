package users

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// cheap keeps tests fast; what is proven doesn't depend on the cost.
var cheap = PasswordCost{Memory: 8, Passes: 1, Lanes: 1}

// A place is a service on a file, reached over real HTTP, with a clock that
// stands still until it is moved.
type place struct {
	*testing.T
	service *Service
	server  *httptest.Server
	time    *atomic.Int64
	path    string
	options Options
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{T: t, time: &atomic.Int64{}, path: filepath.Join(t.TempDir(), "users.db")}
	p.time.Store(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).UnixMilli())
	p.options = Options{
		Key:          []byte("a key of the tests, long enough"),
		Now:          func() time.Time { return time.UnixMilli(p.time.Load()) },
		PasswordCost: cheap,
	}
	p.open()
	t.Cleanup(func() { p.close() })
	return p
}

func (p *place) open() {
	p.Helper()
	service, err := Open(context.Background(), p.path, p.options)
	if err != nil {
		p.Fatal(err)
	}
	p.service = service
	p.server = httptest.NewServer(service.Handler())
}

func (p *place) close() {
	p.Helper()
	p.server.Close()
	if err := p.service.Close(); err != nil {
		p.Fatal(err)
	}
}

// on is the same place for a subtest.
func (p *place) on(t *testing.T) *place {
	other := *p
	other.T = t
	return &other
}

func (p *place) pass(d time.Duration) { p.time.Add(d.Milliseconds()) }

// set changes settings.
func (p *place) set(change func(*Settings)) {
	p.Helper()
	settings, err := p.service.Settings(context.Background())
	if err != nil {
		p.Fatal(err)
	}
	change(&settings)
	if err := p.service.SetSettings(context.Background(), settings); err != nil {
		p.Fatal(err)
	}
}

// An answer is a response, read to its end.
type answer struct {
	status int
	header http.Header
	text   string
}

// A header is one more of them on a request.
type header struct{ name, value string }

func token(value string) header { return header{"user-token", value} }
func idempotent(key string) header {
	return header{"Idempotency-Key", key}
}

// call sends a request; a body goes out as JSON unless a header says otherwise.
func (p *place) call(method, path, body string, headers ...header) answer {
	p.Helper()
	request, err := http.NewRequest(method, p.server.URL+path, strings.NewReader(body))
	if err != nil {
		p.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		request.Header.Set(h.name, h.value)
	}
	response, err := p.server.Client().Do(request)
	if err != nil {
		p.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		p.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		p.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(text)}
}

// ok is call for a request that must succeed.
func (p *place) ok(method, path, body string, headers ...header) answer {
	p.Helper()
	a := p.call(method, path, body, headers...)
	if a.status != http.StatusOK {
		p.Fatalf("%s %s answered %d %s", method, path, a.status, a.text)
	}
	return a
}

// refused is call for a request that must be refused with a code and status.
func (p *place) refused(code, status int, method, path, body string, headers ...header) answer {
	p.Helper()
	a := p.call(method, path, body, headers...)
	var got struct {
		Code      *int
		Message   string
		ErrorData *struct{}
	}
	if err := json.Unmarshal([]byte(a.text), &got); err != nil || got.Code == nil || got.ErrorData == nil || got.Message == "" {
		p.Fatalf("%s %s answered %d %q, which isn't an error object", method, path, a.status, a.text)
	}
	if *got.Code != code || a.status != status {
		p.Fatalf("%s %s answered %d %s, want code %d with status %d", method, path, a.status, a.text, code, status)
	}
	return a
}

// field returns one member of the answer, a text without its quotes.
func (a answer) field(name string) string {
	properties, err := parseObject([]byte(a.text))
	if err != nil {
		return "not an object: " + a.text
	}
	p, ok := find(properties, name)
	switch {
	case !ok:
		return "absent"
	case p.kind == 's':
		return p.text
	default:
		return string(p.raw)
	}
}

func (p *place) register(email string) (id string) {
	p.Helper()
	return p.ok("POST", "/api/users/register", `{"email":"`+email+`","password":"secret"}`).field("objectId")
}

func (p *place) login(email string) (id, token string) {
	p.Helper()
	a := p.ok("POST", "/api/users/login", `{"login":"`+email+`","password":"secret"}`)
	return a.field("objectId"), a.field("user-token")
}

// member registers a user and logs in.
func (p *place) member(email string) (id, token string) {
	p.Helper()
	p.register(email)
	return p.login(email)
}

// as gives a path under the application id and one of the API keys.
func (p *place) as(key, path string) string {
	return "/" + p.service.Keys().AppID + "/" + key + path
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %s, want %s", what, got, want)
	}
}

func TestBothFormsOfAddressReachTheService(t *testing.T) {
	p := newPlace(t)
	keys := p.service.Keys()
	for path, roles := range map[string]string{
		"/api/users/userroles":              `["NotAuthenticatedUser","RestUser"]`,
		p.as(keys.REST, "/users/userroles"): `["NotAuthenticatedUser","RestUser"]`,
		p.as(keys.JS, "/users/userroles"):   `["NotAuthenticatedUser","JSUser"]`,
		p.as(keys.BL, "/users/userroles"):   `["NotAuthenticatedUser","ServerCodeUser"]`,
	} {
		same(t, "the answer at "+path, p.ok("GET", path, "").text, roles)
	}
	same(t, "info", p.ok("GET", "/api/info", "").text, `{"loggers":[]}`)
	_, tok := p.member("ann@x.org")
	same(t, "the roles of a user", p.ok("GET", "/api/users/userroles", "", token(tok)).text, `["AuthenticatedUser","RestUser"]`)
}

func TestAddressesThatLeadNowhere(t *testing.T) {
	p := newPlace(t)
	for _, path := range []string{"/", "/api", "/api/", "/api/nothing", "/api/users", "/api//users/logout", "/api/users/a/b/c", "/one"} {
		p.refused(codeOther, 404, "GET", path, "")
	}
	a := p.refused(codeOther, 405, "PATCH", "/api/users/1", "{}")
	same(t, "Allow", a.header.Get("Allow"), "GET, PUT, DELETE")
	// A path that is cleaned up on the way could mean something else than what
	// was asked for.
	p.refused(codeNoUser, 400, "GET", "/api/users/..%2Flogout", "")
}

func TestBrowsersOfAnyOriginMayCall(t *testing.T) {
	p := newPlace(t)
	a := p.call("OPTIONS", "/api/users/login", "", header{"Access-Control-Request-Headers", "content-type,x-backendless-sdk"})
	same(t, "the origin", a.header.Get("Access-Control-Allow-Origin"), "*")
	same(t, "the headers", a.header.Get("Access-Control-Allow-Headers"), "content-type,x-backendless-sdk")
	same(t, "the methods", a.header.Get("Access-Control-Allow-Methods"), "GET, POST, PUT, DELETE, PATCH, OPTIONS")
	if a.status != http.StatusNoContent {
		t.Errorf("OPTIONS answered %d", a.status)
	}
	same(t, "the origin of an error", p.call("GET", "/api/nothing", "").header.Get("Access-Control-Allow-Origin"), "*")
}

func TestWhatIsWrittenIsThereAfterARestart(t *testing.T) {
	p := newPlace(t)
	id, tok := p.member("ann@x.org")
	p.set(func(s *Settings) { s.SessionTimeout = 7200 })
	keys := p.service.Keys()
	p.close()
	p.open()
	if p.service.Keys() != keys {
		t.Error("the API keys changed")
	}
	settings, err := p.service.Settings(context.Background())
	if err != nil || settings.SessionTimeout != 7200 {
		t.Errorf("the session timeout is %d (%v), want 7200", settings.SessionTimeout, err)
	}
	same(t, "the email", p.ok("GET", "/api/data/Users/"+id, "", token(tok)).field("email"), "ann@x.org")
}

func TestTwoServicesInMemoryKnowNothingOfEachOther(t *testing.T) {
	ctx := context.Background()
	for range 2 {
		s, err := Open(ctx, "", Options{PasswordCost: cheap})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}()
		if _, err := s.Create(ctx, []byte(`{"email":"ann@x.org","password":"secret"}`)); err != nil {
			t.Error(err)
		}
		if total, _, err := s.Find(ctx, Query{}); total != 1 || err != nil {
			t.Errorf("there are %d users (%v), want 1", total, err)
		}
	}
}

func TestAnotherProcessSeesNewSettingsAndColumns(t *testing.T) {
	p := newPlace(t)
	id, _ := p.member("ann@x.org")
	other, err := Open(context.Background(), p.path, p.options)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := other.DefineColumn(context.Background(), Column{Name: "age", Type: TypeInt}); err != nil {
		t.Fatal(err)
	}
	settings := defaultSettings()
	settings.DynamicSchema = false
	if err := other.SetSettings(context.Background(), settings); err != nil {
		t.Fatal(err)
	}
	bl := p.as(p.service.Keys().BL, "/users/"+id)
	p.refused(codeUpdateUnknown, 400, "PUT", bl, `{"shoe":44}`)
	same(t, "the age", p.ok("PUT", bl, `{"age":44}`).field("age"), "44")
}

func TestAClosedServiceSaysSo(t *testing.T) {
	p := newPlace(t)
	if err := p.service.Close(); err != nil {
		t.Fatal(err)
	}
	p.refused(codeOther, 503, "GET", "/api/info", "")
	if _, err := p.service.Create(context.Background(), []byte(`{"email":"ann@x.org","password":"secret"}`)); err == nil {
		t.Error("a closed service made a user")
	}
}
