package access

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"blockflow/runtime/store"
)

const password = "white rabbit"

// A clock stands until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// A site is a server with access to it, as the real one mounts it, and a browser.
type site struct {
	*testing.T
	clock  *clock
	dir    string
	store  *store.Store
	access *Access
	server *httptest.Server
	client *http.Client // keeps cookies
}

func newSite(t *testing.T, start func(http.Handler) *httptest.Server) *site {
	t.Helper()
	c := &clock{at: time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)}
	dir := t.TempDir()
	key, err := store.LoadKey(dir)
	check(t, err)
	s, err := store.Open(t.Context(), dir, store.Options{Key: key, Now: c.now})
	check(t, err)
	a := New(s, Options{Now: c.now})
	mux := http.NewServeMux()
	mux.HandleFunc("/api/session", a.ServeSession)
	mux.HandleFunc("/api/setup", a.ServeSetup)
	mux.HandleFunc("/api/tokens", a.ServeTokens)
	mux.HandleFunc("/api/tokens/", a.ServeTokens)
	mux.Handle("/api/whoami", a.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, _ := PrincipalFrom(r.Context())
		_, _ = io.WriteString(w, p.String())
	})))
	server := start(mux)
	client := server.Client()
	client.Jar, err = cookiejar.New(nil)
	check(t, err)
	t.Cleanup(func() {
		server.Close()
		check(t, s.Close())
	})
	return &site{T: t, clock: c, dir: dir, store: s, access: a, server: server, client: client}
}

func open(t *testing.T) *site { return newSite(t, httptest.NewServer) }

// setUp sets the password; the browser is signed in then.
func (s *site) setUp() *site {
	s.Helper()
	token, needed, err := s.access.SetupToken(context.Background())
	if err != nil || !needed {
		s.Fatal(needed, err)
	}
	s.gives(s.post("/api/setup", `{"token":"`+token+`","password":"`+password+`"}`), 204, "")
	return s
}

type answer struct {
	*http.Response
	body string
	code string // of the error
}

