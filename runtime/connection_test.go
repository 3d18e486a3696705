package runtime

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/examples"
)

// A backendless is a users service somewhere else, which writes down what it is
// asked.
type backendless struct {
	requests []string
	headers  []http.Header
	answers  map[string]string // by method and path
}

func (b *backendless) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	b.requests = append(b.requests, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+string(body)))
	b.headers = append(b.headers, r.Header)
	w.Header().Set("Content-Type", "application/json")
	answer, ok := b.answers[r.Method+" "+r.URL.Path]
	if !ok {
		w.WriteHeader(http.StatusBadRequest)
		answer = `{"code":3030,"message":"no such user","errorData":{}}`
	}
	_, _ = io.WriteString(w, answer)
}

func runExample(t *testing.T, c Connection) (Report, engine.Memory) {
	t.Helper()
	file, err := examples.Files.ReadFile("update-user.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := engine.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	p, problems := engine.Compile(doc, blocks.Vocabulary())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	api, err := c.UsersAPI(Embedded{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := engine.New(p, engine.Start{RunID: "run"})
	if err != nil {
		t.Fatal(err)
	}
	journal := engine.Memory{}
	r, err := Run(context.Background(), m, engine.Host{Journal: &journal, Perform: (&blocks.Kit{Users: api}).Perform})
	if err != nil {
		t.Fatal(err)
	}
	return r, journal
}

const alice = `{"objectId":"A1","email":"alice@yourmail.com","name":"Alice","user-token":"TOKEN-1"}`

func TestARealBackendlessAppIsSpokenToAsItsProtocolSays(t *testing.T) {
	for name, prefix := range map[string]string{"by its own domain": "/api", "by app id and key": "/APP/KEY"} {
		t.Run(name, func(t *testing.T) {
			there := &backendless{answers: map[string]string{
				"POST " + prefix + "/users/login": alice,
				"PUT " + prefix + "/users/A1":     `{"objectId":"A1","email":"alice@newmail.com","address":"27 Rose Street"}`,
			}}
			server := httptest.NewServer(there)
			defer server.Close()
			c := Connection{Subdomain: server.URL}
			if prefix != "/api" {
				c = Connection{AppID: "APP", APIKey: "KEY", Server: server.URL}
			}
			r, _ := runExample(t, c)
			if r.Status != Succeeded || string(r.Result) != `{"objectId":"A1","email":"alice@newmail.com","address":"27 Rose Street"}` {
				t.Errorf("the run gives %s %s %v", r.Status, r.Result, r.Error)
			}
			want := []string{
				"POST " + prefix + `/users/login {"login":"alice@yourmail.com","password":"wonderland"}`,
				"PUT " + prefix + `/users/A1 {"objectId":"A1","email":"alice@newmail.com","name":"Alice","address":"27 Rose Street"}`,
			}
			if strings.Join(there.requests, "\n") != strings.Join(want, "\n") {
				t.Errorf("it was asked\n%s\nwant\n%s", strings.Join(there.requests, "\n"), strings.Join(want, "\n"))
			}
			for i, h := range there.headers {
				if h.Get("Content-Type") != "application/json" || h.Get("Idempotency-Key") != []string{"run:1", "run:2"}[i] {
					t.Errorf("request %d has the headers %v", i+1, h)
				}
			}
			if there.headers[0].Get("user-token") != "" || there.headers[1].Get("user-token") != "TOKEN-1" {
				t.Error("the token goes out with the update and nothing else")
			}
		})
	}
}

func TestWhatGoesWrongThere(t *testing.T) {
	answers := func(body string) *backendless {
		return &backendless{answers: map[string]string{"POST /api/users/login": body}}
	}
	for name, test := range map[string]struct {
		there http.Handler
		code  engine.Code
	}{
		"a refusal keeps its number":   {answers(alice), "users.3030"}, // the update is refused
		"an answer that isn't JSON":    {answers("<html>"), engine.Unreachable},
		"a redirect is not followed":   {http.RedirectHandler("http://127.0.0.1:1/", http.StatusTemporaryRedirect), engine.Unreachable},
		"a status without any reason":  {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }), engine.Unreachable},
		"an answer of a hundred lists": {answers(strings.Repeat("[", 2000) + strings.Repeat("]", 2000)), engine.Unreachable},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(test.there)
			defer server.Close()
			r, _ := runExample(t, Connection{Subdomain: server.URL})
			if r.Status != Failed || r.Error.Code != test.code {
				t.Errorf("the run gives %s %v, want %s", r.Status, r.Error, test.code)
			}
			if strings.Contains(r.Error.Message, server.URL) {
				t.Errorf("the address is told to whoever sees the error: %s", r.Error.Message)
			}
		})
	}
}

func TestConnections(t *testing.T) {
	for name, test := range map[string]struct {
		c    Connection
		base string // "" if it is refused
	}{
		"the embedded service": {Connection{}, embeddedBase},
		"a subdomain":          {Connection{Subdomain: "happy-app"}, "https://happy-app.backendless.app/api"},
		"an own domain":        {Connection{Subdomain: "https://users.example.com"}, "https://users.example.com/api"},
		"app id and key":       {Connection{AppID: "A", APIKey: "K"}, "https://api.backendless.com/A/K"},
		"an id with a slash":   {Connection{AppID: "A/../B", APIKey: "K"}, "https://api.backendless.com/A%2F..%2FB/K"},
		"both ways":            {Connection{Subdomain: "a", AppID: "A", APIKey: "K"}, ""},
		"an id without a key":  {Connection{AppID: "A"}, ""},
		"no subdomain at all":  {Connection{Subdomain: "evil.com/"}, ""},
		"another scheme":       {Connection{Subdomain: "file:///etc"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			api, err := test.c.UsersAPI(Embedded{Transport: http.DefaultTransport})
			if (err != nil) != (test.base == "") || api.Base != test.base {
				t.Errorf("gives %q %v, want %q", api.Base, err, test.base)
			}
		})
	}
}

func TestAJournalFileReadsAsItWasWritten(t *testing.T) {
	there := &backendless{answers: map[string]string{"POST /api/users/login": alice}}
	server := httptest.NewServer(there)
	defer server.Close()
	_, journal := runExample(t, Connection{Subdomain: server.URL})
	secrets := &engine.Secrets{}
	secrets.Add("TOKEN-1")
	path := t.TempDir() + "/run.jsonl"
	if err := (JournalFile{Flow: "f", Entry: "e", Records: journal.Records}).Write(path, secrets); err != nil {
		t.Fatal(err)
	}
	j, err := ReadJournalFile(path)
	if err != nil || len(j.Records) != 2 || j.Flow != "f" || j.Entry != "e" {
		t.Fatalf("reads %+v %v", j, err)
	}
	for i, r := range j.Records {
		want, err := EncodeRecord(journal.Records[i], secrets)
		if err != nil {
			t.Fatal(err)
		}
		got, err := EncodeRecord(r, nil)
		if err != nil || string(got) != string(want) {
			t.Errorf("record %d is\n%s\nwant\n%s", i+1, got, want)
		}
		if strings.Contains(string(got), "TOKEN-1") || !json.Valid(got) {
			t.Errorf("record %d: %s", i+1, got)
		}
	}
}
