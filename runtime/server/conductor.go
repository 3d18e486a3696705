package server

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime"
	"blockflow/runtime/store"
	"blockflow/runtime/traces"
)

// A conductor runs flows: it keeps each run in the store, finds it a place in the
// queue, drives it with a journal, and keeps its end. A run that is cut off by a
// stop of the server stays in the store; recover goes on with it.
//
//	begin    keeps a new run and drives it, or lines it up
//	takeUp   goes on with one from the store: queued, woken, cut off
//	drive    runs the machine; ends the run, or puts it away (waiting.go)
type conductor struct {
	store    *store.Store
	kit      *blocks.Kit
	programs *programs
	kinds    *kinds
	limits   engine.Limits
	timeout  time.Duration
	log      *slog.Logger
	now      func() time.Time
	policies *policies
	metrics  *metrics
	traces   *traces.Tracer // nil traces nothing

	queue   *queue
	tickets tickets
	viewers *viewers
	debugs  *debugs
	films   films
	alarm   *alarm

	standsAfter, standsAwayAfter int // effects between two snapshots of a run: standing.go

	unready atomic.Pointer[error] // why runs can't begin yet; nil: they can

	life context.Context // of all runs; over when the server stops
	stop context.CancelFunc
	all  sync.WaitGroup
}

const (
	defaultTimeout = 5 * time.Minute
	defaultPlaces  = 256
	programsKept   = 256
	bornWithin     = 100 * time.Millisecond // a run that takes longer is seen in the lists
)

func newConductor(o Options, kit *blocks.Kit, m *metrics) *conductor {
	c := &conductor{
		store: o.Store, kit: kit, programs: newPrograms(programsKept), limits: o.Limits, now: o.Now,
		timeout: o.Timeout, log: o.Logger, kinds: newKinds(blocks.Vocabulary(), o.Connection.Embedded()),
		policies: newPolicies(o.Store), metrics: m, traces: o.Traces, viewers: newViewers(), debugs: newDebugs(),
		tickets: tickets{all: map[string]*ticket{}}, standsAfter: standsAfter, standsAwayAfter: standsAwayAfter,
	}
	if c.timeout == 0 {
		c.timeout = defaultTimeout
	}
	places := o.Places
	if places == 0 {
		places = defaultPlaces
	}
	c.queue = newQueue(places)
	c.alarm = newAlarm()
	kit.Host = blocks.Host{Secret: c.secret, Respond: c.respond, CallFlow: c.callFlow}
	c.life, c.stop = context.WithCancel(context.Background())
	return c
}

func (c *conductor) close() {
	c.queue.close()
	c.stop()
	c.all.Wait()
}

// A job is a run to begin.
type job struct {
	id      string // "": a new one
	flow    string
	version int    // 0: the draft
	hash    string // of the file
	file    []byte // nil if the store has it
	entry   engine.Entry
	trigger string
	input   engine.Value
	origin  store.Origin
	prefix  []engine.Record // of the journal of the run that this one retries
	key     *store.EventKey
	advance *store.Advance
	trace   string        // the header traceparent that its event came with, or ""
	kept    bool          // on disk before begin returns, whatever the flow does
	within  bool          // in the place of the run that calls it
	debug   *debugRequest // nil: it stands nowhere
}

