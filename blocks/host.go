package blocks

import (
	"context"
	"strings"

	"blockflow/engine"
)

// A Host is what a run can ask of the server that it runs on. Where a function
// is nil, there is no such thing: on the command line nobody waits for an answer.
type Host struct {
	// Secret returns the value of a secret; ok is false if there is none of this
	// name.
	Secret func(ctx context.Context, name string) (value string, ok bool, err error)

	// Respond answers the request that began the run; false if nobody waits for
	// an answer any more.
	Respond func(ctx context.Context, run string, r Response) (bool, error)

	// CallFlow runs another flow's hat *when run* and returns what it gives. The
	// call's key makes it one run, however often the call is performed.
	CallFlow func(ctx context.Context, c engine.Call, flow string, input engine.Value) (engine.Value, error)
}

// A Response is what *respond* answers a webhook with.
type Response struct {
	Status  int
	Headers [][2]string
	Body    []byte
}

// RunOf returns the id of the run that asks for a call.
func RunOf(c engine.Call) string {
	run, _, _ := strings.Cut(c.Key, ":")
	return run
}
