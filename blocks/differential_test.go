package blocks

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"blockflow/engine"
)

var programs = flag.Int("programs", 120, "how many programs are compared with Blockly's JavaScript")

// TestProgramsGiveWhatBlocklysJavaScriptGives runs made-up programs of Blockly's
// built-in blocks here, and as the JavaScript that Blockly's own generator makes
// of them: they print the same, and their variables hold the same, lists shared
// alike. Where a block differs from JavaScript, its doc says so, and the test
// knows how (testdata/blockly/differences.js).
func TestProgramsGiveWhatBlocklysJavaScriptGives(t *testing.T) {
	b := blockly(t)
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // half of the time else
	types, ends := map[string]int{}, map[string]int{}
	compared := *programs
	if testing.Short() || raceDetector {
		compared = 15
	}
	for seed := range max(*programs, 120) { // so many have every block
		data := seededBytes(uint64(seed))
		file, _ := (&programWriter{bytes: data}).file()
		programTypes(t, file, types)
		if seed < compared {
			ends[mustBeAlike(t, b, data)]++
		}
	}
	t.Logf("%d programs: %v", compared, ends)
	if ends[""] < compared/3 {
		t.Errorf("of %d programs only %d are compared with what Blockly makes, unchanged: %v", compared, ends[""], ends)
	}
	for _, blockType := range b.types {
		known := Vocabulary().Block(blockType) != nil
		why, excepted := notCompared[blockType]
		if helper := mutatorHelpers[blockType]; known == helper {
			t.Errorf("%s: is in the vocabulary: %v, only serves to change other blocks: %v", blockType, known, helper)
		}
		if known && excepted == (types[blockType] > 0) {
			t.Errorf("%s occurs in %d programs, and why it is not compared: %q", blockType, types[blockType], why)
		}
	}
}

// notCompared are the built-in blocks that no program has.
var notCompared = map[string]string{
	"text_prompt":     "its value is a person's",
	"text_prompt_ext": "its value is a person's",
}

// mutatorHelpers are Blockly's blocks that never are in a workspace.
var mutatorHelpers = map[string]bool{
	"controls_if_if": true, "controls_if_elseif": true, "controls_if_else": true,
	"lists_create_with_container": true, "lists_create_with_item": true,
	"text_create_join_container": true, "text_create_join_item": true,
	"procedures_mutatorcontainer": true, "procedures_mutatorarg": true,
}

// TestDocsSayHowBlocksDiffer holds that what the test above lets pass is in the
// block's doc.
func TestDocsSayHowBlocksDiffer(t *testing.T) {
	for blockType, says := range blockly(t).says {
		d := Vocabulary().Block(blockType)
		for _, s := range says {
			if d == nil || !strings.Contains(d.Doc, s) {
				t.Errorf("%s: its doc doesn't say: %s", blockType, s)
			}
		}
	}
}

