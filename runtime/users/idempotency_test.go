package users

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
)

// everyWrite is each kind of write with an Idempotency-Key, in an order in which
// they can follow each other. $id and $token are ann's, of the login before.
var everyWrite = []struct{ name, method, path, body string }{
	{"register", "POST", "/api/users/register", `{"email":"ann@x.org","password":"secret"}`},
	{"login", "POST", "/api/users/login", `{"login":"ann@x.org","password":"secret"}`},
	{"update", "PUT", "/api/users/$id", `{"name":"Ann","email":"ann@new.org"}`},
	{"password", "PUT", "/api/users/$id", `{"password":"other"}`},
	{"status", "PUT", "/$app/$bl/users/$id/status", `{"userStatus":"ENABLED"}`},
	{"assign", "POST", "/$app/$bl/users/assignRole", `{"user":"$id","roleName":"Editor"}`},
	{"unassign", "POST", "/$app/$bl/users/unassignRole", `{"user":"$id","roleName":"Editor"}`},
	{"save", "PUT", "/$app/$bl/data/Users", `{"email":"bob@x.org","password":"secret"}`},
	{"guest", "POST", "/api/users/register/guest", ``},
	{"restore", "GET", "/api/users/restorepassword/bob@x.org", ``},
	{"logout", "GET", "/api/users/logout", ``},
	{"second login", "POST", "/api/users/login", `{"login":"ann@new.org","password":"other"}`},
	{"delete", "DELETE", "/api/data/Users/$id", ``},
}

func TestEveryWriteHappensOnceForAKey(t *testing.T) {
	p := newPlace(t)
	p.role("Editor")
	keys := p.service.Keys()
	var id, tok string
	for i, w := range everyWrite {
		fill := strings.NewReplacer("$id", id, "$app", keys.AppID, "$bl", keys.BL)
		do := func() answer {
			headers := []header{idempotent(fmt.Sprintf("run:%d", i))}
			if w.method != "POST" {
				headers = append(headers, token(tok))
			}
			return p.ok(w.method, fill.Replace(w.path), fill.Replace(w.body), headers...)
		}
		first := do()
		before := p.state()
		for _, restart := range []bool{false, true} {
			if restart {
				p.close()
				p.open()
			}
			again := do()
			same(t, "the repeated answer to "+w.name, again.text, first.text)
			same(t, "its mark", again.header.Get("Idempotency-Replayed"), "true")
			same(t, "what is stored after "+w.name, p.state(), before)
		}
		same(t, "the mark of the first", first.header.Get("Idempotency-Replayed"), "")
		if f := first.field("user-token"); len(f) == 36 && w.name != "guest" {
			id, tok = first.field("objectId"), f
		}
	}
}

// state is all that writes can change, as one text.
func (p *place) state() string {
	p.Helper()
	var sessions, performed, roles int
	err := p.service.db.readers.QueryRow("SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM performed), (SELECT count(*) FROM user_roles)").Scan(&sessions, &performed, &roles)
	if err != nil {
		p.Fatal(err)
	}
	return fmt.Sprint(sessions, " sessions, ", roles, " roles, ", performed, " performed\n", p.everybody())
}

func TestOfManyRequestsWithOneKeyOneIsPerformed(t *testing.T) {
	for _, w := range everyWrite {
		if w.name == "second login" {
			continue // like the first
		}
		t.Run(w.name, func(t *testing.T) {
			p := newPlace(t)
			p.role("Editor")
			var id, tok string
			if w.name != "register" {
				id, tok = p.member("ann@x.org")
			}
			if w.name == "restore" {
				p.member("bob@x.org")
			}
			keys := p.service.Keys()
			fill := strings.NewReplacer("$id", id, "$app", keys.AppID, "$bl", keys.BL)
			before := p.state()
			answers := make([]answer, 24)
			var wait sync.WaitGroup
			for i := range answers {
				wait.Go(func() {
					answers[i] = p.call(w.method, fill.Replace(w.path), fill.Replace(w.body), token(tok), idempotent("run:1"))
				})
			}
			wait.Wait()
			first := 0
			for _, a := range answers {
				same(t, "an answer", a.text, answers[0].text)
				if a.header.Get("Idempotency-Replayed") == "" {
					first++
				}
			}
			if first != 1 || answers[0].status != 200 {
				t.Errorf("%d of %d requests were performed, answered %d %s", first, len(answers), answers[0].status, answers[0].text)
			}
			if before == p.state() {
				t.Error("nothing happened")
			}
			var performed int
			err := p.service.db.readers.QueryRow("SELECT count(*) FROM performed").Scan(&performed)
			if err != nil || performed != 1 {
				t.Errorf("%d requests are remembered (%v), want 1", performed, err)
			}
		})
	}
}

