package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"blockflow/engine"
	"blockflow/runtime/importxml"
)

type importFlags struct {
	out    string
	asJSON bool
	force  bool
}

func importCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "import",
		Short: "Turn logic of other systems into flow files",
		Example: `  blockflow import codeless handlers/*.xml --out flows
  blockflow import blockly workspace.xml`,
	}
	c.AddCommand(
		importFrom("codeless", "Convert logic of Backendless Codeless",
			"Converts Codeless logic. A file that calls custom functions gets a copy of those among the given files.", convertCodeless),
		importFrom("blockly", "Convert Blockly workspaces from XML", "Converts workspaces of any Blockly editor from XML.", convertBlockly),
	)
	return c
}

// A conversion converts files, each under its name, and reports failures as
// *importxml.FileError.
type conversion func(files map[string][]byte) (map[string]importxml.Result, error)

func importFrom(name, short, long string, convert conversion) *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use:   name + " FILE.xml…",
		Short: short,
		Long: long + `
Each FILE.xml becomes FILE.json beside it, or in the directory --out. What has no
counterpart becomes a placeholder block that keeps the whole original; the report names
each. A file that is there already and differs is not overwritten without --force.

Exit code 0 if all files were converted, with placeholders or without, 2 for a bad file.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, files []string) error {
			return f.run(c.OutOrStdout(), files, convert)
		},
	}
	c.Flags().StringVar(&f.out, "out", "", "directory to write the flow files into")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print one JSON object")
	c.Flags().BoolVar(&f.force, "force", false, "overwrite flow files that are there already")
	return c
}

func convertCodeless(files map[string][]byte) (map[string]importxml.Result, error) {
	return importxml.CodelessAll(files)
}

func convertBlockly(files map[string][]byte) (map[string]importxml.Result, error) {
	results, errs := map[string]importxml.Result{}, []error{}
	for name, data := range files {
		r, err := importxml.Blockly(data, name)
		if err != nil {
			errs = append(errs, &importxml.FileError{Name: name, Err: err})
			continue
		}
		results[name] = r
	}
	return results, errors.Join(errs...)
}

// An importedFile is what became of one file, as the report tells it.
type importedFile struct {
	File  string `json:"file"`
	Flow  string `json:"flow"` // the file that was written, "" if none was
	Error string `json:"error,omitempty"`
	importxml.Report
}

func (f importFlags) run(out io.Writer, files []string, convert conversion) error {
	reports := make([]importedFile, len(files))
	names := make([]string, len(files)) // of flows
	sources, places := map[string][]byte{}, map[string]bool{}
	for i, file := range files {
		reports[i] = importedFile{File: file, Report: importxml.Report{Placeholders: []importxml.Placeholder{}, Notes: []string{}}}
		data, err := readFile(file, importxml.MaxBytes)
		if err != nil {
			reports[i].Error = "The file can't be read: " + plain(err) + "."
			continue
		}
		place := f.place(file)
		if places[place] {
			reports[i].Error = "Another of the given files would become " + place + " too. Import it separately."
			continue
		}
		places[place] = true
		names[i] = nameFor(file, sources)
		sources[names[i]] = data
	}
	results, err := convert(sources)
	failed := failures(err)
	bad := 0
	for i, file := range files {
		r := &reports[i]
		if e := failed[names[i]]; e != nil {
			r.Error = e.Error()
		}
		if result, ok := results[names[i]]; ok && r.Error == "" {
			r.Report = result.Report
			if err := f.write(f.place(file), result.Flow); err != nil {
				r.Error = err.Error()
			} else {
				r.Flow = f.place(file)
			}
		}
		if r.Error != "" {
			bad++
		}
	}
	if err := f.print(out, reports); err != nil {
		return err
	}
	if bad > 0 {
		return &exit{code: exitUsage}
	}
	return nil
}

// place is where a file's flow goes.
func (f importFlags) place(file string) string {
	dir := filepath.Dir(file)
	if f.out != "" {
		dir = f.out
	}
	return filepath.Join(dir, stem(file)+".json")
}

func stem(file string) string {
	base := filepath.Base(file)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// nameFor names a file's flow after the file, also if another has that name.
func nameFor(file string, taken map[string][]byte) string {
	name := stem(file)
	for n := 2; taken[name] != nil; n++ {
		name = fmt.Sprintf("%s-%d", stem(file), n)
	}
	return name
}

// failures takes joined errors apart.
func failures(err error) map[string]error {
	failed := map[string]error{}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			var file *importxml.FileError
			if errors.As(e, &file) {
				failed[file.Name] = file.Err
			}
		}
	}
	return failed
}

// write writes a flow file, but not over somebody's work.
func (f importFlags) write(path string, flow []byte) error {
	if old, err := readFile(path, engine.MaxFileBytes); err == nil && !f.force {
		if bytes.Equal(old, flow) {
			return nil
		}
		return unusable("%s is there already and differs. Remove it, choose another directory with --out, or overwrite it with --force.", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return unusable("%s can't be made: %s.", filepath.Dir(path), plain(err))
	}
	if err := os.WriteFile(path, flow, 0o644); err != nil {
		return unusable("%s can't be written: %s.", path, plain(err))
	}
	return nil
}

func (f importFlags) print(out io.Writer, reports []importedFile) error {
	if f.asJSON {
		return printJSON(out, map[string]any{"files": reports})
	}
	for _, r := range reports {
		if r.Error != "" {
			fmt.Fprintf(out, "%s: %s\n", r.File, r.Error)
			continue
		}
		fmt.Fprintf(out, "%s → %s: %d blocks converted, %d placeholders\n", r.File, r.Flow, r.Converted, len(r.Placeholders))
		for _, p := range r.Placeholders {
			fmt.Fprintf(out, "   %s [%s] became a placeholder. %s\n", p.Type, p.Block, p.Why)
		}
		for _, n := range r.Notes {
			fmt.Fprintf(out, "   %s\n", n)
		}
	}
	return nil
}
