package blocks

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/dop251/goja"
)

// blocklyFolder has npm's blockly, from which the editor is built.
const blocklyFolder = "../editor/node_modules/blockly"

// A blocklyJS is Blockly itself, on goja: it makes JavaScript of a workspace and
// runs it.
type blocklyJS struct {
	vm    *goja.Runtime
	run   goja.Callable
	types []string            // of all blocks that Blockly has
	says  map[string][]string // what the docs say of how blocks differ
}

// A ran is what came of a workspace in JavaScript.
type ran struct {
	Log       []string
	Variables string
	Differs   bool   // some value was not what it is to JavaScript
	Discard   string // why nothing can be said
	Error     string // what JavaScript failed of
	Stop      *struct {
		Block string
		Codes []string
		Early bool // before all inputs were evaluated
	}
}

// both are the two ways in which a workspace runs in JavaScript: as Blockly's
// generator writes it, and with the values that differ replaced on their way into
// a block. Plain is nil if a difference was met.
type both struct {
	Watched *ran
	Plain   *ran
	Code    string
}

var loadBlockly = sync.OnceValues(func() (*blocklyJS, error) {
	b := &blocklyJS{vm: goja.New()}
	if err := b.load(); err != nil {
		return nil, err
	}
	return b, nil
})

// blockly loads Blockly, once for all tests of the package. Nothing else may use
// it at the same time.
func blockly(t testing.TB) *blocklyJS {
	t.Helper()
	b, err := loadBlockly()
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("Blockly isn't here: run npm ci in editor. %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *blocklyJS) load() error {
	if _, err := b.script("testdata/blockly/browser.js"); err != nil {
		return err
	}
	core, err := b.module("blockly_compressed.js", nil)
	if err != nil {
		return err
	}
	if _, err := b.module("blocks_compressed.js", core); err != nil {
		return err
	}
	english, err := b.module("msg/en.js", nil)
	if err != nil {
		return err
	}
	setLocale, _ := goja.AssertFunction(core.ToObject(b.vm).Get("setLocale"))
	if _, err := setLocale(goja.Undefined(), english); err != nil {
		return err
	}
	javascript, err := b.module("javascript_compressed.js", core)
	if err != nil {
		return err
	}
	differences, err := b.call("differences.js")
	if err != nil {
		return err
	}
	if err := b.readDocs(differences); err != nil {
		return err
	}
	generate, err := b.call("generate.js", core, javascript.ToObject(b.vm).Get("javascriptGenerator"), differences)
	if err != nil {
		return err
	}
	if err := b.vm.ExportTo(generate.ToObject(b.vm).Get("types"), &b.types); err != nil {
		return err
	}
	run, err := b.call("watch.js", generate)
	if err != nil {
		return err
	}
	b.run, _ = goja.AssertFunction(run)
	return nil
}

func (b *blocklyJS) readDocs(differences goja.Value) error {
	all := differences.ToObject(b.vm)
	b.says = map[string][]string{}
	for _, name := range all.Keys() {
		var says []string
		if err := b.vm.ExportTo(all.Get(name).ToObject(b.vm).Get("says"), &says); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		b.says[name] = says
	}
	return nil
}

// module loads one of Blockly's files, which may need its core.
func (b *blocklyJS) module(name string, core goja.Value) (goja.Value, error) {
	source, err := os.ReadFile(filepath.Join(blocklyFolder, name))
	if err != nil {
		return nil, err
	}
	f, err := b.vm.RunScript(name, "(function(module, exports, require) {"+string(source)+"\n})")
	if err != nil {
		return nil, err
	}
	define, _ := goja.AssertFunction(f)
	module, exports := b.vm.NewObject(), b.vm.NewObject()
	if err := module.Set("exports", exports); err != nil {
		return nil, err
	}
	if _, err := define(goja.Undefined(), module, exports, b.vm.ToValue(func(string) goja.Value { return core })); err != nil {
		return nil, err
	}
	return module.Get("exports"), nil
}

func (b *blocklyJS) script(path string) (goja.Value, error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return b.vm.RunScript(path, string(source))
}

// call runs one of testdata/blockly, which is a function.
func (b *blocklyJS) call(name string, args ...goja.Value) (goja.Value, error) {
	v, err := b.script(filepath.Join("testdata/blockly", name))
	if err != nil {
		return nil, err
	}
	f, ok := goja.AssertFunction(v)
	if !ok {
		return nil, fmt.Errorf("%s is no function", name)
	}
	return f(goja.Undefined(), args...)
}

// javaScript runs a workspace.
func (b *blocklyJS) javaScript(file []byte) (both, error) {
	v, err := b.run(goja.Undefined(), b.vm.ToValue(string(file)))
	if err != nil {
		return both{}, err
	}
	var out both
	return out, json.Unmarshal([]byte(v.String()), &out)
}
