package engine

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// The smallest vocabulary in which an expression can be run: one block sets a
// variable, the other gives the result.
var expressionBlocks = NewVocabulary(Category{Name: "Test", Blocks: []Block{
	{
		Type: "set", Text: "[VAR] [CODE]", Slots: []Slot{VariableField("VAR", "x"), Field("CODE", "")},
		Means: Do(func(b *Builder) { b.Move(b.Variable("VAR"), b.Expression(b.Text("CODE"), none)) }),
	},
	{
		Type: "give", Text: "[CODE]", Slots: []Slot{Field("CODE", "")},
		Means: Do(func(b *Builder) { b.Return(b.Expression(b.Text("CODE"), none)) }),
	},
}})

// given are the variables that expressions of these tests find.
var given = []struct{ name, code string }{
	{"user", `{name: "Ann", age: 30, tags: ["b", "a"], home: {city: "Rome"}}`},
	{"list", `[3, 1, 2]`},
	{"my name", `"odd"`},
	{"day", `date("2026-01-31")`},
	{"smile", `"a😀b"`},
}

func compileExpression(source string) (*Program, *Error) {
	type block = map[string]any
	next := block{"type": "give", "id": "e", "fields": block{"CODE": source}}
	variables := []any{block{"id": "unset", "name": "unset"}}
	for i := range given {
		v := given[len(given)-1-i]
		variables = append(variables, block{"id": v.name, "name": v.name})
		next = block{"type": "set", "id": "set " + v.name, "fields": block{"VAR": block{"id": v.name}, "CODE": v.code}, "next": block{"block": next}}
	}
	file, err := json.Marshal(block{"blocks": block{"blocks": []any{next}}, "variables": variables})
	if err != nil {
		panic(err)
	}
	doc, err := Parse(file)
	if err != nil {
		return nil, err.(Problems)[0]
	}
	p, problems := Compile(doc, expressionBlocks)
	if len(problems) > 0 {
		return nil, problems[0]
	}
	return p, nil
}

// slowest is how long a run may take no notice of being cancelled. It is far
// more than the promised 100 ms: these tests run on busy machines, with -race.
const slowest = 10 * time.Second

// runExpression runs a program as a host does, and fails the test if the machine
// doesn't come back in time.
func runExpression(t testing.TB, p *Program, l Limits) (string, *Error) {
	t.Helper()
	m, err := New(p, Start{Limits: l})
	if err != nil {
		t.Fatal(err)
	}
	for {
		begun := time.Now()
		y := m.Next(100_000)
		if took := time.Since(begun); took > slowest {
			t.Errorf("the machine didn't come back for %v", took)
		}
		if y.Kind != Done {
			continue
		}
		if y.Err != nil {
			return "", y.Err
		}
		out, err := AppendJSON(nil, y.Result)
		if err != nil {
			return "", err.(*Error)
		}
		return string(out), nil
	}
}

func evaluate(t testing.TB, source string, l Limits) (string, *Error) {
	t.Helper()
	p, err := compileExpression(source)
	if err != nil {
		return "", err
	}
	return runExpression(t, p, l)
}

func gives(t *testing.T, source, want string) {
	t.Helper()
	t.Run(source, func(t *testing.T) {
		t.Helper()
		if got, err := evaluate(t, source, Limits{}); err != nil || got != want {
			t.Errorf("gives %.200s %v, want %s", got, err, want)
		}
	})
}

// fails wants a code and a part of the sentence that the person reads.
func fails(t *testing.T, source string, code Code, part string) {
	t.Helper()
	t.Run(source[:min(len(source), 60)], func(t *testing.T) {
		t.Helper()
		got, err := evaluate(t, source, Limits{Steps: 10_000_000, Memory: 64 << 20})
		switch {
		case err == nil:
			t.Errorf("gives %.200s, want %s", got, code)
		case err.Code != code || !strings.Contains(err.Message, part) || err.Block != "e":
			t.Errorf("fails with %s %q at %q, want %s %q", err.Code, err.Message, err.Block, code, part)
		}
		if err != nil && (strings.Contains(err.Message, "float64") || strings.Contains(err.Message, "interface") || strings.Contains(err.Message, "token")) {
			t.Errorf("speaks of things that a person doesn't know: %s", err.Message)
		}
	})
}

