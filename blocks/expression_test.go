package blocks

import (
	"encoding/json"
	"strings"
	"testing"

	"blockflow/engine"
	"blockflow/engine/enginetest"
)

// evaluate runs one expression through the law, with a few variables set.
func evaluate(t *testing.T, source string, limits engine.Limits) (string, *engine.Error) {
	t.Helper()
	set := func(id, name, code string, next any) map[string]any {
		b := map[string]any{
			"type": "variables_set", "id": "set " + id, "fields": map[string]any{"VAR": map[string]any{"id": id}},
			"inputs": map[string]any{"VALUE": map[string]any{"block": map[string]any{"type": "expression", "id": "value " + id, "fields": map[string]any{"CODE": code}}}},
		}
		if next != nil {
			b["next"] = map[string]any{"block": next}
		}
		return b
	}
	last := map[string]any{"type": "immediate_return", "id": "return", "inputs": map[string]any{"value": map[string]any{
		"block": map[string]any{"type": "expression", "id": "e", "fields": map[string]any{"CODE": source}},
	}}}
	stack := set("user", "user", `{name: "Ann", age: 30, tags: ["b", "a"], home: {city: "Rome"}}`,
		set("list", "list", `[3, 1, 2]`, set("odd", "my name", `"odd"`, last)))
	file, err := json.Marshal(map[string]any{
		"blocks": map[string]any{"blocks": []any{stack}},
		"variables": []any{
			map[string]any{"id": "user", "name": "user"},
			map[string]any{"id": "list", "name": "list"},
			map[string]any{"id": "odd", "name": "my name"},
			map[string]any{"id": "unset", "name": "unset"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := compile(file)
	if err != nil {
		return "", err.(*engine.Error)
	}
	y := enginetest.Law(t, p, engine.Start{Limits: limits}, func() engine.Performer { return refuseAll })
	if y.Err != nil {
		return "", y.Err
	}
	out, err := engine.AppendJSON(nil, y.Result)
	if err != nil {
		return "", err.(*engine.Error)
	}
	return string(out), nil
}

func TestExpressions(t *testing.T) {
	for source, want := range map[string]string{
		`1 + 2 * 3`:                              `7`,
		`1 / 0`:                                  `{"$blockflow":"Infinity"}`,
		`-7 % 3`:                                 `-1`,
		`2 ** 10`:                                `1024`,
		`0.1 + 0.2`:                              `0.30000000000000004`,
		`"a" + "b"`:                              `"ab"`,
		`1 == 1.0`:                               `true`,
		`1 == "1"`:                               `false`,
		`[1, {a: 2}] == [1, {a: 2}]`:             `true`,
		`{a: 1, b: 2} == {b: 2, a: 1}`:           `true`,
		`unset == nil`:                           `true`,
		`"b" > "a" and 2 >= 2`:                   `true`,
		`1 or unset.boom`:                        `true`,
		`0 and unset.boom`:                       `false`,
		`not true`:                               `false`,
		`true ? "y" : unset.boom`:                `"y"`,
		`unset ?? 5`:                             `5`,
		`user.home.city`:                         `"Rome"`,
		`user["name"]`:                           `"Ann"`,
		`user.nothing`:                           `null`,
		`user.nothing?.deep.deeper`:              `null`,
		`unset?.a?.b`:                            `null`,
		`user?.home.city`:                        `"Rome"`,
		`vars["my name"]`:                        `"odd"`,
		`list[0]`:                                `3`,
		`list[-1]`:                               `2`,
		`list[1:]`:                               `[1,2]`,
		`list[:-1]`:                              `[3,1]`,
		`list[5:9]`:                              `[]`,
		`"héllo"[1:3]`:                           `"él"`,
		`2 in list`:                              `true`,
		`9 not in list`:                          `true`,
		`"name" in user`:                         `true`,
		`"Ann" startsWith "A"`:                   `true`,
		`"Ann" matches "^A.n$"`:                  `true`,
		`1..4`:                                   `[1,2,3,4]`,
		`4..1`:                                   `[]`,
		`{z: 1, a: 2}`:                           `{"z":1,"a":2}`,
		`keys({z: 1, a: 2})`:                     `["z","a"]`,
		`map(list, # * 2)`:                       `[6,2,4]`,
		`filter(list, # > 1)`:                    `[3,2]`,
		`list | filter(# > 1) | map(# + #index)`: `[3,3]`,
		`all(list, # > 0)`:                       `true`,
		`any(list, # > 2)`:                       `true`,
		`none(list, # > 2)`:                      `false`,
		`one(list, # > 2)`:                       `true`,
		`count(list, # > 1)`:                     `2`,
		`find(list, # < 3)`:                      `1`,
		`findLast(list, # < 3)`:                  `2`,
		`findIndex(list, # == 2)`:                `2`,
		`find(list, # > 9)`:                      `null`,
		`sum(list)`:                              `6`,
		`sum(list, # * 2)`:                       `12`,
		`sort(list)`:                             `[1,2,3]`,
		`sort(list, "desc")`:                     `[3,2,1]`,
		`sortBy([{n: 2}, {n: 1}], .n)`:           `[{"n":1},{"n":2}]`,
		`groupBy(1..5, # % 2 == 0 ? "even" : "odd")`:     `{"odd":[1,3,5],"even":[2,4]}`,
		`reduce(list, #acc + #)`:                         `6`,
		`reduce(list, #acc * #, 10)`:                     `60`,
		`map(1..2, map(1..2, # * 10))`:                   `[[10,20],[10,20]]`,
		`let x = 4; x * x`:                               `16`,
		`join(["a", "b"], "-")`:                          `"a-b"`,
		`split("a,b", ",")`:                              `["a","b"]`,
		`upper(user.name)`:                               `"ANN"`,
		`len("😀")`:                                       `2`,
		`max(1, 5, 2)`:                                   `5`,
		`min(list)`:                                      `1`,
		`string(1.5) + "!"`:                              `"1.5!"`,
		`number("12")`:                                   `12`,
		`fromJSON("{\"b\":1,\"a\":2}")`:                  `{"b":1,"a":2}`,
		`toJSON(list)`:                                   `"[3,1,2]"`,
		`type(user)`:                                     `"object"`,
		`{"__proto__": 1, "constructor": 2}.constructor`: `2`,
		`user.constructor`:                               `null`,
		`uniq([1, 1, "1"])`:                              `[1,"1"]`,
	} {
		t.Run(source, func(t *testing.T) {
			if got, err := evaluate(t, source, engine.Limits{}); err != nil || got != want {
				t.Errorf("gives %s %v, want %s", got, err, want)
			}
		})
	}
}

func TestExpressionsThatFail(t *testing.T) {
	deep := strings.Repeat("(", 4000) + "1" + strings.Repeat(")", 4000)
	for source, want := range map[string]engine.Code{
		`1 +`:                           engine.BadExpression,
		``:                              engine.BadExpression,
		`usr.name`:                      engine.BadExpression,
		`lenn(list)`:                    engine.BadExpression,
		`len()`:                         engine.BadExpression,
		`now()`:                         engine.BadExpression,
		`$env`:                          engine.BadExpression,
		`user.name()`:                   engine.BadExpression,
		`#`:                             engine.BadExpression,
		`9007199254740993`:              engine.BadExpression,
		`99999999999999999999`:          engine.BadExpression,
		strings.Repeat("1+", 6000):      engine.BadExpression,
		strings.Repeat("-", 5000) + "1": engine.BadExpression,
		`1 + "a"`:                       engine.WrongType,
		`list + list`:                   engine.WrongType,
		`1 < "2"`:                       engine.WrongType,
		`unset.name`:                    engine.WrongType,
		`list.name`:                     engine.WrongType,
		`list[7]`:                       engine.OutOfRange,
		`list[0.5]`:                     engine.OutOfRange,
		`sort([1, "a"])`:                engine.WrongType,
		`"a" matches "("`:               engine.BadExpression,
		`fromJSON("{")`:                 engine.WrongValue,
		`repeat("x", -1)`:               engine.WrongValue,
		`repeat("xxxxxxxxxx", 1e15)`:    engine.LimitText,
		`1..1e15`:                       engine.LimitList,
		`count(1..1000, count(1..1000, count(1..1000, true) > 0) > 0)`: engine.LimitSteps,
	} {
		t.Run(source[:min(len(source), 60)], func(t *testing.T) {
			if got, err := evaluate(t, source, engine.Limits{Steps: 20_000}); err == nil || err.Code != want || err.Block != "e" {
				t.Errorf("gives %s %v, want %s", got, err, want)
			}
		})
	}
	if got, err := evaluate(t, deep, engine.Limits{}); err == nil && got != "1" {
		t.Errorf("brackets within brackets give %s", got)
	}
}

func FuzzExpression(f *testing.F) {
	for _, s := range []string{`1+2`, `map(list, #)`, `user?.a ?? [1,{a:2}]`, `let x = 1; x`, `"a" matches "b"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		file, err := json.Marshal(map[string]any{"blocks": map[string]any{"blocks": []any{map[string]any{
			"type": "immediate_return", "id": "r", "inputs": map[string]any{"value": map[string]any{
				"block": map[string]any{"type": "expression", "id": "e", "fields": map[string]any{"CODE": source}},
			}},
		}}}})
		if err != nil {
			t.Skip()
		}
		p, err := compile(file)
		if err != nil {
			return
		}
		m, err := engine.New(p, engine.Start{Limits: engine.Limits{Steps: 1000, Memory: 1 << 20, Text: 1 << 16, List: 1 << 12}})
		if err != nil {
			t.Fatal(err)
		}
		for y := m.Next(100); y.Kind != engine.Done; y = m.Next(100) {
		}
	})
}
