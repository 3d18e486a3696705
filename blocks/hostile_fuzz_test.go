package blocks

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"blockflow/engine"
	"blockflow/examples"
)

// FuzzFlow compiles and runs whatever is a flow, under small limits: nothing
// panics, everything ends, and a run that is put away after each step and one that
// is not end alike.
func FuzzFlow(f *testing.F) {
	if file, err := examples.Files.ReadFile("update-user.json"); err == nil {
		f.Add(file)
	}
	f.Add(arithmeticLoop)
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		f.Fatal("no flows", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range txtar.Parse(data).Files {
			if part.Name == "flow.json" {
				f.Add(part.Data)
			}
		}
	}
	for _, b := range Vocabulary().All {
		for _, ex := range b.Examples {
			f.Add([]byte(`{"blocks":{"blocks":[` + ex.Block + `]},"variables":[{"id":"item","name":"item"}]}`))
		}
	}
	limits := engine.Limits{Steps: 3000, Memory: 1 << 20, Text: 1 << 16, List: 1 << 12, Depth: 100, Effects: 20, Log: 1 << 12}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := engine.Parse(data)
		if err != nil {
			return
		}
		p, problems := engine.Compile(doc, Vocabulary())
		if len(problems) > 0 {
			return
		}
		var ends [2]string
		for i, budget := range []int64{0, 1} {
			m, err := engine.New(p, engine.Start{Limits: limits})
			if err != nil {
				return // the hat declares inputs
			}
			y, err := engine.Host{Perform: alone, Budget: budget}.Drive(context.Background(), m)
			if err != nil {
				t.Fatal(err)
			}
			if y.Err != nil && y.Err.Code == engine.Broken {
				t.Fatalf("%v\n%v", y.Err, y.Err.Cause)
			}
			if y.Err != nil {
				ends[i] = y.Err.Error()
			}
			ends[i] += strings.Join(m.Log(), "\n")
		}
		if ends[0] != ends[1] {
			t.Fatalf("whole: %s\nstep by step: %s", ends[0], ends[1])
		}
	})
}
