package blocks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"testing"
)

// This file reads flows in a short form, so that a test says no more than it is
// about. It is JSON: a list of stacks, each a list of statements. A statement is
//
//	{"set x": value}  {"change x": value}  {"append x": value}  {"print": value}
//	{"if": value, "then": [...], "else": [...]}    {"while": value, "do": [...]}
//	{"repeat": value, "do": [...]}                 {"each x": value, "do": [...]}
//	{"for x": [from, to, by], "do": [...]}         {"try": [...], "catch": [...], "finally": [...]}
//	{"return": value}  {"call f": [value, ...]}  {"fail": value}  "break"  "continue"
//	{"function f(a, b)": [...], "gives": value}    {"test name": [...]}
//
// or any block in Blockly's form. A value is a number, text, true, false, null, a
// list of values, "$x" for a variable, {"call f": [...]}, {"ask": value},
// {"+": [a, b]} and so on, or a block. A failing statement is one that sets a
// property of nothing. Blocks are named b1, b2, … in the order of the text.

type shortFlow struct {
	t         testing.TB
	count     int
	variables map[string]bool
}

type object = map[string]any

func longFlow(t testing.TB, short string) []byte {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader([]byte(short)))
	var stacks []any
	if err := d.Decode(&stacks); err != nil {
		t.Fatalf("the flow isn't JSON: %v", err)
	}
	f := &shortFlow{t, 0, map[string]bool{}}
	top := []any{}
	for i, s := range stacks {
		list, ok := s.([]any)
		if !ok {
			list = []any{s}
		}
		b := f.stack(list)
		b["y"] = i * 100
		top = append(top, b)
	}
	names := make([]string, 0, len(f.variables))
	for v := range f.variables {
		names = append(names, v)
	}
	sort.Strings(names)
	variables := []any{}
	for _, v := range names {
		variables = append(variables, object{"id": v, "name": v})
	}
	out, err := json.MarshalIndent(object{"blocks": object{"blocks": top}, "variables": variables}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (f *shortFlow) block(blockType string) object {
	f.count++
	return object{"type": blockType, "id": fmt.Sprintf("b%d", f.count), "inputs": object{}, "fields": object{}}
}

func (f *shortFlow) variable(name string) object {
	f.variables[name] = true
	return object{"id": name}
}

func put(b object, name string, child object) {
	if child != nil {
		b["inputs"].(object)[name] = object{"block": child}
	}
}

func field(b object, name string, v any) { b["fields"].(object)[name] = v }

func (f *shortFlow) stack(v any) object {
	list, _ := v.([]any)
	var first, last object
	for _, s := range list {
		b := f.statement(s)
		if first == nil {
			first = b
		} else {
			last["next"] = object{"block": b}
		}
		last = b
	}
	return first
}

// key finds the key of a short form: its first word and what follows it.
func key(o object) (word, rest, whole string) {
	for k := range o {
		w, r, _ := strings.Cut(k, " ")
		switch w {
		case "then", "else", "do", "catch", "finally", "gives":
		default:
			return w, r, k
		}
	}
	return "", "", ""
}

func (f *shortFlow) statement(v any) object {
	if s, ok := v.(string); ok {
		b := f.block("controls_flow_statements")
		field(b, "FLOW", strings.ToUpper(s))
		return b
	}
	o, _ := v.(object)
	if o["type"] != nil {
		return f.full(o)
	}
	word, name, whole := key(o)
	arg := o[whole]
	one := func(blockType, input string) object {
		b := f.block(blockType)
		if name != "" {
			field(b, "VAR", f.variable(name))
		}
		put(b, input, f.value(arg))
		return b
	}
	switch word {
	case "set":
		return one("variables_set", "VALUE")
	case "change":
		return one("math_change", "DELTA")
	case "append":
		return one("text_append", "TEXT")
	case "print":
		return one("text_print", "TEXT")
	case "return":
		return one("immediate_return", "value")
	case "if":
		b := one("controls_if", "IF0")
		b["extraState"] = object{"hasElse": true}
		put(b, "DO0", f.stack(o["then"]))
		put(b, "ELSE", f.stack(o["else"]))
		return b
	case "while":
		b := one("controls_whileUntil", "BOOL")
		put(b, "DO", f.stack(o["do"]))
		return b
	case "repeat":
		b := one("controls_repeat_ext", "TIMES")
		put(b, "DO", f.stack(o["do"]))
		return b
	case "each":
		b := one("controls_forEach", "LIST")
		put(b, "DO", f.stack(o["do"]))
		return b
	case "for":
		b := f.block("controls_for")
		field(b, "VAR", f.variable(name))
		for i, input := range []string{"FROM", "TO", "BY"} {
			put(b, input, f.value(arg.([]any)[i]))
		}
		put(b, "DO", f.stack(o["do"]))
		return b
	case "try":
		b := f.block("try_catch")
		field(b, "VAR", f.variable("error"))
		b["extraState"] = object{"finally": o["finally"] != nil}
		put(b, "try", f.stack(arg))
		put(b, "catch", f.stack(o["catch"]))
		put(b, "finally", f.stack(o["finally"]))
		return b
	case "call":
		return f.call("procedures_callnoreturn", name, arg)
	case "fail":
		b := f.block("set_object_property")
		put(b, "object", f.value(nil))
		put(b, "propName", f.value(arg))
		put(b, "propValue", f.value(nil))
		return b
	case "test":
		b := f.block("unittest_main")
		field(b, "SUITE_NAME", name)
		put(b, "DO", f.stack(arg))
		return b
	case "function":
		return f.function(name, arg, o)
	}
	f.t.Fatalf("no such statement: %v", v)
	return nil
}

func (f *shortFlow) function(name string, body any, o object) object {
	name, list, _ := strings.Cut(strings.TrimSuffix(name, ")"), "(")
	b := f.block("procedures_defnoreturn")
	params := []any{}
	for p := range strings.SplitSeq(list, ", ") {
		if p != "" {
			f.variable(p)
			params = append(params, object{"name": p, "id": p})
		}
	}
	b["extraState"] = object{"params": params}
	field(b, "NAME", name)
	put(b, "STACK", f.stack(body))
	if gives, ok := o["gives"]; ok {
		b["type"] = "procedures_defreturn"
		put(b, "RETURN", f.value(gives))
	}
	return b
}

func (f *shortFlow) call(blockType, name string, args any) object {
	b := f.block(blockType)
	list, _ := args.([]any)
	params := []any{}
	for i, a := range list {
		params = append(params, fmt.Sprintf("p%d", i))
		put(b, fmt.Sprintf("ARG%d", i), f.value(a))
	}
	b["extraState"] = object{"name": name, "params": params}
	return b
}

var shortOperators = map[string][2]string{
	"+": {"math_arithmetic", "ADD"}, "-": {"math_arithmetic", "MINUS"}, "*": {"math_arithmetic", "MULTIPLY"}, "/": {"math_arithmetic", "DIVIDE"},
	"=": {"logic_compare", "EQ"}, "!=": {"logic_compare", "NEQ"}, "<": {"logic_compare", "LT"}, "<=": {"logic_compare", "LTE"},
	">": {"logic_compare", "GT"}, "and": {"logic_operation", "AND"}, "or": {"logic_operation", "OR"},
}

func (f *shortFlow) value(v any) object {
	switch v := v.(type) {
	case nil:
		return f.block("logic_null")
	case bool:
		b := f.block("logic_boolean")
		field(b, "BOOL", strings.ToUpper(fmt.Sprint(v)))
		return b
	case float64:
		b := f.block("math_number")
		field(b, "NUM", v)
		return b
	case string:
		if strings.HasPrefix(v, "$") {
			b := f.block("variables_get")
			field(b, "VAR", f.variable(v[1:]))
			return b
		}
		b := f.block("text")
		field(b, "TEXT", v)
		return b
	case []any:
		return f.list("lists_create_with", v)
	case object:
		return f.operation(v)
	}
	f.t.Fatalf("no such value: %v", v)
	return nil
}

func (f *shortFlow) list(blockType string, items []any) object {
	b := f.block(blockType)
	b["extraState"] = object{"itemCount": len(items)}
	for i, x := range items {
		put(b, fmt.Sprintf("ADD%d", i), f.value(x))
	}
	return b
}

func (f *shortFlow) operation(o object) object {
	if o["type"] != nil {
		return f.full(o)
	}
	word, name, whole := key(o)
	args, _ := o[whole].([]any)
	switch word {
	case "call":
		return f.call("procedures_callreturn", name, args)
	case "ask":
		b := f.block("text_prompt_ext")
		put(b, "TEXT", f.value(o[whole]))
		return b
	case "join":
		return f.list("text_join", args)
	case "get":
		b := f.block("get_object_property")
		put(b, "prop_name", f.value(name))
		put(b, "object", f.value(o[whole]))
		return b
	}
	op, ok := shortOperators[word]
	if !ok {
		f.t.Fatalf("no such value: %v", o)
	}
	b := f.block(op[0])
	field(b, "OP", op[1])
	put(b, "A", f.value(args[0]))
	put(b, "B", f.value(args[1]))
	return b
}

// full reads a block in Blockly's form, whose inputs may be short. Variables in
// its fields are names.
func (f *shortFlow) full(o object) object {
	b := f.block(o["type"].(string))
	for _, k := range []string{"extraState", "disabledReasons", "enabled"} {
		if o[k] != nil {
			b[k] = o[k]
		}
	}
	fields, _ := o["fields"].(object)
	for k, v := range fields {
		if name, ok := v.(string); ok && k == "VAR" {
			v = f.variable(name)
		}
		field(b, k, v)
	}
	inputs, _ := o["inputs"].(object)
	names := make([]string, 0, len(inputs))
	for k := range inputs {
		names = append(names, k)
	}
	sort.Strings(names)
	for _, k := range names {
		if list, isList := inputs[k].([]any); isList && isBody(o["type"].(string), k) {
			put(b, k, f.stack(list))
		} else {
			put(b, k, f.value(inputs[k]))
		}
	}
	return b
}

func isBody(blockType, input string) bool {
	d := Vocabulary().Block(blockType)
	if d == nil {
		return false
	}
	for _, s := range d.Slots {
		if s.IsBody() && strings.HasPrefix(input, s.Name) {
			return true
		}
	}
	return false
}
