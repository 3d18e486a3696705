package users

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestARecordMakesItsTableAndIsReadChangedAndDeleted(t *testing.T) {
	s := &scene{place: newPlace(t)}
	ann, tok := s.member("ann@x.org")
	a := s.ok("POST", "/api/data/Orders", `{"title":"Tea","price":12.50,"paid":false,"note":null,"objectId":"mine","created":1,"___class":"Orders"}`, token(tok))
	id := a.field("objectId")
	if id == "mine" || len(id) != 36 {
		t.Errorf("the id is %s, want one that the service gave", id)
	}
	same(t, "the record", a.text, fmt.Sprintf(`{"objectId":"%s","___class":"Orders","title":"Tea","price":12.50,"paid":false,"created":1767323045000,"updated":null,"ownerId":"%s"}`, id, ann))
	same(t, "the record read back", s.ok("GET", "/api/data/Orders/"+id, "").text, a.text)
	same(t, "part of it", s.ok("GET", "/api/data/Orders/"+id+"?props=title,hat", "").text, `{"title":"Tea"}`)
	s.pass(time.Second)
	a = s.ok("PUT", "/api/data/Orders/"+id, `{"price":13,"paid":true,"ownerId":"x"}`, token(tok))
	same(t, "the price", a.field("price"), "13")
	same(t, "the title", a.field("title"), "Tea")
	same(t, "the owner", a.field("ownerId"), ann)
	same(t, "updated", a.field("updated"), "1767323046000")
	a = s.ok("PUT", "/api/data/Orders", `{"objectId":"`+id+`","title":null}`, token(tok))
	same(t, "the title", a.field("title"), "null")
	same(t, "the columns", names(s.ok("GET", "/api/data/Orders/properties", "").text), "objectId title price paid created updated ownerId")
	s.ok("PUT", "/api/data/Orders", `{"title":"Milk"}`, token(tok))
	same(t, "how many there are", s.ok("GET", "/api/data/Orders/count", "", token(tok)).text, "2")
	same(t, "deletion", s.ok("DELETE", "/api/data/Orders/"+id, "", token(tok)).text, `{"deletionTime":1767323046000}`)
	s.refused(1000, 400, "GET", "/api/data/Orders/"+id, "")
	same(t, "how many are left", s.ok("POST", "/api/data/Orders/count", `{}`, token(tok)).text, "1")
	s.close()
	s.open()
	same(t, "what is left after a restart", s.ok("GET", "/api/data/Orders?props=title,price", "", token(tok)).text, `[{"title":"Milk","price":null}]`)
}

// names gives the names in a description of columns.
func names(text string) string {
	var all []string
	for _, part := range strings.Split(text, `"name":"`)[1:] {
		all = append(all, part[:strings.Index(part, `"`)])
	}
	return strings.Join(all, " ")
}

