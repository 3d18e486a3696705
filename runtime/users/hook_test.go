package users

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// told records what a hook hears, as lines.
type told struct{ lines []string }

func (h *told) hear(when string, e Event) {
	h.lines = append(h.lines, fmt.Sprintf("%s %s id=%t by=%t %s", when, e.Kind, e.ObjectID != "", e.CallerID != "", e.Values))
}

func (h *told) took(t *testing.T, want ...string) {
	t.Helper()
	same(t, "what the hook heard", strings.Join(h.lines, "\n"), strings.Join(want, "\n"))
	h.lines = nil
}

func TestAHookHearsWhatHappensToUsers(t *testing.T) {
	s := &scene{place: newPlace(t)}
	h := &told{}
	s.service.SetHook(Hook{
		Before: func(_ context.Context, e Event) (json.RawMessage, error) { h.hear("before", e); return nil, nil },
		After: func(_ context.Context, e Event) error {
			e.Values = json.RawMessage(answer{text: string(e.Values)}.field("name"))
			h.hear("after", e)
			return nil
		},
	})
	body := `{"email":"ann@x.org","password":"secret","name":"Ann"}`
	id := s.ok("POST", "/api/users/register", body, idempotent("a:1")).field("objectId")
	s.ok("POST", "/api/users/register", body, idempotent("a:1"))
	h.took(t, `before register id=false by=false {"email":"ann@x.org","name":"Ann"}`, `after register id=true by=false Ann`)
	_, tok := s.login("ann@x.org")
	h.took(t, `before login id=false by=false {"login":"ann@x.org"}`, `after login id=true by=false Ann`)
	s.ok("PUT", "/api/users/"+id, `{"name":"Anna","password":"new"}`, token(tok))
	s.ok("PUT", "/api/data/Users", `{"objectId":"`+id+`","age":7}`, token(tok))
	h.took(t, `before update id=true by=true {"name":"Anna"}`, `after update id=true by=true Anna`, `before update id=true by=true {"age":7}`, `after update id=true by=true Anna`)
	s.refused(3003, 401, "POST", "/api/users/login", `{"login":"ann@x.org","password":"wrong"}`)
	s.refused(3064, 400, "PUT", "/api/users/"+id, `{"name":"x"}`, token("none"))
	h.took(t, `before login id=false by=false {"login":"ann@x.org"}`)
	other := s.ok("POST", "/api/users/login", `{"login":"ann@x.org","password":"new"}`).field("user-token")
	h.lines = nil
	s.ok("GET", "/api/users/logout", "", token(other))
	s.ok("GET", "/api/users/logout", "")
	h.took(t, `before logout id=true by=true `, `after logout id=true by=true not an object: `)
	s.ok("DELETE", "/api/data/Users/"+id, "", token(tok))
	h.took(t, `before remove id=true by=true `, `after remove id=true by=true not an object: `)
	s.ok("PUT", "/api/data/Users", `{"email":"bob@x.org","password":"secret"}`)
	s.ok("GET", s.bl("/data/Users"), "")
	h.took(t, `before register id=false by=false {"email":"bob@x.org"}`, `after register id=true by=false null`)
}

func TestAHookBeforeChangesValuesOrRefuses(t *testing.T) {
	s := &scene{place: newPlace(t)}
	bob := s.register("bob@x.org")
	answers := func(values string, err error) {
		s.service.SetHook(Hook{Before: func(context.Context, Event) (json.RawMessage, error) {
			if values == "" {
				return nil, err
			}
			return json.RawMessage(values), err
		}})
	}
	answers("", Refuse("Only people of example.org may register."))
	a := s.refused(0, 400, "POST", "/api/users/register", `{"email":"ann@x.org","password":"secret"}`)
	if !strings.Contains(a.text, "Only people of example.org") {
		t.Errorf("the refusal says %s", a.text)
	}
	answers("", errors.New("a fault that is nobody's business"))
	a = s.refused(3021, 500, "POST", "/api/users/register", `{"email":"ann@x.org","password":"secret"}`)
	if strings.Contains(a.text, "nobody's business") {
		t.Errorf("the failure tells %s", a.text)
	}
	answers(`{"email":"ANN@example.org","plan":"free","password":"other","objectId":"`+bob+`"}`, nil)
	a = s.ok("POST", "/api/users/register", `{"email":"ann@x.org","password":"secret"}`)
	same(t, "the email", a.field("email"), "ANN@example.org")
	same(t, "the plan", a.field("plan"), "free")
	answers("", nil)
	id, tok := s.login("ann@example.org") // with the password that was sent
	answers(`{"email":"bob@x.org"}`, nil)
	s.refused(3018, 409, "PUT", "/api/users/"+id, `{"name":"Ann"}`, token(tok))
	answers(`{"list":[1]}`, nil)
	s.refused(3024, 400, "PUT", "/api/users/"+id, `{"name":"Ann"}`, token(tok))
	answers(`[]`, nil)
	s.refused(3024, 500, "PUT", "/api/users/"+id, `{"name":"Ann"}`, token(tok))
	same(t, "the name after all that", s.ok("GET", "/api/users/"+id, "").field("name"), "null")
}

func TestWhatAHookDoesItselfCallsNoHook(t *testing.T) {
	s := &scene{place: newPlace(t)}
	client := http.Client{Transport: s.service.Transport()}
	calls := 0
	s.service.SetHook(Hook{Before: func(ctx context.Context, e Event) (json.RawMessage, error) {
		calls++
		path := fmt.Sprintf("http://x%s", s.bl("/users/register"))
		r, err := http.NewRequestWithContext(WithoutHook(ctx), "POST", path, strings.NewReader(fmt.Sprintf(`{"email":"%d@x.org","password":"x"}`, calls)))
		if err != nil {
			return nil, err
		}
		r.Header.Set("Content-Type", "application/json")
		response, err := client.Do(r)
		if err == nil {
			err = response.Body.Close()
		}
		return nil, err
	}})
	s.register("ann@x.org")
	if calls != 1 {
		t.Errorf("the hook was called %d times, want once", calls)
	}
	same(t, "how many users there are", s.ok("GET", s.bl("/data/Users/count"), "").text, "2")
}
