package users

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// crowd makes ann, bob, carol, dora and eve, a second apart, for the CloudCode
// key to find.
func crowd(t *testing.T) *scene {
	s := &scene{place: newPlace(t)}
	for i, own := range []string{
		`"name":"Ann","age":30,"vip":true,"city":"Rome","born":1000`,
		`"name":"bob","age":20,"vip":false,"city":"Rome"`,
		`"name":"Carol","age":40,"city":"Oslo","score":1.50`,
		`"name":"O'Dora 50%","age":20,"vip":true,"city":"oslo"`,
		`"city":"","big":12345678901234567890`,
	} {
		s.pass(time.Second)
		email := []string{"ann", "bob", "carol", "dora", "eve"}[i] + "@x.org"
		s.ok("POST", "/api/users/register", `{"email":"`+email+`","password":"secret",`+own+`}`)
	}
	return s
}

// names gives the local parts of the emails of a list of users.
func (a answer) names() string {
	var names []string
	for _, part := range strings.Split(a.text, `"email":"`)[1:] {
		names = append(names, part[:strings.Index(part, "@")])
	}
	return strings.Join(names, " ")
}

func TestAWhereClauseFindsWhatItSays(t *testing.T) {
	s := crowd(t)
	for clause, want := range map[string]string{
		"name = 'Ann'":                                  "ann",
		"name = 'ANN'":                                  "ann",
		"`name` = \"Ann\"":                              "ann",
		"\"name\" = 'Ann'":                              "ann",
		"[name]='Ann'":                                  "ann",
		"NAME = 'Ann'":                                  "ann",
		"name != 'Ann'":                                 "bob carol dora",
		"name <> 'Ann'":                                 "bob carol dora",
		"name = 'O''Dora 50%'":                          "dora",
		"name LIKE '%a%'":                               "ann carol dora",
		"name LIKE 'A__'":                               "ann",
		"name like '%50\\%'":                            "dora",
		"name LIKE '%\\_%'":                             "",
		"name NOT LIKE '%a%'":                           "bob",
		"name IN ('ann','BOB')":                         "ann bob",
		"name NOT IN ('ann','BOB')":                     "carol dora",
		"name IS NULL":                                  "eve",
		"name IS NOT NULL":                              "ann bob carol dora",
		"city = ''":                                     "eve",
		"age > 20":                                      "ann carol",
		"age >= 20 AND age < 40":                        "ann bob dora",
		"age = '20'":                                    "bob dora",
		"age <= -1":                                     "",
		"age IN (20, 4e1)":                              "bob carol dora",
		"score = 1.5":                                   "carol",
		"big = 12345678901234567890":                    "eve",
		"vip = TRUE":                                    "ann dora",
		"vip = false":                                   "bob",
		"vip = 1 AND city = 'Rome'":                     "ann",
		"NOT vip = true":                                "bob",
		"NOT (city = 'Rome' OR city='OSLO')":            "eve",
		"city='Rome' AND age=20 OR name='Carol'":        "bob carol",
		"city='Rome' AND (age=20 OR name='Carol')":      "bob",
		"born = 1000":                                   "ann",
		"email = 'ANN@X.ORG'":                           "ann",
		"email LIKE 'A%'":                               "ann",
		"email IN ('bob@x.org')":                        "bob",
		"created > '2026-01-02T03:04:08Z'":              "dora eve",
		"created <= '01/02/2026 03:04:06'":              "ann",
		"updated IS NULL AND lastLogin is null":         "ann bob carol dora eve",
		"userStatus = 'ENABLED' and ___class = 'Users'": "ann bob carol dora eve",
		"ownerId = 'nobody'":                            "",
		"oAuthIdentities is not null":                   "",
		"name = 'x'' OR ''1''=''1'":                     "",
		"name = '\x00'":                                 "",
		"name = '$.email'":                              "",
	} {
		query := url.Values{"where": {clause}}.Encode()
		same(t, "what "+clause+" finds", s.ok("GET", s.bl("/data/Users?"+query), "").names(), want)
		body := `{"where":` + string(appendText(nil, clause)) + `}`
		same(t, "what "+clause+" finds by POST", s.ok("POST", s.bl("/data/Users/find"), body).names(), want)
		count := fmt.Sprint(len(strings.Fields(want)))
		same(t, "how many "+clause+" finds", s.ok("POST", s.bl("/data/Users/count"), body).text, count)
		same(t, "how many "+clause+" finds by GET", s.ok("GET", s.bl("/data/Users/count?"+query), "").text, count)
	}
}

