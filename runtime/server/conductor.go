package server

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime"
	"blockflow/runtime/store"
)

// A conductor runs flows: it keeps each run in the store before it begins, drives
// it with a journal, and keeps its end. A run that is cut off by a stop of the
// server stays in the store as running; recover goes on with it.
type conductor struct {
	store    *store.Store
	kit      *blocks.Kit
	programs *programs
	limits   engine.Limits
	timeout  time.Duration
	embedded bool
	log      *slog.Logger

	life context.Context // of all runs; over when the server stops
	stop context.CancelFunc
	all  sync.WaitGroup
}

const (
	defaultTimeout = 5 * time.Minute
	programsKept   = 256
)

var errStopping = errors.New("server: it is stopping")

func newConductor(o Options, kit *blocks.Kit) *conductor {
	c := &conductor{
		store: o.Store, kit: kit, programs: newPrograms(programsKept), limits: o.Limits,
		timeout: o.Timeout, embedded: o.Connection.Embedded(), log: o.Logger,
	}
	if c.timeout == 0 {
		c.timeout = defaultTimeout
	}
	c.life, c.stop = context.WithCancel(context.Background())
	return c
}

func (c *conductor) close() {
	c.stop()
	c.all.Wait()
}

// A job is a run to begin.
type job struct {
	flow    string
	version int    // 0: the draft
	hash    string // of the file
	file    []byte // nil if the store has it
	entry   engine.Entry
	trigger string
	input   engine.Value
}

// run begins a run and drives it to its end. Its error means that the run didn't
// begin, or that it was cut off; then it goes on later.
func (c *conductor) run(j job, p *engine.Program) (id string, r runtime.Report, err error) {
	id = store.NewRunID()
	m, err := engine.New(p, engine.Start{Entry: j.entry, Input: j.input, Limits: c.limits, RunID: id})
	if err != nil {
		return "", r, err
	}
	input, err := engine.AppendJSON(nil, j.input)
	if err != nil {
		return "", r, err
	}
	kept := store.Run{RunInfo: store.RunInfo{
		ID: id, Flow: j.flow, Version: j.version, Document: j.hash, Entry: j.entry.Block,
		Trigger: j.trigger, Status: store.Running, Started: time.Now(),
	}, Input: input, File: j.file}
	if p.Durability == "none" {
		return c.fleeting(kept, m)
	}
	if err := c.store.CreateRun(c.life, kept); err != nil {
		return "", r, err
	}
	r, err = c.drive(id, m, &journal{store: c.store, run: id})
	return id, r, err
}

// fleeting drives a run whose flow says that it need not survive: its journal is
// kept only when it has ended, in one write.
func (c *conductor) fleeting(kept store.Run, m *engine.Machine) (string, runtime.Report, error) {
	memory := &engine.Memory{}
	ctx, cancel := context.WithTimeout(c.life, c.timeout)
	defer cancel()
	r, err := runtime.Run(ctx, m, engine.Host{Journal: memory, Perform: c.kit.Perform})
	if err == nil && c.life.Err() != nil {
		err = errStopping
	}
	if err != nil {
		return kept.ID, r, err
	}
	entries, err := encodeEntries(memory.Records)
	if err != nil {
		return kept.ID, r, err
	}
	o, err := ended(r)
	if err != nil {
		return kept.ID, r, err
	}
	return kept.ID, r, c.store.SaveRun(c.life, kept, entries, o)
}

// drive runs a machine whose run is in the store, and keeps its end.
func (c *conductor) drive(id string, m *engine.Machine, j *journal) (runtime.Report, error) {
	c.all.Add(1)
	defer c.all.Done()
	ctx, cancel := context.WithTimeout(c.life, c.timeout)
	defer cancel()
	r, err := runtime.Run(ctx, m, engine.Host{Journal: j, Perform: c.kit.Perform, Interrupted: c.interrupted})
	switch {
	case c.life.Err() != nil:
		return r, errStopping // the store still has the run as running
	case err != nil:
		c.log.Error("a run stands still", "run", id, "err", err)
		return r, err
	}
	o, err := ended(r)
	if err != nil {
		return r, err
	}
	return r, c.store.Finish(c.life, id, o)
}

func ended(r runtime.Report) (store.Outcome, error) {
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
// Reading again does no harm, and the embedded user service recognises the key
// of a write that it has done. Elsewhere nobody knows.
func (c *conductor) interrupted(call engine.Call) *engine.Outcome {
	if call.Effect.Safe || c.embedded {
		return nil
	}
	return &engine.Outcome{Err: engine.Fail(engine.OutcomeUnknown,
		"The server stopped while this was under way, so it isn't known whether it happened. Look there before you run the flow again.")}
}

// recover goes on with all runs that the last stop cut off.
func (c *conductor) recover(ctx context.Context) error {
	cut, err := c.store.Unfinished(ctx)
	if err != nil {
		return err
	}
	for _, info := range cut {
		c.all.Go(func() {
			if err := c.resume(info.ID); err != nil {
				c.log.Error("a run can't be resumed", "run", info.ID, "flow", info.Flow, "err", err)
			}
		})
	}
	return nil
}

func (c *conductor) resume(id string) error {
	m, j, err := c.load(c.life, id)
	if err != nil {
		return err
	}
	_, err = c.drive(id, m, j)
	return err
}

// load makes the machine of a run in the store as it was when it began, with its
// journal: driving it replays what it did.
func (c *conductor) load(ctx context.Context, id string) (*engine.Machine, *journal, error) {
	kept, err := c.store.Run(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	p, err := c.programs.get(kept.Document, func() ([]byte, error) { return c.store.Document(ctx, kept.Document) })
	if err != nil {
		return nil, nil, err
	}
	input, err := engine.ParseJSON(kept.Input)
	if err != nil {
		return nil, nil, err
	}
	entry, found := p.Entry(kept.Entry, "")
	if !found {
		return nil, nil, &problem{http.StatusConflict, "diverged", "The flow file of this run doesn't have the block that it began with.", nil}
	}
	m, err := engine.New(p, engine.Start{Entry: entry, Input: input, Limits: c.limits, RunID: id})
	if err != nil {
		return nil, nil, err
	}
	j, err := loadJournal(ctx, c.store, id)
	return m, j, err
}
