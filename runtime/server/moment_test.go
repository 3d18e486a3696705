package server

import (
	"encoding/json"
	"fmt"
	"testing"

	"blockflow/runtime"
)

// counting sets i to 1, 2, 3 and puts a text into a list each time.
const counting = `{"flow":{"name":"counting"},"variables":[{"id":"i","name":"i"},{"id":"l","name":"list"}],"blocks":{"languageVersion":0,"blocks":[
 {"type":"when_run","id":"hat","next":{"block":{"type":"variables_set","id":"new","fields":{"VAR":{"id":"l"}},
  "inputs":{"VALUE":{"block":{"type":"lists_create_with","id":"empty","extraState":{"itemCount":0}}}},
  "next":{"block":{"type":"controls_for","id":"loop","fields":{"VAR":{"id":"i"}},
   "inputs":{"FROM":{"block":{"type":"math_number","id":"f","fields":{"NUM":1}}},"TO":{"block":{"type":"math_number","id":"t","fields":{"NUM":3}}},
    "BY":{"block":{"type":"math_number","id":"b","fields":{"NUM":1}}},
    "DO":{"block":{"type":"lists_setIndex","id":"put","extraState":{"at":false},"fields":{"MODE":"INSERT","WHERE":"LAST"},
     "inputs":{"LIST":{"block":{"type":"variables_get","id":"list","fields":{"VAR":{"id":"l"}}}},"TO":{"block":{"type":"text","id":"x","fields":{"TEXT":"x"}}}}}}}}}}}}]}}`

func TestAMomentOfARunIsToldWithoutItsWholeTrace(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.gives("PUT", "/api/flows/counting", counting, 200)
	id := field(t, b.gives("POST", "/api/flows/counting/run", `{}`, 200, `"succeeded"`), "id")
	path := "/api/runs/" + id

	var trace struct{ Events []event }
	if err := json.Unmarshal([]byte(b.gives("GET", path+"/trace", "", 200)), &trace); err != nil {
		t.Fatal(err)
	}
	rounds := []int{}
	for _, e := range trace.Events {
		if e.Kind == "set" && e.Variable == "i" {
			rounds = append(rounds, e.N)
		}
	}
	if len(rounds) < 3 {
		t.Fatalf("the loop set i %d times, want 3 or more", len(rounds))
	}
	second := rounds[1]
	b.gives("GET", fmt.Sprintf("%s/moment?at=%d", path, second), "", 200,
		fmt.Sprintf(`{"name":"i","set":%d,"value":2}`, second), `"name":"list"`, `"value":["x"]`)
	b.gives("GET", path+"/moment?at=-1", "", 200, `"values":{}`, `"variables":[]`)
	b.gives("GET", fmt.Sprintf("%s/find?at=%d&variable=i", path, second), "", 200,
		fmt.Sprintf(`"before":%d`, rounds[0]), fmt.Sprintf(`"after":%d`, rounds[2]), `"nth":2`, fmt.Sprintf(`"of":%d`, len(rounds)))
	b.gives("GET", path+"/find?at=0&block=put", "", 200, `"before":null`, `"nth":0`, `"of":3`)
	b.gives("GET", path+"/find?at=0", "", 400, "either a block or a variable")
	b.gives("GET", path+"/marks", "", 200, `"effects":[]`, fmt.Sprintf(`"total":%d`, len(trace.Events)))
}

func TestTheEffectsOfARunAreMarkedOnItsTrace(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	id := field(t, b.gives("POST", "/api/flows/update-user/run", `{"input":{"password":"wonderland"}}`, 200, `"succeeded"`), "id")
	b.gives("GET", "/api/runs/"+id+"/marks", "", 200, `"effect":"users.login"`, `"effect":"users.update"`)
	b.gives("GET", "/api/runs/nobody/marks", "", 404)
}