func TestExpressionArithmeticIsJavaScripts(t *testing.T) {
	gives(t, `-1 - 2`, `-3`)
	gives(t, `5 - -3`, `8`)
	gives(t, `1 + +2`, `3`)
	gives(t, `1 + 2 + +3`, `6`)
	gives(t, `+1 + 2`, `3`)
	gives(t, `- (1 - 2) - 3`, `-2`)
	gives(t, `1 / 0`, `{"$blockflow":"Infinity"}`)
	gives(t, `0 / 0`, `{"$blockflow":"NaN"}`)
	gives(t, `7.5 % 2`, `1.5`)
	gives(t, `2 ** 3 ** 2`, `512`)
	gives(t, `-2 ** 2`, `-4`)
	gives(t, `9007199254740992 + 1`, `9007199254740992`)
	gives(t, `1e308 * 10`, `{"$blockflow":"Infinity"}`)
	gives(t, `0x1F + 0b11 + 0o17 + 1_000`, `1049`)
	gives(t, `round(2.5)`, `3`)
	gives(t, `round(-2.5)`, `-2`)
	gives(t, `round(0.49999999999999994)`, `0`)
	gives(t, `round(4503599627370497)`, `4503599627370497`)
	gives(t, `1`+strings.Repeat(` + 1`, 900), `901`)
	fails(t, `1 + "a"`, WrongType, "+ adds two numbers or joins two texts, but here are a number and a text.")
	fails(t, `user * 2`, WrongType, "(at character 6)")
	fails(t, `-"a"`, WrongType, "A sign belongs to a number")
	fails(t, `9007199254740993`, BadExpression, "too large to be kept exactly")
	fails(t, `9007199254740993.0`, BadExpression, "too large to be kept exactly")
	fails(t, `9223372036854775808`, BadExpression, "too large")
	fails(t, `1e999`, BadExpression, "too large")
	gives(t, `1e23`, `1e+23`)
}

func TestExpressionComparisonsNeverConvert(t *testing.T) {
	gives(t, `1 == "1"`, `false`)
	gives(t, `nil == false`, `false`)
	gives(t, `unset == null`, `true`)
	gives(t, `{a: 1, b: [2]} == {b: [2], a: 1}`, `true`)
	gives(t, `[1, 2] != [1, 3]`, `true`)
	gives(t, `0/0 == 0/0`, `false`)
	gives(t, `0/0 < 1 or 0/0 >= 1`, `false`)
	gives(t, `1 < 2 < 3`, `true`)
	gives(t, `1 < 3 < 2`, `false`)
	gives(t, `3 < 1 < unset.boom`, `false`)
	gives(t, `1 < 2 and 2 < 3`, `true`)
	gives(t, `day > date("2025-12-31")`, `true`)
	gives(t, `day - date("2026-01-30")`, `86400000`)
	gives(t, `date("2026-01-31T00:00:00Z") == day`, `true`)
	gives(t, `{a: 1} in [{a: 1}]`, `true`)
	gives(t, `indexOf([{a: 1}], {a: 1})`, `0`)
	fails(t, `1 < "2"`, WrongType, "but here are a number and a text")
	fails(t, `true < false`, WrongType, "two numbers, two texts or two dates")
	fails(t, `"a" in "abc"`, WrongType, "contains")
	fails(t, `date("tomorrow")`, WrongValue, `"tomorrow" isn't a date`)
}

func TestExpressionMembers(t *testing.T) {
	gives(t, `user.nothing`, `null`)
	gives(t, `user["home"]["city"]`, `"Rome"`)
	gives(t, `unset?.a.b.c`, `null`)
	gives(t, `unset ?? user?.home?.city`, `"Rome"`)
	gives(t, `(unset ?: 5) + 1`, `6`)
	gives(t, `vars["my name"] + vars.user.name`, `"oddAnn"`)
	gives(t, `list[-1]`, `2`)
	gives(t, `list[-2:]`, `[1,2]`)
	gives(t, `list[9:]`, `[]`)
	gives(t, `smile[0:1] + smile[-1]`, `"ab"`)
	gives(t, `smile[1:3]`, `"😀"`)
	gives(t, `smile[:2] + smile[2:] == smile`, `true`)
	gives(t, `len(smile)`, `4`)
	gives(t, `{__proto__: 1, "constructor": 2}`, `{"__proto__":1,"constructor":2}`)
	gives(t, `user.__proto__ == nil and user.constructor == nil and user.toString == nil`, `true`)
	fails(t, `unset.name`, WrongType, `Nothing has no "name"`)
	fails(t, `list.name`, WrongType, `This is a list and has no "name"`)
	fails(t, `list[3]`, OutOfRange, "There is no place 3: the list has 3")
	fails(t, `user[1]`, WrongType, "properties have names")
}

