package runtime

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime/users"
)

// inputs stand for the blocks in a block's inputs; a plain value for a literal.
type inputs map[string]any

func node(n *int, kind string, in inputs) map[string]any {
	*n++
	b := map[string]any{"type": kind, "id": fmt.Sprint(kind, *n)}
	if len(in) == 0 {
		return b
	}
	all := map[string]any{}
	for name, v := range in {
		*n++
		switch v := v.(type) {
		case string:
			if strings.HasPrefix(v, "=") {
				all[name] = map[string]any{"block": map[string]any{"type": "expression", "id": fmt.Sprint("e", *n), "fields": map[string]any{"CODE": v[1:]}}}
				continue
			}
			all[name] = map[string]any{"block": map[string]any{"type": "text", "id": fmt.Sprint("t", *n), "fields": map[string]any{"TEXT": v}}}
		case map[string]any:
			all[name] = map[string]any{"block": v}
		}
	}
	b["inputs"] = all
	return b
}

func embeddedAPI(t *testing.T, service *users.Service) blocks.UsersAPI {
	t.Helper()
	keys := service.Keys()
	api, err := Connection{}.UsersAPI(Embedded{Transport: service.Transport(), AppID: keys.AppID, CloudCodeKey: keys.BL})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

// runStack runs statements one after the other as a flow with these variables,
// which must succeed.
func runStack(t *testing.T, api blocks.UsersAPI, stack []map[string]any, variables ...string) *engine.Machine {
	t.Helper()
	for i := len(stack) - 1; i > 0; i-- {
		stack[i-1]["next"] = map[string]any{"block": stack[i]}
	}
	declared := []any{}
	for _, name := range variables {
		declared = append(declared, map[string]any{"id": name, "name": name})
	}
	file, err := json.Marshal(map[string]any{"blocks": map[string]any{"blocks": stack[:1]}, "variables": declared})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := engine.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	p, problems := engine.Compile(doc, blocks.Vocabulary())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	m, err := engine.New(p, engine.Start{RunID: "run"})
	if err != nil {
		t.Fatal(err)
	}
	y, err := engine.Host{Perform: (&blocks.Kit{Users: api}).Perform, Journal: &engine.Memory{}}.Drive(context.Background(), m)
	if err != nil || y.Err != nil {
		t.Fatal(y.Err, err, m.Log())
	}
	return m
}

// TestEveryUsersBlockSpeaksToTheService runs the users blocks against the
// embedded service, one after the other in one run.
func TestEveryUsersBlockSpeaksToTheService(t *testing.T) {
	service, err := users.Open(t.Context(), "", users.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = service.Close() }()
	api := embeddedAPI(t, service)
	if err := service.Seed(t.Context(), strings.NewReader(`[{"email":"alice@x.org","password":"wonderland"}]`)); err != nil {
		t.Fatal(err)
	}
	if err := service.AddRole(t.Context(), "Editor"); err != nil {
		t.Fatal(err)
	}
	n := 0
	var stack []map[string]any
	print := func(b map[string]any) { stack = append(stack, node(&n, "text_print", inputs{"TEXT": b})) }
	do := func(kind string, in inputs) { stack = append(stack, node(&n, kind, in)) }
	set := func(name string, b map[string]any) {
		s := node(&n, "variables_set", inputs{"VALUE": b})
		s["fields"] = map[string]any{"VAR": name}
		stack = append(stack, s)
	}
	print(node(&n, "users_is_valid_session", nil))
	set("user", node(&n, "users_login", inputs{"identity": "alice@x.org", "password": "wonderland"}))
	print(node(&n, "users_is_valid_session", nil))
	print(node(&n, "users_get_roles", nil))
	do("users_assign_role", inputs{"identity": "alice@x.org", "role": "Editor"})
	print(node(&n, "users_get_roles_of", inputs{"objectId": "=user.objectId"}))
	set("found", node(&n, "users_get_by_role", inputs{"role": "Editor"}))
	print(node(&n, "expression", nil))
	stack[len(stack)-1]["inputs"].(map[string]any)["TEXT"].(map[string]any)["block"].(map[string]any)["fields"] = map[string]any{"CODE": "map(found, .email)"}
	do("users_unassign_role", inputs{"identity": "alice@x.org", "role": "Editor"})
	print(node(&n, "users_verify_password", inputs{"password": "wonderland"}))
	print(node(&n, "users_count", inputs{"where": "email = 'alice@x.org'"}))
	set("found", node(&n, "users_find", inputs{"where": "email like 'alice%'"}))
	print(node(&n, "lists_length", inputs{"VALUE": "=found"}))
	do("users_restore_password", inputs{"identity": "alice@x.org"})
	set("token", node(&n, "users_get_token", nil))
	do("users_logout", nil)
	set("guest", node(&n, "users_login_guest", nil))
	print(node(&n, "users_is_valid_session", nil))
	print(node(&n, "lists_isEmpty", inputs{"VALUE": node(&n, "users_describe", nil)}))
	do("users_set_token", inputs{"token": "=token"})
	print(node(&n, "users_is_valid_session", nil))
	do("users_set_token", inputs{"token": "=nil"})
	do("users_set_status", inputs{"objectId": "=user.objectId", "status": "DISABLED"})
	m := runStack(t, api, stack, "user", "found", "token", "guest")
	const want = "false|true|AuthenticatedUser,RestUser|AuthenticatedUser,Editor|alice@x.org|true|1|1|true|false|false"
	if got := strings.Join(m.Log(), "|"); got != want {
		t.Errorf("the blocks give\n%s, want\n%s", got, want)
	}
	_, rows, err := service.Find(t.Context(), users.Query{Search: "alice", Limit: 10})
	if err != nil || len(rows) != 1 || !strings.Contains(string(rows[0]), `"userStatus":"DISABLED"`) {
		t.Errorf("the user is %s %v", rows, err)
	}
}
