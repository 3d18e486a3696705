package engine

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the example flows as they should be formatted")

// TestExamplesAreFormatted keeps the example flows in the form in which the
// server writes flows to disk, so that diffs show what changed.
func TestExamplesAreFormatted(t *testing.T) {
	files, err := filepath.Glob("../examples/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		if filepath.Base(file) == "users.json" {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, err := Parse(data)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		want := d.Format()
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		} else if !bytes.Equal(data, want) {
			t.Errorf("%s isn't formatted; run go test ./engine -run Formatted -update", file)
		}
		again, err := Parse(want)
		if err != nil || !bytes.Equal(again.Format(), want) {
			t.Errorf("%s: what was formatted reads differently: %v", file, err)
		}
	}
}