func TestRecordsAreFoundByTheSameClausesAsUsers(t *testing.T) {
	s := &scene{place: newPlace(t)}
	for _, own := range []string{`"n":1,"city":"Rome","at":"a"`, `"n":2,"city":"rome"`, `"n":3,"city":"Oslo"`, `"n":4`} {
		s.ok("POST", s.bl("/data/Orders"), "{"+own+"}")
		s.pass(time.Second)
	}
	s.ok("POST", s.bl("/data/Other"), `{"n":9,"city":"Rome"}`) // is never found
	for clause, want := range map[string]string{
		"city = 'ROME'": `[{"n":1},{"n":2}]`,
		"n > 1 AND (city LIKE '%o%' OR city IS NULL)": `[{"n":2},{"n":3},{"n":4}]`,
		"n IN (1, 3)":                         `[{"n":1},{"n":3}]`,
		"___class = 'orders' and n = 4":       `[{"n":4}]`,
		"created >= '2026-01-02T03:04:08Z'":   `[{"n":4}]`,
		"ownerId IS NULL AND updated IS NULL": `[{"n":1},{"n":2},{"n":3},{"n":4}]`,
		"NOT n = 1 OR 1=1 --":                 "",
		"table_id = 1":                        "",
		"city = 'x'') OR (''1''=''1'":         "[]",
	} {
		address := s.bl("/data/Orders?props=n&" + url.Values{"where": {clause}}.Encode())
		if want == "" {
			s.refused(1017, 400, "GET", address, "")
			continue
		}
		same(t, "what "+clause+" finds", s.ok("GET", address, "").text, want)
		body := `{"props":["n"],"where":` + string(appendText(nil, clause)) + `}`
		same(t, "what "+clause+" finds by POST", s.ok("POST", s.bl("/data/Orders/find"), body).text, want)
	}
	same(t, "a page in its order", s.ok("GET", s.bl("/data/Orders?props=n&sortBy=city%20desc,n%20desc&pageSize=2&offset=1"), "").text, `[{"n":1},{"n":3}]`)
	same(t, "the cities", s.ok("POST", s.bl("/data/Orders/find"), `{"props":"city","distinct":true,"sortBy":"city"}`).text, `[{"city":null},{"city":"Oslo"},{"city":"Rome"},{"city":"rome"}]`)
	same(t, "without most", s.ok("GET", s.bl("/data/Orders?where=n=1&excludeProps=objectId,created,updated,ownerId,at,city"), "").text, `[{"___class":"Orders","n":1}]`)
}

func TestRecordsBelongToWhoMadeThem(t *testing.T) {
	s := &scene{place: newPlace(t)}
	_, ann := s.member("ann@x.org")
	_, bob := s.member("bob@x.org")
	id := s.ok("POST", "/api/data/Notes", `{"text":"mine"}`, token(ann)).field("objectId")
	s.refused(1011, 400, "POST", "/api/data/Notes", `{"text":"spam"}`)
	s.refused(1013, 400, "GET", "/api/data/Notes", "")
	s.refused(1013, 400, "POST", "/api/data/Notes/count", `{}`)
	for _, h := range []header{token(""), token(bob)} {
		s.refused(1012, 400, "PUT", "/api/data/Notes/"+id, `{"text":"x"}`, h)
		s.refused(1012, 400, "PUT", "/api/data/Notes", `{"objectId":"`+id+`","text":"x"}`, h)
		s.refused(1014, 400, "DELETE", "/api/data/Notes/"+id, "", h)
	}
	same(t, "what bob finds", s.ok("GET", "/api/data/Notes", "", token(bob)).text, "[]")
	same(t, "what bob finds by tricks", s.ok("GET", "/api/data/Notes?where="+url.QueryEscape("text = 'x' OR objectId IS NOT NULL"), "", token(bob)).text, "[]")
	same(t, "what ann counts", s.ok("GET", "/api/data/Notes/count", "", token(ann)).text, "1")
	same(t, "what a server counts", s.ok("GET", s.bl("/data/Notes/count"), "").text, "1")
	same(t, "what a server writes", s.ok("PUT", s.bl("/data/Notes/"+id), `{"text":"checked"}`).field("text"), "checked")
	s.set(func(st *Settings) { st.UpdatePolicy = PolicyPermissive })
	s.ok("PUT", "/api/data/Notes/"+id, `{"text":"everybody's"}`)
	same(t, "what everybody finds", s.ok("GET", "/api/data/Notes?props=text", "").text, `[{"text":"everybody's"}]`)
}

