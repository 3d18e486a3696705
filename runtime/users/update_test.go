package users

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestAnUpdateChangesWhatIsSentAndGivesTheWholeRecord(t *testing.T) {
	p := newPlace(t)
	id, tok := p.member("alice@yourmail.com")
	p.ok("PUT", "/api/users/"+id, `{"name":"Alice","address":"1 Looking-Glass Lane"}`, token(tok))
	p.pass(time.Minute)
	a := p.ok("PUT", "/api/users/"+id, `{"email":"alice@newmail.com","address":"27 Rose Street"}`, token(tok))
	for name, want := range map[string]string{
		"objectId": id, "email": "alice@newmail.com", "name": "Alice", "address": "27 Rose Street",
		"updated": fmt.Sprint(p.time.Load()), "password": "absent", "user-token": "absent",
	} {
		same(t, name, a.field(name), want)
	}
	same(t, "the record read back", p.ok("GET", "/api/data/Users/"+id, "").text, a.text)
	same(t, "some properties", p.ok("GET", "/api/users/"+id+"?props=address,email", "").text,
		`{"email":"alice@newmail.com","address":"27 Rose Street"}`)
	// The new identity logs in, the old one doesn't and is free.
	p.login("alice@newmail.com")
	p.refused(3003, 401, "POST", "/api/users/login", `{"login":"alice@yourmail.com","password":"secret"}`)
	p.register("alice@yourmail.com")
}

func TestARecordSentBackAsItWasReadChangesNothingButTheTime(t *testing.T) {
	p := newPlace(t)
	p.register("ann@x.org")
	before := p.ok("POST", "/api/users/login", `{"login":"ann@x.org","password":"secret"}`)
	after := p.ok("PUT", "/api/users/"+before.field("objectId"), before.text, token(before.field("user-token")))
	want := strings.Replace(before.text, `"updated":null`, fmt.Sprintf(`"updated":%d`, p.time.Load()), 1)
	want = strings.Replace(want, `,"user-token":"`+before.field("user-token")+`"`, "", 1)
	same(t, "the record", after.text, want)
}

func TestSystemFieldsOfAnUpdateAreIgnored(t *testing.T) {
	p := newPlace(t)
	id, tok := p.member("ann@x.org")
	before := p.ok("GET", "/api/users/"+id, "")
	a := p.ok("PUT", "/api/users/"+id, `{"objectId":"1","___class":"Admins","created":1,"updated":1,"lastLogin":1,"ownerId":"1","user-token":"1",
		"userStatus":"DISABLED","socialAccount":"1","accountType":"1","oAuthIdentities":{"a":[{}]},"__meta":"1","___jsonclass":"1","blUserLocale":null}`, token(tok))
	same(t, "the record", strings.Replace(a.text, fmt.Sprintf(`"updated":%d`, p.time.Load()), `"updated":null`, 1), before.text)
}

func TestWhatIsSentComesBackAsItWasSent(t *testing.T) {
	p := newPlace(t)
	id, tok := p.member("ann@x.org")
	for _, text := range []string{
		`1.50`, `12345678901234567890123`, `0.1000000000000000055511151231257827`, `-0`, `1e300`, `true`, `false`,
		`"a \"quoted\" \\ line"`, `"Zoë 😀 \u0000"`, "\"\u2028\"", `"</script>"`, `""`,
	} {
		name := fmt.Sprintf("p%x", text)[:min(60, 1+2*len(text))]
		a := p.ok("PUT", "/api/users/"+id, `{"`+name+`":`+text+`}`, token(tok))
		if !strings.Contains(a.text, `"`+name+`":`+text+`,`) {
			t.Errorf("%s came back in %s", text, a.text)
		}
	}
	same(t, "an escaped text", p.ok("PUT", "/api/users/"+id, `{"name":"\u0041\ud83d\ude00\/"}`, token(tok)).field("name"), "A😀/")
}

