package server

import (
	"fmt"
	"testing"
	"time"

	"blockflow/runtime"
	"blockflow/runtime/store"
)

// BenchmarkResumingALongRun has a run perform 100,000 effects and wait for two
// days, and tells how long the effects took, how long it took to go on in a new
// process, and how large its snapshot was; with snapshots and without.
func BenchmarkResumingALongRun(b *testing.B) {
	for _, test := range []struct {
		name  string
		after int
	}{{"replay", never}, {"snapshots", 0}} {
		b.Run(test.name, func(b *testing.B) {
			for range b.N {
				resumeLongRun(b, test.after)
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

func resumeLongRun(b *testing.B, after int) {
	const effects = 100_000
	clock := &testClock{at: time.Now().Truncate(time.Second)}
	s := furnish(&bench{t: b, dir: b.TempDir(), key: [32]byte{1}, now: clock.now}, runtime.Connection{})
	loop := `{"type":"controls_repeat_ext","id":"loop","inputs":{"TIMES":{"block":` + expression(fmt.Sprint(effects)) + `},"DO":{"block":
		{"type":"variables_set","id":"set","fields":{"VAR":{"id":"now"}},"inputs":{"VALUE":{"block":{"type":"date_now","id":"now"}}}}}}}`
	s.flow("long", stack(whenRun, loop, waits("2", "days"), returns(text("at last"))), "now")
	s.server.runs.limits.Effects = 2 * effects
	if after > 0 {
		s.server.runs.standsAfter, s.server.runs.standsAwayAfter = after, after
	}
	began := time.Now()
	id := s.started("long", "null")
	until(b, "it waits", func() bool {
		r, err := s.store.Run(b.Context(), id)
		return err == nil && (r.Status == store.Waiting || r.Status.Ended())
	})
	b.ReportMetric(float64(time.Since(began).Milliseconds()), "effects-ms")
	if snapshot, _, err := s.store.Snapshot(b.Context(), id); err == nil {
		b.ReportMetric(float64(len(snapshot.State)), "snapshot-B")
	}
	s.close()
	s.open(runtime.Connection{})
	s.server.runs.limits.Effects = 2 * effects
	clock.set(clock.now().Add(49 * time.Hour))
	began = time.Now()
	s.server.runs.alarm.set(time.Time{})
	until(b, "it has ended", func() bool { return ended(s, id) })
	b.ReportMetric(float64(time.Since(began).Milliseconds()), "resume-ms")
	s.gives("GET", "/api/runs/"+id, "", 200, `"result":"at last"`)
	s.close()
}
