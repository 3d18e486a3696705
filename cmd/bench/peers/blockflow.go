package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"blockflow/cmd/bench/load"
	"blockflow/cmd/bench/subject"
)

// startBlockflow starts it twice: with the stub, and with its embedded service.
func startBlockflow(ctx context.Context, at place) (all []*contender, err error) {
	program := filepath.Join(at.dir, "blockflow")
	if err := subject.Build(ctx, program); err != nil {
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
		compute: load.Request("POST", "/hooks/sum", subject.SumInput),
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
	s := subject.Server{Program: program, Name: name, Data: filepath.Join(at.dir, name+"-data"), Logs: at.dir, Env: env}
	p, err := s.Start(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.Publish(ctx, p.Address, blockflowFlows); err != nil {
		p.Stop()
		return nil, err
	}
	return p, nil
}

type user struct {
	ObjectID string `json:"objectId"`
	Token    string `json:"user-token"`
}

func register(ctx context.Context, address string) (u user, err error) {
	const who = `{"email":"peers@example.org","login":"peers@example.org","password":"wonderland"}`
	api := "http://" + address + "/api/users/"
	if err := subject.Call(ctx, "POST", api+"register", "", who, nil); err != nil {
		return u, err
	}
	return u, subject.Call(ctx, "POST", api+"login", "", who, &u)
}

// blockflowFlows are the flows as files, by name.
var blockflowFlows = map[string]string{
	"update": subject.Flow("update", `{"id":"user","name":"user"}`,
		subject.Hat("update"),
		`{"type":"variables_set","id":"set","fields":{"VAR":{"id":"user"}},"inputs":{"VALUE":{"block":{"type":"users_login","id":"login","inputs":{"identity":`+subject.Text("alice@yourmail.com")+`,"password":`+subject.Text("wonderland")+`}}}}}`,
		`{"type":"set_object_property","id":"property","inputs":{"object":`+variable+`,"propName":`+subject.Text("address")+`,"propValue":`+subject.Text("27 Rose Street")+`}}`,
		subject.Respond(`{"type":"users_update","id":"save","inputs":{"user":`+variable+`}}`)),
	"token": subject.Flow("token", `{"id":"user","name":"user"}`,
		subject.Hat("token"),
		`{"type":"users_set_token","id":"token","inputs":{"token":`+subject.Expression("input.body.token")+`}}`,
		`{"type":"variables_set","id":"set","fields":{"VAR":{"id":"user"}},"inputs":{"VALUE":`+subject.Expression("{objectId: input.body.objectId}")+`}}`,
		`{"type":"set_object_property","id":"property","inputs":{"object":`+variable+`,"propName":`+subject.Text("address")+`,"propValue":`+subject.Text("27 Rose Street")+`}}`,
		subject.Respond(`{"type":"users_update","id":"save","inputs":{"user":`+variable+`}}`)),
	"sum": subject.Sum,
}

const variable = `{"block":{"type":"variables_get","fields":{"VAR":{"id":"user"}}}}`
