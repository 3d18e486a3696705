package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime"
	"blockflow/runtime/store"
)

type testFlags struct {
	asJSON  bool
	only    string
	users   string
	timeout time.Duration
}

func testCommand() *cobra.Command {
	var f testFlags
	c := &cobra.Command{
		Use:   "test FILE|DIR…",
		Short: "Run the tests that flows carry",
		Long: `Runs the test suites in flow files and in bare workspaces, each with a user service of its
own in memory. A folder stands for the flow files in it and below.

Prints each claim that doesn't hold, and closes with the line "N passed, N failed".
Exit code 0 only if all passed and there was at least one.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return test(c.Context(), c.OutOrStdout(), args, f) },
	}
	c.Flags().BoolVar(&f.asJSON, "json", false, "print one JSON object")
	c.Flags().StringVar(&f.only, "run", "", "only claims whose suite or message matches this regular expression")
	c.Flags().StringVar(&f.users, "users", "", "a JSON file with the users of the user service")
	c.Flags().DurationVar(&f.timeout, "timeout", time.Minute, "end a suite after so long")
	return c
}

type testReport struct {
	Passed int              `json:"passed"`
	Failed int              `json:"failed"`
	Files  []testFileReport `json:"files"`
}

type testFileReport struct {
	File       string             `json:"file"`
	Assertions []engine.Assertion `json:"assertions"`
	Problems   engine.Problems    `json:"problems,omitempty"`
}

func test(ctx context.Context, out io.Writer, paths []string, f testFlags) error {
	only, err := regexp.Compile(f.only)
	if err != nil {
		return unusable("--run: %s isn't a regular expression", f.only)
	}
	files, err := flowFiles(paths)
	if err != nil {
		return err
	}
	var r testReport
	for _, file := range files {
		tested, err := testFile(ctx, file, only, f)
		if err != nil {
			return err
		}
		r.add(tested)
		if !f.asJSON {
			tested.print(out)
		}
	}
	if f.asJSON {
		if err := printJSON(out, r); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(out, "%d passed, %d failed\n", r.Passed, r.Failed)
	}
	if r.Failed > 0 || r.Passed == 0 {
		return &exit{code: exitFailed}
	}
	return nil
}

func (r *testReport) add(t testFileReport) {
	r.Files = append(r.Files, t)
	r.Failed += len(t.Problems)
	for _, a := range t.Assertions {
		if a.OK {
			r.Passed++
		} else {
			r.Failed++
		}
	}
}

func (t testFileReport) print(out io.Writer) {
	for _, p := range t.Problems {
		fmt.Fprintf(out, "%s: %s\n", t.File, p.Error())
	}
	for _, a := range t.Assertions {
		if a.OK {
			continue
		}
		fmt.Fprintf(out, "%s: %s: %s [%s]\n", t.File, a.Suite, a.Message, a.Block)
		if a.Expected != "" || a.Actual != "" {
			fmt.Fprintf(out, "  expected  %s\n  actual    %s\n", a.Expected, a.Actual)
		}
	}
}

// flowFiles lists the files that paths stand for. In a folder, what isn't a
// workspace isn't meant.
func flowFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, unusable("%s can't be read: %s", path, plain(err))
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		err = filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && strings.HasSuffix(file, ".json") && isWorkspace(file) {
				files = append(files, file)
			}
			return err
		})
		if err != nil {
			return nil, unusable("%s can't be read: %s", path, plain(err))
		}
	}
	return files, nil
}

func isWorkspace(file string) bool {
	data, err := readFile(file, engine.MaxFileBytes)
	if err != nil {
		return true // say so when it is tested
	}
	_, err = engine.Parse(data)
	var problems engine.Problems
	return !errors.As(err, &problems) || problems[0].Code != engine.NotAWorkspace
}

// testFile runs the suites of a flow, or a bare workspace as a whole.
func testFile(ctx context.Context, file string, only *regexp.Regexp, f testFlags) (testFileReport, error) {
	t := testFileReport{File: file, Assertions: []engine.Assertion{}}
	program, problems := loadFlow(file)
	if len(problems) > 0 {
		t.Problems = problems
		return t, nil
	}
	suites := program.Suites
	if program.Entries[0].Type == "" {
		suites = program.Entries[:1]
	}
	for _, suite := range suites {
		made, err := testSuite(ctx, file, program, suite, f)
		if err != nil {
			return t, err
		}
		for _, a := range made {
			if only.MatchString(a.Suite) || only.MatchString(a.Message) {
				t.Assertions = append(t.Assertions, a)
			}
		}
	}
	return t, nil
}

// testSuite runs one suite in a world of its own. A suite that fails is one more
// claim that doesn't hold.
func testSuite(ctx context.Context, file string, p *engine.Program, suite engine.Entry, f testFlags) ([]engine.Assertion, error) {
	service, err := usersInMemory(ctx, file, f.users)
	if err != nil {
		return nil, err
	}
	defer service.Close()
	api, err := runtime.Connection{}.UsersAPI(embedded(service))
	if err != nil {
		return nil, err
	}
	m, err := engine.New(p, engine.Start{Entry: suite, RunID: store.NewRunID()})
	if err != nil {
		return nil, unusable("%s: %s", file, err)
	}
	within, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	kit := &blocks.Kit{Users: api, Scripts: blocks.ThisProgram()}
	report, err := runtime.Run(within, m, engine.Host{Journal: &engine.Memory{}, Perform: kit.Perform})
	if err != nil {
		return nil, err
	}
	claims := m.Assertions()
	if report.Error != nil {
		claims = append(claims, engine.Assertion{
			Suite: nameOf(suite), Message: "stopped: " + report.Error.Message, Block: report.Error.Block,
		})
	}
	return claims, nil
}

// nameOf is what a suite is called: its one field.
func nameOf(suite engine.Entry) string {
	for _, name := range suite.Fields {
		return name
	}
	return ""
}