func TestANewPropertyBecomesAColumnOfEverybody(t *testing.T) {
	p := newPlace(t)
	bob := p.register("bob@x.org")
	ann, tok := p.member("ann@x.org")
	p.ok("PUT", "/api/users/"+ann, `{"shoe":44,"hat":"red","vip":true,"none":null}`, token(tok))
	a := p.ok("GET", "/api/users/"+bob, "")
	same(t, "bob's shoe", a.field("shoe"), "null")
	same(t, "a property that was never more than null", a.field("none"), "absent")
	p.refused(3024, 400, "PUT", "/api/users/"+ann, `{"shoe":"big"}`, token(tok))
	same(t, "a property taken away", p.ok("PUT", "/api/users/"+ann, `{"hat":null}`, token(tok)).field("hat"), "null")
	columns, err := p.service.Columns(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range columns {
		names = append(names, c.Name+" "+c.Type)
	}
	same(t, "the columns", strings.Join(names[:6], ", "), "objectId STRING_ID, email STRING, name STRING, shoe DOUBLE, hat STRING, vip BOOLEAN")
	described := p.ok("GET", "/api/users/userclassprops", "").text
	for _, want := range []string{
		`{"name":"objectId","required":false,"type":"STRING_ID","defaultValue":null,"relatedTable":null,"customRegex":null,"autoLoad":false,"isPrimaryKey":true,"identity":false}`,
		`{"name":"email","required":true,"type":"STRING","defaultValue":null,"relatedTable":null,"customRegex":null,"autoLoad":false,"isPrimaryKey":false,"identity":true}`,
		`{"name":"password","required":true,"type":"STRING"`,
	} {
		if !strings.Contains(described, want) {
			t.Errorf("userclassprops lacks %s in %s", want, described)
		}
	}
}

func TestPropertiesHaveABound(t *testing.T) {
	p := newPlace(t)
	id, tok := p.member("ann@x.org")
	var body strings.Builder
	for i := range maxColumns {
		_, _ = fmt.Fprintf(&body, `,"p%d":%d`, i, i)
	}
	p.refused(3024, 400, "PUT", "/api/users/"+id, "{"+body.String()[1:]+"}", token(tok))
	same(t, "the first of them", p.ok("GET", "/api/users/"+id, "").field("p0"), "absent")
}

func TestOfManyUpdatesToOneIdentityOneWinsAndNothingIsLost(t *testing.T) {
	p := newPlace(t)
	const people = 16
	ids, tokens := make([]string, people), make([]string, people)
	for i := range people {
		ids[i], tokens[i] = p.member(fmt.Sprintf("user%d@x.org", i))
	}
	answers := make([]answer, people)
	var wait sync.WaitGroup
	for i := range people {
		wait.Go(func() {
			// The capitals differ; the identity is the same.
			email := strings.Repeat("A", i%4) + strings.Repeat("a", 4-i%4) + "@x.org"
			answers[i] = p.call("PUT", "/api/users/"+ids[i], fmt.Sprintf(`{"email":"%s","mark":%d}`, email, i), token(tokens[i]))
		})
	}
	wait.Wait()
	won := 0
	for i, a := range answers {
		now := p.ok("GET", "/api/users/"+ids[i], "")
		if a.status == 200 {
			won++
			same(t, "the winner's mark", now.field("mark"), fmt.Sprint(i))
			continue
		}
		same(t, "a loser's answer", a.field("code"), "3018")
		same(t, "a loser's email", now.field("email"), fmt.Sprintf("user%d@x.org", i))
		same(t, "a loser's mark", now.field("mark"), "null")
	}
	if won != 1 {
		t.Errorf("%d updates won, want 1", won)
	}
}

func TestConcurrentUpdatesOfOneRecordAreAllKept(t *testing.T) {
	p := newPlace(t)
	id, tok := p.member("ann@x.org")
	var wait sync.WaitGroup
	for i := range 32 {
		wait.Go(func() {
			if a := p.call("PUT", "/api/users/"+id, fmt.Sprintf(`{"p%d":%d}`, i, i), token(tok)); a.status != 200 {
				t.Errorf("update %d answered %s", i, a.text)
			}
		})
	}
	wait.Wait()
	a := p.ok("GET", "/api/users/"+id, "")
	for i := range 32 {
		same(t, fmt.Sprintf("p%d", i), a.field(fmt.Sprintf("p%d", i)), fmt.Sprint(i))
	}
}

func TestWhoMayUpdateWhom(t *testing.T) {
	p := newPlace(t)
	ann, annToken := p.member("ann@x.org")
	bob := p.register("bob@x.org")
	bl := p.service.Keys().BL
	update := func(prefix, id string, headers ...header) string {
		a := p.call("PUT", prefix+"/users/"+id, `{"name":"x"}`, headers...)
		if a.status != 200 {
			return a.field("code")
		}
		return "owner " + map[string]string{ann: "ann", bob: "bob"}[a.field("ownerId")]
	}
	for _, c := range []struct{ policy, who, got, want string }{
		{PolicySelf, "ann herself", update("/api", ann, token(annToken)), "owner ann"},
		{PolicySelf, "ann bob", update("/api", bob, token(annToken)), "3029"},
		{PolicySelf, "a stranger ann", update("/api", ann), "3028"},
		{PolicySelf, "business logic bob", update(p.as(bl, ""), bob), "owner bob"},
		{PolicySelf, "business logic for ann bob", update(p.as(bl, ""), bob, token(annToken)), "owner ann"},
	} {
		same(t, "under "+c.policy+", what becomes when "+c.who+" updates", c.got, c.want)
	}
	p.set(func(s *Settings) { s.UpdatePolicy = PolicyPermissive })
	for _, c := range []struct{ who, got, want string }{
		{"a stranger bob", update("/api", bob), "owner ann"},
		{"ann bob", update("/api", bob, token(annToken)), "owner ann"},
		{"a stranger nobody", update("/api", "nobody"), "3030"},
	} {
		same(t, "under permissive, what becomes when "+c.who+" updates", c.got, c.want)
	}
	p.ok("DELETE", "/api/data/Users/"+bob, "")
}

func TestANewPasswordWorksAtOnceAndEndsTheOtherSessions(t *testing.T) {
	p := newPlace(t)
	id, tok := p.member("ann@x.org")
	_, other := p.login("ann@x.org")
	a := p.ok("PUT", "/api/users/"+id, `{"password":"new secret"}`, token(tok))
	same(t, "the password in the answer", a.field("password"), "absent")
	p.refused(3003, 401, "POST", "/api/users/login", `{"login":"ann@x.org","password":"secret"}`)
	p.ok("POST", "/api/users/login", `{"login":"ann@x.org","password":"new secret"}`)
	p.ok("PUT", "/api/users/"+id, `{"name":"Ann"}`, token(tok))
	p.refused(3064, 400, "PUT", "/api/users/"+id, `{"name":"Ann"}`, token(other))
}

func TestADeletedUserIsGone(t *testing.T) {
	p := newPlace(t)
	for _, path := range []string{"/api/users/", "/api/data/Users/"} {
		id, tok := p.member("ann@x.org")
		same(t, "the answer", p.ok("DELETE", path+id, "", token(tok)).text, fmt.Sprintf(`{"deletionTime":%d}`, p.time.Load()))
		p.refused(3064, 400, "GET", "/api/users/userroles", "", token(tok))
		p.refused(3030, 400, "GET", "/api/users/"+id, "")
		p.refused(3003, 401, "POST", "/api/users/login", `{"login":"ann@x.org","password":"secret"}`)
	}
}

func TestColumnsCanBeDefinedButNotBent(t *testing.T) {
	p := newPlace(t)
	ctx := context.Background()
	for _, c := range []Column{
		{Name: "shoe", Type: TypeInt},
		{Name: "shoe", Type: TypeInt, Required: true},
		{Name: "email", Type: TypeString, Identity: true, Required: true},
	} {
		if err := p.service.DefineColumn(ctx, c); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
	for _, c := range []Column{
		{Name: "shoe", Type: TypeString},
		{Name: "SHOE", Type: TypeInt},
		{Name: "email", Type: TypeString, Identity: true},
		{Name: "email", Type: TypeString, Required: true},
		{Name: "login", Type: TypeString, Identity: true},
		{Name: "password", Type: TypeString},
		{Name: "hat", Type: "HAT"},
		{Name: "a b", Type: TypeString},
	} {
		if err := p.service.DefineColumn(ctx, c); err == nil {
			t.Errorf("%+v was accepted", c)
		}
	}
}
