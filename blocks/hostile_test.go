package blocks

import (
	"context"
	"strings"
	"testing"
	"time"

	"blockflow/engine"
)

// hostileFlows do what a flow should not. Each goes on until it is cancelled, or
// ends by itself at a bound.
var hostileFlows = []struct {
	name, flow string
	bound      engine.Code // "" if only the number of steps bounds it
}{
	{"an endless loop", `[[{"while": true, "do": []}]]`, ""},
	{"an endless loop that computes", `[[{"set n": 0}, {"while": true, "do": [{"change n": 1}]}]]`, ""},
	{"endless recursion", `[[{"set x": {"call f": [1]}}], {"function f(n)": [], "gives": {"+": [1, {"call f": ["$n"]}]}}]`, engine.LimitDepth},
	{"recursion that doubles", `[[{"set x": {"call f": [400]}}], {"function f(n)": [{"if": {"=": ["$n", 0]}, "then": [{"return": 1}]}], "gives": {"+": [{"call f": [{"-": ["$n", 1]}]}, {"call f": [{"-": ["$n", 1]}]}]}}]`, ""},
	{"a text that doubles", `[[{"set s": "xx"}, {"while": true, "do": [{"append s": "$s"}]}]]`, engine.LimitText},
	{"long texts again and again", `[` + longText + `, {"while": true, "do": [{"set r": {"type": "text_changeCase", "fields": {"CASE": "UPPERCASE"}, "inputs": {"TEXT": "$s"}}}]}]]`, ""},
	{"a long text taken apart", `[` + longText + `, {"while": true, "do": [{"set r": {"type": "lists_split", "fields": {"MODE": "SPLIT"}, "inputs": {"INPUT": "$s", "DELIM": "b"}}}]}]]`, ""},
	{"replacing in a long text", `[` + longText + `, {"while": true, "do": [{"set r": {"type": "text_replace", "inputs": {"TEXT": "$s", "FROM": "a", "TO": "bé"}}}]}]]`, ""},
	{"a list that doubles", `[[{"set l": [1, 2]}, {"while": true, "do": [{"each x": "$l", "do": [{"type": "lists_setIndex", "fields": {"MODE": "INSERT", "WHERE": "LAST"}, "inputs": {"LIST": "$l", "TO": "$x"}}]}]}]]`, engine.LimitMemory},
	{"a list of a million items, sorted again and again", `[` + longList + `, {"while": true, "do": [{"set r": {"type": "lists_sort", "fields": {"TYPE": "NUMERIC"}, "inputs": {"LIST": "$l"}}}]}]]`, ""},
	{"the same as texts", `[` + longList + `, {"while": true, "do": [{"set r": {"type": "lists_sort", "fields": {"TYPE": "IGNORE_CASE"}, "inputs": {"LIST": "$l"}}}]}]]`, ""},
	{"what is most frequent among a million", `[` + longList + `, {"while": true, "do": [{"set r": {"type": "math_on_list", "fields": {"OP": "MODE"}, "inputs": {"LIST": "$l"}}}]}]]`, engine.LimitList},
	{"a million items joined", `[` + longList + `, {"while": true, "do": [{"set r": {"type": "lists_split", "fields": {"MODE": "JOIN"}, "inputs": {"INPUT": "$l", "DELIM": ","}}}]}]]`, ""},
	{"a pattern that goes back", `[` + mediumText + `, {"while": true, "do": [{"set r": {"type": "test_regexp", "inputs": {"original_text": "$s", "pattern": "(a+)+$"}}}]}]]`, ""},
	{"a pattern of many copies", `[` + longText + `, {"while": true, "do": [{"set r": {"type": "test_regexp", "inputs": {"original_text": "$s", "pattern": "(.{1,30}){1,30}é(.{1,30})$"}}}]}]]`, engine.WrongValue},
	{"lists within lists within lists", `[[{"set l": []}, {"while": true, "do": [{"set l": ["$l"]}]}]]`, engine.LimitMemory},
	{"a list that is written out though it shares itself", `[[{"set l": [1, 2]}, {"repeat": 40, "do": [{"set l": ["$l", "$l"]}]}, {"print": "$l"}]]`, engine.LimitText},
	{"code that spins", `[[{"type": "custom_js_code_do", "fields": {"CODE": "for (;;);"}, "extraState": {"args": []}}]]`, "code"},
	{"code in a function that can't be interrupted", `[[{"type": "custom_js_code_do", "fields": {"CODE": "Array.prototype.indexOf.call({length: 2**53 - 1}, 1)"}, "extraState": {"args": []}}]]`, "code"},
	{"code that takes all memory", `[[{"type": "custom_js_code_do", "fields": {"CODE": "let s = 'x'; for (;;) s += s"}, "extraState": {"args": []}}]]`, "code"},
}

