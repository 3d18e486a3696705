package server

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime"
	"blockflow/runtime/store"
)

// deepestCall bounds how many flows call each other.
const deepestCall = 20

// runEvent is the event that a run has ended.
func runEvent(id string) string { return "run:" + id }

// callFlow is blocks.Host's: it runs another flow in the place of the caller, or, if
// that flow has a limit of its own, in one of its places. The caller is put away
// while the other waits for something, a place among it, and so holds none that
// somebody waits for: flows that call each other, or themselves, never lock.
func (c *conductor) callFlow(ctx context.Context, call engine.Call, flow string, input engine.Value) (engine.Value, error) {
	caller := c.tickets.get(blocks.RunOf(call))
	if caller == nil {
		return engine.Null, errStopping
	}
	id := store.DerivedRunID(caller.id, string(call.Place))
	t := c.tickets.get(id)
	if t == nil {
		called, err := c.store.Run(ctx, id)
		switch {
		case err == nil:
			return c.outcomeOf(ctx, called)
		case !errors.Is(err, store.ErrNotFound):
			return engine.Null, err
		}
		if t, err = c.beginCalled(ctx, caller, call, id, flow, input); err != nil {
			return engine.Null, err
		}
		if t.inLine { // its flow has a limit that is reached: whoever waits for it holds no place
			return c.outcomeOf(ctx, store.Run{RunInfo: store.RunInfo{ID: id, Status: store.Queued}})
		}
	} else if !c.tickets.driven(t) {
		return c.outcomeOf(ctx, store.Run{RunInfo: store.RunInfo{ID: id, Status: store.Queued}})
	}
	select {
	case <-t.let:
	case <-ctx.Done():
		c.tickets.stop(id)
		return engine.Null, ctx.Err()
	}
	switch {
	case t.err == nil:
		return given(flow, t.report)
	case errors.Is(t.err, errStopping):
		return engine.Null, errStopping
	}
	called, err := c.store.Run(ctx, id)
	if err != nil {
		return engine.Null, err
	}
	return c.outcomeOf(ctx, called)
}

// outcomeOf is what a called run gave, or that one has to wait for it.
func (c *conductor) outcomeOf(ctx context.Context, called store.Run) (engine.Value, error) {
	if called.Status.Ended() {
		return given(called.Flow, runtime.Report{Status: string(called.Status), Result: called.Result, Error: faultIn(called.Error)})
	}
	return engine.Null, &putAway{store.Wait{Event: runEvent(called.ID)}}
}

func given(flow string, r runtime.Report) (engine.Value, error) {
	if r.Status == runtime.Succeeded {
		return engine.ParseForeignJSON(r.Result)
	}
	if r.Error == nil {
		return engine.Null, engine.Fail(engine.Cancelled, "The run of the flow %q was cancelled.", flow)
	}
	return engine.Null, engine.Fail(r.Error.Code, "The flow %q failed: %s", flow, r.Error.Message)
}

func (c *conductor) beginCalled(ctx context.Context, caller *ticket, call engine.Call, id, flow string, input engine.Value) (*ticket, error) {
	if caller.origin.Depth >= deepestCall {
		return nil, engine.Fail(engine.LimitDepth, "Flows call each other more than %d deep. Does one call itself without end?", deepestCall)
	}
	f, err := c.store.Flow(ctx, flow)
	if err != nil {
		if errors.Is(err, store.ErrNotFound) {
			err = engine.Fail(blocks.NoSuchFlow, "There is no flow %q. Change the name on the block.", flow)
		}
		return nil, err
	}
	if f.Published == nil {
		return nil, engine.Fail(blocks.NoSuchFlow, "The flow %q was never published, so no other can run it. Publish it.", flow)
	}
	p, err := c.programs.get(f.Published.Document, func() ([]byte, error) { return c.store.Document(ctx, f.Published.Document) })
	if err != nil {
		return nil, err
	}
	entry, ok := p.Entry("", blocks.WhenRun)
	if !ok {
		return nil, engine.Fail(blocks.NoSuchFlow, "The flow %q has no “when run” hat, so no other can run it.", flow)
	}
	if err := noSecretsIn(caller.machine.Secrets(), entry, input); err != nil {
		return nil, err
	}
	t, err := c.begin(job{
		id: id, flow: flow, version: f.Published.Version, hash: f.Published.Document, entry: entry, trigger: "flow", input: input,
		origin: store.Origin{Run: caller.id, Kind: store.CallOf, Depth: caller.origin.Depth + 1}, kept: true, within: !c.queue.limited(flow),
		trace: c.traceOfCaller(caller, call),
	}, p)
	return t, err
}

// noSecretsIn refuses to hand a secret to a flow that would show it: only its
// inputs of the type password take one.
func noSecretsIn(secrets *engine.Secrets, entry engine.Entry, input engine.Value) error {
	for _, key := range input.Keys() {
		v, _ := input.Get(key)
		if slices.ContainsFunc(entry.Inputs, func(x engine.Input) bool { return x.Name == key && x.Type == "password" }) {
			continue
		}
		open, err := engine.AppendJSON(nil, v)
		if err != nil {
			return err
		}
		masked, err := engine.AppendJSON(nil, secrets.Mask(v))
		if err != nil {
			return err
		}
		if string(open) != string(masked) {
			return engine.Fail(engine.WrongValue, "The input %q holds a secret, and the other flow would show it. Declare that input as a password there.", key)
		}
	}
	return nil
}

// handlerOf is the run that handles a run's failure, if its flow says so. It is
// kept together with the failure: one can't be without the other.
func (c *conductor) handlerOf(t *ticket, r runtime.Report) *store.Run {
	if r.Status != runtime.Failed || t.origin.Kind == store.FailureOf || t.origin.Kind == store.CallOf {
		return nil
	}
	flow := c.policies.of(c.life, t.flow).OnFailure
	if flow == "" {
		return nil
	}
	f, err := c.store.Flow(c.life, flow)
	if err != nil || f.Published == nil {
		c.log.Error("the flow for failures isn't there", "run", t.id, "flow", t.flow, "handler", flow)
		return nil
	}
	p, err := c.programs.get(f.Published.Document, func() ([]byte, error) { return c.store.Document(c.life, f.Published.Document) })
	if err != nil {
		return nil
	}
	entry, ok := p.Entry("", blocks.WhenRun)
	if !ok {
		return nil
	}
	input, err := json.Marshal(failureInput(entry, t, r))
	if err != nil {
		return nil
	}
	return &store.Run{RunInfo: store.RunInfo{
		ID: store.DerivedRunID(t.id, "failure"), Flow: flow, Version: f.Published.Version, Document: f.Published.Document, Entry: entry.Block,
		Trigger: "failure", Status: store.Queued, Started: c.now(), Origin: store.Origin{Run: t.id, Kind: store.FailureOf},
	}, Input: input}
}

// failureInput tells the handler what it declares that it wants to know.
func failureInput(entry engine.Entry, t *ticket, r runtime.Report) map[string]any {
	all := map[string]any{
		"run": t.id, "flow": t.flow, "code": r.Error.Code, "message": r.Error.Message, "block": r.Error.Block, "type": r.Error.Type,
	}
	for name := range all {
		if !slices.ContainsFunc(entry.Inputs, func(x engine.Input) bool { return x.Name == name }) && len(entry.Inputs) > 0 {
			delete(all, name)
		}
	}
	return all
}