func (s *site) do(method, path, body string, header ...string) answer {
	s.Helper()
	r, err := http.NewRequest(method, s.server.URL+path, strings.NewReader(body))
	check(s.T, err)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := s.client.Do(r)
	check(s.T, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	check(s.T, err)
	var e struct {
		Error struct{ Code, Message string }
	}
	_ = json.Unmarshal(b, &e)
	if res.StatusCode >= 400 && (e.Error.Code == "" || !strings.HasSuffix(e.Error.Message, ".")) {
		s.Errorf("%s %s: %d without an error in the API's form: %s", method, path, res.StatusCode, b)
	}
	return answer{Response: res, body: strings.TrimSpace(string(b)), code: e.Error.Code}
}

func (s *site) post(path, body string, header ...string) answer {
	s.Helper()
	return s.do("POST", path, body, header...)
}

func (s *site) get(path string, header ...string) answer {
	s.Helper()
	return s.do("GET", path, "", header...)
}

// gives checks the status and the error's code, or if there is none the body.
func (s *site) gives(a answer, status int, want string) {
	s.Helper()
	got := a.code
	if got == "" {
		got = a.body
	}
	if a.StatusCode != status || got != want {
		s.Errorf("%s %s: got %d %s, want %d %s", a.Request.Method, a.Request.URL.Path, a.StatusCode, got, status, want)
	}
}

func (s *site) signIn(password string) answer {
	s.Helper()
	return s.post("/api/session", `{"password":"`+password+`"}`)
}

// forget is another browser.
func (s *site) forget() {
	var err error
	s.client.Jar, err = cookiejar.New(nil)
	check(s.T, err)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestSetup(t *testing.T) {
	t.Run("before setup, the session says that it is needed and nobody is let in", func(t *testing.T) {
		s := open(t)
		s.gives(s.get("/api/session"), 200, `{"name":"","role":"","setupNeeded":true,"signedIn":false}`)
		s.gives(s.get("/api/whoami"), 401, "sign_in_needed")
		s.gives(s.signIn(password), 409, "setup_needed")
	})
	t.Run("the link sets the password and signs in, once", func(t *testing.T) {
		s := open(t)
		token, _, err := s.access.SetupToken(t.Context())
		check(t, err)
		body := `{"token":"` + token + `","password":"` + password + `"}`
		s.gives(s.post("/api/setup", body), 204, "")
		s.gives(s.get("/api/session"), 200, `{"name":"owner","role":"owner","setupNeeded":false,"signedIn":true}`)
		s.gives(s.post("/api/setup", body), 403, "bad_setup_link")
		if _, needed, err := s.access.SetupToken(t.Context()); needed || err != nil {
			t.Errorf("a second link was made: %v", err)
		}
		s.gives(s.signIn(password), 204, "")
	})
	t.Run("a link that was replaced, guessed or left out sets nothing", func(t *testing.T) {
		s := open(t)
		old, _, err := s.access.SetupToken(t.Context())
		check(t, err)
		_, _, err = s.access.SetupToken(t.Context())
		check(t, err)
		for _, token := range []string{old, "guess", ""} {
			s.gives(s.post("/api/setup", `{"token":"`+token+`","password":"`+password+`"}`), 403, "bad_setup_link")
		}
	})
	t.Run("a password that is too short or too long is refused, and the link stays", func(t *testing.T) {
		s := open(t)
		token, _, err := s.access.SetupToken(t.Context())
		check(t, err)
		for _, p := range []string{"", "1234567", strings.Repeat("x", 1025)} {
			s.gives(s.post("/api/setup", `{"token":"`+token+`","password":"`+p+`"}`), 422, "bad_password")
		}
		s.gives(s.post("/api/setup", `{"token":"`+token+`","password":"八文字以上の言葉"}`), 204, "")
	})
}

func TestSigningIn(t *testing.T) {
	t.Run("the password lets in, another doesn't", func(t *testing.T) {
		s := open(t).setUp()
		s.forget()
		for _, wrong := range []string{"White rabbit", "", "white rabbit "} {
			s.gives(s.signIn(wrong), 401, "wrong_password")
		}
		s.gives(s.get("/api/whoami"), 401, "sign_in_needed")
		s.gives(s.signIn(password), 204, "")
		s.gives(s.get("/api/whoami"), 200, "owner")
	})
	t.Run("signing out ends the session on the server too", func(t *testing.T) {
		s := open(t).setUp()
		cookie := cookieOf(t, s.signIn(password)).Value
		s.gives(s.do("DELETE", "/api/session", ""), 204, "")
		s.gives(s.get("/api/whoami"), 401, "sign_in_needed")
		s.gives(s.get("/api/whoami", "Cookie", CookieName+"="+cookie), 401, "sign_in_needed")
		s.gives(s.do("DELETE", "/api/session", ""), 204, "")
	})
	t.Run("signing in again ends the session before", func(t *testing.T) {
		s := open(t).setUp()
		old := cookieOf(t, s.signIn(password)).Value
		s.gives(s.signIn(password), 204, "")
		s.forget()
		s.gives(s.get("/api/whoami", "Cookie", CookieName+"="+old), 401, "sign_in_needed")
	})
	t.Run("a body that is no small JSON object is refused", func(t *testing.T) {
		s := open(t).setUp()
		for _, body := range []string{"", "[]", `{"password":1}`, `{"password":"a"} {}`, `{"password":"` + strings.Repeat("x", 1<<17) + `"}`} {
			s.gives(s.post("/api/session", body), 400, "bad_request")
		}
	})
	t.Run("a changed password ends all sessions", func(t *testing.T) {
		s := open(t).setUp()
		check(t, s.access.SetPassword(t.Context(), "mad hatter"))
		s.gives(s.get("/api/whoami"), 401, "sign_in_needed")
		s.gives(s.signIn(password), 401, "wrong_password")
		s.gives(s.signIn("mad hatter"), 204, "")
	})
}

func cookieOf(t *testing.T, a answer) *http.Cookie {
	t.Helper()
	for _, c := range a.Cookies() {
		if c.Name == CookieName {
			return c
		}
	}
	t.Fatal("there is no session cookie")
	return nil
}

func TestTheCookieIsOutOfReachOfScriptsAndOtherSites(t *testing.T) {
	for name, c := range map[string]struct {
		start  func(http.Handler) *httptest.Server
		secure bool
	}{
		"http": {httptest.NewServer, false}, "https": {httptest.NewTLSServer, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, c.start).setUp()
			got := cookieOf(t, s.signIn(password))
			if !got.HttpOnly || got.SameSite != http.SameSiteStrictMode || got.Path != "/" || got.Secure != c.secure || got.MaxAge != 30*24*3600 || got.Domain != "" {
				t.Errorf("got %s", got.Raw)
			}
		})
	}
}