func TestAQueryGivesItsPageInItsOrder(t *testing.T) {
	s := crowd(t)
	for query, want := range map[string]string{
		"":                                          "ann bob carol dora eve",
		"pageSize=2":                                "ann bob",
		"pageSize=2&offset=4":                       "eve",
		"pageSize=100&offset=5":                     "",
		"sortBy=name":                               "eve ann bob carol dora",
		"sortBy=name%20desc":                        "dora carol bob ann eve",
		"sortBy=age%20desc,name%20asc":              "carol ann bob dora eve",
		"sortBy=age&sortBy=name%20desc":             "eve dora bob ann carol",
		"sortBy=created%20desc&pageSize=1":          "eve",
		"sortBy=`email`%20desc&pageSize=1":          "eve",
		"where=city%3D'rome'&sortBy=age&pageSize=1": "bob",
	} {
		same(t, "the page of "+query, s.ok("GET", s.bl("/data/Users?"+query), "").names(), want)
	}
	for body, want := range map[string]string{
		`{"sortBy":["age desc","name"],"pageSize":2,"offset":1}`:                                                     "ann bob",
		`{"pageSize":10,"offset":0,"where":"age>20","distinct":false,"loadRelations":"","groupBy":[],"having":null}`: "ann carol",
		`{}`: "ann bob carol dora eve",
	} {
		same(t, "the page of "+body, s.ok("POST", s.bl("/data/Users/find"), body).names(), want)
	}
	same(t, "props", s.ok("GET", s.bl("/data/Users?props=name,age&pageSize=1"), "").text, `[{"name":"Ann","age":30}]`)
	same(t, "props as a list", s.ok("POST", s.bl("/data/Users/find"), `{"props":["age"],"pageSize":1}`).text, `[{"age":30}]`)
	same(t, "props without some", s.ok("GET", s.bl("/data/Users?props=name,age&excludeProps=name&pageSize=1"), "").text, `[{"age":30}]`)
	same(t, "props that aren't there", s.ok("GET", s.bl("/data/Users?props=password,hat&pageSize=1"), "").text, `[{}]`)
	same(t, "the ages there are", s.ok("GET", s.bl("/data/Users?props=age&distinct=true&sortBy=age"), "").text, `[{"age":null},{"age":20},{"age":30},{"age":40}]`)
	same(t, "how many ages there are", s.ok("POST", s.bl("/data/Users/count"), `{"props":["age"],"distinct":true}`).text, "4")
	if a := s.ok("GET", s.bl("/data/Users?excludeProps=email,name"), ""); strings.Contains(a.text, "email") || !strings.Contains(a.text, "objectId") {
		t.Errorf("without email and name there is %s", a.text)
	}
}

func TestUnderTheOwnPolicyPeopleFindThemselvesOnly(t *testing.T) {
	s := crowd(t)
	_, tok := s.login("bob@x.org")
	same(t, "what bob finds", s.ok("GET", "/api/data/Users?where=age>0", "", token(tok)).names(), "bob")
	same(t, "what bob finds by tricks", s.ok("GET", "/api/data/Users?"+url.Values{"where": {"age > 0 OR objectId IS NOT NULL"}}.Encode(), "", token(tok)).names(), "bob")
	same(t, "what bob counts", s.ok("POST", "/api/data/Users/count", `{}`, token(tok)).text, "1")
	same(t, "what bob sees as distinct", s.ok("GET", "/api/data/Users?props=age&distinct=true", "", token(tok)).text, `[{"age":20}]`)
	s.refused(1013, 400, "GET", "/api/data/Users", "")
	s.refused(1013, 400, "POST", "/api/data/Users/count", `{}`)
	s.set(func(st *Settings) { st.UpdatePolicy = PolicyPermissive })
	same(t, "what everybody finds", s.ok("GET", "/api/data/Users", "").names(), "ann bob carol dora eve")
}

func TestSavingThroughTheDataAPIMakesOrChangesAUser(t *testing.T) {
	s := crowd(t)
	a := s.ok("PUT", "/api/data/Users", `{"email":"fay@x.org","password":"secret","___class":"Users"}`)
	id, tok := s.login("fay@x.org")
	same(t, "the id", a.field("objectId"), id)
	a = s.ok("PUT", "/api/data/Users", `{"objectId":"`+id+`","name":"Fay"}`, token(tok))
	same(t, "the name", a.field("name"), "Fay")
	same(t, "the email", a.field("email"), "fay@x.org")
	s.refused(1000, 400, "PUT", s.bl("/data/Users"), `{"objectId":"nobody","name":"x"}`)
	s.refused(3028, 400, "PUT", "/api/data/Users", `{"objectId":"`+id+`","name":"x"}`)
	s.refused(3033, 409, "PUT", "/api/data/Users", `{"email":"ann@x.org","password":"secret"}`)
}

func TestAPatternThatBacktracksIsBounded(t *testing.T) {
	s := &scene{place: newPlace(t)}
	s.ok("POST", "/api/users/register", `{"email":"a@x.org","password":"x","name":"`+strings.Repeat("a", 900_000)+`"}`)
	begun := time.Now()
	a := s.call("POST", s.bl("/data/Users/find"), `{"where":"name LIKE '`+strings.Repeat("%a", 90)+`%b'","props":"email"}`)
	if took := time.Since(begun); a.status != http.StatusOK || took > 10*time.Second {
		t.Errorf("the pattern took %s and answered %d %.200s", took, a.status, a.text)
	}
}
