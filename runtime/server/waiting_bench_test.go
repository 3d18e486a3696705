package server

import (
	"fmt"
	goruntime "runtime"
	"sync"
	"testing"
	"time"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime"
)

// BenchmarkWaitingRuns lets runs wait for two days, all until the same moment, and
// tells what they cost: the process's memory a run, goroutines more than without
// them, how long the server takes to start beside them, and how many a second go
// on when their time has come.
func BenchmarkWaitingRuns(b *testing.B) {
	for _, many := range []int{1_000, 100_000} {
		b.Run(fmt.Sprint(many), func(b *testing.B) {
			for range b.N {
				waitingRuns(b, many)
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

func waitingRuns(b *testing.B, many int) {
	clock := &testClock{at: time.Now().Truncate(time.Second)}
	s := furnish(&bench{t: b, dir: b.TempDir(), key: [32]byte{1}, now: clock.now}, runtime.Connection{})
	s.flow("patient", stack(whenRun, waits("2", "days"), returns(text("at last"))))
	j, err := s.server.jobFor(b.Context(), "patient", "published")
	if err != nil {
		b.Fatal(err)
	}
	p, err := s.server.runs.programs.get(j.hash, func() ([]byte, error) { return s.store.Document(b.Context(), j.hash) })
	if err != nil {
		b.Fatal(err)
	}
	j.entry, _ = p.Entry("", blocks.WhenRun)
	j.trigger, j.input = "manual", engine.Object()
	heap, goroutines := held()

	var all sync.WaitGroup
	work := make(chan struct{}, 256)
	began := time.Now()
	for range many {
		work <- struct{}{}
		all.Go(func() {
			defer func() { <-work }()
			t, err := s.server.runs.begin(j, p)
			if err != nil {
				b.Error(err)
				return
			}
			<-t.let
		})
	}
	all.Wait()
	b.ReportMetric(float64(many)/time.Since(began).Seconds(), "put-away/s")
	heapThen, goroutinesThen := held()
	b.ReportMetric(float64(heapThen-heap)/float64(many), "B/waiting")
	b.ReportMetric(float64(goroutinesThen-goroutines), "goroutines")

	s.close()
	began = time.Now()
	s.open(runtime.Connection{})
	b.ReportMetric(float64(time.Since(began).Milliseconds()), "start-ms")

	clock.set(clock.now().Add(49 * time.Hour))
	began = time.Now()
	s.server.runs.alarm.set(time.Time{})
	for { // longer than what until allows a test
		queued, running, waiting, _, err := s.store.Counts(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if queued+running+waiting == 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	b.ReportMetric(float64(many)/time.Since(began).Seconds(), "woken/s")
}

// held is what the process holds when all garbage is gone.
func held() (heap int64, goroutines int) {
	var m goruntime.MemStats
	goruntime.GC()
	goruntime.GC()
	goruntime.ReadMemStats(&m)
	return int64(m.HeapInuse), goruntime.NumGoroutine()
}
