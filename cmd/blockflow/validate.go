package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime/store"
)

func validateCommand() *cobra.Command {
	asJSON := false
	c := &cobra.Command{
		Use:   "validate FILE…",
		Short: "Say everything that is wrong with flow files",
		Long:  "Lists every problem of every file, each with its block and what to do. Exit code 0 if there is none, else 2.",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, files []string) error {
			return validate(c.OutOrStdout(), files, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

type checkedFile struct {
	File     string          `json:"file"`
	Valid    bool            `json:"valid"`
	Problems engine.Problems `json:"problems"`
}

func validate(out io.Writer, files []string, asJSON bool) error {
	results, bad := []checkedFile{}, 0
	for _, file := range files {
		_, problems := loadFlow(file)
		if len(problems) > 0 {
			bad++
		}
		results = append(results, checkedFile{file, len(problems) == 0, append(engine.Problems{}, problems...)})
	}
	if asJSON {
		if err := json.NewEncoder(out).Encode(map[string]any{"valid": bad == 0, "files": results}); err != nil {
			return err
		}
	} else {
		for _, r := range results {
			if r.Valid {
				fmt.Fprintf(out, "%s: fine\n", r.File)
			}
			for _, p := range r.Problems {
				fmt.Fprintf(out, "%s: %s\n", r.File, p.Error())
			}
		}
	}
	if bad > 0 {
		return &exit{code: exitUsage}
	}
	return nil
}

// loadFlow reads and compiles a flow file.
func loadFlow(path string) (*engine.Program, engine.Problems) {
	data, err := readFile(path, engine.MaxFileBytes)
	if err != nil {
		return nil, engine.Problems{engine.Fail(engine.BadJSON, "The file can't be read: %s.", plain(err))}
	}
	doc, err := engine.Parse(data)
	if err != nil {
		return nil, err.(engine.Problems)
	}
	if blocks.Calls(doc) {
		linked, err := blocks.Link(doc, func(name string) (*engine.Document, error) { return besides(path, name) })
		if err != nil {
			return nil, asProblems(err)
		}
		if doc, err = engine.Parse(linked); err != nil {
			return nil, asProblems(err)
		}
	}
	return engine.Compile(doc, blocks.Vocabulary())
}

// besides reads the library of a name, which is the file of that name in a flow's
// folder; nil if there is none.
func besides(flow, name string) (*engine.Document, error) {
	if store.CheckFlowName(name) != nil {
		return nil, nil
	}
	data, err := readFile(filepath.Join(filepath.Dir(flow), name+".json"), engine.MaxFileBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, engine.Fail(engine.BadJSON, "The library %q can't be read: %s.", name, plain(err))
	}
	doc, err := engine.Parse(data)
	if err != nil {
		return nil, engine.Fail(engine.BadJSON, "The library %q can't be read: %s", name, err)
	}
	return doc, nil
}

func asProblems(err error) engine.Problems {
	var problems engine.Problems
	var one *engine.Error
	switch {
	case errors.As(err, &problems):
		return problems
	case errors.As(err, &one):
		return engine.Problems{one}
	}
	return engine.Problems{engine.Fail(engine.BadJSON, "%s", err)}
}

// readFile reads a file, but not more than one byte over a limit: a device file
// or a huge one would otherwise fill the memory.
func readFile(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most+1))
}

// plain is a file error without the words for programmers.
func plain(err error) string {
	switch {
	case os.IsNotExist(err):
		return "there is no such file"
	case os.IsPermission(err):
		return "it may not be read"
	}
	return err.Error()
}
