package blocks

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"blockflow/engine"
	"blockflow/engine/enginetest"
)

var update = flag.Bool("update", false, "write what the flows give into their files")

// TestFlows runs the flows of testdata, each with the behaviour that it shows in
// its first line. Parts of a file:
//
//	flow      the flow in the short form of short_test.go, or flow.json in full
//	input     the run's input
//	limits    the run's bounds, by their Go names
//	answers   what the world answers to each question, one "question = answer" a line
//
// and what must come of it: problems, or gives (a value, or an error with its
// block), log, effects and claims. What isn't there must be empty.
func TestFlows(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no flows", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			testFlow(t, file)
		})
	}
}

var outcomes = []string{"problems", "gives", "log", "effects", "claims"}

func testFlow(t *testing.T, file string) {
	ar, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if first, _, _ := strings.Cut(string(ar.Comment), "\n"); !strings.HasSuffix(first, ".") {
		t.Error("the first line should say, in a sentence, what this flow shows")
	}
	part := map[string]string{}
	for _, f := range ar.Files {
		part[f.Name] = string(f.Data)
	}
	got := runFlow(t, part)
	if *update {
		ar.Files = append([]txtar.File(nil), inputsOf(ar.Files)...)
		for _, name := range outcomes {
			if got[name] != "" {
				ar.Files = append(ar.Files, txtar.File{Name: name, Data: []byte(got[name])})
			}
		}
		if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, name := range outcomes {
		if got[name] != part[name] {
			t.Errorf("%s: got\n%swant\n%s", name, got[name], part[name])
		}
	}
}

func inputsOf(files []txtar.File) (inputs []txtar.File) {
	for _, f := range files {
		if !strings.Contains(strings.Join(outcomes, " "), f.Name) {
			inputs = append(inputs, f)
		}
	}
	return inputs
}

func runFlow(t *testing.T, part map[string]string) map[string]string {
	file := []byte(part["flow.json"])
	if part["flow"] != "" {
		file = longFlow(t, part["flow"])
	}
	doc, err := engine.Parse(file)
	if err != nil {
		return map[string]string{"problems": lines(err.(engine.Problems))}
	}
	p, problems := engine.Compile(doc, Vocabulary())
	if len(problems) > 0 {
		return map[string]string{"problems": lines(problems)}
	}
	start := engine.Start{}
	if in := part["input"]; in != "" {
		if start.Input, err = engine.ParseJSON([]byte(in)); err != nil {
			t.Fatal(err)
		}
	}
	if l := part["limits"]; l != "" {
		if err := json.Unmarshal([]byte(l), &start.Limits); err != nil {
			t.Fatal(err)
		}
	}
	if m, err := engine.New(p, start); err != nil || m == nil {
		return map[string]string{"gives": err.Error() + "\n"}
	}
	y := enginetest.Law(t, p, start, func() engine.Performer { return answering(part["answers"]) })
	// Once more, for what Law doesn't tell.
	var journal engine.Memory
	m, err := engine.New(p, start)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (engine.Host{Journal: &journal, Perform: answering(part["answers"])}).Drive(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{"gives": given(y)}
	for _, r := range journal.Records {
		if question, ok := r.Args.Get("question"); ok {
			got["effects"] += fmt.Sprintf("%s %s %q\n", r.Place, r.Block, textOf(question))
		}
	}
	for _, line := range m.Log() {
		got["log"] += line + "\n"
	}
	for _, a := range m.Assertions() {
		got["claims"] += fmt.Sprintf("%v %q %q: %s, want %s [%s]\n", a.OK, a.Suite, a.Message, a.Actual, a.Expected, a.Block)
	}
	return got
}

func lines(problems engine.Problems) string {
	var b strings.Builder
	for _, e := range problems {
		fmt.Fprintf(&b, "%s: %s\n", e.Code, e.Error())
	}
	return b.String()
}

func given(y engine.Yield) string {
	if y.Err != nil {
		return fmt.Sprintf("%s: %s\n", y.Err.Code, y.Err.Error())
	}
	b, err := engine.AppendPlainJSON(nil, y.Result)
	if err != nil {
		return err.Error() + "\n"
	}
	return string(b) + "\n"
}

// answering is a world that answers questions from a list; what isn't in it is
// refused.
func answering(answers string) engine.Performer {
	known := map[string]string{}
	for line := range strings.Lines(answers) {
		question, answer, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " = ")
		known[question] = answer
	}
	return func(ctx context.Context, c engine.Call) (engine.Outcome, error) {
		if c.Effect.Kind != askEffect.Kind {
			return alone(ctx, c)
		}
		question, _ := c.Args[0].AsText()
		answer, ok := known[question]
		if !ok {
			return engine.Outcome{Err: engine.Fail(NobodyToAsk, "Nobody knows.")}, nil
		}
		return engine.Outcome{Value: engine.Text(answer)}, nil
	}
}

func textOf(v engine.Value) string {
	s, _ := v.AsText()
	return s
}