// begin begins a run. When it returns, the run is driven, or stands in line; its
// error means that it didn't begin. Unless job.kept, nobody may be told of the
// run before it has ended: it may not be on disk.
func (c *conductor) begin(j job, p *engine.Program) (*ticket, error) {
	if err := c.unready.Load(); err != nil {
		return nil, *err
	}
	if j.id == "" {
		j.id = store.NewRunID()
	}
	m, err := engine.New(p, engine.Start{Entry: j.entry, Input: j.input, Limits: c.limits, RunID: j.id})
	if err != nil {
		return nil, err
	}
	input, err := engine.AppendJSON(nil, j.input)
	if err != nil {
		return nil, err
	}
	run := store.Run{RunInfo: store.RunInfo{
		ID: j.id, Flow: j.flow, Version: j.version, Document: j.hash, Entry: j.entry.Block,
		Trigger: j.trigger, Status: store.Running, Started: c.now(), Origin: j.origin, TraceParent: j.trace,
	}, Input: input, File: j.file}
	log := &journal{store: c.store, run: j.id, known: map[engine.Place]kept{}, kinds: c.kinds, unborn: &run}
	if err := log.replays(j.prefix); err != nil {
		return nil, err
	}
	if j.debug != nil {
		if err := c.debugs.begin(j.id, c.viewers, *j.debug); err != nil {
			return nil, err
		}
	}
	place := j.within || c.queue.enter(j.flow)
	if !place {
		run.Status = store.Queued
	}
	t := c.tickets.hold(j.id, j.flow) // before anyone can find the run in the store
	t.inLine = !place
	t.origin, t.trigger, t.version, t.started, t.traceParent = j.origin, j.trigger, j.version, run.Started, j.trace
	fleeting := p.Durability == "none" && !j.kept && j.key == nil && j.advance == nil
	if !fleeting && (!place || j.kept || j.key != nil || j.advance != nil || j.prefix != nil) {
		if err := log.also(c.life, store.Batch{Key: j.key, Advance: j.advance}); err != nil {
			if place && !j.within {
				c.queue.leave(j.flow)
			}
			c.tickets.letGo(t, runtime.Report{}, err)
			c.debugs.end(j.id)
			return nil, err
		}
	}
	c.metrics.began(j.trigger)
	switch {
	case place:
		c.all.Add(1)
		go c.drive(t, m, log, driving{fleeting: fleeting, within: j.within, run: run})
	case fleeting:
		run.Status = store.Running
		c.queue.wait(j.flow, func() {
			c.all.Add(1)
			go c.drive(t, m, log, driving{fleeting: true, run: run})
		})
	default:
		c.lineUp(store.QueuedRun{ID: j.id, Flow: j.flow})
	}
	return t, nil
}

// run begins a run and waits for its end.
func (c *conductor) run(ctx context.Context, j job, p *engine.Program) (*ticket, error) {
	t, err := c.begin(j, p)
	if err != nil {
		return nil, err
	}
	select {
	case <-t.let:
		return t, t.err
	case <-ctx.Done():
		return t, ctx.Err()
	}
}

// lineUp takes a run of the store up when there is a place for it.
func (c *conductor) lineUp(r store.QueuedRun) {
	c.queue.wait(r.Flow, func() {
		c.all.Add(1)
		go c.takeUp(r, false)
	})
}

// standsStill takes a run up again after a while: the disk was full, say, and may
// not be any more.
func (c *conductor) standsStill(r store.QueuedRun, err error) {
	c.log.Error("a run stands still for a moment", "run", r.ID, "flow", r.Flow, "err", err)
	time.AfterFunc(stillFor, func() {
		if c.life.Err() == nil {
			c.queue.wait(r.Flow, func() {
				c.all.Add(1)
				go c.takeUp(r, true)
			})
		}
	})
}

const stillFor = time.Second

// takeUp goes on with a queued run, or, again, with one that this process has let
// go of while the store had it as running.
func (c *conductor) takeUp(r store.QueuedRun, again bool) {
	t := c.tickets.hold(r.ID, r.Flow)
	err := c.store.Claim(c.life, r.ID)
	var state *store.StateError
	if again && errors.As(err, &state) && state.Status == store.Running {
		err = nil
	}
	if err == nil {
		var m *engine.Machine
		var j *journal
		var info store.RunInfo
		if m, j, info, err = c.resume(c.life, r.ID); err == nil {
			t.origin, t.trigger, t.version, t.started = info.Origin, info.Trigger, info.Version, info.Started
			c.traceOfKept(c.life, t)
			if info.Trigger == debugTrigger && c.debugs.of(r.ID) == nil {
				c.endUnwatched(t)
				return
			}
			c.drive(t, m, j, driving{})
			return
		}
		c.broken(r, err)
	}
	if isStorage(err) {
		c.standsStill(r, err)
	}
	defer c.all.Done()
	c.queue.leave(r.Flow)
	c.tickets.letGo(t, runtime.Report{}, err) // its run was cancelled while it stood in line, or can't be read
}

