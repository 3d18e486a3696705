package users

import (
	"fmt"
	"strings"
	"testing"
)

func TestEditorsSeeTheSessionsAndRolesOfAUser(t *testing.T) {
	p := newPlace(t)
	id, _ := p.member("ann@x.org")
	p.login("ann@x.org")
	a := p.adminOK("GET", "/"+id+"/sessions", "")
	same(t, "the number of sessions", fmt.Sprint(strings.Count(a.text, `"lastUsed"`)), "2")
	p.adminOK("POST", "/"+id+"/logout", "")
	same(t, "the sessions after logging out", p.adminOK("GET", "/"+id+"/sessions", "").text, `{"sessions":[]}`)
	same(t, "no roles", p.adminOK("GET", "/"+id+"/roles", "").text, `{"roles":[]}`)
	p.adminOK("POST", "/roles", `{"name":"Admins"}`)
	p.adminOK("POST", "/roles/Admins/assign", `{"user":"ann@x.org"}`)
	same(t, "the roles", p.adminOK("GET", "/"+id+"/roles", "").text, `{"roles":["Admins"]}`)
	p.adminRefused("users.3030", 400, "GET", "/nobody/roles", "")
}

func TestAListOfManyUsersIsSortedAlongAnIndex(t *testing.T) {
	p := newPlace(t)
	for _, who := range []string{"bob", "Ann", "carl"} {
		p.adminOK("POST", "/", `{"email":"`+who+`@x.org","password":"p","name":"`+who+`"}`)
	}
	if _, err := p.service.db.writer.Exec("UPDATE users SET id = ? WHERE id = (SELECT max(id) FROM users)", manyUsers); err != nil {
		t.Fatal(err)
	}
	order := func(query string) string {
		t.Helper()
		var names []string
		for _, part := range strings.Split(p.adminOK("GET", "/?"+query, "").text, `"email":"`)[1:] {
			names = append(names, part[:strings.Index(part, "@")])
		}
		return strings.Join(names, " ")
	}
	same(t, "sorted up", order("sortBy=name"), "Ann bob carl")
	same(t, "sorted down", order("sortBy=name%20desc"), "carl bob Ann")
	same(t, "sorted by age, the newest first", order("sortBy=created%20desc"), "carl Ann bob")
	same(t, "sorted by identity", order("sortBy=email"), "Ann bob carl")
	rows, err := p.service.db.readers.Query(`EXPLAIN QUERY PLAN SELECT id FROM users ORDER BY json_extract(properties, '$."name"') COLLATE NOCASE DESC, id DESC`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan string
	for rows.Next() {
		var a, b, c int
		if err := rows.Scan(&a, &b, &c, &plan); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(plan, "USING INDEX sort_name") && !strings.Contains(plan, "USING COVERING INDEX sort_name") {
		t.Errorf("the plan is %q", plan)
	}
	// A page that isn't full tells how many there are; a search that finds too many isn't counted out.
	a := p.adminOK("GET", "/?search=x.org&pageSize=2", "")
	same(t, "the total of a search", a.field("total")+" "+a.field("more"), "3 false")
}
