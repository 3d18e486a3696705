package blocks

import (
	"encoding/json"
	gomath "math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blockflow/engine"
)

// conformance is where Blockly's own test programs are: beside the repository,
// or where BLOCKFLOW_CONFORMANCE says.
func conformance(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("BLOCKFLOW_CONFORMANCE")
	if dir == "" {
		dir = "../../shared/conformance"
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("Blockly's test programs aren't here: %v", err)
	}
	return dir
}

// runAll runs a workspace; its effects are performed for real.
func runAll(t *testing.T, p *engine.Program, entry engine.Entry) (*engine.Machine, engine.Yield) {
	t.Helper()
	m, err := engine.New(p, engine.Start{Entry: entry})
	if err != nil {
		t.Fatal(err)
	}
	y, err := engine.Host{Perform: (&Kit{}).Perform}.Drive(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return m, y
}

// TestBlocklysSuites holds that every assertion of Blockly's generator tests, and
// of the cases made from its generated JavaScript, is true here: as one program,
// and suite by suite.
func TestBlocklysSuites(t *testing.T) {
	dir := conformance(t)
	want := map[string]int{
		"functions": 10, "lists": 167, "logic": 32, "loops1": 5, "loops2": 10, "loops3": 8,
		"math": 62, "text": 131, "variables": 2, "cases": 745,
	}
	for name, count := range want {
		t.Run(name, func(t *testing.T) {
			file, err := os.ReadFile(filepath.Join(dir, name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			p, err := compile(file)
			if err != nil {
				t.Fatal(err)
			}
			whole, y := runAll(t, p, engine.Entry{})
			if y.Err != nil {
				t.Error(y.Err)
			}
			checkClaims(t, whole.Assertions(), count)
			var apart []engine.Assertion
			for _, s := range p.Suites {
				m, y := runAll(t, p, s)
				if y.Err != nil {
					t.Error(y.Err)
				}
				apart = append(apart, m.Assertions()...)
			}
			checkClaims(t, apart, count)
		})
	}
}

func checkClaims(t *testing.T, claims []engine.Assertion, count int) {
	t.Helper()
	for _, a := range claims {
		if !a.OK {
			t.Errorf("%s, %s: gives %s, want %s [%s]", a.Suite, a.Message, a.Actual, a.Expected, a.Block)
		}
	}
	if len(claims) != count {
		t.Errorf("%d assertions ran, want %d", len(claims), count)
	}
}

// ours is what the programs print whose Blockly quirk Blockflow doesn't have.
var ours = map[string][]string{
	"repeat_ext: TIMES bare variable is re-read every iteration (quirk)": {"2", "3"},
}

// TestBlocklysPrograms holds that programs print what Blockly's generated
// JavaScript printed.
func TestBlocklysPrograms(t *testing.T) {
	file, err := os.ReadFile(filepath.Join(conformance(t), "programs.json"))
	if err != nil {
		t.Fatal(err)
	}
	var programs []struct {
		Name      string          `json:"name"`
		Workspace json.RawMessage `json:"workspace"`
		Expect    struct {
			Prints []string `json:"prints"`
		} `json:"expect"`
	}
	if err := json.Unmarshal(file, &programs); err != nil {
		t.Fatal(err)
	}
	if len(programs) < 60 {
		t.Errorf("there are only %d programs", len(programs))
	}
	for _, program := range programs {
		t.Run(program.Name, func(t *testing.T) {
			p, err := compile(program.Workspace)
			if err != nil {
				t.Fatal(err)
			}
			m, y := runAll(t, p, engine.Entry{})
			if y.Err != nil {
				t.Fatal(y.Err)
			}
			want := program.Expect.Prints
			if choice, quirk := ours[program.Name]; quirk {
				want = choice
			} else if strings.Contains(program.Name, "quirk") {
				t.Error("this program tests a quirk: say in ours what it prints here")
			}
			if got := m.Log(); !slices.Equal(got, want) {
				t.Errorf("prints %q, want %q", got, want)
			}
		})
	}
}

// TestBenchPrograms holds that the programs of the benchmark run to their end.
func TestBenchPrograms(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(conformance(t), "../bench/*.json"))
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p, err := compile(data)
			if err != nil {
				t.Fatal(err)
			}
			m, err := engine.New(p, engine.Start{})
			if err != nil {
				t.Fatal(err)
			}
			if y := m.Next(gomath.MaxInt64); y.Err != nil || len(m.Log()) == 0 {
				t.Errorf("%v, prints %q", y.Err, m.Log())
			}
		})
	}
}