func TestExpressionsKeepOrder(t *testing.T) {
	for _, c := range [][2]string{
		{`{z: 1, a: 2, m: 3, b: 4}`, `{"z":1,"a":2,"m":3,"b":4}`},
		{`keys(fromJSON("{\"z\":1,\"a\":2,\"m\":3}"))`, `["z","a","m"]`},
		{`groupBy(["pear", "fig", "plum", "date", "kiwi", "apple"], len(#))`, `{"4":["pear","plum","date","kiwi"],"3":["fig"],"5":["apple"]}`},
		{`uniq(["b", "a", "b", 1, "1", 1, unset, nil])`, `["b","a",1,"1",null]`},
		{`sortBy([{n: 1, k: "b"}, {n: 2, k: "a"}, {n: 3, k: "b"}], .k) | map(.n)`, `[2,1,3]`},
		{`sortBy([{n: 1, k: "b"}, {n: 2, k: "a"}, {n: 3, k: "b"}], .k, "desc") | map(.n)`, `[1,3,2]`},
		{`sort([0/0, 2, -1, 1/0], "desc")`, `[{"$blockflow":"Infinity"},2,-1,{"$blockflow":"NaN"}]`},
		{`let l = [3, 1, 2]; [sort(l), l]`, `[[1,2,3],[3,1,2]]`},
		{`sort([])`, `[]`},
	} {
		p, err := compileExpression(c[0])
		if err != nil {
			t.Errorf("%s: %v", c[0], err)
			continue
		}
		for range 100 {
			if got, err := runExpression(t, p, Limits{}); err != nil || got != c[1] {
				t.Errorf("%s\ngives %s %v\nwant  %s", c[0], got, err, c[1])
				break
			}
		}
	}
}

func TestExpressionFunctions(t *testing.T) {
	gives(t, `count([1, 0, "", "a", nil])`, `2`)
	gives(t, `sum([])`, `0`)
	gives(t, `mean([])`, `null`)
	gives(t, `max(3, 0/0)`, `{"$blockflow":"NaN"}`)
	gives(t, `repeat("", 1/0 > 1 ? 1e300 : 0)`, `""`)
	gives(t, `repeat("ab", 2)`, `"abab"`)
	gives(t, `repeat("a", 70) + "x" == repeat("a", 70) + "x"`, `true`)
	gives(t, `len(reduce(1..200, #acc + "x", ""))`, `200`)
	gives(t, `reduce([], #acc + #)`, `null`)
	gives(t, `indexOf(smile, "b")`, `3`)
	gives(t, `indexOf("abc", "x")`, `-1`)
	gives(t, `split("a,b", "")`, `["a",",","b"]`)
	gives(t, `join([1, nil, [2, 3]], "-")`, `"1--2,3"`)
	gives(t, `replace("aaa", "a", "bb")`, `"bbbbbb"`)
	gives(t, `"Ann" matches "^A.n$"`, `true`)
	gives(t, `"Ann" matches ("^A" + ".n$")`, `true`)
	gives(t, `map([1, 2], ({a: #}))`, `[{"a":1},{"a":2}]`)
	gives(t, `map(1..2, map(1..2, #index))`, `[[0,1],[0,1]]`)
	gives(t, `if user.age > 18 { "adult" } else { "child" }`, `"adult"`)
	fails(t, `repeat("a", 1/0)`, WrongValue, "whole number of times")
	fails(t, `sort([1, "a"])`, WrongType, "can be sorted")
	fails(t, `sort(list, "up")`, WrongValue, "asc")
	fails(t, `filter(user, true)`, WrongType, "This needs a list, but here is an object.")
	fails(t, `"a" matches "("`, BadExpression, "isn't a regular expression")
	fails(t, `"a" matches ("(" + "")`, WrongValue, "isn't a regular expression")
	fails(t, `upper(1)`, WrongType, "works on a text")
}

