package server

import (
	"context"
	"errors"
	"net/http"
	"time"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime"
	"blockflow/runtime/store"
	"blockflow/runtime/traces"
)

// What runs do is told to an OpenTelemetry collector, if there is one: see package
// traces. A run that waits is one span from its beginning to its end.

func (c *conductor) tracedRun(t *ticket, r runtime.Report) {
	if c.traces == nil {
		return
	}
	told := traces.Run{
		ID: t.id, Flow: t.flow, Trigger: t.trigger, Version: t.version, Status: r.Status, Parent: t.traceParent,
		Effects: r.Effects, Start: t.started, End: c.now(),
	}
	if r.Error != nil {
		told.Code, told.Block = string(r.Error.Code), r.Error.Block
	}
	c.traces.Ended(told)
}

// tracedKept tells of a run that was ended by a hand other than its driver's: it
// was cancelled while it waited, or couldn't be gone on with.
func (c *conductor) tracedKept(ctx context.Context, id string) {
	r, err := c.store.Run(ctx, id)
	var corrupt *store.CorruptError
	if err != nil && !errors.As(err, &corrupt) || !r.Status.Ended() {
		return
	}
	report := runtime.Report{Status: string(r.Status), Error: faultIn(r.Error), Effects: r.Effects}
	c.metrics.finished.WithLabelValues(report.Status).Inc() // it was driven by nobody, so its time says nothing
	t := &ticket{id: id, flow: r.Flow, trigger: r.Trigger, version: r.Version, started: r.Started}
	c.traceOfKept(ctx, t)
	c.tracedRun(t, report)
}

// tracedEffect tells of an effect that has an outcome.
func (c *conductor) tracedEffect(t *ticket, call engine.Call, began time.Time, o engine.Outcome, err error) {
	if c.traces == nil || err != nil {
		return
	}
	e := traces.Effect{
		Run: t.id, Parent: t.traceParent, Place: string(call.Place), Kind: call.Effect.Kind,
		Block: call.Block, BlockType: call.Type, Start: began, End: c.now(),
	}
	if o.Err != nil {
		e.Code = string(o.Err.Code)
	}
	c.traces.Performed(e)
}

type traceHeader struct{}

// tracing marks what an effect sends as its own.
func (c *conductor) tracing(ctx context.Context, t *ticket, call engine.Call) context.Context {
	if c.traces == nil {
		return ctx
	}
	return context.WithValue(ctx, traceHeader{}, c.traces.Header(t.id, t.traceParent, string(call.Place)))
}

// A tracedTransport tells those whom flows call in which trace that is, unless the
// flow says something itself.
type tracedTransport struct{ http.RoundTripper }

// RoundTrip is http.RoundTripper's.
func (t tracedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if header, ok := r.Context().Value(traceHeader{}).(string); ok && header != "" && r.Header.Get("Traceparent") == "" {
		r = r.Clone(r.Context())
		r.Header.Set("Traceparent", header)
	}
	return t.RoundTripper.RoundTrip(r)
}

// traceOfCaller is the trace of a run that another calls: below the call.
func (c *conductor) traceOfCaller(caller *ticket, call engine.Call) string {
	return c.traces.Header(caller.id, caller.traceParent, string(call.Place))
}

// taken fills a ticket with what the store knows of its run.
func (c *conductor) traceOfKept(ctx context.Context, t *ticket) {
	if c.traces == nil {
		return
	}
	parent, err := c.store.TraceParent(ctx, t.id)
	if err != nil {
		c.log.Warn("the trace of a run can't be read", "run", t.id, "err", err)
	}
	t.traceParent = parent
}

// httpTransport is the way of the HTTP blocks, traced if anything is.
func httpTransport(o Options) http.RoundTripper {
	if o.Traces == nil {
		return o.HTTP
	}
	next := o.HTTP
	if next == nil {
		public, _ := blocks.NewEgress(nil) // no list, nothing to misread
		next = public.Transport()
	}
	return tracedTransport{next}
}