func TestSessionsEnd(t *testing.T) {
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		use  time.Duration // how often it is used
		last time.Duration // how long it lasts
	}{
		"after 7 days without use":          {8 * day, 0},
		"after 30 days however it is used":  {6 * day, 24 * day},
		"not as long as it is used in time": {7*day - time.Second, 28*day - 4*time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t).setUp()
			cookie := cookieOf(t, s.signIn(password)).Value
			s.forget()
			lasted := time.Duration(0)
			for range 6 {
				s.clock.pass(c.use)
				if s.get("/api/whoami", "Cookie", CookieName+"="+cookie).StatusCode != 200 {
					break
				}
				lasted += c.use
			}
			if lasted != c.last {
				t.Errorf("it lasted %v, want %v", lasted, c.last)
			}
		})
	}
}

func TestPagesOfOtherSites(t *testing.T) {
	s := open(t).setUp()
	token, err := s.access.CreateToken(t.Context(), "ci")
	check(t, err)
	for _, c := range []struct {
		method, path, body string
		header             []string
		status             int
	}{
		{"POST", "/api/whoami", "", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"POST", "/api/whoami", "", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"POST", "/api/whoami", "", []string{"Origin", "https://evil.example"}, 403},
		{"POST", "/api/whoami", "", []string{"Origin", "null"}, 403},
		{"POST", "/api/whoami", "", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"POST", "/api/whoami", "", []string{"Origin", s.server.URL}, 200},
		{"POST", "/api/whoami", "", nil, 200},
		{"GET", "/api/whoami", "", []string{"Sec-Fetch-Site", "cross-site"}, 200},
		{"POST", "/api/whoami", "", []string{"Sec-Fetch-Site", "cross-site", "Authorization", "Bearer " + token.Token}, 200},
		{"POST", "/api/session", `{"password":"` + password + `"}`, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"POST", "/api/setup", `{}`, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"DELETE", "/api/session", "", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"POST", "/api/tokens", `{"name":"evil"}`, []string{"Sec-Fetch-Site", "cross-site"}, 403},
	} {
		a := s.do(c.method, c.path, c.body, c.header...)
		if a.StatusCode != c.status || (c.status == 403 && a.code != "cross_origin") {
			t.Errorf("%s %s %v: got %d %s, want %d", c.method, c.path, c.header, a.StatusCode, a.body, c.status)
		}
	}
}