func TestExpressionFaultsAreSentences(t *testing.T) {
	fails(t, ``, BadExpression, "empty")
	fails(t, `1 +`, BadExpression, "ends too early")
	fails(t, `1 + * 2`, BadExpression, "At character 5, * wasn't expected")
	fails(t, `"abc`, BadExpression, "quote is missing")
	fails(t, `usre.name`, BadExpression, `Did you mean "user"?`)
	fails(t, `lenn(list)`, BadExpression, `Did you mean "len"?`)
	fails(t, `filtr(list)`, BadExpression, `Did you mean "filter"?`)
	fails(t, `fliter(list, # > 1)`, BadExpression, "Is the function's name misspelt?")
	fails(t, `map(list, {a: #})`, BadExpression, "stands in brackets")
	fails(t, `user.age = 3`, BadExpression, "compared with ==")
	fails(t, `any(list)`, BadExpression, "such as # > 1")
	fails(t, `vars[user]`, BadExpression, `vars["my name"]`)
	fails(t, `user.name()`, BadExpression, "Only functions can be called")
	fails(t, `now()`, BadExpression, `There is no function "now"`)
	fails(t, `$env`, BadExpression, `There is no variable "$env"`)
	fails(t, `b"bytes"`, BadExpression, "can't be used")
	fails(t, `#`, BadExpression, "filter, map and the like")
	fails(t, strings.Repeat("x", 10_001), BadExpression, "more than the limit of 10000")
	fails(t, strings.Repeat("1+", 1<<19), BadExpression, "more than the limit of 10000")
	fails(t, strings.Repeat("-", 9000)+"1", BadExpression, "nests more than")
	fails(t, strings.Repeat("(", 9000), BadExpression, "ends too early")
}

// Each of these would take hours, or all the memory there is.
func TestHostileExpressions(t *testing.T) {
	double := `reduce(1..40, [#acc, #acc], ["aaaaaaaaaaaaaaaaaaaa"])`
	for _, c := range []struct {
		source string
		want   Code // "" if it may give anything, but soon
	}{
		{strings.Repeat("(", 100) + "unset" + strings.Repeat(" ?: unset)", 100), ""},
		{strings.Repeat("1 < (", 100) + "1" + strings.Repeat(") < 3", 100), WrongType},
		{strings.Repeat("(", 5000) + "1" + strings.Repeat(")", 4999), BadExpression},
		{`count(1..5000, count(1..5000, count(1..5000, true) > 0) > 0)`, LimitSteps},
		{`map(1..50000, sum(1..50000))`, LimitSteps},
		{`let t = repeat("a", 2000000); count(1..100000, t contains "ab")`, LimitSteps},
		{`let t = repeat("a", 2000000); count(1..100000, upper(t) == "")`, LimitSteps},
		{`let t = repeat("a", 2000000); count(1..100000, t + "x" < t + "y")`, LimitSteps},
		{`let l = 1..1000000; count(l, -1 in l)`, LimitSteps},
		{`let l = 1..1000000; count(l, indexOf(l, -1) > 0)`, LimitSteps},
		{`let l = 1..100000; count(l, len(reverse(l)) == len(uniq(l)))`, LimitSteps},
		{`let l = 1..100000; len(sort(map(l, (# * 7919) % 1000003)))`, ""},
		{`repeat("x", 1e15)`, LimitText},
		{`1..1e15`, LimitList},
		{`-9e15..9e15`, LimitList},
		{`9e15..9.1e15`, WrongValue},
		{`join(1..1000000, repeat("x", 100))`, LimitText},
		{`replace(repeat("a", 100000), "a", repeat("b", 100000))`, LimitText},
		{`len(split(repeat(",", 4900000), ","))`, LimitMemory},
		{`fromJSON("[" + repeat("[],", 4900000) + "[]]")`, LimitMemory},
		{`reduce(1..1000000, concat(#acc, #acc), [1])`, LimitMemory},
		{`map(1..1000000, 1..1000000)`, LimitMemory},
		{`string(` + double + `)`, LimitText},
		{`toJSON(` + double + `)`, LimitText},
		{`join(` + double + `)`, LimitText},
		{`groupBy([` + double + `], #)`, LimitText},
		{double + ` == ` + double, TooBig},
		{double + ` in [1, ` + double + `]`, TooBig},
		{`let t = repeat("a", 2000000); reduce(1..30, [#acc, #acc], t + "x") == reduce(1..30, [#acc, #acc], t + "x")`, TooBig},
		{`string(reduce(1..100000, [#acc], 1))`, TooDeep},
		{`"a" matches "((a{0,100}){0,100}){0,100}"`, BadExpression},
		{`"a" matches "(((a{0,9}){0,9}){0,9}){0,9}"`, BadExpression},
		{`"a" matches "` + strings.Repeat("a", 1001) + `"`, BadExpression},
		{`repeat("a", 1000000) matches "(a?){30}(b|a){0,900}c"`, BadExpression},
		{`repeat("a", 1000000) matches "(a?){30}(b|a){0,90}c"`, WrongValue},
		{`repeat("a", 1000000) matches "(a|aa)+$"`, ""},
		{`count(1..1000000, repeat("a", 10000) matches "(a|b)*c")`, LimitSteps},
	} {
		t.Run(c.source[:min(len(c.source), 60)], func(t *testing.T) {
			begun := time.Now()
			got, err := evaluate(t, c.source, Limits{Steps: 600_000, Memory: 64 << 20})
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (err == nil || err.Code != c.want):
				t.Errorf("gives %.100s %v, want %s", got, err, c.want)
			}
			if took := time.Since(begun); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestExpressionsAreSharedByRuns(t *testing.T) {
	p, err := compileExpression(`sortBy(filter(map(1..50, ({n: # % 7, t: string(#)})), .n > 2), .n, "desc") | map(.t) | join(",")`)
	if err != nil {
		t.Fatal(err)
	}
	want, err := runExpression(t, p, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				if got, err := runExpression(t, p, Limits{}); err != nil || got != want {
					t.Errorf("gives %s %v", got, err)
				}
			}
		})
	}
	all.Wait()
}

