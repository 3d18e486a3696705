package importxml

import (
	"context"
	"strings"
	"testing"

	"blockflow/engine"
)

// TestImportedFlowsRun holds that a flow gives what the original gave.
func TestImportedFlowsRun(t *testing.T) {
	get := func(name string) string {
		return `<block type="variables_get"><field name="VAR">` + name + `</field></block>`
	}
	set := func(name, value, next string) string {
		return `<block type="variables_set"><field name="VAR">` + name + `</field><value name="VALUE">` + value + `</value><next>` + next + `</next></block>`
	}
	number := func(n string) string { return `<block type="math_number"><field name="NUM">` + n + `</field></block>` }
	handler := func(stack, result string) string {
		return `<xml><block type="root_block_x_handler"><statement name="statements_code">` + stack + `</statement><value name="return">` + result + `</value></block></xml>`
	}
	call := func(fn, args string) string {
		return `<block type="codeless_function_block_00" bl_meta="{&quot;fn&quot;:&quot;` + fn + `&quot;}">` + args + `</block>`
	}
	list := func(items ...string) string {
		s := `<block type="lists_create_with"><mutation items="` + string(rune('0'+len(items))) + `"/>`
		for i, item := range items {
			s += `<value name="ADD` + string(rune('0'+i)) + `">` + item + `</value>`
		}
		return s + `</block>`
	}
	function := func(name, args, stack, output, beside string) string {
		return `<xml><block type="custom_function_root_ui"><mutation output="true">` + args + `</mutation><field name="name">` + name + `</field><statement name="stack">` + stack + `</statement><value name="output">` + output + `</value></block>` + beside + `</xml>`
	}
	argument := `<block type="custom-function_context_blocks_0"/>`
	remember := function("remember", `<arg name="v"/>`,
		`<block type="controls_if"><value name="IF0">`+argument+`</value><statement name="DO0">`+set("x", argument, "")+`</statement></block>`, get("x"), "")

	for name, test := range map[string]struct {
		files map[string]string
		input engine.Value
		gives string
		fails engine.Code
	}{
		"a handler takes its values as inputs": {
			files: map[string]string{"main": handler("", `<block type="root_block_x_handler_context_blocks_value"/>`)},
			input: engine.ObjectOf([]string{"value"}, []engine.Value{engine.Number(7)}), gives: "7",
		},
		"a function's variables begin unset in each call": {
			files: map[string]string{"remember": remember, "main": handler("", list(call("remember", `<value name="v">`+number("5")+`</value>`), call("remember", "")))},
			gives: "[5,null]",
		},
		"a function's variables aren't those of the handler": {
			files: map[string]string{"remember": remember, "main": handler(set("x", number("1"), ""), list(call("remember", `<value name="v">`+number("5")+`</value>`), get("x")))},
			gives: "[5,1]",
		},
		"procedures beside a function see its arguments and variables": {
			files: map[string]string{
				"f": function("f", `<arg name="a"/>`, set("y", number("2"), ""), `<block type="procedures_callreturn"><mutation name="inner"/></block>`,
					`<block type="procedures_defreturn"><field name="NAME">inner</field><value name="RETURN">`+list(argument, get("y"))+`</value></block>`),
				"main": handler(set("y", number("9"), ""), call("f", `<value name="a">`+number("1")+`</value>`)),
			},
			gives: "[1,2]",
		},
		"procedures of one name in two files are two": {
			files: map[string]string{
				"f": function("f", "", "", `<block type="procedures_callreturn"><mutation name="inner"/></block>`,
					`<block type="procedures_defreturn"><field name="NAME">inner</field><value name="RETURN">`+number("1")+`</value></block>`),
				"main": strings.Replace(handler("", list(call("f", ""), `<block type="procedures_callreturn"><mutation name="inner"/></block>`)),
					"</xml>", `<block type="procedures_defreturn"><field name="NAME">inner</field><value name="RETURN">`+number("2")+`</value></block></xml>`, 1),
			},
			gives: "[1,2]",
		},
		"what was caught is in the variable error": {
			files: map[string]string{"main": handler(`<block type="try_catch"><statement name="try"><block type="ui_common_blocks__go"><statement name="then"><block type="immediate_return"/></statement></block></statement></block>`,
				`<block type="get_object_property"><value name="prop_name"><shadow type="text"><field name="TEXT">code</field></shadow></value><value name="object">`+get("error")+`</value></block>`)},
			gives: `"not_converted"`,
		},
		"a placeholder fails when a run comes to it": {
			files: map[string]string{"main": handler("", `<block type="local_storage_get"/>`)},
			fails: "not_converted",
		},
		"loose blocks beside a handler don't run": {
			files: map[string]string{"main": strings.Replace(handler("", number("3")), "</xml>", `<block type="ui_common_blocks__go" y="-100"/></xml>`, 1)},
			gives: "3",
		},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string][]byte{}
			for name, s := range test.files {
				files[name] = []byte(s)
			}
			results, err := CodelessAll(files)
			if err != nil {
				t.Fatal(err)
			}
			p := compiles(t, results["main"])
			if p == nil {
				t.Fatal(results["main"].Report.Notes)
			}
			m, err := engine.New(p, engine.Start{Input: test.input})
			if err != nil {
				t.Fatal(err)
			}
			y, err := engine.Host{Perform: nobody, Journal: &engine.Memory{}}.Drive(t.Context(), m)
			if err != nil {
				t.Fatal(err)
			}
			if test.fails != "" {
				if y.Err == nil || y.Err.Code != test.fails {
					t.Fatalf("gives %v, want %s", y.Err, test.fails)
				}
				return
			}
			got, err := engine.AppendPlainJSON(nil, y.Result)
			if err != nil || y.Err != nil || string(got) != test.gives {
				t.Errorf("gives %s %v %v, want %s\n%s", got, y.Err, err, test.gives, results["main"].Flow)
			}
		})
	}
}

func nobody(context.Context, engine.Call) (engine.Outcome, error) {
	return engine.Outcome{Err: engine.Fail(engine.Unreachable, "This test performs nothing.")}, nil
}