// broken ends a run that can't be gone on with, so that it doesn't stand in the
// lists as running for ever. If the store fails as such, it stays for the next
// start.
func (c *conductor) broken(r store.QueuedRun, err error) {
	var corrupt *store.CorruptError
	var known *problem
	var faults engine.Problems
	code, message := engine.Broken, "This run can't be gone on with."
	switch {
	case errors.As(err, &corrupt):
		code, message = damaged, corrupt.Error()
	case errors.As(err, &known):
		code, message = engine.Code(known.code), known.message
	case errors.As(err, &faults):
		code, message = engine.Diverged, "This version of Blockflow doesn't take the flow file of this run: "+faults[0].Message
	case c.life.Err() != nil, isStorage(err), overtaken(err):
		return
	}
	c.log.Error("a run can't be gone on with and has ended", "run", r.ID, "flow", r.Flow, "err", err)
	fault, _ := json.Marshal(runtime.Fault{Code: code, Message: message})
	if err := c.store.Finish(c.life, r.ID, store.Outcome{Status: store.Failed, Error: fault, Result: []byte("null"), Log: []byte("[]")}); err != nil {
		c.log.Error("a run's end can't be kept", "run", r.ID, "err", err)
		return
	}
	c.tracedKept(c.life, r.ID)
}

// isStorage tells whether the disk is to blame, and not the run.
func isStorage(err error) bool {
	var storage *store.StorageError
	return errors.As(err, &storage)
}

// recover takes up all runs that the last stop cut off, and those that stood in
// line.
func (c *conductor) recover(ctx context.Context) error {
	queue, err := c.store.Requeue(ctx)
	if err != nil {
		return err
	}
	for _, r := range queue {
		c.lineUp(r)
	}
	return nil
}

// recoverLater recovers as soon as the store can be written. Until then no run
// begins, for one that did would be taken for one that was cut off.
func (c *conductor) recoverLater(err error) {
	defer c.all.Done()
	for err != nil {
		why := err // read by others while the next try writes err
		c.unready.Store(&why)
		if pause(c.life, stillFor) != nil {
			return
		}
		err = c.recover(c.life)
	}
	c.unready.Store(nil)
	c.log.Info("the runs that were cut off go on")
}

// load makes the machine of a run in the store as it was when it began, with its
// journal: driving it replays what it did.
func (c *conductor) load(ctx context.Context, id string) (*engine.Machine, *journal, store.RunInfo, error) {
	kept, err := c.store.Run(ctx, id)
	if err != nil {
		return nil, nil, kept.RunInfo, err
	}
	p, err := c.programs.get(kept.Document, func() ([]byte, error) { return c.store.Document(ctx, kept.Document) })
	if err != nil {
		return nil, nil, kept.RunInfo, err
	}
	input, err := engine.ParseJSON(kept.Input)
	if err != nil {
		return nil, nil, kept.RunInfo, &store.CorruptError{Row: "the input of run " + id}
	}
	entry, found := p.Entry(kept.Entry, "")
	if !found {
		return nil, nil, kept.RunInfo, &problem{http.StatusConflict, string(engine.Diverged), "The flow file of this run doesn't have the block that it began with.", nil}
	}
	m, err := engine.New(p, engine.Start{Entry: entry, Input: input, Limits: c.limits, RunID: id})
	if err != nil {
		return nil, nil, kept.RunInfo, err
	}
	j, err := loadJournal(ctx, c.store, c.kinds, id)
	return m, j, kept.RunInfo, err
}
