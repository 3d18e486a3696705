// Command pocketbase compares the user service with PocketBase, which it builds
// from a module of its own (peer): both on this machine, with the same settings
// for durability, under the same load in one run. It prints the table of
// BENCHMARKS.md. Run it in the root of the repository.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"

	"blockflow/cmd/bench/load"
	"blockflow/cmd/bench/subject"
)

const connections = 32

func main() {
	rounds := flag.Int("rounds", 5, "rounds; each measures all servers one after the other, and the table has medians")
	span := flag.Duration("for", 2*time.Second, "how long each server is measured in each round, for each kind of request")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := compare(ctx, *rounds, *span); err != nil {
		fmt.Fprintln(os.Stderr, "pocketbase:", err)
		os.Exit(1)
	}
}

// errUnreachable says that PocketBase's source can't be had here.
var errUnreachable = errors.New("PocketBase can't be fetched from the Go module proxy")

func compare(ctx context.Context, rounds int, span time.Duration) error {
	dir, err := os.MkdirTemp("", "blockflow-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	peer, own := filepath.Join(dir, "peer"), filepath.Join(dir, "blockflow")
	err = buildPeer(ctx, peer)
	if errors.Is(err, errUnreachable) {
		fmt.Println("Skipped:", err)
		return nil
	}
	if err != nil {
		return err
	}
	if err := subject.Build(ctx, own); err != nil {
		return err
	}
	var all []*contender
	defer func() {
		for _, c := range all {
			c.process.Stop()
		}
	}()
	for _, begin := range []func() (*contender, error){
		func() (*contender, error) { return startBlockflow(ctx, own, dir) },
		func() (*contender, error) { return startPocketBase(ctx, peer, dir, "FULL") },
		func() (*contender, error) { return startPocketBase(ctx, peer, dir, "NORMAL") },
	} {
		c, err := begin()
		if err != nil {
			return err
		}
		all = append(all, c)
		if err := c.enrol(ctx); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	var argonTimes, bcryptTimes []float64
	for range rounds {
		argonTimes, bcryptTimes = append(argonTimes, hashing(argon)), append(bcryptTimes, hashing(bcryptHash))
		for _, step := range steps {
			for _, c := range all {
				before := c.process.Worked()
				result, err := step.measure(ctx, c, span)
				if err != nil {
					return fmt.Errorf("%s, %s: %w", c.name, step.name, err)
				}
				if step.name == logins {
					c.loginTimes = append(c.loginTimes, ms(c.process.Worked()-before)/float64(result.Requests))
				}
				c.results[step.name] = append(c.results[step.name], result)
			}
		}
	}
	for _, c := range all {
		c.memory = c.process.Memory()
		c.process.Stop()
		if c.size, err = load.SizeOf(c.dir, c.files...); err != nil {
			return err
		}
	}
	printTable(all, slices.Min(argonTimes), slices.Min(bcryptTimes))
	return nil
}

func buildPeer(ctx context.Context, to string) error {
	const module = "cmd/bench/pocketbase/peer"
	fetch := exec.CommandContext(ctx, "go", "mod", "download")
	fetch.Dir = module
	if out, err := fetch.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", errUnreachable, strings.TrimSpace(string(out)))
	}
	return build(ctx, module, to)
}

func build(ctx context.Context, dir, to string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", to, ".")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w: %s", dir, err, out)
	}
	return nil
}

// hashing measures how many milliseconds of processor time a password hash takes:
// the least of some, for whatever else there is on the machine makes one slower.
func hashing(hash func()) float64 {
	best := math.Inf(1)
	for range 10 {
		before := worked()
		hash()
		best = min(best, ms(worked()-before))
	}
	return best
}

// worked is how much processor time this process has had.
func worked() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // only an argument that isn't allowed fails
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func argon() { argon2.IDKey([]byte(password), make([]byte, 16), 2, 19*1024, 1, 32) }

func bcryptHash() {
	if _, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost); err != nil {
		panic(err) // only a cost or a length that isn't allowed fails
	}
}

func printTable(all []*contender, argonTime, bcryptTime float64) {
	fmt.Printf("\n| %d connections | ", connections)
	for _, c := range all {
		fmt.Print(c.name, " | ")
	}
	fmt.Print("ratio to PocketBase, FULL |\n|---|", strings.Repeat("---|", len(all)+1), "\n")
	for _, s := range steps {
		line(s.name+" a second", all, func(c *contender) float64 { return c.median(s.name) }, "%.0f", false)
		line(s.name+", p99", all, func(c *contender) float64 { return c.p99(s.name) }, "%.1f ms", true)
	}
	line("memory at the end (RSS)", all, func(c *contender) float64 { return float64(c.memory) / (1 << 20) }, "%.0f MiB", true)
	line("database, bytes a record", all, func(c *contender) float64 { return float64(c.size) / float64(c.records()) }, "%.0f", true)
	fmt.Print("\n| processor time of | the hash | a login, hash included | the hash's share |\n|---|---|---|---|\n")
	for i, hash := range []float64{argonTime, bcryptTime} {
		login := load.Median(all[i].loginTimes)
		fmt.Printf("| %s | %.1f ms | %.1f ms | %.0f %% |\n", []string{"Blockflow, argon2id, 19 MiB, 2 passes", "PocketBase, bcrypt, cost 10"}[i], hash, login, 100*hash/login)
	}
}

func line(name string, all []*contender, figure func(*contender) float64, format string, less bool) {
	fmt.Print("| ", name, " | ")
	for _, c := range all {
		fmt.Printf(format+" | ", figure(c))
	}
	ratio := figure(all[0]) / figure(all[1])
	if less {
		ratio = 1 / ratio
	}
	fmt.Printf("%.1f |\n", ratio)
}

func (c *contender) median(step string) float64 {
	return load.Median(each(c.results[step], func(r load.Result) float64 { return r.PerSecond }))
}

func (c *contender) p99(step string) float64 {
	return load.Median(each(c.results[step], func(r load.Result) float64 { return ms(r.P99) }))
}

func (c *contender) records() (n int) {
	for _, r := range c.results[creates] {
		n += r.Requests
	}
	return n
}

func each(results []load.Result, figure func(load.Result) float64) []float64 {
	figures := make([]float64, 0, len(results))
	for _, r := range results {
		figures = append(figures, figure(r))
	}
	return slices.Clip(figures)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