func FuzzExpression(f *testing.F) {
	for _, s := range []string{
		`1 < 2 < 3`, `-1 - +2`, `a ?: b`, `user?.a ?? [1, {a: 2}]`, `let x = 1; x`, `"a" matches "(b)"`, `map(list, ({a: #index}))`,
		`repeat("", 1/0)`, `sortBy([user], .age, "desc")`, `groupBy(list, # % 2)`, `if true { 1 } else { 2 }`, `1..3 | reduce(#acc + #)`,
		`smile[1:2] + "\u{1F600}"`, `date("2026-01-31") - day`, `split(smile, "")`, `toJSON(user)[3:-2]`, `fromJSON("[1e5]")[0]`, `b"x"`, `a::b()`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		limits := Limits{Steps: 100_000, Memory: 1 << 20, Text: 1 << 16, List: 1 << 12}
		first, err := evaluate(t, source, limits)
		again, errAgain := evaluate(t, source, limits)
		if first != again || fmt.Sprint(err) != fmt.Sprint(errAgain) {
			t.Errorf("gives %s %v, then %s %v", first, err, again, errAgain)
		}
		if err != nil && (err.Code == Broken || err.Message == "") {
			t.Errorf("%v", err)
		}
	})
}

func BenchmarkExpression(b *testing.B) {
	for _, source := range []string{`user.age * 3 + 1`, `user.name contains "@"`, `user.name matches "^A"`, `sum(filter(list, # > 1))`} {
		b.Run(source, func(b *testing.B) {
			p, err := compileExpression(fmt.Sprintf(`count(1..100000, {%s; true})`, source))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for range b.N {
				if _, err := runExpression(b, p, Limits{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100_000, "ns/expression")
		})
	}
}

func TestMoreFunctionsRefuseWhatMakesNoSense(t *testing.T) {
	fails(t, `split("a,b", ",", 0)`, WrongValue, "whole number from 1")
	fails(t, `fromBase64("%")`, WrongValue, "isn't base64")
	fails(t, `fromBase64("/w==")`, WrongValue, "isn't base64 of a text")
	fails(t, `bitand(1.5, 1)`, WrongValue, "whole numbers")
	fails(t, `bitand(1e300, 1)`, WrongValue, "whole numbers")
	fails(t, `fromPairs([["a"]])`, WrongValue, "a name and a value")
	fails(t, `toPairs(list)`, WrongType, "an object")
	fails(t, `median(["a"])`, WrongType, "")
	fails(t, `flatten(reduce(1..90, [#acc, #acc], []))`, LimitList, "")
	gives(t, `flatten([1, [2, [3, []]]])`, `[1,2,3]`)
	gives(t, `lastIndexOf([1, 2, 1], 1)`, `2`)
	gives(t, `lastIndexOf(list, 9)`, `-1`)
}
