package server

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// until waits for a condition, and fails the test if it doesn't come true.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it never came true that %s", what)
		}
	}
}

// idle waits until no run is driven or stands in line.
func (b *bench) idle() {
	b.t.Helper()
	until(b.t, "all runs have ended or wait", func() bool {
		queued, running, _, _, err := b.store.Counts(b.t.Context())
		if err != nil {
			b.t.Fatal(err)
		}
		places, _, lines := b.server.runs.queue.state()
		return queued+running+places+len(lines) == 0
	})
}

// flow publishes a flow whose blocks are given in Blockly's JSON.
func (b *bench) flow(name, blocks string, variables ...string) {
	b.t.Helper()
	list := []map[string]string{}
	for _, v := range variables {
		list = append(list, map[string]string{"id": v, "name": v})
	}
	vars, err := json.Marshal(list)
	if err != nil {
		b.t.Fatal(err)
	}
	file := `{"flow":{"name":"` + name + `"},"blocks":{"languageVersion":0,"blocks":[` + blocks + `]},"variables":` + string(vars) + `}`
	b.gives("PUT", "/api/flows/"+name, file, 200, `"problems":[]`)
	b.gives("POST", "/api/flows/"+name+"/publish", "", 200)
}

// stack joins statements, each a block without "next".
func stack(blocks ...string) string {
	if len(blocks) == 1 {
		return blocks[0]
	}
	return strings.TrimSuffix(blocks[0], "}") + `,"next":{"block":` + stack(blocks[1:]...) + `}}`
}

func returns(value string) string {
	return `{"type":"immediate_return","id":"return","inputs":{"value":{"block":` + value + `}}}`
}

func text(s string) string {
	quoted, _ := json.Marshal(s)
	return `{"type":"text","fields":{"TEXT":` + string(quoted) + `}}`
}

func expression(code string) string {
	quoted, _ := json.Marshal(code)
	return `{"type":"expression","fields":{"CODE":` + string(quoted) + `}}`
}

func webhook(path string, fields ...string) string {
	all := map[string]string{"METHOD": "POST", "PATH": path}
	for i := 0; i+1 < len(fields); i += 2 {
		all[fields[i]] = fields[i+1]
	}
	data, _ := json.Marshal(all)
	return `{"type":"when_webhook","id":"hook","fields":` + string(data) + `}`
}

const whenRun = `{"type":"when_run","id":"run"}`
