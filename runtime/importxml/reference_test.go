package importxml

import (
	"strings"
	"testing"

	"blockflow/blocks"
	"blockflow/engine"
)

// codelessTypes are the types of block that Codeless's own logic is made of, in
// the order of a reference made from 1,046 files of it. They keep their names.
const codelessTypes = `
	text math_number logic_boolean logic_null
	get_object_property set_object_property delete_object_property create_object get_object_keys is_type
	variables_get variables_set controls_if logic_compare logic_operation logic_negate logic_ternary
	controls_forEach controls_repeat_ext controls_whileUntil controls_for
	text_join text_changeCase text_trim text_isEmpty text_indexOf text_getSubstring
	create_dynamic_regexp test_regexp text_print text_pretty_print
	lists_create_with lists_length lists_getIndex lists_setIndex lists_indexOf lists_split lists_pluck
	list_add_item list_remove_item list_contains list_filter_items list_map_items list_sort_items
	date_now date_from_string date_from_timestamp convert_date_to get_date_prop
	math_arithmetic math_single try_catch immediate_return timer_wait
	procedures_defnoreturn procedures_defreturn procedures_callnoreturn procedures_callreturn
	http_request get_table_objects create_file publish_pub_sub_msg`

// codelessElsewhere are those that become a block of another name, or only mean
// something in a place of their own.
var codelessElsewhere = []struct{ blockType, xml, becomes string }{
	{"raw_text", printed(`<block type="raw_text"><field name="TEXT">a</field></block>`), `"type": "text"`},
	{"controls_flow_statements", `<block type="controls_repeat_ext"><value name="TIMES"><block type="math_number"/></value><statement name="DO"><block type="controls_flow_statements"><field name="FLOW">BREAK</field></block></statement></block>`, `"type": "controls_flow_statements"`},
	{"custom_function_root_ui", `<block type="custom_function_root_ui"><mutation output="true"><arg name="a"/></mutation><field name="name">f</field><value name="output"><block type="math_number"/></value></block>`, `"type": "when_run"`},
	{"codeless_function_block_<id>", `<block type="codeless_function_block_0" bl_meta="{&quot;fn&quot;:&quot;f&quot;}"/><block type="custom_function_root_ui"><field name="name">f</field></block>`, `"type": "when_run"`},
	{"custom_js_code as a value", printed(`<block type="custom_js_code"><mutation output="true"><code>"return 1"</code></mutation></block>`), `"type": "custom_js_code"`},
	{"custom_js_code as a statement", `<block type="custom_js_code"><mutation output="false"><code>"x"</code></mutation></block>`, `"type": "custom_js_code_do"`},
}

// codelessNever are those that have no counterpart, and what the import says.
var codelessNever = []struct{ blockType, why string }{
	{"set_interval", "A run has no repeating timers"},
	{"clear_interval", "A run has no repeating timers"},
	{"local_storage_get", "the browser's storage"},
	{"local_storage_set", "the browser's storage"},
	{"local_storage_delete", "the browser's storage"},
}

// codelessUsers are the blocks of Codeless's Users API as its documentation names
// them, which doesn't tell their types, and what does the same here.
var codelessUsers = []struct{ name, blockType string }{
	{"Login user", "users_login"},
	{"Login as guest", "users_login_guest"},
	{"Register user", "users_register"},
	{"Update user", "users_update"},
	{"Logout current user", "users_logout"},
	{"Is valid user session", "users_is_valid_session"},
	{"Get current user", "users_get_current_user"},
	{"Get current user token", "users_get_token"},
	{"Set current user token", "users_set_token"},
	{"Remove user", "users_remove"},
	{"Get user roles", "users_get_roles"},
	{"Get user roles by id", "users_get_roles_of"},
	{"Assign role", "users_assign_role"},
	{"Unassign role", "users_unassign_role"},
	{"Get users by role", "users_get_by_role"},
	{"Set status enabled or disabled", "users_set_status"},
	{"Verify current user password", "users_verify_password"},
	{"Restore password", "users_restore_password"},
	{"Resend confirmation email", "users_resend_confirmation"},
	{"Create confirmation URL", "users_confirmation_url"},
	{"Describe user class", "users_describe"},
	{"Save Object in Backendless", "save_table_object"},
	{"Get table objects", "get_table_objects"},
	{"Get object by id, first or last", "get_table_object"},
	{"Get object count", "count_table_objects"},
	{"Delete object", "delete_table_object"},
}

// printed is a value in a statement.
func printed(value string) string {
	return `<block type="text_print"><value name="TEXT">` + value + `</value></block>`
}

func convertOne(t *testing.T, xml string) Result {
	t.Helper()
	r, err := Codeless([]byte(`<xml xmlns="http://www.w3.org/1999/xhtml">`+xml+`</xml>`), "one")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// becomes holds that a document is converted without a placeholder, to a flow that
// has this in it.
func becomes(t *testing.T, xml, want string) {
	t.Helper()
	r := convertOne(t, xml)
	if len(r.Report.Placeholders) > 0 || !strings.Contains(string(r.Flow), want) {
		t.Errorf("%s becomes\n%s%+v", xml, r.Flow, r.Report)
	}
}

func TestEveryBlockOfCodelessKeepsItsMeaningOrSaysWhyNot(t *testing.T) {
	for blockType := range strings.FieldsSeq(codelessTypes) {
		t.Run(blockType, func(t *testing.T) {
			d := blocks.Vocabulary().Block(blockType)
			if d == nil {
				t.Fatal("no block has this type")
			}
			xml := `<block type="` + blockType + `"></block>`
			if d.Shape == engine.ValueBlock {
				xml = printed(xml)
			}
			becomes(t, xml, `"type": "`+blockType+`"`)
		})
	}
	for _, c := range codelessElsewhere {
		t.Run(c.blockType, func(t *testing.T) { becomes(t, c.xml, c.becomes) })
	}
	for _, c := range codelessNever {
		t.Run(c.blockType, func(t *testing.T) {
			if blocks.Vocabulary().Block(c.blockType) != nil {
				t.Error("there is a block of this type now")
			}
			for _, xml := range []string{`<block type="` + c.blockType + `"/>`, printed(`<block type="` + c.blockType + `"/>`)} {
				p := convertOne(t, xml).Report.Placeholders
				if len(p) != 1 || p[0].Type != c.blockType || !strings.Contains(p[0].Why, c.why) {
					t.Errorf("%s becomes %+v", xml, p)
				}
			}
		})
	}
	for _, c := range codelessUsers {
		if blocks.Vocabulary().Block(c.blockType) == nil {
			t.Errorf("nothing does what “%s” does: there is no %s", c.name, c.blockType)
		}
	}
}
