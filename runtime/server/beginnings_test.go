package server

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"blockflow/examples"
	"blockflow/runtime"
)

func TestTheReferenceExampleIsTheFirstTemplate(t *testing.T) {
	list, err := readTemplates(examples.Files)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 2 {
		t.Fatalf("there are only %d templates", len(list))
	}
	if list[0].Name != "update-user" {
		t.Errorf("the first template is %s", list[0].Name)
	}
	for _, x := range list {
		if x.Title == "" || x.Description == "" {
			t.Errorf("the template %s doesn't explain itself", x.Name)
		}
		if _, err := compile(x.Flow); err != nil {
			t.Errorf("the template %s doesn't run: %v", x.Name, err)
		}
	}
	list, err = readTemplates(fstest.MapFS{"users.json": {Data: []byte(`[{}]`)}, "bad.json": {Data: []byte(`{`)}})
	if err != nil || len(list) != 0 {
		t.Errorf("what isn't a flow: %v, %v", list, err)
	}
}

func TestLogicOfOtherSystemsIsConverted(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	ask := func(files map[string]string) string {
		body, err := json.Marshal(map[string]any{"files": files})
		if err != nil {
			t.Fatal(err)
		}
		return b.gives("POST", "/api/import", string(body), 200)
	}
	const (
		blockly  = `<xml xmlns="https://developers.google.com/blockly/xml"><block type="text_print"><value name="TEXT"><shadow type="text"><field name="TEXT">&lt;b&gt;hi</field></shadow></value></block></xml>`
		codeless = `<xml xmlns="http://www.w3.org/1999/xhtml"><block type="root_block_event_handler" id="r"><statement name="statements_code"><block type="text_print"/></statement></block></xml>`
	)
	answer := ask(map[string]string{"plain": blockly, "logic": codeless, "torn": "<xml><block", "torn logic": `<xml><block type="root_block_`})
	for _, part := range []string{`"plain":{"flow":`, `"logic":{"flow":`, `"when_run"`, `"refused":{"torn":"`, `"torn logic":"`, "line"} {
		if !strings.Contains(answer, part) {
			t.Errorf("no %s in %s", part, answer)
		}
	}
	if got := ask(nil); got != `{"flows":{},"refused":{}}` {
		t.Errorf("of nothing came %s", got)
	}
	if got := b.gives("GET", "/api/flows", "", 200); strings.Contains(got, "plain") {
		t.Errorf("an import was kept: %s", got)
	}
	b.gives("GET", "/api/templates", "", 200, `{"templates":[]}`)
}

func TestTagsOfAFlowAreInItsFileAndInTheList(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	file := func(tags string) string {
		return `{"flow":{"title":"Tea","tags":` + tags + `},"blocks":{"languageVersion":0,"blocks":[]}}`
	}
	for tags, want := range map[string]string{
		`["users","tea time"]`:             `"tags":["users","tea time"]`,
		`["twice","twice",7,null,"",{}]`:   `"tags":["twice"]`,
		`"not a list"`:                     `"tags":[]`,
		`["<img src=x onerror=alert(1)>"]`: `"tags":["\u003cimg src=x onerror=alert(1)\u003e"]`,
	} {
		b.gives("PUT", "/api/flows/tea", file(tags), 200)
		b.gives("GET", "/api/flows", "", 200, want)
	}
}
