package users

import (
	"context"
	"strings"
	"testing"
)

func (p *place) role(name string) {
	p.Helper()
	if err := p.service.AddRole(context.Background(), name); err != nil {
		p.Fatal(err)
	}
}

func TestARoleIsGivenSeenAndTakenAway(t *testing.T) {
	p := newPlace(t)
	ann, tok := p.member("ann@x.org")
	bob := p.register("bob@x.org")
	p.role("Editor")
	p.role("editor") // the same
	p.role("Author")
	bl := func(path string) string { return p.as(p.service.Keys().BL, path) }
	p.ok("POST", bl("/users/assignRole"), `{"user":"Ann@x.org","roleName":"editor"}`)
	p.ok("POST", bl("/users/assignRole"), `{"user":"`+ann+`","roleName":"Author"}`)
	p.ok("POST", bl("/users/assignRole"), `{"user":"`+bob+`","roleName":"Editor"}`)
	same(t, "ann's roles", p.ok("GET", "/api/users/userroles", "", token(tok)).text, `["AuthenticatedUser","RestUser","Author","Editor"]`)
	same(t, "ann's roles for a server", p.ok("GET", bl("/users/userroles/"+ann), "").text, `["AuthenticatedUser","Author","Editor"]`)
	same(t, "the editors", p.ok("GET", bl("/users/role/Editor?sortBy=email%20desc"), "").names(), "bob ann")
	same(t, "the editors called bob", p.ok("GET", bl("/users/role/Editor?where=email%20LIKE%20'b%25'"), "").names(), "bob")
	same(t, "the editors that ann finds", p.ok("GET", "/api/users/role/Editor", "", token(tok)).names(), "ann")
	same(t, "editors with roles", p.ok("GET", bl("/users/role/Editor?loadRoles=true&props=email&pageSize=1"), "").text, `[{"email":"ann@x.org","roles":["Author","Editor"]}]`)
	same(t, "editors with nothing but roles", p.ok("GET", bl("/users/role/Editor?loadRoles=true&props=hat&pageSize=1"), "").text, `[{"roles":["Author","Editor"]}]`)
	p.ok("POST", bl("/users/unassignRole"), `{"user":"ann@x.org","roleName":"Editor"}`)
	same(t, "the editors left", p.ok("GET", bl("/users/role/Editor"), "").names(), "bob")
	p.ok("DELETE", bl("/users/"+bob), "")
	same(t, "the editors after bob is gone", p.ok("GET", bl("/users/role/Editor"), "").text, "[]")
	if err := p.service.RemoveRole(context.Background(), "Author"); err != nil {
		t.Fatal(err)
	}
	same(t, "ann's roles in the end", p.ok("GET", "/api/users/userroles", "", token(tok)).text, `["AuthenticatedUser","RestUser"]`)
}

func TestRolesHaveNamesThatSystemRolesDoNotHave(t *testing.T) {
	p := newPlace(t)
	for _, name := range []string{"", "RestUser", "guestuser", "a b", "1st", "x'--", strings.Repeat("x", 65)} {
		if p.service.AddRole(context.Background(), name) == nil {
			t.Errorf("a role called %q was made", name)
		}
	}
	roles, err := p.service.Roles(context.Background())
	if len(roles) != 0 || err != nil {
		t.Errorf("the roles are %v (%v), want none", roles, err)
	}
}

func TestAGuestBecomesAUserWithTheSameIdAndSession(t *testing.T) {
	p := newPlace(t)
	p.register("bob@x.org")
	a := p.ok("POST", "/api/users/register/guest", "")
	id, tok := a.field("objectId"), a.field("user-token")
	same(t, "the status", a.field("userStatus"), "GUEST")
	same(t, "the email", a.field("email"), "null")
	same(t, "the guest's roles", p.ok("GET", "/api/users/userroles", "", token(tok)).text, `["GuestUser","RestUser"]`)
	p.ok("PUT", "/api/users/"+id, `{"basket":"3 hats"}`, token(tok))
	register := func(email string) string {
		return `{"objectId":"` + id + `","email":"` + email + `","password":"secret","userStatus":"GUEST"}`
	}
	p.refused(3033, 409, "POST", "/api/users/register", register("bob@x.org"), token(tok))
	a = p.ok("POST", "/api/users/register", register("ann@x.org"), token(tok), idempotent("once"))
	same(t, "the answer again", p.ok("POST", "/api/users/register", register("ann@x.org"), token(tok), idempotent("once")).text, a.text)
	same(t, "the id", a.field("objectId"), id)
	same(t, "the status afterwards", a.field("userStatus"), "ENABLED")
	same(t, "what the guest had", a.field("basket"), "3 hats")
	same(t, "the token of an answer that doesn't log in", a.field("user-token"), "absent")
	same(t, "the roles afterwards", p.ok("GET", "/api/users/userroles", "", token(tok)).text, `["AuthenticatedUser","RestUser"]`)
	same(t, "who logs in", p.ok("POST", "/api/users/login", rightLogin).field("objectId"), id)
	p.refused(3021, 400, "POST", "/api/users/register", register("eve@x.org"), token(tok))
}

func TestTwoGuestsAreTwoUsers(t *testing.T) {
	p := newPlace(t)
	one, two := p.ok("POST", "/api/users/register/guest", ""), p.ok("POST", "/api/users/register/guest", "")
	if one.field("objectId") == two.field("objectId") || one.field("user-token") == two.field("user-token") {
		t.Errorf("two guests share %s and %s", one.text, two.text)
	}
	p.refused(3029, 400, "PUT", "/api/users/"+one.field("objectId"), `{"name":"x"}`, token(two.field("user-token")))
}

func TestAPasswordIsVerifiedForServerCode(t *testing.T) {
	p := newPlace(t)
	_, tok := p.member("ann@x.org")
	for _, path := range []string{"/users/verifypassword", "/users/verifypassowrd"} {
		path := p.as(p.service.Keys().BL, path)
		same(t, "the right password", p.ok("POST", path, `{"password":"secret"}`, token(tok)).text, `{"valid":true}`)
		same(t, "a wrong password", p.ok("POST", path, `{"password":"x"}`, token(tok)).text, `{"valid":false}`)
		guest := p.ok("POST", "/api/users/register/guest", "").field("user-token")
		same(t, "a guest's password", p.ok("POST", path, `{"password":""}`, token(guest)).text, `{"valid":false}`)
	}
	path := p.as(p.service.Keys().BL, "/users/verifypassword")
	for range quietFailures - 1 {
		p.ok("POST", path, `{"password":"x"}`, token(tok))
	}
	p.refused(3036, 400, "POST", path, `{"password":"secret"}`, token(tok))
}
