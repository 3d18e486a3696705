package server

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime"
	"blockflow/runtime/store"
)

// driving says how a run is driven.
type driving struct {
	fleeting bool      // its journal is kept when it has ended, in one write
	within   bool      // it has no place of its own
	run      store.Run // of a fleeting one
}

// drive runs a machine to its end, or until the run is put away or the server
// stops, and gives the run's place back.
func (c *conductor) drive(t *ticket, m *engine.Machine, j *journal, d driving) {
	defer c.all.Done()
	ctx, cancel := context.WithCancelCause(c.life)
	defer cancel(nil)
	c.tickets.drive(t, cancel)
	c.metrics.running.Inc()
	report, err := c.perform(ctx, t, m, j, d)
	c.metrics.running.Dec()
	if !d.within {
		c.queue.leave(t.flow)
	}
	if err == nil {
		c.ended(t, report)
		c.tracedRun(t, report)
	}
	if !errors.Is(err, errAway) {
		c.debugs.end(t.id)
	}
	c.tickets.letGo(t, report, err)
	if isStorage(err) && !d.fleeting && j.born() { // nobody was told of one that wasn't, and it did nothing
		c.standsStill(store.QueuedRun{ID: t.id, Flow: t.flow}, err)
	}
	c.viewers.moved(t.id)
}

func (c *conductor) perform(ctx context.Context, t *ticket, m *engine.Machine, j *journal, d driving) (runtime.Report, error) {
	debugged, longest := c.debugs.of(t.id), c.timeout
	if debugged != nil {
		longest = longestDebug
	}
	within, stop := context.WithTimeout(ctx, longest)
	defer stop()
	j.written = t.settled
	t.machine, t.fleeting, t.flush = m, d.fleeting, func() { c.flush(t, j) }
	j.soon = t.flush
	host := engine.Host{Journal: j, Perform: c.performer(t, j), Interrupted: c.interrupted, Observe: c.viewers.observer(c, t.id, m, j)}
	memory := &engine.Memory{}
	if d.fleeting {
		host.Journal, t.flush = memory, t.settled
	} else {
		// Most runs end before anyone could look for them.
		birth := time.AfterFunc(bornWithin, t.flush)
		defer birth.Stop()
		host.Between = func() { c.keepStanding(t, j, m) }
	}
	if debugged != nil {
		debugged.attach(within, stop, m, j, &host)
	}
	r, err := runtime.Run(within, m, host)
	var away *putAway
	switch {
	case c.life.Err() != nil:
		return r, errStopping // the store has what it had; the next start goes on from there
	case errors.As(err, &away):
		if d.fleeting { // from here on it is as durable as any other
			if j.later, err = encodeEntries(memory.Records); err != nil {
				return r, err
			}
		}
		return r, c.putAway(t, j, away)
	case err != nil:
		if overtaken(err) {
			return r, errCancelled
		}
		c.log.Error("a run stands still", "run", t.id, "flow", t.flow, "err", err)
		return r, err
	}
	o, err := endOf(r)
	if err != nil {
		return r, err
	}
	if d.fleeting {
		err = c.saveFleeting(d.run, memory, o)
		t.settled()
		return r, err
	}
	return r, c.finish(t, j, r, &o)
}

// finish keeps a run's end, and with it the run that handles its failure.
func (c *conductor) finish(t *ticket, j *journal, r runtime.Report, o *store.Outcome) error {
	handler := c.handlerOf(t, r)
	b := store.Batch{Finish: o, Also: handler}
	if j.hasStood {
		b.Stands = &store.Snapshot{}
	}
	err := j.also(c.life, b)
	switch {
	case overtaken(err):
		return errCancelled
	case err != nil:
		c.log.Error("a run's end can't be kept", "run", t.id, "flow", t.flow, "err", err)
	case handler != nil:
		c.lineUp(store.QueuedRun{ID: handler.ID, Flow: handler.Flow})
	}
	return err
}

func (c *conductor) flush(t *ticket, j *journal) {
	err := j.flush(c.life)
	t.keeps(err)
	if err != nil && !overtaken(err) && c.life.Err() == nil {
		c.log.Error("a run can't be kept yet", "run", t.id, "err", err)
	}
}

// ended tells those who wait for a run's end.
func (c *conductor) ended(t *ticket, r runtime.Report) {
	c.metrics.ended(r)
	if r.Error != nil {
		c.log.Info("run ended", "run", t.id, "flow", t.flow, "status", r.Status, "ms", r.DurationMS, "code", r.Error.Code, "block", r.Error.Block)
	} else if c.log.Enabled(c.life, slog.LevelDebug) {
		c.log.Debug("run ended", "run", t.id, "flow", t.flow, "status", r.Status, "ms", r.DurationMS)
	}
	if t.origin.Kind == store.CallOf {
		c.wakeFor(runEvent(t.id))
	}
}

// overtaken tells whether the store says that the run has ended already: it was
// cancelled while its driver was busy.
func overtaken(err error) bool {
	var state *store.StateError
	return errors.As(err, &state) && state.Status.Ended()
}

func (c *conductor) saveFleeting(run store.Run, memory *engine.Memory, o store.Outcome) error {
	entries, err := encodeEntries(memory.Records)
	if err != nil {
		return err
	}
	return c.store.SaveRun(c.life, run, entries, o)
}

func endOf(r runtime.Report) (store.Outcome, error) {
	log, err := json.Marshal(r.Log)
	if err != nil {
		return store.Outcome{}, err
	}
	o := store.Outcome{
		Status: store.Status(r.Status), Result: r.Result, Log: log, Effects: r.Effects, Steps: int(r.Steps),
		Duration: time.Duration(r.DurationMS) * time.Millisecond,
	}
	if r.Error != nil {
		o.Error, err = json.Marshal(r.Error)
	}
	return o, err
}

// interrupted decides about an effect that was begun before the server stopped.
// What can be had again is; so is what its block says may be repeated, under the
// key that went out with it. Of others nobody knows.
func (c *conductor) interrupted(call engine.Call) *engine.Outcome {
	if call.Effect.Safe || call.Effect.Kind == sleepKind || c.kinds.repeatable(call.Effect.Kind) || blocks.MayRepeat(call) {
		return nil
	}
	return &engine.Outcome{Err: engine.Fail(engine.OutcomeUnknown,
		"The server stopped while this was under way, so it isn't known whether it happened. Look there before you run the flow again.")}
}