func TestWhatATableRefuses(t *testing.T) {
	s := &scene{place: newPlace(t)}
	define := func(table string, columns ...Column) error {
		return s.service.DefineTable(context.Background(), table, columns...)
	}
	if err := define("Orders", Column{Name: "title", Type: TypeString, Required: true}, Column{Name: "n", Type: TypeInt}, Column{Name: "at", Type: TypeDatetime}, Column{Name: "paid", Type: TypeBoolean}); err != nil {
		t.Fatal(err)
	}
	id := s.ok("POST", s.bl("/data/Orders"), `{"title":"Tea"}`).field("objectId")
	for _, c := range []struct {
		code               int
		method, path, body string
	}{
		{1007, "POST", "/data/Orders", `{"n":1}`},
		{1007, "POST", "/data/Orders", `{"title":""}`},
		{1007, "POST", "/data/Orders", `{"title":3}`},
		{1007, "POST", "/data/Orders", `{"title":"x","n":1.5}`},
		{1007, "POST", "/data/Orders", `{"title":"x","n":9007199254740993}`},
		{1007, "POST", "/data/Orders", `{"title":"x","n":1e999}`},
		{1007, "POST", "/data/Orders", `{"title":"x","at":"yesterday"}`},
		{1007, "POST", "/data/Orders", `{"title":"x","paid":1}`},
		{1007, "POST", "/data/Orders", `{"title":"x","list":[1]}`},
		{1007, "POST", "/data/Orders", `{"title":"x","__proto__":"1"}`},
		{1007, "POST", "/data/Orders", `{"title":"x","constructor":"1"}`},
		{1007, "POST", "/data/Orders", `{"title":"x","OwnerID":"1"}`},
		{1007, "POST", "/data/Orders", `{"title":"x","Title":"1"}`},
		{1007, "POST", "/data/Orders", `{"title":"x","a b":"1"}`},
		{1007, "POST", "/data/Orders", `{"title":"x","x\"); DROP TABLE records; --":"1"}`},
		{1007, "POST", "/data/Orders", `{"title":"x","title":"y"}`},
		{1007, "POST", "/data/Orders", "{\"title\":\"\xff\"}"},
		{1007, "POST", "/data/Orders", `[{"title":"x"}]`},
		{1007, "POST", "/data/Orders", ``},
		{1007, "POST", "/data/Orders", `{"title":` + strings.Repeat("[", 100_000) + `}`},
		{1007, "PUT", "/data/Orders/" + id, `{"title":null}`},
		{1000, "PUT", "/data/Orders/nobody", `{"title":"x"}`},
		{1000, "PUT", "/data/Orders", `{"objectId":"nobody","title":"x"}`},
		{1000, "DELETE", "/data/Orders/nobody", ""},
		{1009, "GET", "/data/Nothing", ""},
		{1009, "GET", "/data/orders/" + id, ""},
		{1009, "GET", "/data/Nothing/properties", ""},
		{1009, "POST", "/data/Nothing/count", "{}"},
		{1009, "POST", "/data/orders", `{"title":"x"}`},
		{1009, "POST", "/data/users", `{"title":"x"}`},
		{1009, "POST", "/data/__proto__", `{"title":"x"}`},
		{1009, "POST", "/data/constructor", `{"title":"x"}`},
		{1009, "POST", "/data/records%3B--", `{"title":"x"}`},
		{1009, "POST", "/data/" + strings.Repeat("x", 65), `{"title":"x"}`},
		{1006, "GET", "/data/Orders?sortBy=table_id", ""},
	} {
		headers := []header{}
		if c.method != "GET" {
			headers = append(headers, header{"Content-Type", "application/json"})
		}
		s.refused(c.code, 400, c.method, s.bl(c.path), c.body, headers...)
	}
	same(t, "how many orders there are after all that", s.ok("GET", s.bl("/data/Orders/count"), "").text, "1")
	same(t, "the tables", strings.Join(s.tables(), " "), "Users Orders")
	s.set(func(st *Settings) { st.DynamicSchema = false })
	s.refused(1009, 400, "POST", s.bl("/data/Fresh"), `{"title":"x"}`)
	s.refused(1007, 400, "POST", s.bl("/data/Orders"), `{"title":"x","fresh":1}`)
	s.set(func(st *Settings) { st.Compatibility = CompatibilityLive })
	same(t, "an unknown property on a live server", s.ok("POST", s.bl("/data/Orders"), `{"title":"x","fresh":1}`).field("fresh"), "absent")
	for name, err := range map[string]error{
		"a table in other capitals":    define("ORDERS"),
		"a column of no type":          define("Orders", Column{Name: "x", Type: "BLOB"}),
		"a column of another type":     define("Orders", Column{Name: "n", Type: TypeString}),
		"an identity":                  define("Orders", Column{Name: "x", Type: TypeString, Identity: true}),
		"a system field":               define("Orders", Column{Name: "created", Type: TypeString}),
		"deleting Users":               s.service.DropTable(context.Background(), "Users"),
		"deleting what isn't there":    s.service.DropTable(context.Background(), "Nothing"),
		"a table with half its column": define("Half", Column{Name: "ok", Type: TypeString}, Column{Name: "not ok", Type: TypeString}),
	} {
		if err == nil {
			t.Errorf("%s was not refused", name)
		}
	}
	if err := s.service.DropTable(context.Background(), "Orders"); err != nil {
		t.Fatal(err)
	}
	same(t, "the tables in the end", strings.Join(s.tables(), " "), "Users")
	s.refused(1009, 400, "GET", s.bl("/data/Orders"), "")
}

