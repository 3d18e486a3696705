package server

import (
	"strings"

	"blockflow/blocks"
	"blockflow/engine"
)

// kinds tells what may be done again of the effects that there are.
type kinds struct {
	safe     map[string]bool
	embedded bool // the users blocks speak to the embedded service
}

const (
	sleepKind   = "sleep"
	respondKind = "respond"
	loginKind   = "users.login"
)

func newKinds(v *engine.Vocabulary, embedded bool) *kinds {
	k := &kinds{safe: map[string]bool{}, embedded: embedded}
	for _, b := range v.All {
		if e, ok := b.Effect(); ok && e.Safe {
			k.safe[e.Kind] = true
		}
	}
	return k
}

// silent effects leave no trace in the world that matters. What respond says is
// kept by the server itself until the run is on disk. A login leaves a session,
// which ends by itself; a second one does as well as the first. A sleep must be
// known of: how long it takes counts from when it was begun.
func (k *kinds) silent(kind string) bool {
	return kind != sleepKind && (k.safe[kind] || kind == respondKind || kind == loginKind)
}

// repeatable effects can be asked for again and give the same, or something as
// good: they change nothing, or their performer knows their key and remembers
// what it did. The embedded user service does, and a run that another called.
func (k *kinds) repeatable(kind string) bool {
	return k.silent(kind) || kind == blocks.CallFlowKind || k.embedded && keyed(kind)
}

// keyed effects go to the user service, which remembers what it did under a key.
func keyed(kind string) bool {
	service, _, _ := strings.Cut(kind, ".")
	return service == "users" || service == "data" || service == "files"
}
