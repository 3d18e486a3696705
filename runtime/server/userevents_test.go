package server

import (
	"strings"
	"testing"

	"blockflow/runtime"
)

func whenUser(event string) string {
	return `{"type":"when_user","id":"hat","fields":{"EVENT":"` + event + `"}}`
}

func beforeUser(event string) string {
	return `{"type":"when_user","id":"hat","fields":{"WHEN":"BEFORE","EVENT":"` + event + `"}}`
}

func TestWhatHappensToUsersBeginsRuns(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	for event, flow := range map[string]string{"REGISTERED": "registered", "LOGGED_IN": "logged-in", "UPDATED": "updated"} {
		b.flow(flow, stack(whenUser(event), returns(expression(`{what: input.event, who: input.user.email, id: len(input.objectId) > 0, keys: keys(input.user)}`))))
	}
	runs := func(flow string, want int) string {
		t.Helper()
		b.idle()
		list := b.gives("GET", "/api/runs?flow="+flow, "", 200)
		if got := strings.Count(list, `"trigger":"user"`); got != want {
			t.Errorf("%s ran %d times, want %d: %s", flow, got, want, list)
		}
		if want == 0 {
			return ""
		}
		id := list[strings.Index(list, `"id":"`)+6:][:36]
		return b.gives("GET", "/api/runs/"+id, "", 200, `"status":"succeeded"`)
	}
	b.gives("POST", "/api/users/register", `{"email":"dora@yourmail.com","password":"explorer1"}`, 200)
	run := runs("registered", 1)
	if !strings.Contains(run, `"who":"dora@yourmail.com"`) || !strings.Contains(run, `"what":"registered"`) || strings.Contains(run, "explorer1") {
		t.Errorf("the run is %s", run)
	}
	b.gives("POST", "/api/users/login", `{"login":"dora@yourmail.com","password":"explorer1"}`, 200, `"user-token"`)
	if run := runs("logged-in", 1); strings.Contains(run, "user-token") {
		t.Errorf("the token is handed to a flow: %s", run)
	}
	b.gives("POST", "/api/users/login", `{"login":"dora@yourmail.com","password":"wrong"}`, 401)
	runs("logged-in", 1)
	b.gives("POST", "/hooks/update-user", "", 200) // a flow logs in and updates
	runs("logged-in", 2)
	if run := runs("updated", 1); !strings.Contains(run, `"who":"alice@newmail.com"`) {
		t.Errorf("the run is %s", run)
	}
}

func TestFlowsDoNotChaseEachOtherByUserEvents(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	update := `{"type":"users_update","id":"u","extraState":{"hasOutput":false},"inputs":{"user":{"block":` + expression(`{objectId: input.objectId, address: "there"}`) + `}}}`
	b.flow("chases", stack(whenUser("UPDATED"), login, update), "user")
	b.flow("greets", stack(whenUser("LOGGED_IN"), returns(text("hello"))))
	b.gives("POST", "/hooks/update-user", "", 200)
	b.idle()
	if list := b.gives("GET", "/api/runs?flow=chases", "", 200); strings.Count(list, `"id":`) != 1 {
		t.Errorf("it ran again and again: %s", list)
	}
	b.gives("DELETE", "/api/flows/greets", "", 204)
	b.gives("POST", "/api/users/login", `{"login":"bob@yourmail.com","password":"builder"}`, 200)
	b.idle()
	if list := b.gives("GET", "/api/runs?flow=greets", "", 200); strings.Count(list, `"id":`) != 1 {
		t.Errorf("a flow that was deleted runs, or one that wasn't didn't: %s", list)
	}
}

func TestUsersThatTheDataAPIChangesAreHeardOfToo(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	for event, flow := range map[string]string{"REGISTERED": "registered", "UPDATED": "updated", "DELETED": "deleted"} {
		b.flow(flow, stack(whenUser(event), returns(expression(`input.objectId`))))
	}
	keys := b.server.users.Keys()
	base := "/" + keys.AppID + "/" + keys.BL
	made := b.gives("POST", base+"/data/Users", `{"email":"eve@yourmail.com","password":"apple-tree"}`, 200)
	id := made[strings.Index(made, `"objectId":"`)+12:][:36]
	b.gives("PUT", base+"/data/Users", `{"objectId":"`+id+`","name":"Eve"}`, 200)
	b.gives("DELETE", base+"/users/"+id, "", 200)
	b.idle()
	for _, flow := range []string{"registered", "updated", "deleted"} {
		if list := b.gives("GET", "/api/runs?flow="+flow, "", 200); strings.Count(list, `"trigger":"user"`) != 1 {
			t.Errorf("%s: %s", flow, list)
		}
	}
}

