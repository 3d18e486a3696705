package server

import (
	"strings"
	"testing"

	"blockflow/runtime"
)

// logins logs Bob in, then whom the input names, with the input's password.
func logins(b *bench) {
	input := func(name string) string { return `{"type":"flow_input","fields":{"NAME":"` + name + `"}}` }
	login := func(id, who, password string) string {
		return `{"type":"users_login","id":"` + id + `","inputs":{"identity":{"block":` + who + `},"password":{"block":` + password + `}}}`
	}
	b.flow("logins", stack(
		`{"type":"when_run","id":"run","extraState":{"inputs":[{"name":"bob","type":"text","default":"bob@yourmail.com"},{"name":"who","type":"text","default":"alice@yourmail.com"},{"name":"password","type":"password","default":"wonderland"}]}}`,
		`{"type":"variables_set","id":"a","fields":{"VAR":{"id":"bob"}},"inputs":{"VALUE":{"block":`+login("login-bob", input("bob"), text("builder"))+`}}}`,
		returns(login("login-who", input("who"), input("password")))), "bob")
}

func TestARunGoesOnFromAnEffectOfAnother(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	logins(b)
	old := field(t, b.gives("POST", "/api/flows/logins/run", `{}`, 200, `"status":"succeeded"`), "id")
	path := "/api/runs/" + old + "/from"

	again := b.gives("POST", path, `{"place":"2","change":{"who":"bob@yourmail.com","password":"builder"}}`, 200,
		`"status":"succeeded"`, `"effects":2`, `"email":"bob@yourmail.com"`, `"origin":{"run":"`+old+`","kind":"from"}`)
	id := field(t, again, "id")
	if changes, err := b.users.Changes(t.Context(), id+":1"); err != nil || len(changes) != 0 {
		t.Errorf("Bob was logged in once more: %v %v", changes, err)
	}
	journal := b.gives("GET", "/api/runs/"+id+"/journal", "", 200, `"place":"1"`, `"place":"2"`)
	if strings.Contains(journal, "builder") {
		t.Error("the changed password stands in the journal")
	}
	b.gives("GET", "/api/runs/"+id+"/trace", "", 200, `"block":"login-bob"`, `"block":"login-who"`)
	b.gives("POST", path, `{"place":"1"}`, 200, `"status":"succeeded"`, `"effects":2`) // all of it anew
	b.gives("POST", path, `{"place":"2","change":{"who":"nobody@yourmail.com"}}`, 200, `"status":"failed"`)
}

func TestARunFromAnEffectIsRefusedIfItComesThereAnotherWay(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	logins(b)
	old := field(t, b.gives("POST", "/api/flows/logins/run", `{}`, 200), "id")
	path := "/api/runs/" + old + "/from"
	for _, x := range []struct {
		what, body string
		status     int
		says       []string
	}{
		{"the first effect would get another value", `{"place":"2","change":{"bob":"alice@yourmail.com"}}`, 409, []string{`"diverged"`, `"block":"login-bob"`, "other values"}},
		{"there is no such effect", `{"place":"7"}`, 404, []string{"not_found"}},
		{"two ways to say the input", `{"place":"2","input":{},"change":{"bob":"x"}}`, 400, nil},
		{"an input that the flow doesn't take", `{"place":"2","input":{"who":7}}`, 422, nil},
		{"a run that isn't there", "", 404, nil},
	} {
		p, body := path, x.body
		if body == "" {
			p, body = "/api/runs/0192/from", `{"place":"1"}`
		}
		t.Run(x.what, func(t *testing.T) {
			b.t = t
			b.gives("POST", p, body, x.status, x.says...)
		})
	}
	b.t = t
	// A draft that ends sooner never comes there.
	b.gives("PUT", "/api/flows/logins", `{"flow":{"name":"logins"},"blocks":{"blocks":[`+stack(`{"type":"when_run","id":"run"}`, returns(text("x")))+`]}}`, 200)
	b.gives("POST", path, `{"place":"2","version":"draft"}`, 409, `"diverged"`, "ends before it comes to this effect")
}
