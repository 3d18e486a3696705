package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime"
	"blockflow/runtime/store"
)

type runFlags struct {
	input   string
	set     []string
	users   string
	data    string
	asJSON  bool
	journal string
	replay  string
	timeout time.Duration
}

func runCommand() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run FILE",
		Short: "Run a flow file",
		Long: `Runs a flow and shows what it did.

Without --data the users blocks work on an embedded user service in memory, with the
users of --users, of a users.json beside the flow, or the demo users. The environment
variables BLOCKFLOW_BACKENDLESS_SUBDOMAIN, or …_APP_ID and …_API_KEY, point them at a
real Backendless app instead.

Exit code 0 if the flow succeeded, 1 if it failed, 2 for bad usage or a bad file.`,
		Example: `  blockflow run examples/update-user.json
  blockflow run examples/update-user.json --set password=wonderland --json
  blockflow run examples/update-user.json --journal run.jsonl
  blockflow run examples/update-user.json --replay run.jsonl`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return run(c.Context(), c.OutOrStdout(), args[0], f)
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.input, "input", "", "the flow's inputs as a JSON object, or @FILE")
	flags.StringArrayVar(&f.set, "set", nil, "one input, NAME=VALUE; VALUE is JSON or else text; may be repeated")
	flags.StringVar(&f.users, "users", "", "a JSON file with the users of the embedded user service")
	flags.StringVar(&f.data, "data", "", "a server's data directory, whose user service to use")
	flags.BoolVar(&f.asJSON, "json", false, "print one JSON object, and nothing else, on stdout")
	flags.StringVar(&f.journal, "journal", "", "write the run's journal into this file")
	flags.StringVar(&f.replay, "replay", "", "run from this journal and perform nothing")
	flags.DurationVar(&f.timeout, "timeout", 5*time.Minute, "end the run after so long")
	c.MarkFlagsMutuallyExclusive("replay", "users")
	c.MarkFlagsMutuallyExclusive("replay", "data")
	c.MarkFlagsMutuallyExclusive("data", "users")
	return c
}

func run(ctx context.Context, out io.Writer, file string, f runFlags) error {
	program, problems := loadFlow(file)
	if len(problems) > 0 {
		return f.badFlow(out, file, problems)
	}
	host, world := engine.Host{}, (*world)(nil)
	memory := &engine.Memory{}
	start := engine.Start{RunID: store.NewRunID()}
	if entry, ok := program.Entry("", blocks.WhenRun); ok {
		start.Entry = entry
	}
	var err error
	if start.Input, err = f.inputs(); err != nil {
		return err
	}
	if f.replay != "" {
		if err := f.prepareReplay(program, &start, memory); err != nil {
			return err
		}
	} else {
		if world, err = openWorld(ctx, file, f); err != nil {
			return err
		}
		defer world.close()
		host.Perform = world.kit.Perform
	}
	host.Journal = memory
	m, err := engine.New(program, start)
	if err != nil {
		return f.refused(out, err)
	}
	var show *show
	if !f.asJSON {
		show = newShow(out, m, world)
		host.Observe = show.observe
	}
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	report, err := runtime.Run(ctx, m, host)
	if err != nil {
		return &exit{exitFailed, err.Error()}
	}
	if f.journal != "" {
		j := runtime.JournalFile{Flow: program.Name, Program: program.Digest(), Entry: start.Entry.Block, Input: m.Input(), Records: memory.Records}
		if err := j.Write(f.journal, m.Secrets()); err != nil {
			return unusable("the journal can't be written to %s: %s", f.journal, plain(err))
		}
	}
	if f.asJSON {
		err = printJSON(out, report)
	} else {
		show.end(report, file)
	}
	if err == nil && report.Status != runtime.Succeeded {
		err = &exit{code: exitFailed}
	}
	return err
}

// inputs puts together --input and --set; nothing given is null.
func (f runFlags) inputs() (engine.Value, error) {
	input := engine.Null
	if f.input != "" {
		data := []byte(f.input)
		if name, isFile := strings.CutPrefix(f.input, "@"); isFile {
			var err error
			if data, err = readFile(name, engine.MaxFileBytes); err != nil {
				return input, unusable("the input file %s can't be read: %s", name, plain(err))
			}
		}
		var err error
		if input, err = engine.ParseForeignJSON(data); err != nil {
			return input, unusable("--input: %s", err)
		}
	}
	for _, pair := range f.set {
		name, text, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return input, unusable("--set takes NAME=VALUE, not %q", pair)
		}
		if input.IsNull() {
			input = engine.Object()
		}
		if input.Kind() != engine.KindObject {
			return input, unusable("--set needs an --input that is a JSON object")
		}
		v, err := engine.ParseForeignJSON([]byte(text))
		if err != nil {
			v = engine.Text(text)
		}
		input.Set(name, v)
	}
	return input, nil
}

func (f runFlags) prepareReplay(p *engine.Program, start *engine.Start, memory *engine.Memory) error {
	j, err := runtime.ReadJournalFile(f.replay)
	if err != nil {
		if os.IsNotExist(err) {
			return unusable("the journal %s can't be read: %s", f.replay, plain(err))
		}
		return unusable("%s", err)
	}
	if e, ok := p.Entry(j.Entry, ""); ok && j.Entry != "" {
		start.Entry = e
	}
	if start.Input.IsNull() {
		start.Input = j.Input
	}
	memory.Records = j.Records
	return nil
}

// badFlow lists a file's problems. With --json the object has the first of them.
func (f runFlags) badFlow(out io.Writer, file string, problems engine.Problems) error {
	for _, p := range problems {
		fmt.Fprintf(os.Stderr, "%s: %s\n", file, p.Error())
	}
	if f.asJSON {
		if err := printJSON(out, runtime.Rejected(problems[0])); err != nil {
			return err
		}
	}
	return &exit{code: exitUsage}
}

// refused tells why a run could not begin.
func (f runFlags) refused(out io.Writer, err error) error {
	var e *engine.Error
	if f.asJSON && errors.As(err, &e) {
		if err := printJSON(out, runtime.Rejected(e)); err != nil {
			return err
		}
	}
	return unusable("%s", err)
}

func printJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
