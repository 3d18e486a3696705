package blocks

// The blocks that need a user service are tried against the real one, in the
// tests of package runtime.
func init() {
	for _, b := range moreUsers {
		if len(b.Examples) == 0 {
			noExample[b.Type] = "it needs a user service"
		}
	}
}
