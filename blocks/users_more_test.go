package blocks

import "blockflow/engine"

// The blocks that need a user service are tried against the real one, in the
// tests of package runtime.
func init() {
	for _, b := range append(append([]engine.Block{}, moreUsers...), data.Blocks...) {
		if len(b.Examples) == 0 {
			noExample[b.Type] = "it needs a user service"
		}
	}
}
