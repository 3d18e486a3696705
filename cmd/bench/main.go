// Command bench compares the engine with Blockly's generated JavaScript on goja
// and on Node, with and without JIT, on the same programs in one run, and prints
// the table of BENCHMARKS.md. It needs Node and the editor's node_modules; it is
// no part of Blockflow itself.
package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"

	"blockflow/blocks"
	"blockflow/engine"
)

//go:embed generate.mjs
var generator []byte

//go:embed node.mjs
var nodeRunner []byte

// objectUpdate sets two properties of a user 200,000 times, one of them to what
// the other was.
//
//go:embed object_update.json
var objectUpdate []byte

func main() {
	programs := flag.String("programs", "../shared/bench", "folder of Blockly workspaces, run beside this command's own")
	modules := flag.String("modules", "editor/node_modules", "folder that has the npm package blockly")
	runs := flag.Int("runs", 5, "runs of each program; the table has the median")
	patience := flag.Duration("patience", 20*time.Second, "how long goja may take for one run; a program that takes longer is run once and shown as \"more than\"")
	flag.Parse()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400) // as cmd/blockflow sets it; goja has the good of it too
	}
	if err := compare(*programs, *modules, *runs, *patience); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type row struct {
	name                          string
	blockflow, goja, jitless, jit float64 // milliseconds
	gojaGaveUp                    bool    // goja took longer than that
}

func compare(programs, modules string, runs int, patience time.Duration) error {
	files, err := filepath.Glob(filepath.Join(programs, "*.json"))
	if err != nil {
		return err
	}
	own, err := temporary("object_update-*.json", objectUpdate)
	if err != nil {
		return err
	}
	defer os.Remove(own)
	files = append(files, own)
	code, err := generate(modules, files)
	if err != nil {
		return err
	}
	jit, err := onNode(code, runs)
	if err != nil {
		return err
	}
	jitless, err := onNode(code, runs, "--jitless")
	if err != nil {
		return err
	}
	heading()
	for _, file := range files {
		name, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".json"), "-")
		r := row{name: name, jit: jit[file], jitless: jitless[file]}
		if r.blockflow, err = onBlockflow(file, runs); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		r.goja, err = onGoja(code[file], runs, patience)
		if interrupted := (*goja.InterruptedError)(nil); errors.As(err, &interrupted) {
			r.goja, r.gojaGaveUp = float64(patience.Milliseconds()), true
		} else if err != nil {
			return fmt.Errorf("%s on goja: %w", file, err)
		}
		r.print()
	}
	return nil
}

func generate(modules string, files []string) (map[string]string, error) {
	script, err := temporary("generate-*.mjs", generator)
	if err != nil {
		return nil, err
	}
	defer os.Remove(script)
	where, err := filepath.Abs(modules)
	if err != nil {
		return nil, err
	}
	var code map[string]string
	return code, node(&code, nil, append([]string{script, where}, files...)...)
}

func onNode(code map[string]string, runs int, flags ...string) (map[string]float64, error) {
	script, err := temporary("node-*.mjs", nodeRunner)
	if err != nil {
		return nil, err
	}
	defer os.Remove(script)
	in, err := json.Marshal(code)
	if err != nil {
		return nil, err
	}
	var times map[string]float64
	return times, node(&times, in, append(flags, script, strconv.Itoa(runs))...)
}

// node runs a script and decodes what it prints.
func node(out any, in []byte, args ...string) error {
	c := exec.Command("node", args...)
	c.Stdin, c.Stderr = bytes.NewReader(in), os.Stderr
	data, err := c.Output()
	if err != nil {
		return fmt.Errorf("node: %w", err)
	}
	return json.Unmarshal(data, out)
}

func temporary(pattern string, data []byte) (string, error) {
	f, err := os.CreateTemp("", pattern)
	if err != nil {
		return "", err
	}
	defer f.Close()
	_, err = f.Write(data)
	return f.Name(), err
}

func onBlockflow(file string, runs int) (float64, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	doc, err := engine.Parse(data)
	if err != nil {
		return 0, err
	}
	p, problems := engine.Compile(doc, blocks.Vocabulary())
	if len(problems) > 0 {
		return 0, problems
	}
	return median(runs, func() error {
		m, err := engine.New(p, engine.Start{})
		if err != nil {
			return err
		}
		if y := m.Next(math.MaxInt64); y.Err != nil || y.Kind != engine.Done {
			return fmt.Errorf("it ended with %v", y.Err)
		}
		return nil
	})
}

func onGoja(code string, runs int, patience time.Duration) (float64, error) {
	program, err := goja.Compile("", "(function(){"+code+"})()", false)
	if err != nil {
		return 0, err
	}
	return median(runs, func() error {
		vm := goja.New()
		window := vm.NewObject()
		if err := window.Set("alert", func(string) {}); err != nil {
			return err
		}
		if err := vm.Set("window", window); err != nil {
			return err
		}
		defer time.AfterFunc(patience, func() { vm.Interrupt("too slow") }).Stop()
		_, err := vm.RunProgram(program)
		return err
	})
}

func median(runs int, do func() error) (float64, error) {
	times := make([]float64, runs)
	for i := range times {
		start := time.Now()
		if err := do(); err != nil {
			return 0, err
		}
		times[i] = float64(time.Since(start).Microseconds()) / 1000
	}
	slices.Sort(times)
	return times[runs/2], nil
}

func heading() {
	fmt.Println("| program | Blockflow | goja | V8 --jitless | V8 | goja ÷ Blockflow | jitless ÷ Blockflow | Blockflow ÷ V8 |")
	fmt.Println("|---|---|---|---|---|---|---|---|")
}

func (r row) print() {
	more := ""
	if r.gojaGaveUp {
		more = "more than "
	}
	fmt.Printf("| %s | %.1f ms | %s%.1f ms | %.1f ms | %.1f ms | %s%.1f | %.2f | %.1f |\n",
		r.name, r.blockflow, more, r.goja, r.jitless, r.jit, more, r.goja/r.blockflow, r.jitless/r.blockflow, r.blockflow/r.jit)
}
