package users

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// An event is written with what it tells of: if the process dies before it was
// told, the next one tells it, and once it was taken nobody does.
func TestWhatHappenedIsToldUntilItIsTaken(t *testing.T) {
	p := newPlace(t)
	var heard []string
	hears := func(err error) {
		heard = nil
		p.service.SetHook(Hook{After: func(_ context.Context, e Event) error {
			heard = append(heard, e.Kind+" "+e.ID+" "+answer{text: string(e.Values)}.field("email"))
			return err
		}})
	}
	again := func() {
		t.Helper()
		if err := p.service.TellAgain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	hears(errors.New("the disk is full"))
	p.register("ann@x.org")
	if len(heard) != 1 || !strings.HasPrefix(heard[0], "register ") || !strings.HasSuffix(heard[0], " ann@x.org") {
		t.Fatalf("the hook heard %q", heard)
	}
	first := heard[0]
	p.close()
	p.open()
	hears(nil)
	again()
	same(t, "what the next process tells", strings.Join(heard, ", "), first)
	p.close()
	p.open()
	hears(nil)
	again()
	same(t, "what is told after it was taken", strings.Join(heard, ", "), "")
}

func TestOnlyWhatSomebodyHearsIsWrittenDown(t *testing.T) {
	p := newPlace(t)
	p.service.SetHook(Hook{
		After: func(context.Context, Event) error { return errors.New("not now") },
		Hears: func(kind string) bool { return kind == EventLogin },
	})
	id, tok := p.member("ann@x.org")
	p.ok("PUT", "/api/users/"+id, `{"name":"Ann"}`, token(tok))
	p.refused(3003, 401, "POST", "/api/users/login", `{"login":"ann@x.org","password":"wrong"}`)
	events, _, err := p.service.untold(t.Context(), 0, p.service.now())
	if err != nil || len(events) != 1 || events[0].Kind != EventLogin || strings.Contains(string(events[0].Values), "user-token") {
		t.Errorf("kept: %v %v", events, err)
	}
}
