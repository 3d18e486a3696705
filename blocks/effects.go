package blocks

import (
	"context"
	"fmt"
	"net/http"

	"blockflow/engine"
)

// An effect reaches into the world. Only a host calls it: the machine never does.
// Its error is an *engine.Error if the world refused; any other error means that
// there is no answer.
type effect func(ctx context.Context, kit *Kit, call engine.Call) (engine.Value, error)

// A Kit is what effects work with. Hosts fill it; nothing here opens a socket by
// itself. It is safe for concurrent use if its parts are.
type Kit struct {
	Users UsersAPI
	Host  Host

	// HTTP sends the requests of the HTTP blocks; nil reaches public addresses
	// only. See [Egress].
	HTTP http.RoundTripper

	// Scripts run custom code.
	Scripts Scripts

	// Ask asks a person; ok is false if the person gives no answer. Where there
	// is no person, Ask is nil.
	Ask func(ctx context.Context, question string) (answer string, ok bool, err error)
}

// Perform performs a call. It is an [engine.Performer].
func (k *Kit) Perform(ctx context.Context, c engine.Call) (engine.Outcome, error) {
	for _, d := range drawers {
		do, ok := d.effects[c.Effect.Kind]
		if !ok {
			continue
		}
		v, err := do(ctx, k, c)
		if refusal, ok := err.(*engine.Error); ok {
			return engine.Outcome{Err: refusal}, nil
		}
		return engine.Outcome{Value: v}, err
	}
	return engine.Outcome{}, fmt.Errorf("blocks: nobody performs the effect %q", c.Effect.Kind)
}
