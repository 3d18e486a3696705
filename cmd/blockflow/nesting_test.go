package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestHostileNesting gives files that are nothing but nesting: each gets an error
// in bounded memory, not a crash.
func TestHostileNesting(t *testing.T) {
	inside := `{"type":"logic_negate","inputs":{"BOOL":{"block":`
	next := `{"type":"text_print","next":{"block":`
	for name, test := range map[string]struct{ file, says string }{
		"a megabyte of brackets":        {strings.Repeat("[", 1<<20), "nested more than"},
		"a megabyte of objects":         {strings.Repeat(`{"a":`, 1<<20), "nested more than"},
		"a megabyte in a field":         {`{"blocks":{"blocks":[{"type":"text","fields":{"TEXT":` + strings.Repeat("[", 1<<20), "nested more than"},
		"blocks within blocks":          {`{"blocks":{"blocks":[` + strings.Repeat(inside, 20_000) + `{"type":"logic_null"}` + strings.Repeat("}}}", 20_000) + "]}}", "more than 500 deep"},
		"a stack longer than the limit": {`{"blocks":{"blocks":[` + strings.Repeat(next, 200_001) + `{"type":"text_print"}` + strings.Repeat("}}", 200_001) + "]}}", "more than 200000 blocks"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "flow.json")
			if err := os.WriteFile(path, []byte(test.file), 0o600); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if err := validate(&out, []string{path}, false); err == nil || !strings.Contains(out.String(), test.says) {
				t.Errorf("says %.300q, want %q", out.String(), test.says)
			}
		})
	}
	t.Run("a stack of a hundred thousand statements is fine", func(t *testing.T) {
		const n = 100_000
		path := filepath.Join(t.TempDir(), "flow.json")
		file := `{"blocks":{"blocks":[` + strings.Repeat(next, n-1) + `{"type":"text_print"}` + strings.Repeat("}}", n-1) + "]}}"
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, problems := loadFlow(path); len(problems) > 0 {
			t.Error(problems)
		}
	})
}
