package blockflow

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"blockflow/blocks"
)

// What blocks and the compiler say when something is wrong is written where it
// happens, in English; the editor has it in other languages.
func TestEveryLanguageHasEverySentenceOfErrors(t *testing.T) {
	said := errorSentences(t, "engine", "blocks")
	for s := range blocks.Vocabulary().Words {
		delete(said, s) // blocks/words has those
	}
	files, err := filepath.Glob("editor/src/messages/sentences/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no files of sentences: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var known struct{ Kinds, Sentences map[string]string }
			if err := json.Unmarshal(data, &known); err != nil {
				t.Fatal(err)
			}
			for s := range said {
				there, ok := known.Sentences[s]
				switch {
				case !ok:
					t.Errorf("it lacks %q", s)
				case there == s || !slices.Equal(gapsOf(s), gapsOf(there)):
					t.Errorf("%q is no translation of %q", there, s)
				}
			}
			for s := range known.Sentences {
				if !said[s] {
					t.Errorf("it has %q, which nothing says any more", s)
				}
			}
		})
	}
}

var gap = regexp.MustCompile(`%(?:\[\d+\])?(?:\.\d+)?([sqdc])`)

func gapsOf(s string) []string {
	var list []string
	for _, m := range gap.FindAllStringSubmatch(s, -1) {
		list = append(list, m[1])
	}
	slices.Sort(list)
	return list
}

// errorSentences are the whole sentences that stand as texts in calls.
func errorSentences(t *testing.T, rooms ...string) map[string]bool {
	found := map[string]bool{}
	for _, room := range rooms {
		files, err := filepath.Glob(filepath.Join(room, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					for _, arg := range call.Args {
						if s, ok := text(arg); ok && isSentence(s) {
							found[s] = true
						}
					}
				}
				return true
			})
		}
	}
	return found
}

func text(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, e.Kind == token.STRING && err == nil
	case *ast.BinaryExpr:
		a, left := text(e.X)
		b, right := text(e.Y)
		return a + b, left && right
	}
	return "", false
}

func isSentence(s string) bool {
	if !strings.Contains(s, " ") || !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "?") {
		return false
	}
	return s[0] >= 'A' && s[0] <= 'Z' || s[0] == '%'
}
