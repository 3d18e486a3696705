// Package importxml turns Blockly's older format, XML, into flow files: of any
// Blockly workspace, and of Backendless Codeless, whose logic is such XML with
// block types of its own.
//
// It takes bytes and gives bytes. What has a counterpart in the vocabulary is
// converted; every other block becomes a placeholder that keeps the whole
// original (see blocks.ImportedStatement), and the report names it. A document
// either comes over whole or is refused with its line and column.
package importxml

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"blockflow/blocks"
	"blockflow/engine"
)

// A Result is what became of one document.
type Result struct {
	Flow   []byte `json:"-"` // the flow file
	Report Report `json:"report"`
}

// A Report says what was converted and what a person has to look at.
type Report struct {
	Converted    int           `json:"converted"` // blocks, shadows among them
	Placeholders []Placeholder `json:"placeholders"`
	Notes        []string      `json:"notes"` // whole sentences
}

// A Placeholder is a block that could not be converted.
type Placeholder struct {
	Block string `json:"block"` // its id in the flow
	Type  string `json:"type"`  // the original's type
	Why   string `json:"why"`   // one sentence
}

// A FileError says which of several documents could not be read, and why.
type FileError struct {
	Name string
	Err  error
}

func (e *FileError) Error() string { return e.Name + ": " + e.Err.Error() }

func (e *FileError) Unwrap() error { return e.Err }

// mostConverted bounds how much source, in bytes, one import converts. A function
// counts once for every flow that gets a copy of it.
const mostConverted = 4 * MaxBytes

// Codeless converts one document of Codeless. Calls of custom functions other
// than its own become placeholders; [CodelessAll] finds them in other documents.
// The error is an *engine.Error with its place as "line:column".
func Codeless(xml []byte, name string) (Result, error) {
	results, err := CodelessAll(map[string][]byte{name: xml})
	var file *FileError
	if errors.As(err, &file) {
		err = file.Err
	}
	return results[name], err
}

// CodelessAll converts documents that belong together, each to a flow of its own.
// A flow gets a copy of every custom function that it calls. The error joins a
// *[FileError] for each document that could not be read; the others are converted.
func CodelessAll(files map[string][]byte) (map[string]Result, error) {
	var errs []error
	library := map[string]*document{}
	own := map[string]*document{}
	ambiguous := map[string][]string{}
	size := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if size += len(files[name]); size > mostConverted {
			errs = append(errs, &FileError{name, engine.Fail(engine.TooBig, "The files before this one have more than %d MB together. Import fewer at once.", mostConverted>>20)})
			continue
		}
		doc, err := read(files[name])
		if err != nil {
			errs = append(errs, &FileError{name, err})
			continue
		}
		own[name] = doc
		for _, root := range doc.functions() {
			fn := functionName(root)
			ambiguous[fn] = append(ambiguous[fn], name)
			if library[fn] == nil {
				library[fn] = doc
			}
		}
	}
	results := map[string]Result{}
	spent, nesting := 0, 0
	for _, name := range slices.Sorted(maps.Keys(own)) {
		if spent > mostConverted || nesting > 2*maxNestingSum {
			errs = append(errs, &FileError{name, engine.Fail(engine.TooBig, "The files before this one, with the functions that they call, are as much as one import takes. Import fewer at once.")})
			continue
		}
		c := newConverter("Codeless", name)
		c.library = library
		c.codelessFlow(own[name])
		spent, nesting = spent+c.converted, nesting+c.nesting
		for _, fn := range slices.Sorted(maps.Keys(c.called)) {
			if in := ambiguous[fn]; len(in) > 1 {
				c.note("Several files define the function %q: %s. The first was taken.", clip(fn), clip(strings.Join(in, ", ")))
			}
		}
		r, err := c.result()
		if err != nil {
			errs = append(errs, &FileError{name, err})
			continue
		}
		results[name] = r
	}
	return results, errors.Join(errs...)
}

// Blockly converts a plain Blockly workspace. The error is an *engine.Error with
// its place as "line:column".
func Blockly(xml []byte, name string) (Result, error) {
	doc, err := read(xml)
	if err != nil {
		return Result{}, err
	}
	c := newConverter("Blockly", name)
	c.enter(doc, "")
	c.declare()
	for _, e := range doc.src.root.children {
		c.topLevel(e)
	}
	return c.result()
}

// result writes the flow and adds to the report what its check finds.
func (c *converter) result() (Result, error) {
	if c.nesting > maxNestingSum {
		return Result{}, engine.Fail(engine.TooDeep, "Too many of the blocks in this file and in the functions that it calls stand deep inside others.")
	}
	if len(c.flow.top) == 0 {
		c.note("There are no blocks in this file.")
	}
	file, err := c.flow.file()
	if err != nil {
		return Result{}, err
	}
	if len(c.flow.top) > 0 {
		d, err := engine.Parse(file)
		if err != nil {
			return Result{}, err
		}
		_, problems := engine.Compile(d, blocks.Vocabulary())
		for _, p := range problems {
			c.note("To be mended: %s", p.Error())
		}
	}
	if c.unsaid > 0 {
		c.report.Notes = append(c.report.Notes, fmt.Sprintf("And %d more.", c.unsaid))
	}
	return Result{file, c.report}, nil
}

// fileName is a name as the server takes it for a flow.
func fileName(name string) string {
	slug := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, name)
	slug = strings.Trim(slug[:min(len(slug), 64)], "-")
	if slug == "" {
		return "imported"
	}
	return slug
}
