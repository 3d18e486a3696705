package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"blockflow/cmd/bench/load"
	"blockflow/cmd/bench/subject"
)

const patience = 30 * time.Second // for a server to start

func startBlockflow(ctx context.Context, program, dir string) (*contender, error) {
	c := &contender{name: "Blockflow", dir: filepath.Join(dir, "blockflow-data"), files: []string{"users.db*"}, idName: "objectId"}
	server := subject.Server{Program: program, Name: "blockflow", Data: c.dir, Logs: dir}
	var err error
	if c.process, err = server.Start(ctx); err != nil {
		return nil, err
	}
	c.register = func(i int) []byte {
		return load.Request("POST", "/api/users/register", fmt.Sprintf(`{"email":%q,"password":%q}`, email(i), password))
	}
	c.login = func(i int) []byte {
		return load.Request("POST", "/api/users/login", fmt.Sprintf(`{"login":%q,"password":%q}`, email(i), password))
	}
	token := func(i int) string { return "user-token: " + c.tokens[i] }
	c.create = func(i int, record string) []byte { return load.Request("POST", "/api/data/Items", record, token(i)) }
	c.update = func(i int, id, change string) []byte {
		return load.Request("PUT", "/api/data/Items/"+id, change, token(i))
	}
	c.updateUser = func(i int, change string) []byte {
		return load.Request("PUT", "/api/users/"+c.ids[i], change, token(i))
	}
	c.keepToken = func(i int, answer []byte) (err error) {
		if c.tokens[i], err = member(answer, "user-token"); err == nil {
			c.ids[i], err = member(answer, "objectId")
		}
		return err
	}
	return c, nil
}

func startPocketBase(ctx context.Context, program, dir, synchronous string) (*contender, error) {
	name := "pocketbase-" + synchronous
	c := &contender{name: "PocketBase, " + synchronous, dir: filepath.Join(dir, name+"-data"), files: []string{"data.db*"}, idName: "id"}
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return nil, err
	}
	address, err := load.FreeAddress()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, address, c.dir, synchronous)
	if c.process, err = load.Start(ctx, name, address, dir, "/api/health", patience, cmd); err != nil {
		return nil, err
	}
	const collection = "/api/collections/"
	c.register = func(i int) []byte {
		return load.Request("POST", collection+"users/records", fmt.Sprintf(`{"email":%q,"password":%q,"passwordConfirm":%[2]q}`, email(i), password))
	}
	c.login = func(i int) []byte {
		return load.Request("POST", collection+"users/auth-with-password", fmt.Sprintf(`{"identity":%q,"password":%q}`, email(i), password))
	}
	token := func(i int) string { return "Authorization: " + c.tokens[i] }
	c.create = func(i int, record string) []byte {
		return load.Request("POST", collection+"items/records", record[:len(record)-1]+fmt.Sprintf(`,"owner":%q}`, c.ids[i]), token(i))
	}
	c.update = func(i int, id, change string) []byte {
		return load.Request("PATCH", collection+"items/records/"+id, change, token(i))
	}
	c.updateUser = func(i int, change string) []byte {
		return load.Request("PATCH", collection+"users/records/"+c.ids[i], change, token(i))
	}
	c.keepToken = func(i int, answer []byte) (err error) {
		if c.tokens[i], err = member(answer, "token"); err != nil {
			return err
		}
		var login struct{ Record json.RawMessage }
		if err := json.Unmarshal(answer, &login); err != nil {
			return err
		}
		c.ids[i], err = member(login.Record, "id")
		return err
	}
	return c, nil
}

func email(i int) string { return fmt.Sprintf("user%d@example.org", i) }