func TestAKeyIsGoodForOneRequestOnly(t *testing.T) {
	p := newPlace(t)
	id, tok := p.member("ann@x.org")
	_, other := p.login("ann@x.org")
	p.ok("PUT", "/api/users/"+id, `{"name":"Ann"}`, token(tok), idempotent("run:1"))
	before := p.state()
	for name, send := range map[string]func() answer{
		"another body": func() answer {
			return p.refused(3024, 422, "PUT", "/api/users/"+id, `{"name":"Bob"}`, token(tok), idempotent("run:1"))
		},
		"another path": func() answer {
			return p.refused(3024, 422, "PUT", "/api/users/1", `{"name":"Ann"}`, token(tok), idempotent("run:1"))
		},
		"another method": func() answer {
			return p.refused(3024, 422, "DELETE", "/api/users/"+id, ``, token(tok), idempotent("run:1"))
		},
		"another person": func() answer {
			return p.refused(3024, 422, "PUT", "/api/users/"+id, `{"name":"Ann"}`, token(other), idempotent("run:1"))
		},
		"nobody": func() answer {
			return p.refused(3024, 422, "PUT", "/api/users/"+id, `{"name":"Ann"}`, idempotent("run:1"))
		},
	} {
		same(t, "the message for "+name, send().field("message"), "This Idempotency-Key was used for another request. Use a new key for each request.")
	}
	same(t, "what is stored", p.state(), before)
}

func TestARefusedWriteCanBeTriedAgainWithItsKey(t *testing.T) {
	p := newPlace(t)
	ann, tok := p.member("ann@x.org")
	bob := p.register("bob@x.org")
	change := `{"email":"bob@x.org"}`
	p.refused(3018, 409, "PUT", "/api/users/"+ann, change, token(tok), idempotent("run:1"))
	p.ok("DELETE", p.as(p.service.Keys().BL, "/users/"+bob), "")
	p.ok("PUT", "/api/users/"+ann, change, token(tok), idempotent("run:1"))
}

func TestWithAnotherKeyringNothingIsDoneTwice(t *testing.T) {
	p := newPlace(t)
	p.register("ann@x.org")
	login := `{"login":"ann@x.org","password":"secret"}`
	p.ok("POST", "/api/users/login", login, idempotent("run:1"))
	before := p.state()
	p.close()
	p.options.Key = nil
	p.open()
	p.refused(3024, 422, "POST", "/api/users/login", login, idempotent("run:1"))
	same(t, "what is stored", p.state(), before)
	if _, err := Open(context.Background(), "", Options{Key: []byte("short")}); err == nil {
		t.Error("a key of five bytes was accepted")
	}
}

func TestChangesShowTheRecordBeforeAndAfter(t *testing.T) {
	p := newPlace(t)
	made := p.ok("POST", "/api/users/register", `{"email":"ann@x.org","password":"secret"}`, idempotent("run-1:1"))
	loggedIn := p.ok("POST", "/api/users/login", `{"login":"ann@x.org","password":"secret"}`, idempotent("run-1:2"))
	id, tok := loggedIn.field("objectId"), loggedIn.field("user-token")
	updated := p.ok("PUT", "/api/users/"+id, `{"name":"Ann"}`, token(tok), idempotent("run-1:10"))
	p.ok("PUT", "/api/users/"+id, `{"name":"Anna"}`, token(tok), idempotent("run-10:1"))
	renamed := p.ok("GET", "/api/users/"+id, "")
	p.ok("GET", "/api/users/logout", "", token(tok), idempotent("run-1:11"))
	p.ok("DELETE", p.as(p.service.Keys().BL, "/users/"+id), "", idempotent("run-1:12"))
	changes, err := p.service.Changes(context.Background(), "run-1:")
	if err != nil {
		t.Fatal(err)
	}
	inLogin := strings.Replace(loggedIn.text, `,"user-token":"`+tok+`"`, "", 1)
	want := []Change{
		{"run-1:1", id, nil, []byte(made.text)},
		{"run-1:2", id, []byte(made.text), []byte(inLogin)},
		{"run-1:10", id, []byte(inLogin), []byte(updated.text)},
		{"run-1:12", id, []byte(renamed.text), nil},
	}
	same(t, "the changes", fmt.Sprintf("%s", changes), fmt.Sprintf("%s", want))
	if changes[0].Before != nil || changes[3].After != nil {
		t.Error("a record that wasn't there is shown")
	}
}
