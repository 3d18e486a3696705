package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "modernc.org/sqlite" // to fill a store faster than runs could

	"blockflow/cmd/bench/load"
	"blockflow/cmd/bench/subject"
)

// A stored is a server that has so many runs in its store.
type stored struct {
	runs    int
	server  subject.Server
	process *load.Process
	token   string
	rates   []float64
	p99     []float64
	size    int64
}

// listPaths are pages of the list of runs as the editor asks for them.
var listPaths = []struct{ name, query string }{
	{"newest page", ""},
	{"newest page of a flow", "?flow=sum"},
	{"newest failed", "?status=failed"},
	{"newest succeeded of a flow", "?flow=sum&status=succeeded"},
	{"a page from the middle", "?before=MIDDLE"},
}

func startStored(ctx context.Context, program, dir string, runs int) (*stored, error) {
	name := fmt.Sprintf("stored-%d", runs)
	s := &stored{runs: runs}
	s.server = subject.Server{Program: program, Name: name, Data: filepath.Join(dir, name), Logs: dir, Flags: []string{"--keep-runs", "0", "--keep-days", "0"}}
	p, err := s.server.Start(ctx)
	if err != nil {
		return nil, err
	}
	err = s.server.Publish(ctx, p.Address, map[string]string{"sum": subject.Sum})
	if err == nil {
		_, err = load.Send(ctx, load.Load{
			Address: p.Address, Connections: 1, Requests: 1,
			Next: func(int, int) []byte { return load.Request("POST", "/hooks/sum", subject.SumInput) },
		})
	}
	if err == nil && runs > 0 {
		p.Stop()
		if err = fill(ctx, filepath.Join(s.server.Data, "blockflow.db"), runs); err != nil {
			return nil, fmt.Errorf("fill a store with %d runs: %w", runs, err)
		}
		p, err = s.server.Start(ctx)
	}
	if err == nil {
		s.token, err = s.server.Token(ctx)
	}
	if err == nil {
		s.size, err = load.SizeOf(s.server.Data, "blockflow.db*")
	}
	if err != nil && p != nil {
		p.Stop()
	}
	s.process = p
	return s, err
}

// fill makes copies of the one run that there is, journal included, one of a
// hundred of them failed. What is sealed in them doesn't open under their ids,
// which no list needs.
func fill(ctx context.Context, file string, runs int) error {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(10000)&_pragma=synchronous(OFF)&_pragma=cache_size(-200000)")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	// Ids as of runs that came one a second until a day ago.
	if _, err := db.ExecContext(ctx, `
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1),
		     t AS (SELECT i, (unixepoch() - 86400 - ?1 + i) * 1000 AS at FROM n)
		INSERT INTO runs (id, flow, version, document, entry, trigger, seed, status, started, ended, effects, steps, duration, error, input, result, log, journal)
		SELECT printf('%08x-%04x-7%03x-8%03x-%012x', at >> 16, at & 65535, i & 4095, i & 4095, i),
		       r.flow, r.version, r.document, r.entry, r.trigger, r.seed, iif(i % 100, 'succeeded', 'failed'), at, at + 2,
		       r.effects, r.steps, r.duration, NULL, r.input, r.result, r.log, r.journal
		FROM t CROSS JOIN (SELECT * FROM runs WHERE flow = 'sum' LIMIT 1) r`, runs); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync() // or the disk would be busy with it while runs are measured
}

func (s *stored) measure(ctx context.Context, span time.Duration) error {
	r, err := call(ctx, s.process.Address, "/hooks/sum", span, 0)
	if err != nil {
		return err
	}
	s.rates, s.p99 = append(s.rates, r.PerSecond), append(s.p99, ms(r.P99))
	return nil
}

// list measures a page of the list of runs, one request at a time.
func (s *stored) list(ctx context.Context, query string) (load.Result, error) {
	request := load.Request("GET", "/api/runs"+query, "", "Authorization: Bearer "+s.token)
	return load.Send(ctx, load.Load{
		Address: s.process.Address, Connections: 1, Requests: 200,
		Next: func(int, int) []byte { return request },
	})
}

// query puts the middle of all runs where a page says so.
func (s *stored) query(page string) string {
	return strings.Replace(page, "MIDDLE", strconv.Itoa(s.runs/2+1), 1)
}

func printStored(ctx context.Context, all []*stored) error {
	fmt.Print("\n| runs stored when it began | ")
	for _, s := range all {
		fmt.Printf("%d | ", s.runs)
	}
	fmt.Print("\n|---|---|---|---|\n| webhooks a second | ")
	for _, s := range all {
		fmt.Printf("%.0f | ", load.Median(s.rates))
	}
	fmt.Print("\n| p99 of them | ")
	for _, s := range all {
		fmt.Printf("%.1f ms | ", load.Median(s.p99))
	}
	for _, page := range listPaths {
		fmt.Printf("\n| %s, median (p99) | ", page.name)
		for _, s := range all {
			r, err := s.list(ctx, s.query(page.query))
			if err != nil {
				return fmt.Errorf("%s of %d: %w", page.name, s.runs, err)
			}
			fmt.Printf("%.1f ms (%.1f ms) | ", ms(r.Median), ms(r.P99))
		}
	}
	fmt.Print("\n| database | ")
	for _, s := range all {
		fmt.Printf("%d MiB | ", s.size>>20)
	}
	fmt.Println()
	return nil
}
