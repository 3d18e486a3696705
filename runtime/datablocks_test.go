package runtime

import (
	"strings"
	"testing"

	"blockflow/runtime/users"
)

// TestDataBlocksKeepRecords runs the data blocks against the embedded service.
func TestDataBlocksKeepRecords(t *testing.T) {
	service, err := users.Open(t.Context(), "", users.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = service.Close() }()
	api := embeddedAPI(t, service)
	n := 0
	set := func(name string, b map[string]any) map[string]any {
		s := node(&n, "variables_set", inputs{"VALUE": b})
		s["fields"] = map[string]any{"VAR": name}
		return s
	}
	print := func(b map[string]any) map[string]any { return node(&n, "text_print", inputs{"TEXT": b}) }
	expression := func(code string) map[string]any {
		e := node(&n, "expression", nil)
		e["fields"] = map[string]any{"CODE": code}
		return e
	}
	stack := []map[string]any{
		set("order", node(&n, "save_table_object", inputs{"table_name": "Orders", "object": `={city: "Rome", total: 20}`})),
		set("other", node(&n, "save_table_object", inputs{"table_name": "Orders", "object": `={city: "O'Hare", total: 5}`})),
		set("order", node(&n, "save_table_object", inputs{"table_name": "Orders", "object": `={objectId: order.objectId, total: 30}`})),
		print(expression(`[order.city, order.total]`)),
		print(node(&n, "count_table_objects", inputs{"table_name": "Orders", "where_clause": "total > 10"})),
		set("found", node(&n, "get_table_objects", inputs{"table_name": "Orders", "where_clause": "city = 'O''Hare'", "sort_by": "total"})),
		print(expression(`map(found, .total)`)),
		print(node(&n, "get_object_property", inputs{"prop_name": "city", "object": node(&n, "get_table_object", inputs{"table_name": "Orders", "object_id": "=order.objectId"})})),
		print(node(&n, "logic_negate", inputs{"BOOL": node(&n, "delete_table_object", inputs{"table_name": "Orders", "object": "=other"})})),
		print(node(&n, "count_table_objects", inputs{"table_name": "Orders"})),
	}
	m := runStack(t, api, stack, "order", "other", "found")
	if got, want := strings.Join(m.Log(), "|"), "Rome,30|1|5|Rome|false|1"; got != want {
		t.Errorf("the blocks give %s, want %s", got, want)
	}
}

func TestFilesAreKeptByTheirBlock(t *testing.T) {
	service, err := users.Open(t.Context(), "", users.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = service.Close() }()
	n := 0
	save := func(content, overwrite string) map[string]any {
		return node(&n, "text_print", inputs{"TEXT": node(&n, "create_file", inputs{"file_name": "may 1.json", "file_path": "/reports//2026/", "file_content": content, "overwrite": overwrite})})
	}
	m := runStack(t, embeddedAPI(t, service), []map[string]any{
		save(`={total: 3}`, "=false"), save(`=["é"]`, "=true"),
		node(&n, "try_catch", inputs{"try": save("x", "=false"), "catch": node(&n, "text_print", inputs{"TEXT": "refused"})}),
		node(&n, "try_catch", inputs{
			"try":   node(&n, "text_print", inputs{"TEXT": node(&n, "publish_pub_sub_msg", inputs{"channel": "default", "message": "hi"})}),
			"catch": node(&n, "text_print", inputs{"TEXT": "nobody listens"}),
		}),
	})
	if got, want := strings.Join(m.Log(), "|"), "/api/files/reports/2026/may%201.json|/api/files/reports/2026/may%201.json|refused|nobody listens"; got != want {
		t.Errorf("the blocks give %s, want %s", got, want)
	}
}