func TestAFlowDecidesBeforeSomethingHappensToAUser(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	refuses := `{"type":"controls_if","id":"if","inputs":{"IF0":{"block":` + expression(`not (input.user.email endsWith "@yourmail.com")`) + `},
		"DO0":{"block":{"type":"throw_error","id":"no","inputs":{"message":{"block":` + text("Only people of yourmail.com may register.") + `}}}}}}`
	b.flow("checks", stack(beforeUser("REGISTERED"), refuses, returns(expression(`{email: input.user.email, plan: "free"}`))))
	b.flow("counts", stack(whenUser("REGISTERED"), returns(expression("input.user.plan"))))
	b.flow("breaks", stack(beforeUser("DELETED"), returns(expression(`1 + input.objectId`))))
	b.flow("waits", stack(beforeUser("UPDATED"), waits("2", "days")))

	b.gives("POST", "/api/users/register", `{"email":"eve@elsewhere.org","password":"apple-tree"}`, 400, "Only people of yourmail.com may register.")
	made := b.gives("POST", "/api/users/register", `{"email":"dora@yourmail.com","password":"explorer1","plan":"gold"}`, 200, `"plan":"free"`)
	b.gives("POST", "/api/users/login", `{"login":"dora@yourmail.com","password":"explorer1"}`, 200)
	b.idle()
	b.gives("GET", "/api/runs?flow=checks", "", 200, `"status":"failed"`, `"status":"succeeded"`, `"trigger":"user"`)
	run := b.gives("GET", "/api/runs?flow=counts", "", 200, `"status":"succeeded"`)
	if strings.Count(run, `"id":`) != 1 {
		t.Errorf("it ran for the one who was refused, too: %s", run)
	}

	keys, id := b.server.users.Keys(), field(t, made, "objectId")
	base := "/" + keys.AppID + "/" + keys.BL + "/users/" + id
	gone := b.gives("DELETE", base, "", 400, "breaks")
	if strings.Contains(gone, "adds two numbers") {
		t.Errorf("the caller reads what is the flow's own business: %s", gone)
	}
	b.gives("PUT", base, `{"name":"Dora"}`, 400, "waits")
	b.gives("GET", "/api/runs?flow=waits", "", 200, `"status":"cancelled"`)
	b.gives("GET", base, "", 200, `"name":null`)
}

// A run that asks the users service while it holds the only place there is must
// not wait for a flow that waits for a place.
func TestAFlowThatDecidesNeedsNoPlace(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.gives("PUT", "/api/flows/update-user/policy", `{"concurrency":1}`, 200)
	b.flow("looks", stack(beforeUser("UPDATED"), returns(expression(`{email: input.user.email, address: input.user.address, seen: true}`))))
	b.gives("POST", "/hooks/update-user", "", 200, `"seen":true`, `27 Rose Street`)
}

// An event that one flow begins, and another flow that it calls, begin no more.
func TestCalledFlowsDoNotChaseUsersEither(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	update := `{"type":"users_update","id":"u","extraState":{"hasOutput":false},"inputs":{"user":{"block":` + expression(`{objectId: user.objectId, address: "there"}`) + `}}}`
	b.flow("does", stack(whenRun, login, update), "user")
	b.flow("chases", stack(whenUser("UPDATED"), `{"type":"flow_call","id":"call","extraState":{"hasOutput":false},"fields":{"FLOW":"does"}}`))
	b.gives("POST", "/api/flows/does/run", "{}", 200, `"status":"succeeded"`)
	b.idle()
	if list := b.gives("GET", "/api/runs?flow=chases", "", 200); strings.Count(list, `"id":`) != 1 {
		t.Errorf("it ran again and again: %s", list)
	}
}
