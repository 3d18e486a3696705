package engine

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/expr-lang/expr"
)

// TestExpressionsMeanWhatExprSays runs expressions here and on expr's own machine.
// Numbers are compared as JSON has them: the flow language knows one kind of number.
// Where it differs on purpose, expression_test.go says so: round is JavaScript's,
// toJSON writes no line breaks, keys are texts.
func TestExpressionsMeanWhatExprSays(t *testing.T) {
	env := map[string]any{
		"user":  map[string]any{"name": "Ann", "age": 30.0, "tags": []any{"b", "a"}, "home": map[string]any{"city": "Rome"}},
		"list":  []any{3.0, 1.0, 2.0},
		"unset": nil,
	}
	for _, source := range []string{
		`1 + 2 * 3 ** 2 - 4`, `7 / 2`, `-2 ** 2`, `7 % 3`, `-7 % 3`, `1_000 + 0x10`, `1.5e3`,
		`"a" + 'b'`, `"abc" contains "b"`, `"abc" startsWith "ab"`, `"abc" endsWith "bc"`, `"abc" matches "^a.c$"`,
		`not ("abc" contains "x")`, `1 < 2 and 2 < 3 or false`, `true && !false || false`, `1 == 1.0`, `"1" != "2"`,
		`user.name`, `user["age"]`, `user?.home?.city`, `user.home.city ?? "nowhere"`, `unset ?? "filled"`,
		`user.age > 18 ? "adult" : "child"`, `"name" in user`, `2 in list`, `5 not in list`, `"x" in ["x", "y"]`,
		`list[0]`, `list[-1]`, `list[1:]`, `list[:2]`, `list[1:2]`, `"hello"[1:3]`, `1..4`, `[1, "a", nil, true]`, `{a: 1, "b": [2]}`,
		`len(list)`, `len("héllo")`, `len(user)`, `all(list, # > 0)`, `any(list, {# > 2})`, `none(list, # > 3)`, `one(list, # == 3)`,
		`filter(list, # > 1)`, `map(list, # * 2)`, `map(list, {# + #index})`, `count(list, # > 1)`, `sum(list)`, `sum(list, # * 2)`, `mean(list)`, `median(list)`,
		`find(list, # < 3)`, `findIndex(list, # < 3)`, `findLast(list, # < 3)`, `findLastIndex(list, # < 3)`, `find(list, # > 9)`,
		`sortBy(list, #)`, `sortBy(list, #, "desc")`, `sort(list)`, `sort(user.tags, "desc")`,
		`reduce(list, #acc + #)`, `reduce(list, #acc + #, 10)`, `min(list)`, `max(3, 9)`, `abs(-3)`, `ceil(1.2)`, `floor(-1.2)`, `round(2.5)`,
		`upper("abc")`, `lower("ABC")`, `trim("  a ")`, `trim("__a_", "_")`, `trimPrefix("abc", "a")`, `trimSuffix("abc", "c")`,
		`split("a,b,c", ",")`, `split("a,b,c", ",", 2)`, `join(user.tags, "-")`, `replace("aaa", "a", "b")`, `repeat("ab", 3)`,
		`indexOf("abcb", "b")`, `lastIndexOf("abcb", "b")`, `hasPrefix("abc", "a")`, `hasSuffix("abc", "c")`,
		`int("12")`, `float("1.5")`, `string(12)`, `string(true)`, `fromJSON("{\"a\":[1,2]}")`, `toBase64("hi")`, `fromBase64("aGk=")`,
		`first(list)`, `last(list)`, `take(list, 2)`, `reverse(list)`, `flatten([[1], [2, [3]]])`, `uniq([1, 2, 1])`, `concat([1], [2])`,
		`keys({a: 1})`, `values({a: 1})`, `toPairs({a: 1})`, `fromPairs([["a", 1]]).a`, `get(user, "name")`, `get(list, 9)`,
		`let x = 2; x * x`, `list | filter(# > 1) | map(# * 10)`, `if 1 > 2 { "a" } else { "b" }`, `bitand(6, 3)`, `bitor(6, 3)`, `bitxor(6, 3)`,
	} {
		t.Run(source, func(t *testing.T) {
			program, err := expr.Compile(source, expr.Env(env), expr.AllowUndefinedVariables())
			if err != nil {
				t.Fatal(err)
			}
			result, err := expr.Run(program, env)
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(result)
			if err != nil {
				t.Fatal(err)
			}
			p, problem := compileExpression(source)
			if problem != nil {
				t.Fatal(problem)
			}
			got, failed := runExpression(t, p, Limits{})
			if failed != nil {
				t.Fatal(failed)
			}
			var a, b any
			if json.Unmarshal(text, &a) != nil || json.Unmarshal([]byte(got), &b) != nil || !reflect.DeepEqual(a, b) {
				t.Errorf("gives %s, expr gives %s", got, text)
			}
		})
	}
}
