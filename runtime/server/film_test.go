package server

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"blockflow/engine"
	"blockflow/runtime"
)

// TestALongRunIsEnteredAnywhere compares windows and moments of a run that has
// many snapshots with what a replay from its beginning tells.
func TestALongRunIsEnteredAnywhere(t *testing.T) {
	b := newBench(t, runtime.Connection{})
	number := func(n int) string {
		return fmt.Sprintf(`{"block":{"type":"math_number","id":"n%d","fields":{"NUM":%d}}}`, n, n)
	}
	list := `{"type":"variables_get","id":"get","fields":{"VAR":{"id":"l"}}}`
	b.flow("long", stack(whenRun,
		`{"type":"variables_set","id":"new","fields":{"VAR":{"id":"l"}},"inputs":{"VALUE":{"block":{"type":"lists_create_with","id":"empty","extraState":{"itemCount":1},"inputs":{"ADD0":`+number(0)+`}}}}}`,
		`{"type":"controls_repeat_ext","id":"loop","inputs":{"TIMES":`+number(20000)+`,"DO":{"block":{"type":"lists_setIndex","id":"put","extraState":{"at":false},"fields":{"MODE":"SET","WHERE":"FIRST"},"inputs":{"LIST":{"block":`+list+`},"TO":{"block":{"type":"math_random_int","id":"chance","inputs":{"FROM":`+number(1)+`,"TO":`+number(1000000)+`}}}}}}}}`,
		returns(strings.Replace(list, `"get"`, `"last"`, 1))), "l")
	id := field(t, b.gives("POST", "/api/flows/long/run", "", 200, `"succeeded"`), "id")
	f, err := b.server.runs.film(t.Context(), id)
	if err != nil || len(f.stations) < 3 {
		t.Fatalf("%v: %d snapshots of %d events", err, len(f.stations), f.total)
	}
	whole := &film{run: id, total: f.total} // has no snapshots
	moment := func(f *film, at int) (string, []event) {
		t.Helper()
		events, shown := []event{}, ""
		err := b.server.runs.show(t.Context(), f, at, func(n int, m *engine.Machine, e engine.Event, now *momentary) bool {
			now.take(n, e)
			if n == at {
				values, variables := now.shown(m)
				data, _ := json.Marshal([]any{values, variables})
				shown = string(data)
			}
			events = append(events, shownEvent(n, m, e))
			return n < at+20
		})
		if err != nil {
			t.Fatal(err)
		}
		return shown, events
	}
	for _, at := range []int{0, 1, f.stations[0].n - 1, f.stations[0].n, f.stations[1].n + 777, f.total - 20} {
		far, farther := moment(whole, at)
		near, nearer := moment(f, at)
		if near != far || fmt.Sprint(nearer) != fmt.Sprint(farther) {
			t.Errorf("after %d events it is %.200s, from the nearest snapshot %.200s", at, far, near)
		}
	}
	var page struct{ From, Total int }
	if err := json.Unmarshal([]byte(b.gives("GET", "/api/runs/"+id+"/trace?from=-5", "", 200)), &page); err != nil || page.From != f.total-5 || page.Total != f.total {
		t.Errorf("%v: %+v of %d", err, page, f.total)
	}
}