const (
	// longText is a text of four million characters.
	longText = `[{"set s": "aaab"}, {"repeat": 20, "do": [{"append s": "$s"}]}`
	// mediumText is one of a million.
	mediumText = `[{"set s": "aaab"}, {"repeat": 18, "do": [{"append s": "$s"}]}`
	// longList is a list of a million numbers in disorder.
	longList = `[{"set l": []}, {"for i": [1, 1000000, 1], "do": [{"type": "lists_setIndex", "fields": {"MODE": "INSERT", "WHERE": "LAST"}, "inputs": {"LIST": "$l", "TO": {"type": "math_modulo", "inputs": {"DIVIDEND": {"*": ["$i", 7919]}, "DIVISOR": 1000003}}}}]}`
)

// cancelled runs a hostile flow for a while, asks it to end, and says how long it
// took then; 0 if it had ended by itself.
func cancelled(t testing.TB, flow string, after time.Duration) (time.Duration, engine.Yield) {
	t.Helper()
	p, err := compile(longFlow(t, flow))
	if err != nil {
		t.Fatal(err)
	}
	m, err := engine.New(p, engine.Start{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	asked := make(chan time.Time, 1)
	stop := time.AfterFunc(after, func() { asked <- time.Now(); cancel() })
	y, err := engine.Host{Perform: (&Kit{Scripts: ThisProgram()}).Perform}.Drive(ctx, m)
	if err != nil {
		t.Fatal(err)
	}
	if stop.Stop() {
		return 0, y
	}
	return time.Since(<-asked), y
}

// TestHostileFlowsEndWhenTheyAreCancelled asks each to end after a while. It must
// end well before anybody would kill the server; how fast it really is says
// BenchmarkCancel.
func TestHostileFlowsEndWhenTheyAreCancelled(t *testing.T) {
	const patience = 20 * time.Second // on a busy machine, with the race detector
	for _, c := range hostileFlows {
		t.Run(c.name, func(t *testing.T) {
			took, y := cancelled(t, c.flow, 200*time.Millisecond)
			switch {
			case y.Err == nil:
				t.Fatal("it ended well")
			case took > patience:
				t.Errorf("it took %v to end", took)
			case y.Err.Code == engine.Cancelled || y.Err.Code == c.bound:
			case c.bound == "code" && strings.HasPrefix(string(y.Err.Code), "script"):
			default:
				t.Errorf("ended with %s: %v", y.Err.Code, y.Err)
			}
			t.Logf("%v, %s", took, y.Err.Code)
		})
	}
}

// BenchmarkCancel prints how long each hostile flow goes on after it is asked to
// end: the longest of several times, in milliseconds.
func BenchmarkCancel(b *testing.B) {
	for _, c := range hostileFlows {
		b.Run(c.name, func(b *testing.B) {
			worst := time.Duration(0)
			for after := 50 * time.Millisecond; b.Loop(); after += 37 * time.Millisecond {
				took, _ := cancelled(b, c.flow, after)
				worst = max(worst, took)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(worst.Microseconds())/1000, "ms-to-end")
		})
	}
}
