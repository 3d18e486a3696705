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
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"blockflow/engine"
	"blockflow/runtime/compare"
	"blockflow/runtime/store"
)

// pull, push and diff keep the drafts of a server's flows in a directory, one
// file each, so that they can live in git. .blockflow.json remembers what was
// pulled: a push over somebody else's change is refused, and so is a pull over
// one's own.

const pulledName = ".blockflow.json"

// pulled are the drafts that were pulled or pushed last, by the names of their
// flows.
type pulled map[string]pulledDraft

type pulledDraft struct {
	Revision int    `json:"revision"`
	Sum      string `json:"sum"` // SHA-256 of the file
}

func readPulled(dir string) (pulled, error) {
	p := pulled{}
	data, err := os.ReadFile(filepath.Join(dir, pulledName))
	if errors.Is(err, os.ErrNotExist) {
		return p, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &p)
	}
	if err != nil {
		return nil, unusable("%s can't be read: %s", filepath.Join(dir, pulledName), plain(err))
	}
	return p, nil
}

func (p pulled) write(dir string) error {
	data, err := json.MarshalIndent(p, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, pulledName), append(data, '\n'), 0o644)
	}
	if err != nil {
		return unusable("%s can't be written: %s", filepath.Join(dir, pulledName), plain(err))
	}
	return nil
}

func draft(revision int, file []byte) pulledDraft {
	return pulledDraft{revision, store.DocumentHash(file)}
}

type remoteFlow struct {
	Name     string          `json:"name"`
	Revision int             `json:"revision"`
	Flow     json.RawMessage `json:"flow"`
}

func (c *client) flows(ctx context.Context, only []string) ([]remoteFlow, error) {
	var list struct{ Flows []remoteFlow }
	if err := c.call(ctx, "GET", "/api/flows", nil, &list); err != nil {
		return nil, told(err)
	}
	var flows []remoteFlow
	for _, f := range list.Flows {
		if len(only) > 0 && !slices.Contains(only, f.Name) {
			continue
		}
		if err := c.call(ctx, "GET", flowPath(f.Name), nil, &f); err != nil {
			return nil, told(err)
		}
		flows = append(flows, f)
	}
	return flows, nil
}

// file is a flow as it stands in a directory: pretty, so that git shows what
// changed.
func (f remoteFlow) file() ([]byte, error) {
	doc, err := engine.Parse(f.Flow)
	if err != nil {
		return nil, unusable("the flow %s can't be read: %s", f.Name, plain(err))
	}
	return doc.Format(), nil
}

func flowFile(dir, name string) (string, error) {
	if err := store.CheckFlowName(name); err != nil { // a server's word must not become a path elsewhere
		return "", unusable("%s", err)
	}
	return filepath.Join(dir, name+".json"), nil
}

func pullCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "pull DIR [FLOW…]",
		Short: "Write the drafts of a server's flows into a directory",
		Long:  `Files that were changed since the last pull or push aren't written over, but named; --force writes over them.`,
		Args:  cobra.MinimumNArgs(1),
	}
	force := c.Flags().Bool("force", false, "write over files that were changed")
	connect := clientFlags(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		remote, err := connect()
		if err != nil {
			return err
		}
		return pull(c.Context(), c.OutOrStdout(), remote, args[0], args[1:], *force)
	}
	return c
}

func pull(ctx context.Context, out io.Writer, remote *client, dir string, only []string, force bool) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return unusable("the directory %s can't be made: %s", dir, plain(err))
	}
	seen, err := readPulled(dir)
	if err != nil {
		return err
	}
	flows, err := remote.flows(ctx, only)
	if err != nil {
		return err
	}
	var kept []string
	for _, f := range flows {
		name, err := flowFile(dir, f.Name)
		if err != nil {
			return err
		}
		now, err := f.file()
		if err != nil {
			return err
		}
		was, err := os.ReadFile(name)
		mine := err == nil && draft(0, was).Sum != seen[f.Name].Sum // somebody changed it here
		switch {
		case err == nil && string(was) == string(now):
		case mine && !force && seen[f.Name].Revision == f.Revision:
			fmt.Fprintf(out, "%s is newer here; push it\n", name)
			continue
		case mine && !force:
			kept = append(kept, name)
			continue
		default:
			if err := os.WriteFile(name, now, 0o644); err != nil {
				return unusable("%s can't be written: %s", name, plain(err))
			}
			fmt.Fprintf(out, "%s is at revision %d\n", name, f.Revision)
		}
		seen[f.Name] = draft(f.Revision, now)
	}
	if err := seen.write(dir); err != nil {
		return err
	}
	if len(kept) > 0 {
		return &exit{exitFailed, "changed both here and on the server: " + strings.Join(kept, ", ") + ". Look with `blockflow diff`, then pull with --force or push with --force"}
	}
	return nil
}

func pushCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "push DIR [FLOW…]",
		Short: "Save the flows of a directory as drafts on a server",
		Long:  `A draft that somebody else has saved since the last pull isn't written over; --force does. --publish publishes what was pushed.`,
		Args:  cobra.MinimumNArgs(1),
	}
	force := c.Flags().Bool("force", false, "write over what others have saved")
	publish := c.Flags().Bool("publish", false, "publish what was pushed")
	connect := clientFlags(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		remote, err := connect()
		if err != nil {
			return err
		}
		return push(c.Context(), c.OutOrStdout(), remote, args[0], args[1:], *force, *publish)
	}
	return c
}

func push(ctx context.Context, out io.Writer, remote *client, dir string, only []string, force, publish bool) error {
	seen, err := readPulled(dir)
	if err != nil {
		return err
	}
	names, err := localFlows(dir, only)
	if err != nil {
		return err
	}
	for _, name := range names {
		file, err := flowFile(dir, name)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return unusable("%s can't be read: %s", file, plain(err))
		}
		if same, revision := remote.has(ctx, name, data); same {
			seen[name] = draft(revision, data)
		} else {
			var saved struct{ Revision int }
			err = remote.call(ctx, "PUT", flowPath(name), data, &saved, condition(seen[name].Revision, force)...)
			var r *refusal
			if errors.As(err, &r) && (r.status == http.StatusConflict || r.status == http.StatusNotFound) {
				return &exit{exitFailed, file + " wasn't pushed: " + r.Message + " Pull first, or use --force"}
			}
			if err != nil {
				return told(err)
			}
			seen[name] = draft(saved.Revision, data)
			fmt.Fprintf(out, "%s is revision %d on the server\n", file, saved.Revision)
			if err := seen.write(dir); err != nil {
				return err
			}
		}
		if publish {
			var v struct{ Version int }
			if err := remote.call(ctx, "POST", flowPath(name)+"/publish", nil, &v); err != nil {
				return told(err)
			}
			fmt.Fprintf(out, "%s is published as version %d\n", name, v.Version)
		}
	}
	return seen.write(dir)
}

// condition says under which a draft is saved.
func condition(revision int, force bool) []string {
	switch {
	case force:
		return nil
	case revision == 0:
		return []string{"If-None-Match", "*"}
	}
	return []string{"If-Match", `"` + strconv.Itoa(revision) + `"`}
}

// has tells whether the server's draft is the same file.
func (c *client) has(ctx context.Context, name string, data []byte) (bool, int) {
	var f remoteFlow
	if c.call(ctx, "GET", flowPath(name), nil, &f) != nil {
		return false, 0
	}
	now, err := f.file()
	doc, err2 := engine.Parse(data)
	return err == nil && err2 == nil && string(now) == string(doc.Format()), f.Revision
}

// localFlows are the names of the flow files in a directory.
func localFlows(dir string, only []string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".json")
		if !strings.HasPrefix(name, ".") && (len(only) == 0 || slices.Contains(only, name)) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, unusable("there are no flows in %s", dir)
	}
	return names, nil
}

func diffCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "diff DIR [FLOW…]",
		Short: "Compare the flows of a directory with a server's drafts, block by block",
		Long:  `Shows what a push would change. Exits with 1 if there is a difference.`,
		Args:  cobra.MinimumNArgs(1),
	}
	connect := clientFlags(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		remote, err := connect()
		if err != nil {
			return err
		}
		return diff(c.Context(), c.OutOrStdout(), remote, args[0], args[1:])
	}
	return c
}

func diff(ctx context.Context, out io.Writer, remote *client, dir string, only []string) error {
	names, err := localFlows(dir, only)
	if err != nil {
		return err
	}
	flows, err := remote.flows(ctx, only)
	if err != nil {
		return err
	}
	there := map[string]remoteFlow{}
	for _, f := range flows {
		there[f.Name] = f
	}
	different := false
	for _, name := range names {
		f, ok := there[name]
		delete(there, name)
		if !ok {
			different = true
			fmt.Fprintf(out, "%s is new\n", name)
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, name+".json"))
		if err != nil {
			return unusable("%s can't be read: %s", name, plain(err))
		}
		d, err := compare.Files(f.Flow, data)
		if err != nil {
			return unusable("%s: %s", name, plain(err))
		}
		if !d.Same {
			different = true
			fmt.Fprintf(out, "%s:\n%s", name, d)
		}
	}
	for _, f := range flows {
		if _, only := there[f.Name]; only {
			different = true
			fmt.Fprintf(out, "%s is only on the server\n", f.Name)
		}
	}
	if different {
		return &exit{code: exitFailed}
	}
	return nil
}
