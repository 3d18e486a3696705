// Package blockflow holds the tests of the house as a whole.
package blockflow

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestRooms keeps the promise that imports point downward only, libraries'
// imports included.
func TestRooms(t *testing.T) {
	for room, closed := range map[string]string{
		"./engine":            "net/http database/sql time/tzdata modernc.org/sqlite github.com/gin-gonic/gin blockflow/blocks blockflow/runtime blockflow/editor",
		"./blocks":            "database/sql modernc.org/sqlite github.com/gin-gonic/gin blockflow/runtime blockflow/editor",
		"./runtime":           "database/sql modernc.org/sqlite github.com/gin-gonic/gin blockflow/editor blockflow/cmd",
		"./runtime/users":     "github.com/gin-gonic/gin blockflow/engine blockflow/blocks blockflow/runtime/store blockflow/runtime/access blockflow/runtime/server",
		"./runtime/store":     "github.com/gin-gonic/gin net/http blockflow/engine blockflow/blocks blockflow/runtime/users blockflow/runtime/access blockflow/runtime/server",
		"./runtime/access":    "github.com/gin-gonic/gin blockflow/engine blockflow/blocks blockflow/runtime/users blockflow/runtime/server",
		"./runtime/importxml": "database/sql github.com/gin-gonic/gin blockflow/runtime/users blockflow/runtime/store blockflow/runtime/access blockflow/runtime/server",
		"./runtime/traces":    "modernc.org/sqlite github.com/gin-gonic/gin google.golang.org/grpc google.golang.org/protobuf blockflow/engine blockflow/blocks",
		"./runtime/server":    "blockflow/cmd blockflow/editor",
		"./editor":            "net/http blockflow/engine blockflow/blocks blockflow/runtime",
	} {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", room).Output()
		if err != nil {
			t.Fatalf("%s: %v", room, err)
		}
		for dep := range strings.FieldsSeq(string(out)) {
			for bad := range strings.FieldsSeq(closed) {
				if dep == bad || strings.HasPrefix(dep, bad+"/") {
					t.Errorf("%s must not know %s", room, dep)
				}
			}
		}
	}
}

// TestDocumentsNameWhatIsThere finds paths that README.md and ARCHITECTURE.md
// name and that are gone.
func TestDocumentsNameWhatIsThere(t *testing.T) {
	path := regexp.MustCompile("`(?:\\./)?((?:engine|blocks|runtime|editor|cmd|examples|\\.ci)(?:/[\\w.-]+)*)/?`")
	for _, name := range []string{"README.md", "ARCHITECTURE.md"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, m := range path.FindAllStringSubmatch(string(data), -1) {
			if _, err := os.Stat(strings.SplitN(m[1], ".Law", 2)[0]); err != nil {
				t.Errorf("%s names %s, which isn't there", name, m[1])
			}
		}
	}
}