// FuzzAgainstJavaScript looks for programs whose result isn't JavaScript's.
func FuzzAgainstJavaScript(f *testing.F) {
	b := blockly(f)
	for seed := range uint64(3) {
		f.Add(seededBytes(1_000_000 + seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if differs, _ := alike(t, b, data); differs != "" {
			t.Fatal(differs)
		}
	})
}

func seededBytes(seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	data := make([]byte, 60+r.IntN(300))
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	return data
}

// alike runs a program in both. It says how they differ, and how it ended in
// JavaScript.
func alike(t *testing.T, b *blocklyJS, data []byte) (differs, end string) {
	t.Helper()
	file, ours := (&programWriter{bytes: data}).file()
	js, err := b.javaScript(file)
	if err != nil {
		t.Fatalf("%v\n%s", err, file)
	}
	got, e := runHere(t, ours)
	if js.Watched.Discard != "" {
		return "", "is not compared: " + js.Watched.Discard
	}
	switch stop := js.Watched.Stop; {
	case js.Watched.Error != "":
		differs = "JavaScript fails: " + js.Watched.Error
	case stop == nil && e != nil:
		differs = "it only fails here"
	case stop != nil && e == nil:
		differs = "it should fail"
	case stop != nil && stop.Early && len(got.Log) >= len(js.Watched.Log):
		got.Log = got.Log[:len(js.Watched.Log)]
		js.Watched.Variables = got.Variables
	case stop != nil && (e.Block != stop.Block || !slices.Contains(stop.Codes, string(e.Code))):
		differs = "it should fail of something else"
	case stop != nil:
		js.Watched.Variables = got.Variables
	}
	for _, r := range []*ran{js.Watched, js.Plain} {
		switch {
		case differs != "" || r == nil:
		case r.Error != "" || !slices.Equal(r.Log, got.Log):
			differs = "it prints something else"
		case r.Variables != got.Variables:
			differs = "its variables hold something else"
		}
	}
	if differs != "" {
		watched, _ := json.Marshal(js.Watched)
		plain, _ := json.Marshal(js.Plain)
		differs = fmt.Sprintf("%s\nhere:       %q %q %v\nwatched:    %s\nJavaScript: %s\n%s\n%s", differs, got.Log, got.Variables, e, watched, plain, js.Code, file)
	}
	switch {
	case js.Watched.Stop != nil:
		end = "stops"
	case js.Watched.Differs:
		end = "meets a difference"
	case js.Plain == nil:
		end = "reads a bound again"
	}
	return differs, end
}

// mustBeAlike fails with the smallest program that it can make of one that
// differs.
func mustBeAlike(t *testing.T, b *blocklyJS, data []byte) (end string) {
	t.Helper()
	differs, end := alike(t, b, data)
	if differs == "" {
		return end
	}
	for size := len(data) / 2; size > 0; size /= 2 {
		for at := 0; at+size <= len(data); {
			less := append(slices.Clone(data[:at]), data[at+size:]...)
			if d, _ := alike(t, b, less); d != "" {
				data, differs = less, d
			} else {
				at += size
			}
		}
	}
	t.Fatalf("%s\nfrom %q", differs, data)
	return ""
}

// runHere runs a program in the engine, and gives what its variables hold.
func runHere(t *testing.T, file []byte) (ran, *engine.Error) {
	t.Helper()
	p, err := compile(file)
	if err != nil {
		t.Fatalf("%v\n%s", err, file)
	}
	m, err := engine.New(p, engine.Start{Limits: engine.Limits{Steps: 100_000, Memory: 32 << 20, Text: 1 << 20, List: 1 << 16}})
	if err != nil {
		t.Fatal(err)
	}
	y, err := engine.Host{Perform: alone}.Drive(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	if y.Err != nil && y.Err.Code == engine.Broken {
		t.Fatalf("%v\n%v\n%s", y.Err, y.Err.Cause, file)
	}
	out := ran{Log: m.Log()}
	items, _ := y.Result.AsList()
	var seen []engine.Value
	var all []string
	for _, v := range items {
		all = append(all, encoded(v, &seen))
	}
	out.Variables = strings.Join(all, "\n")
	return out, y.Err
}

// encoded writes a value as watch.js does, with the kinds and the sharing of what
// is in it.
func encoded(v engine.Value, seen *[]engine.Value) string {
	items, isList := v.AsList()
	if !isList {
		if v.Kind() == engine.KindText {
			return quoted(v)
		}
		if s, _ := engine.ToText(v); s != "undefined" {
			return s
		}
		return "unset"
	}
	for i, known := range *seen {
		if engine.Same(known, v) {
			return fmt.Sprint("#", i)
		}
	}
	*seen = append(*seen, v)
	var parts []string
	for _, x := range items {
		parts = append(parts, encoded(x, seen))
	}
	return "[" + strings.Join(parts, " ") + "]"
}

// quoted writes a text with halves of characters as U+FFFD, as JSON makes them
// here that comes from JavaScript.
func quoted(v engine.Value) string {
	text, err := engine.AppendJSON(nil, v)
	if err != nil {
		return err.Error()
	}
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return err.Error()
	}
	return `"` + s + `"`
}
