package users

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

func TestTheTransportAnswersLikeTheServer(t *testing.T) {
	p := newPlace(t)
	p.register("ann@x.org")
	client := http.Client{Transport: p.service.Transport()}
	for _, c := range []struct{ method, path, body string }{
		{"GET", "/api/info", ""},
		{"HEAD", "/api/info", ""},
		{"GET", "/api/nothing", ""},
		{"OPTIONS", "/api/users/login", ""},
		{"GET", "/api/users/logout", ""},
		{"POST", "/api/users/login", `{"login":"ann@x.org","password":"wrong"}`},
		{"GET", "/api/users/isvalidusertoken/a%2Fb", ""},
	} {
		want := p.call(c.method, c.path, c.body)
		request, err := http.NewRequest(c.method, "https://anywhere.example"+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		same(t, c.method+" "+c.path, string(text), want.text)
		if response.StatusCode != want.status || response.Request != request {
			t.Errorf("%s %s answered %d, want %d", c.method, c.path, response.StatusCode, want.status)
		}
		want.header.Del("Date") // net/http's
		for name := range want.header {
			same(t, name, response.Header.Get(name), want.header.Get(name))
		}
	}
}

func TestTheTransportServesManyAtOnce(t *testing.T) {
	s, err := Open(context.Background(), "", Options{PasswordCost: cheap})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := s.Create(context.Background(), []byte(`{"email":"ann@x.org","password":"secret"}`)); err != nil {
		t.Fatal(err)
	}
	client := http.Client{Transport: s.Transport()}
	var wait sync.WaitGroup
	for range 32 {
		wait.Go(func() {
			response, err := client.Post("http://x/api/users/login", "application/json", strings.NewReader(`{"login":"ann@x.org","password":"secret"}`))
			if err != nil || response.StatusCode != 200 {
				t.Errorf("%v %v", response, err)
			}
		})
	}
	wait.Wait()
}

// A slowBody never ends until it is closed.
type slowBody struct {
	closed chan struct{}
	once   sync.Once
}

func (b *slowBody) Read([]byte) (int, error) {
	<-b.closed
	return 0, io.ErrUnexpectedEOF
}

func (b *slowBody) Close() error {
	b.once.Do(func() { close(b.closed) })
	return nil
}

func TestTheTransportGivesUpWhenTheContextEnds(t *testing.T) {
	p := newPlace(t)
	before := p.everybody()
	for name, end := range map[string]func(cancel func()){
		"before": func(cancel func()) { cancel() },
		"during": func(cancel func()) { go cancel() },
	} {
		ctx, cancel := context.WithCancel(context.Background())
		body := &slowBody{closed: make(chan struct{})}
		request, err := http.NewRequestWithContext(ctx, "POST", "http://x/api/users/register", body)
		if err != nil {
			t.Fatal(err)
		}
		end(cancel)
		if _, err := p.service.Transport().RoundTrip(request); !errors.Is(err, context.Canceled) {
			t.Errorf("a request cancelled %s it began ended with %v", name, err)
		}
		if err := body.Close(); err != nil { // as net/http does when the connection breaks
			t.Fatal(err)
		}
	}
	same(t, "the user table", p.everybody(), before)
}

func TestAPanicInTheHandlerIsAnError(t *testing.T) {
	broken := transport{http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("broken") })}
	request, err := http.NewRequest("GET", "http://x/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := broken.RoundTrip(request); err == nil {
		t.Error("a panic was answered")
	}
}
