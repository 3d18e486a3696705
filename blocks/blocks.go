// Package blocks is the vocabulary: what each block looks like, says and means.
//
// One file holds one drawer of the toolbox. To add a block, add its declaration
// to the file of its drawer; the server, the editor, the help, the validator and
// the tests find it there. The effect that a block performs stands beside it.
//
// Blockly's own blocks keep the semantics of Blockly's JavaScript generator
// (blockly 13.3), Codeless's blocks those of the JavaScript that Codeless makes
// of them. Where either is an accident, the block's Doc says what happens here.
package blocks

import "blockflow/engine"

// A drawer is a category of the toolbox together with the effects that its
// blocks perform.
type drawer struct {
	engine.Category
	effects map[string]effect
}

var drawers = []drawer{start, logic, loops, math, text, lists, objects, dates, variables, functions, control, code, web, users, data, files, tests, imported}

var vocabulary = func() *engine.Vocabulary {
	categories := make([]engine.Category, len(drawers))
	for i, d := range drawers {
		categories[i] = d.Category
	}
	return engine.NewVocabulary(categories...)
}()

// Vocabulary returns every block.
func Vocabulary() *engine.Vocabulary { return vocabulary }