func TestTokens(t *testing.T) {
	s := open(t).setUp()
	t.Run("a token is shown once, lets a program in, and is listed with its last use", func(t *testing.T) {
		a := s.post("/api/tokens", `{"name":" ci "}`)
		var made NewToken
		check(t, json.Unmarshal([]byte(a.body), &made))
		if a.StatusCode != 201 || !strings.HasPrefix(made.Token, "bft_") || len(made.Token) < 40 || made.Name != "ci" || made.ID == "" {
			t.Fatalf("got %d %s", a.StatusCode, a.body)
		}
		s.gives(s.get("/api/tokens"), 200, `{"tokens":[{"id":"`+made.ID+`","name":"ci","scopes":["read","run","edit","admin"],"by":"owner","created":"2027-03-01T12:00:00Z","used":null}]}`)

		keep := s.client.Jar
		s.forget()
		s.clock.pass(time.Hour)
		for range 2 {
			s.gives(s.get("/api/whoami", "Authorization", "bearer "+made.Token), 200, "token: ci")
			s.clock.pass(time.Minute)
		}
		s.client.Jar = keep
		s.gives(s.get("/api/tokens"), 200, `{"tokens":[{"id":"`+made.ID+`","name":"ci","scopes":["read","run","edit","admin"],"by":"owner","created":"2027-03-01T12:00:00Z","used":"2027-03-01T13:00:00Z"}]}`)

		s.gives(s.do("DELETE", "/api/tokens/"+made.ID, ""), 204, "")
		s.gives(s.get("/api/whoami", "Authorization", "Bearer "+made.Token), 401, "bad_token")
		s.gives(s.do("DELETE", "/api/tokens/"+made.ID, ""), 404, "not_found")
		s.gives(s.get("/api/tokens"), 200, `{"tokens":[]}`)
	})
	t.Run("a wrong token is refused even beside a good cookie; another scheme is not ours", func(t *testing.T) {
		s.gives(s.get("/api/whoami", "Authorization", "Bearer bft_wrong"), 401, "bad_token")
		s.gives(s.get("/api/whoami", "Authorization", "Bearer"), 401, "bad_token")
		s.gives(s.get("/api/whoami", "Authorization", "Basic eDp5"), 200, "owner")
	})
	t.Run("a token needs a name", func(t *testing.T) {
		for _, name := range []string{"", "  ", strings.Repeat("x", 101)} {
			s.gives(s.post("/api/tokens", `{"name":"`+name+`"}`), 422, "bad_name")
		}
	})
	t.Run("tokens are for those who are let in", func(t *testing.T) {
		keep := s.client.Jar
		s.forget()
		s.gives(s.get("/api/tokens"), 401, "sign_in_needed")
		s.gives(s.post("/api/tokens", `{"name":"x"}`), 401, "sign_in_needed")
		s.gives(s.do("DELETE", "/api/tokens/x", ""), 401, "sign_in_needed")
		s.client.Jar = keep
	})
	t.Run("a token can be made before a password is set", func(t *testing.T) {
		s := open(t)
		made, err := s.access.CreateToken(t.Context(), "script")
		check(t, err)
		s.gives(s.get("/api/whoami", "Authorization", "Bearer "+made.Token), 200, "token: script")
	})
}

func TestOtherMethodsAreRefused(t *testing.T) {
	s := open(t).setUp()
	for _, c := range [][3]string{
		{"PUT", "/api/session", "GET, POST, DELETE"},
		{"GET", "/api/setup", "POST"},
		{"PUT", "/api/tokens", "GET, POST"},
		{"GET", "/api/tokens/x", "DELETE"},
	} {
		a := s.do(c[0], c[1], "")
		s.gives(a, 405, "method_not_allowed")
		if a.Header.Get("Allow") != c[2] {
			t.Errorf("%s %s: Allow is %q", c[0], c[1], a.Header.Get("Allow"))
		}
	}
}

func TestNoSecretIsKept(t *testing.T) {
	s := open(t)
	link, _, err := s.access.SetupToken(t.Context())
	check(t, err)
	session, err := s.access.Setup(t.Context(), link, password)
	check(t, err)
	token, err := s.access.CreateToken(t.Context(), "ci")
	check(t, err)
	_, err = s.access.SignIn(t.Context(), "wrong password", "192.0.2.1:1")
	if !errors.Is(err, errPassword) {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(s.dir, "blockflow.db*"))
	check(t, err)
	everything := ""
	for _, f := range files {
		b, err := os.ReadFile(f)
		check(t, err)
		everything += string(b)
	}
	if !strings.Contains(everything, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Error("the password's hash isn't found: the test looks in the wrong place")
	}
	for name, secret := range map[string]string{"link": link, "password": password, "wrong password": "wrong password", "session": session.Token, "token": token.Token} {
		if strings.Contains(everything, secret) {
			t.Errorf("the %s is in the files", name)
		}
	}
}

func TestWhatWasDoneIsInTheAuditLog(t *testing.T) {
	s := open(t).setUp()
	s.signIn("wrong")
	made := s.post("/api/tokens", `{"name":"ci"}`)
	var token NewToken
	check(t, json.Unmarshal([]byte(made.body), &token))
	s.do("DELETE", "/api/tokens/"+token.ID, "")
	log, err := s.store.AuditLog(t.Context(), 10)
	check(t, err)
	var got []string
	for _, e := range log {
		got = append(got, strings.TrimSpace(e.By+" "+e.Action))
	}
	want := "owner token.revoke, owner token.create, session.refused, owner setup"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
