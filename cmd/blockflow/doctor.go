package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"blockflow/runtime/store"
)

func doctorCommand() *cobra.Command {
	var data string
	asJSON, ready := false, false
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Look for what is wrong with a data directory, and say what to do",
		Long:  `Changes nothing, and may run while the server runs. Exits with 1 if something is wrong.`,
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if fromEnv := os.Getenv(envPrefix + "DATA"); fromEnv != "" && !c.Flags().Changed("data") {
				data = fromEnv
			}
			if ready {
				if err := answering(c.Context(), data); err != nil {
					return &exit{exitFailed, plain(err)}
				}
				return nil
			}
			findings := examine(c.Context(), data)
			if asJSON {
				if err := printJSON(c.OutOrStdout(), map[string]any{"findings": findings}); err != nil {
					return err
				}
			} else {
				tell(c.OutOrStdout(), findings)
			}
			for _, f := range findings {
				if f.Level == wrong {
					return &exit{code: exitFailed}
				}
			}
			return nil
		},
	}
	c.Flags().StringVar(&data, "data", ".blockflow", "data directory")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	c.Flags().BoolVar(&ready, "ready", false, "only ask the server whether it is ready, for health checks of containers")
	return c
}

// Levels of a finding.
const (
	good  = "good"
	worth = "worth knowing"
	wrong = "wrong"
)

// A finding is what the doctor found out about one thing.
type finding struct {
	What  string `json:"what"`
	Level string `json:"level"`
	Says  string `json:"says"`
}

func tell(out io.Writer, findings []finding) {
	mark := map[string]string{good: "✓", worth: "•", wrong: "✗"}
	for _, f := range findings {
		fmt.Fprintf(out, "%s %s: %s\n", mark[f.Level], f.What, f.Says)
	}
}

func examine(ctx context.Context, data string) []finding {
	var list []finding
	note := func(level, what, says string, args ...any) {
		list = append(list, finding{what, level, fmt.Sprintf(says, args...)})
	}
	info, err := os.Stat(data)
	if err != nil || !info.IsDir() {
		note(wrong, "data directory", "%s isn't there. `blockflow serve --data %s` makes it.", data, data)
		return list
	}
	if info.Mode().Perm()&0o077 != 0 {
		note(worth, "data directory", "others on this machine may look into %s. Run chmod 700 on it.", data)
	} else {
		note(good, "data directory", "%s is there, and nobody else may look into it.", data)
	}
	keys, err := store.LoadKeys(data)
	if err != nil {
		note(wrong, "key", "%s", err)
		return list
	}
	note(good, "key", "%s.", count(len(keys), "key"))
	if len(keys) > 1 {
		note(worth, "key", "older keys are still there. `blockflow key forget` drops them when all is sealed anew.")
	}
	for _, name := range []string{storeFile, usersFile} {
		examineDatabase(ctx, filepath.Join(data, name), name, note)
	}
	examineStore(ctx, data, keys, note)
	examineServer(ctx, data, note)
	return list
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func examineDatabase(ctx context.Context, file, name string, note func(level, what, says string, args ...any)) {
	problems, err := store.CheckDatabase(ctx, file)
	switch {
	case err != nil:
		note(wrong, name, "it can't be read: %s", plain(err))
	case len(problems) > 0:
		note(wrong, name, "it is damaged: %s. Restore it from a backup.", strings.Join(problems, "; "))
	default:
		note(good, name, "it was read through, and all is well.")
	}
	info, err := os.Stat(file)
	wal, errWAL := os.Stat(file + "-wal")
	if err == nil && errWAL == nil && wal.Size() > 256<<20 && wal.Size() > info.Size() {
		note(worth, name, "its log of %d MB waits to be folded in. Restart the server when it isn't busy.", wal.Size()>>20)
	}
}

// many is how many of something make it worth knowing.
const many = 1000

func examineStore(ctx context.Context, data string, keys store.Keys, note func(level, what, says string, args ...any)) {
	s, err := store.Open(ctx, data, store.Options{Key: keys[0], Old: keys[1:]})
	if err != nil {
		note(wrong, "store", "%s", err)
		return
	}
	defer s.Close()
	queued, running, waiting, dead, err := s.Counts(ctx)
	if err != nil {
		note(wrong, "runs", "%s", err)
		return
	}
	note(good, "runs", "%d run, %d stand in line, %d wait.", running, queued, waiting)
	if queued > many {
		note(worth, "runs", "the line is long. Is a flow slow, or its limit too low? GET /api/queue tells.")
	}
	if dead > 0 {
		note(worth, "dead letters", "%s failed and nobody has dealt with it.", count(dead, "run"))
	}
	broken, some, err := s.Damaged(ctx, 500)
	switch {
	case err != nil:
		note(wrong, "runs", "%s", err)
	case broken > 0:
		note(wrong, "values", "%s can't be read, such as %s.", count(broken, "value"), strings.Join(some, ", "))
	}
	if has, err := s.HasPeople(ctx); err == nil && !has {
		note(worth, "sign-in", "nobody has set a password yet. The server prints the link when it starts.")
	}
}

func examineServer(ctx context.Context, data string, note func(level, what, says string, args ...any)) {
	var tired *notReady
	if err := answering(ctx, data); err == nil {
		note(good, "server", "it answers.")
	} else if errors.As(err, &tired) {
		note(wrong, "server", "%s", err)
	} else if !errors.Is(err, os.ErrNotExist) {
		note(worth, "server", "%s.", plain(err))
	}
}

// answering asks the server that serves the data directory, if it has left word
// where it is.
func answering(ctx context.Context, data string) error {
	text, err := os.ReadFile(filepath.Join(data, addressName))
	if err != nil {
		return err
	}
	var at struct{ URL string }
	if err := json.Unmarshal(text, &at); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", at.URL+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("it should be at %s, but doesn't answer", at.URL)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(io.LimitReader(res.Body, 1000)) // without, it still isn't ready
		return &notReady{strings.TrimSpace(string(why))}
	}
	return nil
}

// A notReady is what a server says that answers but can't work.
type notReady struct{ why string }

func (e *notReady) Error() string { return "it answers, but isn't ready: " + e.why }
