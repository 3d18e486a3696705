// Command bench compares the engine with Blockly's generated JavaScript on goja
// and on Node, with and without JIT, on the same programs in one run, and prints
// the table of BENCHMARKS.md. It needs Node and the editor's node_modules; it is
// no part of Blockflow itself.
package main

import (
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/dop251/goja"

	"blockflow/blocks"
	"blockflow/engine"
)

// objectUpdate sets two properties of a user 200,000 times, one of them to what
// the other was.
//
//go:embed object_update.json
var objectUpdate []byte

func main() {
	programs := flag.String("programs", "../shared/bench", "folder of Blockly workspaces, run beside this command's own")
	modules := flag.String("modules", "editor/node_modules", "folder that has the npm package blockly")
	rounds := flag.Int("runs", 7, "runs of each program on each engine; the table has the median")
	patience := flag.Duration("patience", 20*time.Second, "how long goja may take for one run; a program that takes longer is run once and shown as \"more than\"")
	flag.Parse()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400) // as cmd/blockflow sets it; goja has the good of it too
	}
	if err := compare(*programs, *modules, *rounds, *patience); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func compare(programs, modules string, rounds int, patience time.Duration) error {
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
	if modules, err = filepath.Abs(modules); err != nil {
		return err
	}
	code, err := generate(modules, files)
	if err != nil {
		return err
	}
	jitless, err := newNode(code, "--jitless", "--no-expose-wasm")
	if err != nil {
		return err
	}
	defer jitless.Close()
	jit, err := newNode(code)
	if err != nil {
		return err
	}
	defer jit.Close()
	heading()
	for _, file := range files {
		name, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".json"), "-")
		blockflow, err := onBlockflow(file)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		r := row{name: name}
		err = r.measure(rounds, []func() (float64, error){
			blockflow,
			onGoja(code[file], patience, &r.gaveUp),
			func() (float64, error) { return jitless.run(file) },
			func() (float64, error) { return jit.run(file) },
		})
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		r.print()
	}
	return nil
}

// A row has the medians of a program's runs in milliseconds.
type row struct {
	name   string
	times  [4]float64 // Blockflow, goja, V8 without JIT, V8
	gaveUp bool       // goja took longer than its time says
}

// measure runs a program on each engine in turn, round by round: what else the
// machine does meanwhile, it does to all of them.
func (r *row) measure(rounds int, engines []func() (float64, error)) error {
	times := make([][]float64, len(engines))
	for range rounds {
		for i, run := range engines {
			t, err := run()
			if err != nil {
				return err
			}
			times[i] = append(times[i], t)
		}
	}
	for i := range times {
		slices.Sort(times[i])
		r.times[i] = times[i][rounds/2]
	}
	return nil
}

func timed(do func() error) (float64, error) {
	start := time.Now()
	err := do()
	return float64(time.Since(start).Microseconds()) / 1000, err
}

func onBlockflow(file string) (func() (float64, error), error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	doc, err := engine.Parse(data)
	if err != nil {
		return nil, err
	}
	p, problems := engine.Compile(doc, blocks.Vocabulary())
	if len(problems) > 0 {
		return nil, problems
	}
	return func() (float64, error) {
		return timed(func() error {
			m, err := engine.New(p, engine.Start{})
			if err != nil {
				return err
			}
			if y := m.Next(math.MaxInt64); y.Err != nil || y.Kind != engine.Done {
				return fmt.Errorf("it ended with %v", y.Err)
			}
			return nil
		})
	}, nil
}

// onGoja gives up on a program for good once it has lost patience with it.
func onGoja(code string, patience time.Duration, gaveUp *bool) func() (float64, error) {
	program, err := goja.Compile("", "(function(){"+code+"})()", false)
	return func() (float64, error) {
		if err != nil || *gaveUp {
			return float64(patience.Milliseconds()), err
		}
		took, err := timed(func() error {
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
		if interrupted := (*goja.InterruptedError)(nil); errors.As(err, &interrupted) {
			*gaveUp = true
			return float64(patience.Milliseconds()), nil
		}
		return took, err
	}
}

func heading() {
	fmt.Println("| program | Blockflow | goja | V8 --jitless | V8 | goja ÷ Blockflow | jitless ÷ Blockflow | Blockflow ÷ V8 |")
	fmt.Println("|---|---|---|---|---|---|---|---|")
}

func (r row) print() {
	more := ""
	if r.gaveUp {
		more = "more than "
	}
	us, goja, jitless, jit := r.times[0], r.times[1], r.times[2], r.times[3]
	fmt.Printf("| %s | %.1f ms | %s%.1f ms | %.1f ms | %.1f ms | %s%.1f | %.2f | %.1f |\n",
		r.name, us, more, goja, jitless, jit, more, goja/us, jitless/us, us/jit)
}
