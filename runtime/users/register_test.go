package users

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

func TestARegistrationGivesTheWholeRecordAndDoesNotLogIn(t *testing.T) {
	p := newPlace(t)
	a := p.ok("POST", "/api/users/register", `{"email":"ann@x.org","password":"secret","name":"Ann","phone":"555","blUserLocale":"de"}`)
	id := a.field("objectId")
	same(t, "the record", a.text, fmt.Sprintf(`{"objectId":"%s","___class":"Users","email":"ann@x.org","name":"Ann","phone":"555",`+
		`"userStatus":"ENABLED","created":%d,"updated":null,"lastLogin":null,"ownerId":"%s","socialAccount":"BACKENDLESS",`+
		`"accountType":"BACKENDLESS","oAuthIdentities":null,"blUserLocale":"de"}`, id, p.time.Load(), id))
	if id != strings.ToUpper(id) || len(id) != 36 {
		t.Errorf("the objectId is %s, want a GUID in capitals", id)
	}
	same(t, "the record read back", p.ok("GET", "/api/users/"+id, "").text, a.text)
}

func TestSystemFieldsOfARegistrationAreIgnored(t *testing.T) {
	p := newPlace(t)
	a := p.ok("POST", "/api/users/register", `{"email":"ann@x.org","password":"secret","objectId":"1","ownerId":"2","created":3,
		"userStatus":"GUEST","___class":"Admins","user-token":"4","oAuthIdentities":{"deep":[1]},"accountType":"5"}`)
	if a.field("objectId") == "1" {
		t.Error("the client chose the objectId")
	}
	same(t, "ownerId", a.field("ownerId"), a.field("objectId"))
	same(t, "userStatus", a.field("userStatus"), "ENABLED")
	same(t, "___class", a.field("___class"), "Users")
	same(t, "accountType", a.field("accountType"), "BACKENDLESS")
	same(t, "user-token", a.field("user-token"), "absent")
}

func TestOfManyRegistrationsOfOneIdentityOneWins(t *testing.T) {
	p := newPlace(t)
	var wait sync.WaitGroup
	answers := make([]answer, 16)
	for i := range answers {
		wait.Go(func() {
			answers[i] = p.call("POST", "/api/users/register", `{"email":"ann@x.org","password":"secret"}`)
		})
	}
	wait.Wait()
	won := 0
	for _, a := range answers {
		if a.status == 200 {
			won++
		} else {
			same(t, "the code of a loser", a.field("code"), "3033")
		}
	}
	if won != 1 {
		t.Errorf("%d registrations won, want 1", won)
	}
}

func TestSeedingTwiceIsSeedingOnce(t *testing.T) {
	p := newPlace(t)
	var once string
	for range 2 {
		file, err := os.Open("../../examples/users.json")
		if err != nil {
			t.Fatal(err)
		}
		if err := p.service.Seed(context.Background(), file); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		if once == "" {
			once = p.everybody()
		}
	}
	same(t, "the user table", p.everybody(), once)
	a := p.ok("POST", "/api/users/login", `{"login":"alice@yourmail.com","password":"wonderland"}`)
	same(t, "alice's address", a.field("address"), "1 Looking-Glass Lane")
	// The same person twice in one list is one person.
	if err := p.service.Seed(context.Background(), strings.NewReader(`[{"email":"d@x.org","password":"1"},{"email":"d@x.org","password":"2"}]`)); err != nil {
		t.Error(err)
	}
	p.ok("POST", "/api/users/login", `{"login":"d@x.org","password":"1"}`)
}

func TestASeedWithABadUserMakesNobody(t *testing.T) {
	p := newPlace(t)
	for list, wanted := range map[string]string{
		`{}`:                                     "JSON list",
		`[{"email":"a@x.org"}]`:                  "user 1 of the list can't be made: The user needs a password.",
		`[{"email":"a@x.org","password":"1"},7]`: "user 2 of the list can't be used: it must be a JSON object",
		`[{"email":"a@x.org","password":"1"},{"email":"b","password":"1"}]`: `user 2 of the list can't be made: "b" is not an email address.`,
	} {
		err := p.service.Seed(context.Background(), strings.NewReader(list))
		if err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("seeding %s gave %v, want %s", list, err, wanted)
		}
	}
	same(t, "the user table", p.everybody(), "")
}

func TestUsersCanBeMadeWhileRegistrationIsOff(t *testing.T) {
	p := newPlace(t)
	p.set(func(s *Settings) { s.UserRegistrationEnabled = false })
	record, err := p.service.Create(context.Background(), []byte(`{"email":"ann@x.org","password":"secret"}`))
	if err != nil {
		t.Fatal(err)
	}
	id, _ := p.login("ann@x.org")
	got, err := p.service.Get(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "the email", answer{text: string(got)}.field("email"), "ann@x.org")
	same(t, "the id", answer{text: string(record)}.field("objectId"), id)
	if _, err := p.service.Create(context.Background(), []byte(`{"email":"ann@x.org","password":"x"}`)); !isCode(err, 3033) {
		t.Errorf("a second ann was refused with %v, want 3033", err)
	}
	if _, err := p.service.Get(context.Background(), "nobody"); !isCode(err, 3030) {
		t.Errorf("nobody was refused with %v, want 3030", err)
	}
}