func (p *place) tables() []string {
	p.Helper()
	all, err := p.service.Tables(context.Background())
	if err != nil {
		p.Fatal(err)
	}
	return all
}

func TestARecordIsWrittenOnceUnderItsKey(t *testing.T) {
	s := &scene{place: newPlace(t)}
	first := s.ok("POST", s.bl("/data/Orders"), `{"n":1}`, idempotent("run:1"))
	again := s.ok("POST", s.bl("/data/Orders"), `{"n":1}`, idempotent("run:1"))
	same(t, "the answer to the repetition", again.text, first.text)
	path := s.bl("/data/Orders/" + first.field("objectId"))
	s.ok("PUT", path, `{"n":2}`, idempotent("run:2"))
	s.ok("DELETE", path, "", idempotent("run:3"))
	same(t, "the deletion repeated", s.ok("DELETE", path, "", idempotent("run:3")).field("deletionTime"), "1767323045000")
	changes, err := s.service.Changes(context.Background(), "run:")
	if err != nil || len(changes) != 3 {
		t.Fatalf("there are %d changes (%v), want 3", len(changes), err)
	}
	same(t, "n before the update", answer{text: string(changes[1].Before)}.field("n"), "1")
	same(t, "n after the update", answer{text: string(changes[1].After)}.field("n"), "2")
	if changes[0].Before != nil || changes[2].After != nil {
		t.Error("what was made was there before, or what was deleted is there after")
	}
}

func TestManyWhoMakeOneTableMakeOne(t *testing.T) {
	s := &scene{place: newPlace(t)}
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if a := s.call("POST", s.bl("/data/Orders"), fmt.Sprintf(`{"n":%d,"p%d":true}`, i, i%3)); a.status != 200 {
				t.Errorf("record %d: %d %s", i, a.status, a.text)
			}
		})
	}
	all.Wait()
	same(t, "how many records there are", s.ok("GET", s.bl("/data/Orders/count"), "").text, "20")
	same(t, "the tables", strings.Join(s.tables(), " "), "Users Orders")
}

func TestUsersAreATableToo(t *testing.T) {
	s := &scene{place: newPlace(t)}
	id := s.ok("POST", "/api/data/Users", `{"email":"ann@x.org","password":"secret"}`).field("objectId")
	_, tok := s.login("ann@x.org")
	same(t, "the name", s.ok("PUT", "/api/data/Users/"+id, `{"name":"Ann"}`, token(tok)).field("name"), "Ann")
	s.refused(1000, 400, "PUT", s.bl("/data/Users/nobody"), `{"name":"x"}`)
	same(t, "the first columns", names(s.ok("GET", "/api/data/Users/properties", "").text)[:20], "objectId email name ")
}
