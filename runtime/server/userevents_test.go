package server

import (
	"strings"
	"testing"

	"blockflow/runtime"
)

func whenUser(event string) string {
	return `{"type":"when_user","id":"hat","fields":{"EVENT":"` + event + `"}}`
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
