package server

import (
	"encoding/json"
	"testing"

	"blockflow/runtime"
)

func TestTwoRunsArePlacedSideBySideWhereTheyPart(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	logins(b)
	run := func(input string) string {
		return field(t, b.gives("POST", "/api/flows/logins/run", `{"input":`+input+`}`, 200), "id")
	}
	alice, alike, bob, failed := run(`{}`), run(`{}`), run(`{"who":"bob@yourmail.com","password":"builder"}`), run(`{"who":"nobody@yourmail.com"}`)
	type comparison struct {
		Way, Value *parting
		Effect     *differentEffect
		Inputs     []different
		Blocks     []different
	}
	compare := func(a, b_ string) (c comparison) {
		t.Helper()
		if err := json.Unmarshal([]byte(b.gives("GET", "/api/runs/"+a+"/compare?with="+b_, "", 200)), &c); err != nil {
			t.Fatal(err)
		}
		return c
	}
	if c := compare(alice, alice); c.Way != nil || c.Value != nil || c.Effect != nil || len(c.Inputs)+len(c.Blocks) != 0 {
		t.Errorf("a run differs from itself: %+v", c)
	}
	if c := compare(alice, alike); c.Way != nil || len(c.Inputs) != 0 {
		t.Errorf("two runs of the same input go different ways: %+v", c)
	}
	c := compare(alice, bob)
	if c.Way != nil || c.Value == nil || len(c.Inputs) != 1 || c.Inputs[0].Name != "who" {
		t.Errorf("runs with another input: %+v", c)
	}
	c = compare(bob, failed)
	if c.Way == nil || c.Way.A.Kind != "value" || c.Way.B.Kind != "failed" || c.Way.B.Block != "login-who" {
		t.Errorf("one fails and the other doesn't: %+v", c.Way)
	}
	if c.Effect == nil || c.Effect.B == nil {
		t.Errorf("the effect that differs isn't told: %+v", c.Effect)
	}
	if len(c.Blocks) == 0 {
		t.Error("no block holds anything else")
	}
	b.gives("GET", "/api/runs/"+alice+"/compare?with=nobody", "", 404)
	other := field(t, b.gives("POST", "/api/flows/update-user/run", `{"input":{"password":"x"}}`, 200), "id")
	b.gives("GET", "/api/runs/"+alice+"/compare?with="+other, "", 409, `"other_flow"`)
}
