package server

import (
	"encoding/base64"
	"os"
	"strings"
	"testing"

	"blockflow/runtime"
)

func TestASecretIsUsedAndNeverShown(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	const secret = "correct-horse-battery-staple"
	b.gives("PUT", "/api/secrets/api-key", `{"value":"`+secret+`"}`, 204)
	b.gives("PUT", "/api/secrets/bad%20name", `{"value":"x"}`, 422, `"code":"bad_name"`)
	b.gives("PUT", "/api/secrets/empty", `{"value":""}`, 422, `"code":"bad_secret"`)
	b.gives("GET", "/api/secrets", "", 200, `"name":"api-key"`, `"by":"token: test"`)
	b.gives("GET", "/api/secrets/api-key", "", 405)

	use := `{"type":"variables_set","id":"set","fields":{"VAR":{"id":"s"}},"inputs":{"VALUE":{"block":{"type":"secret","id":"secret","fields":{"NAME":"api-key"}}}}}`
	shown := `{"type":"text_print","id":"print","inputs":{"TEXT":{"block":` + expression(`"Bearer " + s`) + `}}}`
	fails := returns(expression(`{plain: s, long: upper("x") + s, len: len(s), none: s.missing}`))
	b.flow("uses", stack(webhook("uses"), use, shown, returns(expression(`{joined: "key=" + s, length: len(s)}`))), "s")
	b.flow("fails", stack(webhook("fails"), use, `{"type":"users_login","id":"login","inputs":{"identity":{"block":`+expression("s")+`},"password":{"block":`+expression("s")+`}}}`, fails), "s")
	answer := b.gives("POST", "/hooks/uses", "", 200, `"joined":"key=••••••"`, `"length":28`)
	failed := b.gives("POST", "/hooks/fails", "", 500)
	runs := b.gives("GET", "/api/runs", "", 200)
	texts := []string{answer, failed, runs, b.gives("GET", "/api/secrets", "", 200), b.gives("GET", "/api/audit", "", 200)}
	for _, name := range []string{"uses", "fails"} {
		list := b.gives("GET", "/api/runs?flow="+name, "", 200)
		id := list[strings.Index(list, `"id":"`)+6:][:36]
		for _, part := range []string{"", "/journal", "/trace", "/events"} {
			texts = append(texts, b.gives("GET", "/api/runs/"+id+part, "", 200))
		}
	}
	for _, text := range texts {
		for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret)), secret[:20]} {
			if strings.Contains(text, form) {
				t.Errorf("a secret is shown: %.600s", text)
			}
		}
	}

	b.gives("DELETE", "/api/secrets/api-key", "", 204)
	b.gives("DELETE", "/api/secrets/api-key", "", 404)
	b.gives("POST", "/hooks/uses", "", 500, `"code":"no_such_secret"`)
	b.close()
	for _, name := range []string{"blockflow.db", "blockflow.db-wal"} {
		if data, err := os.ReadFile(b.dir + "/" + name); err == nil && strings.Contains(string(data), secret) {
			t.Errorf("%s holds the secret in the clear", name)
		}
	}
}

func TestASecretIsNotHandedToAFlowThatWouldShowIt(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	b.gives("PUT", "/api/secrets/api-key", `{"value":"correct-horse"}`, 204)
	open := `{"type":"when_run","id":"run","extraState":{"inputs":[{"name":"key","type":"text","hint":""}]}}`
	b.flow("open", stack(open, returns(text("seen"))))
	b.flow("closed", stack(strings.Replace(open, `"type":"text"`, `"type":"password"`, 1), returns(text("hidden"))))
	for flow, want := range map[string]string{"open": `"code":"wrong_value"`, "closed": `"result":"hidden"`} {
		call := `{"type":"flow_call","id":"call","fields":{"FLOW":"` + flow + `"},"inputs":{"input":{"block":` + expression(`{key: s}`) + `}}}`
		b.flow("calls-"+flow, stack(whenRun, `{"type":"variables_set","id":"set","fields":{"VAR":{"id":"s"}},"inputs":{"VALUE":{"block":{"type":"secret","id":"secret","fields":{"NAME":"api-key"}}}}}`, returns(call)), "s")
		b.gives("POST", "/api/flows/calls-"+flow+"/run", "", 200, want)
	}
}
