// Command peers compares Blockflow with Node-RED and n8n: it installs both from
// npm in a folder outside of the repository, gives all three the same flows and,
// where a flow calls the users API, the same stub of it, and sends them the same
// load in one run. It prints the table of BENCHMARKS.md. Run it in the root of the
// repository.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"blockflow/cmd/bench/load"
)

const connections = 32

func main() {
	rounds := flag.Int("rounds", 3, "rounds; each measures everything once, in turns, and the table has medians")
	span := flag.Duration("for", 4*time.Second, "how long each flow is called in each round")
	caches, err := os.UserCacheDir()
	if err != nil {
		caches = os.TempDir()
	}
	cache := flag.String("cache", filepath.Join(caches, "blockflow-bench"), "folder that Node-RED and n8n are installed in; n8n takes 2 GB and some minutes")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := compare(ctx, *cache, *rounds, *span); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

// What is measured.
const (
	login    = "webhook, Login, Set Property, Update User, respond"
	compute  = "webhook, a small computation, respond"
	loggedIn = "webhook, Set Property, Update User with a token, respond"
)

var flows = []string{login, compute, loggedIn}

// A contender is a server that is measured, under the name that the table has.
type contender struct {
	name    string
	process *load.Process
	calls   map[string][]byte // the request that calls a flow
	rates   map[string][]float64
	p99     map[string][]float64 // milliseconds
	work    map[string][]float64 // processor time of a run, in milliseconds
	memory  int64
}

func compare(ctx context.Context, cache string, rounds int, span time.Duration) error {
	dir, err := os.MkdirTemp("", "blockflow-peers-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	api, err := startStub()
	if err != nil {
		return err
	}
	defer api.close()
	var all []*contender
	defer func() {
		for _, c := range all {
			c.process.Stop()
		}
	}()
	for _, start := range []func(context.Context, place) ([]*contender, error){startBlockflow, startNodeRED, startN8N} {
		started, err := start(ctx, place{dir: dir, cache: cache, usersAPI: api.base})
		if err != nil {
			fmt.Println("Left out:", err)
			continue
		}
		all = append(all, started...)
	}
	for range rounds {
		for _, flow := range flows {
			for _, c := range all {
				if err := c.measure(ctx, flow, span); err != nil {
					return err
				}
			}
		}
	}
	for _, c := range all {
		c.memory = c.process.Memory()
	}
	printTable(all)
	return nil
}

// A place says where a contender finds what it needs.
type place struct{ dir, cache, usersAPI string }

func (c *contender) measure(ctx context.Context, flow string, span time.Duration) error {
	request, ok := c.calls[flow]
	if !ok {
		return nil
	}
	before := c.process.Worked()
	r, err := load.Send(ctx, load.Load{
		Address: c.process.Address, Connections: connections, For: span,
		Next: func(int, int) []byte { return request },
	})
	if err != nil {
		return fmt.Errorf("%s: %s: %w", c.name, flow, err)
	}
	c.rates[flow] = append(c.rates[flow], r.PerSecond)
	c.p99[flow] = append(c.p99[flow], ms(r.P99))
	c.work[flow] = append(c.work[flow], ms(c.process.Worked()-before)/float64(r.Requests))
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func newContender(name string, process *load.Process, calls map[string][]byte) *contender {
	return &contender{name: name, process: process, calls: calls, rates: map[string][]float64{}, p99: map[string][]float64{}, work: map[string][]float64{}}
}

func printTable(all []*contender) {
	fmt.Printf("\n| %d connections | | runs a second | Blockflow is so many times as fast | p99 | processor time of a run | memory at the end (RSS) |\n|---|---|---|---|---|---|---|\n", connections)
	ours := map[string]float64{}
	for _, c := range all {
		for flow, rates := range c.rates {
			if ours[flow] == 0 {
				ours[flow] = load.Median(rates)
			}
		}
	}
	for _, flow := range flows {
		for _, c := range all {
			if rates := c.rates[flow]; len(rates) > 0 {
				rate := load.Median(rates)
				fmt.Printf("| %s | %s | %.0f | %.1f | %.1f ms | %.2f ms | %d MiB |\n",
					flow, c.name, rate, ours[flow]/rate, load.Median(c.p99[flow]), load.Median(c.work[flow]), c.memory>>20)
			}
		}
	}
	for _, c := range all {
		if rates := c.rates[login]; len(rates) > 0 && len(c.rates[loggedIn]) > 0 {
			fmt.Printf("\nWith its embedded service and a token Blockflow is %.1f times as fast as %s with the login.\n", ours[loggedIn]/load.Median(rates), c.name)
		}
	}
}
