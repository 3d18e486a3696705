package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"blockflow/cmd/bench/load"
)

// startBlockflow starts it twice: with the stub, and with its embedded service.
func startBlockflow(ctx context.Context, at place) (all []*contender, err error) {
	program := filepath.Join(at.dir, "blockflow")
	if err := run(ctx, ".", []string{"CGO_ENABLED=0"}, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "./cmd/blockflow"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			for _, c := range all {
				c.process.Stop()
			}
		}
	}()
	withStub, err := serve(ctx, at, program, "blockflow", "BLOCKFLOW_BACKENDLESS_SUBDOMAIN="+strings.TrimSuffix(at.usersAPI, "/api"))
	if err != nil {
		return nil, err
	}
	c := newContender("Blockflow", withStub, map[string][]byte{
		login:   load.Request("POST", "/hooks/update", `{}`),
		compute: load.Request("POST", "/hooks/sum", sumInput),
	})
	all = append(all, c)
	if err := serves(ctx, c); err != nil {
		return all, err
	}
	embedded, err := serve(ctx, at, program, "blockflow-embedded")
	if err != nil {
		return all, err
	}
	e := newContender("Blockflow, embedded service", embedded, nil)
	all = append(all, e)
	user, err := register(ctx, embedded.Address)
	if err != nil {
		return all, err
	}
	e.calls = map[string][]byte{loggedIn: load.Request("POST", "/hooks/token", fmt.Sprintf(`{"objectId":%q,"token":%q}`, user.ObjectID, user.Token))}
	return all, serves(ctx, e)
}

func serve(ctx context.Context, at place, program, name string, env ...string) (*load.Process, error) {
	address, err := load.FreeAddress()
	if err != nil {
		return nil, err
	}
	data := filepath.Join(at.dir, name+"-data")
	cmd := exec.CommandContext(ctx, program, "serve", "--addr", address, "--data", data, "--log-level", "warn")
	cmd.Env = append(os.Environ(), env...)
	p, err := load.Start(ctx, name, address, at.dir, "/readyz", time.Minute, cmd)
	if err != nil {
		return nil, err
	}
	out, err := exec.CommandContext(ctx, program, "token", "create", "--data", data).Output()
	token := strings.TrimSpace(string(out))
	for flow, file := range blockflowFlows {
		if err == nil {
			err = call(ctx, "PUT", "http://"+address+"/api/flows/"+flow, token, file, nil)
		}
		if err == nil {
			err = call(ctx, "POST", "http://"+address+"/api/flows/"+flow+"/publish", token, "", nil)
		}
	}
	if err != nil {
		p.Stop()
		return nil, err
	}
	return p, nil
}

// call calls a JSON API and decodes its answer into out, if it isn't nil.
func call(ctx context.Context, method, url, token, body string, out any) error {
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %d: %s", method, url, response.StatusCode, data)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(data, out)
}

type user struct {
	ObjectID string `json:"objectId"`
	Token    string `json:"user-token"`
}

func register(ctx context.Context, address string) (u user, err error) {
	const who = `{"email":"peers@example.org","login":"peers@example.org","password":"wonderland"}`
	api := "http://" + address + "/api/users/"
	if err := call(ctx, "POST", api+"register", "", who, nil); err != nil {
		return u, err
	}
	return u, call(ctx, "POST", api+"login", "", who, &u)
}

// blockflowFlows are the flows as files, by name.
var blockflowFlows = map[string]string{
	"update": flow("update", `{"id":"user","name":"user"}`,
		hat("update"),
		`{"type":"variables_set","id":"set","fields":{"VAR":{"id":"user"}},"inputs":{"VALUE":{"block":{"type":"users_login","id":"login","inputs":{"identity":`+text("alice@yourmail.com")+`,"password":`+text("wonderland")+`}}}}}`,
		`{"type":"set_object_property","id":"property","inputs":{"object":`+variable+`,"propName":`+text("address")+`,"propValue":`+text("27 Rose Street")+`}}`,
		respond(`{"type":"users_update","id":"save","inputs":{"user":`+variable+`}}`)),
	"token": flow("token", `{"id":"user","name":"user"}`,
		hat("token"),
		`{"type":"users_set_token","id":"token","inputs":{"token":`+expression("input.body.token")+`}}`,
		`{"type":"variables_set","id":"set","fields":{"VAR":{"id":"user"}},"inputs":{"VALUE":`+expression("{objectId: input.body.objectId}")+`}}`,
		`{"type":"set_object_property","id":"property","inputs":{"object":`+variable+`,"propName":`+text("address")+`,"propValue":`+text("27 Rose Street")+`}}`,
		respond(`{"type":"users_update","id":"save","inputs":{"user":`+variable+`}}`)),
	"sum": flow("sum", ``,
		hat("sum"),
		respond(`{"type":"expression","id":"e","fields":{"CODE":"{sum: input.body.a + input.body.b}"}}`)),
}

const variable = `{"block":{"type":"variables_get","fields":{"VAR":{"id":"user"}}}}`

func hat(path string) string {
	return `{"type":"when_webhook","id":"hook","fields":{"METHOD":"POST","PATH":"` + path + `"}}`
}

func respond(value string) string {
	return `{"type":"respond","id":"respond","inputs":{"body":{"block":` + value + `}}}`
}

func text(s string) string {
	return fmt.Sprintf(`{"block":{"type":"text","fields":{"TEXT":%q}}}`, s)
}

func expression(code string) string {
	return fmt.Sprintf(`{"block":{"type":"expression","fields":{"CODE":%q}}}`, code)
}

// flow joins statements under their hat to a flow file.
func flow(name, variables string, blocks ...string) string {
	stack := ""
	for i := len(blocks) - 1; i >= 0; i-- {
		if stack != "" {
			stack = `,"next":{"block":` + stack + `}`
		}
		stack = strings.TrimSuffix(blocks[i], "}") + stack + "}"
	}
	return `{"flow":{"name":"` + name + `"},"blocks":{"languageVersion":0,"blocks":[` + stack + `]},"variables":[` + variables + `]}`
}
