package server

import (
	"strings"
	"testing"

	"blockflow/runtime"
)

// A published flow keeps its library as it was; its draft, and the next version,
// have the library's present one.
func TestAFlowKeepsTheLibraryThatItWasPublishedWith(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	save := func(name, file string) {
		t.Helper()
		b.gives("PUT", "/api/flows/"+name, file, 200, `"problems":[]`)
	}
	publish := func(name string) {
		t.Helper()
		b.gives("POST", "/api/flows/"+name+"/publish", "", 200)
	}
	greets := func(greeting string) string {
		return `{"variables":[{"id":"n","name":"name"}],"blocks":{"blocks":[{"type":"procedures_defreturn","id":"f","fields":{"NAME":"greet"},"extraState":{"params":[{"name":"name","id":"n"}]},
			"inputs":{"RETURN":{"block":` + expression(`"`+greeting+` " + name`) + `}}}]}}`
	}
	caller := `{"blocks":{"blocks":[` + stack(whenRun, returns(`{"type":"library_call","id":"call","fields":{"LIBRARY":"polite","FUNCTION":"greet"},"extraState":{"arguments":["name"]},"inputs":{"argument0":{"block":`+text("Alice")+`}}}`)) + `]}}`

	b.gives("PUT", "/api/flows/caller", caller, 200, `The library \"polite\" isn't here`)
	b.gives("POST", "/api/flows/caller/publish", "", 422, `"block":"call"`)
	save("polite", greets("Hello"))
	publish("polite")
	save("caller", caller)
	publish("caller")
	runs := func(version, want string) string {
		t.Helper()
		return b.gives("POST", "/api/flows/caller/run", `{"input":{},"version":"`+version+`"}`, 200, `"result":"`+want+`"`)
	}
	old := field(t, runs("published", "Hello Alice"), "id")

	save("polite", greets("Good day,"))
	runs("draft", "Hello Alice")
	publish("polite")
	runs("draft", "Good day, Alice")
	runs("published", "Hello Alice")
	b.gives("GET", "/api/runs/"+old+"/trace", "", 200, `"Hello Alice"`, `"block":"polite/`)
	b.gives("GET", "/api/flows/caller/compare?from=published&to=draft", "", 200, `"added":[]`)
	b.gives("DELETE", "/api/flows/polite", "", 204)
	runs("published", "Hello Alice")
	b.gives("POST", "/api/flows/caller/versions/1/restore", "", 200, `The library \"polite\" isn't here`)
	if draft := b.gives("GET", "/api/flows/caller", "", 200); strings.Contains(draft, "procedures_defreturn") {
		t.Errorf("the restored draft holds the library: %s", draft)
	}
}
