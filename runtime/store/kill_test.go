package store

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// TestAcknowledgedRunsSurviveAKill starts this test again as a process that
// creates runs as fast as it can and prints the id of each that was acknowledged,
// kills it in the middle, and looks for them.
func TestAcknowledgedRunsSurviveAKill(t *testing.T) {
	if dir := os.Getenv("STORE_KILL_TEST"); dir != "" {
		createRunsForever(t, dir)
	}
	dir := t.TempDir()
	acknowledged := map[string]bool{}
	for range 3 {
		child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), "STORE_KILL_TEST="+dir)
		out, err := child.StdoutPipe()
		check(t, err)
		check(t, child.Start())
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			acknowledged[lines.Text()] = true
			if n == 50 {
				check(t, child.Process.Kill()) // what it printed before is still read
			}
		}
		_ = child.Wait() // "killed"
	}
	if len(acknowledged) < 150 {
		t.Fatalf("only %d runs were acknowledged", len(acknowledged))
	}
	s := open(t, dir)
	runs, err := s.Unfinished(t.Context())
	check(t, err)
	for _, r := range runs {
		delete(acknowledged, r.ID)
		entries, err := s.Journal(t.Context(), r.ID)
		if err != nil || len(entries) > 1 {
			t.Errorf("run %s has journal %v, %v", r.ID, entries, err)
		}
	}
	if len(acknowledged) > 0 {
		t.Errorf("%d acknowledged runs are lost", len(acknowledged))
	}
}

func createRunsForever(t *testing.T, dir string) {
	s := open(t, dir)
	for range 8 {
		go func() {
			for {
				r := newRun("f")
				check(t, s.CreateRun(context.Background(), r))
				check(t, s.Record(context.Background(), r.ID, []Entry{{Place: "1"}}))
				// One system call a line, so that a line is printed or not.
				fmt.Fprintln(os.Stdout, r.ID)
			}
		}()
	}
	select {}
}
