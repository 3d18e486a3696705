package users

import (
	"bytes"
	"context"
	"os"
	"testing"
	"time"
)

func TestASessionSlidesAndEnds(t *testing.T) {
	p := newPlace(t)
	p.set(func(s *Settings) { s.SessionTimeout = 600 })
	id, tok := p.member("ann@x.org")
	for range 10 {
		p.pass(599 * time.Second)
		p.ok("GET", "/api/users/userroles", "", token(tok))
	}
	same(t, "validity", p.ok("GET", "/api/users/isvalidusertoken/"+tok, "").text, "true")
	// A tenth of the timeout is the slack.
	p.pass(660 * time.Second)
	same(t, "validity after the timeout", p.ok("GET", "/api/users/isvalidusertoken/"+tok, "").text, "false")
	p.refused(3064, 400, "PUT", "/api/users/"+id, `{"name":"x"}`, token(tok))
}

func TestNotEveryCallIsAWrite(t *testing.T) {
	p := newPlace(t)
	_, tok := p.member("ann@x.org")
	used := func() (at int64) {
		if err := p.service.db.readers.QueryRow("SELECT last_used FROM sessions").Scan(&at); err != nil {
			t.Fatal(err)
		}
		return at
	}
	begun := used()
	p.pass(59 * time.Second)
	p.ok("GET", "/api/users/userroles", "", token(tok))
	if used() != begun {
		t.Error("a call within the slack was written down")
	}
	p.pass(time.Second)
	p.ok("GET", "/api/users/userroles", "", token(tok))
	if used() != p.time.Load() {
		t.Error("a call after the slack was not written down")
	}
}

func TestAShorterTimeoutEndsSessionsThatAreOlder(t *testing.T) {
	p := newPlace(t)
	_, tok := p.member("ann@x.org")
	p.pass(30 * time.Minute)
	p.set(func(s *Settings) { s.SessionTimeout = 60 })
	p.refused(3064, 400, "GET", "/api/users/userroles", "", token(tok))
}

func TestLogoutEndsOneSession(t *testing.T) {
	p := newPlace(t)
	_, tok := p.member("ann@x.org")
	_, other := p.login("ann@x.org")
	same(t, "the answer", p.ok("GET", "/api/users/logout", "", token(tok)).text, "")
	p.refused(3064, 400, "GET", "/api/users/logout", "", token(tok))
	p.ok("GET", "/api/users/logout", "")
	same(t, "the other token's validity", p.ok("GET", "/api/users/isvalidusertoken/"+other, "").text, "true")
	same(t, "validity of nonsense", p.ok("GET", "/api/users/isvalidusertoken/nonsense", "").text, "false")
	// A client asks about a token that it still sends.
	same(t, "the ended token's validity", p.ok("GET", "/api/users/isvalidusertoken/"+tok, "", token(tok)).text, "false")
}

func TestALoginWithAnOldTokenAtHandWorks(t *testing.T) {
	p := newPlace(t)
	p.register("ann@x.org")
	p.ok("POST", "/api/users/login", `{"login":"ANN@x.org","password":"secret"}`, token("long gone"))
}

func TestWithoutMultipleLoginsALoginEndsTheOneBefore(t *testing.T) {
	p := newPlace(t)
	p.set(func(s *Settings) { s.EnableMultipleLogins = false })
	_, first := p.member("ann@x.org")
	_, second := p.login("ann@x.org")
	same(t, "the first token's validity", p.ok("GET", "/api/users/isvalidusertoken/"+first, "").text, "false")
	same(t, "the second token's validity", p.ok("GET", "/api/users/isvalidusertoken/"+second, "").text, "true")
}

func TestAnExpiredSessionDoesNotCountAsALogin(t *testing.T) {
	p := newPlace(t)
	p.set(func(s *Settings) { s.MaxConcurrentLogins = 1 })
	p.member("ann@x.org")
	p.refused(3044, 400, "POST", "/api/users/login", `{"login":"ann@x.org","password":"secret"}`)
	p.pass(2 * time.Hour)
	p.login("ann@x.org")
}

func TestBusinessLogicLogsInByID(t *testing.T) {
	p := newPlace(t)
	id := p.register("ann@x.org")
	a := p.ok("POST", p.as(p.service.Keys().BL, "/users/login"), `{"objectId":"`+id+`"}`)
	p.ok("PUT", "/api/users/"+id, `{"name":"Ann"}`, token(a.field("user-token")))
	p.refused(3003, 401, "POST", p.as(p.service.Keys().BL, "/users/login"), `{"objectId":"nobody"}`)
}

func TestWhatHasExpiredIsClearedAway(t *testing.T) {
	p := newPlace(t)
	p.register("ann@x.org")
	p.ok("POST", "/api/users/login", `{"login":"ann@x.org","password":"secret"}`, idempotent("run:1"))
	p.pass(31 * 24 * time.Hour)
	if err := p.service.sweep(); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"sessions", "performed"} {
		var rows int
		if err := p.service.db.readers.QueryRow("SELECT count(*) FROM " + table).Scan(&rows); err != nil || rows != 0 {
			t.Errorf("%s has %d rows (%v), want none", table, rows, err)
		}
	}
}

func TestThePasswordAndTheTokenAreNowhereInTheFile(t *testing.T) {
	p := newPlace(t)
	p.ok("POST", "/api/users/register", `{"email":"ann@x.org","password":"correct horse"}`, idempotent("run:1"))
	a := p.ok("POST", "/api/users/login", `{"login":"ann@x.org","password":"correct horse"}`, idempotent("run:2"))
	tok := a.field("user-token")
	p.ok("PUT", "/api/users/"+a.field("objectId"), `{"password":"battery staple"}`, token(tok), idempotent("run:3"))
	for _, name := range []string{p.path, p.path + "-wal"} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"correct horse", "battery staple", tok} {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%s holds %s", name, secret)
			}
		}
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v (%v), want 0600", name, info.Mode(), err)
		}
	}
	changes, err := p.service.Changes(context.Background(), "run:")
	if err != nil || len(changes) != 3 {
		t.Fatalf("there are %d changes (%v), want 3", len(changes), err)
	}
}

func TestAnUnknownLoginTakesTheSameWorkAsAWrongPassword(t *testing.T) {
	h, err := newHasher(cheap)
	if err != nil {
		t.Fatal(err)
	}
	real, err := h.hash(context.Background(), "secret")
	if err != nil {
		t.Fatal(err)
	}
	costOf := func(hash string) PasswordCost {
		cost, salt, key, err := parseHash(hash)
		if err != nil || len(salt) != saltLength || len(key) != hashLength {
			t.Fatalf("%s: %v", hash, err)
		}
		return cost
	}
	if costOf(h.nobody) != costOf(real) {
		t.Errorf("nobody's hash is %s, somebody's %s", h.nobody, real)
	}
	if right, err := h.matches("secret", h.nobody); right || err != nil {
		t.Errorf("nobody's password matched (%v)", err)
	}
}

func TestALoginWaitingForItsHashCanBeCancelled(t *testing.T) {
	h, err := newHasher(cheap)
	if err != nil {
		t.Fatal(err)
	}
	for range cap(h.slots) {
		h.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := h.hash(ctx, "secret"); err != context.Canceled {
		t.Errorf("the hash ended with %v, want that it was cancelled", err)
	}
}
