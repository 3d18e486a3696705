package users

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// FuzzWhereAgainstTheDatabase gives clauses to the database itself: whatever is
// sent finds records of the caller's in the table asked for, or is refused.
func FuzzWhereAgainstTheDatabase(f *testing.F) {
	for _, seed := range []string{
		"", "n = 1", "n = 1 OR NOT n = 1", "___class = 'Orders' OR ___class <> 'Orders'", "title LIKE '%'", "title IN ('a','b') OR objectId IS NOT NULL",
		"created > 0 OR updated IS NULL", "`title` = \"x\" OR [n] >= -1e300", "ownerId <> 'x') OR (1=1", "title = 'a' UNION SELECT * FROM users", "n = 99999999999999999999",
	} {
		f.Add(seed)
	}
	s, err := Open(context.Background(), "", Options{PasswordCost: cheap})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := s.Close(); err != nil {
			f.Error(err)
		}
	})
	client := http.Client{Transport: s.Transport()}
	send := func(t testing.TB, path, token, body string) answer {
		r, err := http.NewRequestWithContext(t.Context(), "POST", "http://x/api/"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		if token != "" {
			r.Header.Set("User-Token", token)
		}
		response, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer{response.StatusCode, response.Header, string(text)}
	}
	tokens := map[string]string{}
	for _, who := range []string{"ann", "bob"} {
		login := fmt.Sprintf(`{"login":"%s@x.org","email":"%s@x.org","password":"secret"}`, who, who)
		send(f, "users/register", "", login)
		tokens[who] = send(f, "users/login", "", login).field("user-token")
		for _, table := range []string{"Orders", "Other"} {
			send(f, "data/"+table, tokens[who], fmt.Sprintf(`{"n":1,"title":"%s in %s"}`, who, table))
		}
	}
	f.Fuzz(func(t *testing.T, clause string) {
		a := send(t, "data/Orders/find", tokens["ann"], `{"where":`+string(appendText(nil, clause))+`}`)
		switch {
		case a.status == http.StatusBadRequest && a.field("code") == "1017":
		case a.status != http.StatusOK:
			t.Fatalf("the clause %q is answered with %d %s", clause, a.status, a.text)
		case strings.Contains(a.text, `"bob in`) || strings.Contains(a.text, "in Other"):
			t.Fatalf("the clause %q finds what isn't ann's: %s", clause, a.text)
		}
	})
}

func TestMassAssignmentSetsNoSystemField(t *testing.T) {
	p := newPlace(t)
	a := p.ok("POST", "/api/users/register", `{"email":"ann@x.org","password":"secret","userStatus":"DISABLED","ownerId":"x","created":1,"updated":2,"lastLogin":3,
		"socialAccount":"GOOGLE","accountType":"ADMIN","oAuthIdentities":{"google":"1"},"___class":"Admins","user-token":"mine","__meta":"x"}`)
	for name, want := range map[string]string{
		"userStatus": "ENABLED", "ownerId": a.field("objectId"), "created": "1767323045000", "updated": "null", "lastLogin": "null",
		"socialAccount": "BACKENDLESS", "accountType": "BACKENDLESS", "oAuthIdentities": "null", "___class": "Users", "user-token": "absent", "__meta": "absent",
	} {
		same(t, name, a.field(name), want)
	}
	for _, trick := range []string{"password_hash", "passwordHash", "roles", "identity", "object_id", "status"} {
		// Such a name is a property like any other, and does nothing.
		same(t, trick, p.ok("PUT", p.as(p.service.Keys().BL, "/users/"+a.field("objectId")), `{"`+trick+`":"ADMIN"}`).field(trick), "ADMIN")
	}
	id, tok := p.login("ann@x.org")
	same(t, "the id", id, a.field("objectId"))
	same(t, "the roles", p.ok("GET", "/api/users/userroles", "", token(tok)).text, `["AuthenticatedUser","RestUser"]`)
}

func TestPathsAndHeadersDoNotTrick(t *testing.T) {
	p := newPlace(t)
	ann, tok := p.member("ann@x.org")
	bob := p.register("bob@x.org")
	for _, path := range []string{
		"/api/users/" + ann + "%2F..%2F" + bob, "/api/users/" + bob + "%00", "/api/users/" + ann + "%3Fid=" + bob, "/api/users/%2e%2e", "/api/users/" + strings.ToLower(bob),
		"/api/users/'%20OR%201=1%20--", "/api/users/%27%3B%20DROP%20TABLE%20users", "/api/users/" + strings.Repeat("x", 4000),
	} {
		p.refused(3030, 400, "PUT", path, `{"name":"x"}`, token(tok))
	}
	for _, path := range []string{"/api/users/" + ann + "/../" + bob, "/api//users/" + bob, "/API/users/" + bob, "/api/users/" + bob + "/", "/api/users/" + bob + "/STATUS"} {
		if a := p.call("PUT", path, `{"name":"x"}`, token(tok)); a.status < 400 {
			t.Errorf("%s is answered with %d %s", path, a.status, a.text)
		}
	}
	p.refused(3029, 400, "PUT", "/api/users/"+bob, `{"name":"x","objectId":"`+ann+`"}`, token(tok), header{"X-HTTP-Method-Override", "DELETE"}, header{"application-type", "BL"}, header{"X-Forwarded-For", "127.0.0.1"})
	p.refused(3064, 400, "PUT", "/api/users/"+bob, `{"name":"x"}`, token(tok+","+tok))
	p.refused(3064, 400, "PUT", "/api/users/"+bob, `{"name":"x"}`, token("' OR '1'='1"))
	p.refused(2002, 400, "GET", "/"+url.PathEscape("' OR 1=1 --")+"/"+p.service.Keys().BL+"/users/"+bob, "")
	p.refused(2002, 400, "GET", p.as(strings.ToLower(p.service.Keys().BL), "/users/"+bob), "")
	same(t, "bob's name", p.ok("GET", "/api/users/"+bob, "").field("name"), "null")
}
