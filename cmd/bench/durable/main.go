// Command durable measures the durable server as a process of its own: a webhook
// that computes and responds, beside a bare Gin handler that inserts one row in
// group commit; the same with ten thousand and a million runs stored, and what
// lists of runs take then; how long answers take at half load; how long the server
// takes to start, and what it holds when idle. It prints what BENCHMARKS.md says.
// Run it in the root of the repository.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"blockflow/cmd/bench/load"
	"blockflow/cmd/bench/subject"
)

const connections = 32

func main() {
	if len(os.Args) == 4 && os.Args[1] == "bare" {
		fail(serveBare(os.Args[2], os.Args[3]))
		return
	}
	rounds := flag.Int("rounds", 9, "rounds; each measures everything once, in turns, and the tables have medians")
	span := flag.Duration("for", 2*time.Second, "how long each is measured in each round")
	most := flag.Int("runs", 1_000_000, "the larger number of stored runs")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	fail(measure(ctx, *rounds, *span, *most))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "durable:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, rounds int, span time.Duration, most int) error {
	dir, err := os.MkdirTemp("", "blockflow-durable-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "blockflow")
	if err := subject.Build(ctx, program); err != nil {
		return err
	}
	syncs, err := diskSyncs(filepath.Join(dir, "syncs"))
	if err != nil {
		return err
	}
	fmt.Printf("The disk syncs an append of 4 KiB %.0f times a second.\n", syncs)
	if err := starts(ctx, program, dir); err != nil {
		return err
	}
	bare, err := startBare(ctx, dir)
	if err != nil {
		return err
	}
	defer bare.Stop()
	var all []*stored
	defer func() {
		for _, s := range all {
			s.process.Stop()
		}
	}()
	for _, n := range []int{0, 10_000, most} {
		s, err := startStored(ctx, program, dir, n)
		if err != nil {
			return err
		}
		all = append(all, s)
	}
	var rates, ratios []float64
	for range rounds {
		r, err := call(ctx, bare.Address, "/hook", span, 0)
		if err != nil {
			return err
		}
		rates = append(rates, r.PerSecond)
		for _, s := range all {
			if err := s.measure(ctx, span); err != nil {
				return err
			}
		}
		ratios = append(ratios, all[0].rates[len(ratios)]/r.PerSecond)
	}
	slices.Sort(ratios)
	fmt.Printf("\nA webhook that computes and responds: %.0f a second. A bare Gin handler that inserts one row: %.0f. Ratio, the median of %d rounds: %.0f %% (%.0f to %.0f %%).\n",
		load.Median(all[0].rates), load.Median(rates), rounds, 100*load.Median(ratios), 100*ratios[0], 100*ratios[len(ratios)-1])
	if err := halfLoad(ctx, all[0]); err != nil {
		return err
	}
	return printStored(ctx, all)
}

// call calls one webhook over and over; perSecond 0 is as fast as it answers.
func call(ctx context.Context, address, path string, span time.Duration, perSecond float64) (load.Result, error) {
	request := load.Request("POST", path, subject.SumInput)
	return load.Send(ctx, load.Load{
		Address: address, Connections: connections, For: span, PerSecond: perSecond,
		Next: func(int, int) []byte { return request },
	})
}

func halfLoad(ctx context.Context, s *stored) error {
	const tries = 5
	half := load.Median(s.rates) / 2
	var p50, p99 []float64
	for range tries {
		r, err := call(ctx, s.process.Address, "/hooks/sum", 3*time.Second, half)
		if err != nil {
			return err
		}
		p50, p99 = append(p50, ms(r.Median)), append(p99, ms(r.P99))
	}
	fmt.Printf("At half of that rate an answer takes %.1f ms, and 99 of 100 take at most %.1f ms (median of %d times 3 s, %.1f to %.1f).\n",
		load.Median(p50), load.Median(p99), tries, slices.Min(p99), slices.Max(p99))
	return nil
}

// starts measures from the start of the program to the first answered webhook,
// and the memory of a server that has nothing to do.
func starts(ctx context.Context, program, dir string) error {
	s := subject.Server{Program: program, Name: "start", Data: filepath.Join(dir, "start-data"), Logs: dir}
	p, err := s.Start(ctx)
	if err != nil {
		return err
	}
	err = s.Publish(ctx, p.Address, map[string]string{"sum": subject.Sum})
	p.Stop()
	if err != nil {
		return err
	}
	const tries = 9
	s.Path = "/hooks/sum" // a GET is refused, so Start comes back as soon as somebody listens
	var times, memory []float64
	for n := range tries {
		began := time.Now()
		if p, err = s.Start(ctx); err != nil {
			return err
		}
		_, err = load.Send(ctx, load.Load{
			Address: p.Address, Connections: 1, Requests: 1,
			Next: func(int, int) []byte { return load.Request("POST", "/hooks/sum", subject.SumInput) },
		})
		times = append(times, ms(time.Since(began)))
		if n < 3 && err == nil {
			time.Sleep(2 * time.Second) // idle is after what starting made is gone
			memory = append(memory, float64(p.Memory())/(1<<20))
		}
		p.Stop()
		if err != nil {
			return err
		}
	}
	fmt.Printf("From its start to the first answered webhook the server takes %.0f ms (median of %d, %.0f to %.0f). Idle, it holds %.1f MiB (RSS, median of 3).\n",
		load.Median(times), tries, slices.Min(times), slices.Max(times), load.Median(memory))
	return nil
}

func startBare(ctx context.Context, dir string) (*load.Process, error) {
	address, err := load.FreeAddress()
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return load.Start(ctx, "bare", address, dir, "/", time.Minute, exec.CommandContext(ctx, self, "bare", address, filepath.Join(dir, "bare-data")))
}

// diskSyncs is how often a second the disk syncs a small append.
func diskSyncs(file string) (float64, error) {
	f, err := os.Create(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	page, began, n := make([]byte, 4096), time.Now(), 0
	for ; time.Since(began) < time.Second; n++ {
		if _, err := f.Write(page); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(began).Seconds(), nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
