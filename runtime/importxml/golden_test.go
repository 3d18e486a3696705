package importxml

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"blockflow/blocks"
	"blockflow/engine"
)

var update = flag.Bool("update", false, "write what the importer gives into testdata")

// TestGolden converts the documents of each testdata/*.txtar together. The first
// line says what is shown; for NAME.xml there is the flow, NAME.json, and the
// report, NAME.report. Files whose name begins with "blockly" are plain Blockly.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.SplitN(string(archive.Comment), "\n", 2)[0], func(t *testing.T) {
			sources, want := map[string][]byte{}, map[string][]byte{}
			kept := archive.Files[:0]
			for _, f := range archive.Files {
				if name, ok := strings.CutSuffix(f.Name, ".xml"); ok {
					sources[name] = f.Data
					kept = append(kept, f)
					continue
				}
				want[f.Name] = f.Data
			}
			archive.Files = kept
			results, err := convert(filepath.Base(file), sources)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range kept {
				name := strings.TrimSuffix(f.Name, ".xml")
				report, err := json.MarshalIndent(results[name].Report, "", "  ")
				if err != nil {
					t.Fatal(err)
				}
				for ending, got := range map[string][]byte{".json": results[name].Flow, ".report": append(report, '\n')} {
					if !*update && !bytes.Equal(got, want[name+ending]) {
						t.Errorf("%s%s is\n%s\nwant\n%s", name, ending, got, want[name+ending])
					}
				}
				archive.Files = append(archive.Files,
					txtar.File{Name: name + ".json", Data: results[name].Flow},
					txtar.File{Name: name + ".report", Data: append(report, '\n')})
				compiles(t, results[name])
			}
			if *update {
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func convert(file string, sources map[string][]byte) (map[string]Result, error) {
	if !strings.HasPrefix(file, "blockly") {
		return CodelessAll(sources)
	}
	results := map[string]Result{}
	for name, data := range sources {
		r, err := Blockly(data, name)
		if err != nil {
			return nil, err
		}
		results[name] = r
	}
	return results, nil
}

// compiles holds that a flow is sound unless the report says what isn't.
func compiles(t *testing.T, r Result) *engine.Program {
	t.Helper()
	d, err := engine.Parse(r.Flow)
	if err != nil {
		t.Fatalf("%v\n%s", err, r.Flow)
	}
	if !bytes.Equal(d.Format(), r.Flow) {
		t.Error("the flow isn't formatted as the engine formats flows")
	}
	p, problems := engine.Compile(d, blocks.Vocabulary())
	if len(problems) > 0 && len(d.Top) > 0 && !strings.Contains(strings.Join(r.Report.Notes, " "), problems[0].Error()) {
		t.Errorf("nobody is told that %v", problems)
	}
	return p
}
