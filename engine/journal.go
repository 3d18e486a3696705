package engine

import (
	"context"
	"fmt"
	"slices"
)

// A Record is one call with its outcome, as a journal keeps it.
type Record struct {
	Place  Place
	Block  string
	Kind   string
	Digest string
	Args   Value // as people may see them
	Done   bool  // false: the effect was begun, and nobody knows how it ended
	Outcome
}

// A Journal keeps the records of one run.
//
//  1. Find is asked for every call, first of all. What it has isn't performed.
//  2. Intend makes the intent durable before the effect begins.
//  3. Keep makes the outcome durable before the flow sees it: a crash between
//     two effects then repeats at most the second.
//
// An error of a journal ends the run where it is; it can be resumed later.
type Journal interface {
	Find(p Place) (Record, bool)
	Intend(ctx context.Context, records []Record) error
	Keep(ctx context.Context, records []Record) error
}

// A Performer performs a call for real. The calls of parallel branches are
// performed at the same time. Its error means that there is no answer: cancelled,
// or put away. That is never journaled.
type Performer func(ctx context.Context, c Call) (Outcome, error)

// Memory is a journal that lives as long as the process.
type Memory struct{ Records []Record }

// Find returns the record at a place.
func (j *Memory) Find(p Place) (Record, bool) {
	for _, r := range j.Records {
		if r.Place == p {
			return r, r.Done
		}
	}
	return Record{}, false
}

// Intend does nothing: what lives in memory is lost with the intent.
func (j *Memory) Intend(context.Context, []Record) error { return nil }

// Keep puts records where their places belong, whichever branch was answered
// first.
func (j *Memory) Keep(_ context.Context, records []Record) error {
	for _, r := range records {
		i := len(j.Records)
		for i > 0 && r.Place.Before(j.Records[i-1].Place) {
			i--
		}
		j.Records = slices.Insert(j.Records, i, r)
	}
	return nil
}

// A Host runs machines: it answers from the journal as far as that goes, and
// performs what it doesn't hold. The zero Host performs nothing.
type Host struct {
	Journal Journal
	Perform Performer // nil: a replay, which ends where its journal ends
	Budget  int64     // steps between looks at the context; default 30,000

	// Interrupted decides what becomes of an effect that was begun and whose end
	// nobody knows: an outcome to go on with, or nil to perform it again. A nil
	// Interrupted performs all again.
	Interrupted func(c Call) *Outcome

	// Observe is told of each call before and after it is performed; not of
	// those that the journal answers. It may be nil.
	Observe func(c Call, o *Outcome)

	// Between is called whenever the machine has stopped and will go on: it
	// stands between two instructions then, and a snapshot can be taken. It may
	// be nil.
	Between func()
}

// Drive runs a machine to its end. Its error means that the run has not ended:
// the journal failed, or the performer has no answer. A cancelled context ends
// the run with [Cancelled], a deadline with [LimitTime].
func (h Host) Drive(ctx context.Context, m *Machine) (Yield, error) {
	budget := h.Budget
	if budget == 0 {
		budget = 30_000 // few milliseconds: so soon a cancelled run is noticed
	}
	for {
		y := m.Next(budget)
		switch y.Kind {
		case Done:
			return y, nil
		case NeedsEffects:
			outcomes, err := h.answer(ctx, y.Calls, m)
			var stop Halt
			if as(err, &stop) {
				m.Abort(stop.Reason)
				continue
			}
			if err != nil && ctx.Err() == nil {
				return Yield{}, err
			}
			if err == nil {
				m.Resume(outcomes)
			}
		}
		if err := ctx.Err(); err != nil {
			m.Abort(stopped(err))
		} else if h.Between != nil {
			h.Between()
		}
	}
}

func as(err error, h *Halt) bool {
	x, ok := err.(Halt)
	*h = x
	return ok
}

// stopped says in a sentence why a context ended.
func stopped(err error) *Error {
	if err == context.DeadlineExceeded {
		return Fail(LimitTime, "The flow took longer than it may.")
	}
	return Fail(Cancelled, "The run was cancelled.")
}

// answer gives each call its outcome, from the journal or from the world.
func (h Host) answer(ctx context.Context, calls []Call, m *Machine) ([]Outcome, error) {
	outcomes := make([]Outcome, len(calls))
	var open []int
	var ask []Call
	for i, c := range calls {
		r, found := Record{}, false
		if h.Journal != nil {
			r, found = h.Journal.Find(c.Place)
		}
		if r.Place == c.Place && r.Place != "" {
			if err := diverges(c, r); err != nil {
				return nil, err
			}
		}
		if found {
			outcomes[i] = r.own()
			continue
		}
		if r.Place == c.Place && h.Interrupted != nil {
			if o := h.Interrupted(c); o != nil {
				outcomes[i] = *o
				if err := h.keep(ctx, c, *o, m); err != nil {
					return nil, err
				}
				continue
			}
		}
		open, ask = append(open, i), append(ask, c)
	}
	if len(ask) == 0 {
		return outcomes, nil
	}
	if h.Perform == nil {
		return nil, halt(JournalEnds, "The journal ends here, and a replay performs nothing new.")
	}
	done, err := h.perform(ctx, ask, m)
	for i, o := range done {
		outcomes[open[i]] = o
	}
	return outcomes, err
}

// keep makes an outcome durable that was decided without performing anything.
func (h Host) keep(ctx context.Context, c Call, o Outcome, m *Machine) error {
	r := c.record(m)
	r.Done, r.Outcome = true, o
	return h.Journal.Keep(ctx, []Record{r})
}

func (c Call) record(m *Machine) Record {
	return Record{Place: c.Place, Block: c.Block, Kind: c.Effect.Kind, Digest: c.Digest, Args: c.Shown(m.Secrets())}
}

// perform performs calls, all at once if there are several, and keeps each outcome
// as it comes: one that has no answer doesn't lose those of the others.
func (h Host) perform(ctx context.Context, calls []Call, m *Machine) ([]Outcome, error) {
	records := make([]Record, len(calls))
	for i, c := range calls {
		records[i] = c.record(m)
		if h.Observe != nil {
			h.Observe(c, nil)
		}
	}
	if h.Journal != nil {
		if err := h.Journal.Intend(ctx, records); err != nil {
			return nil, err
		}
	}
	outcomes := make([]Outcome, len(calls))
	done := h.begin(ctx, calls)
	var failed error
	for range calls {
		a := <-done
		if a.err == nil {
			a.err = h.ended(ctx, calls[a.call], records[a.call], a.Outcome)
			outcomes[a.call] = a.own()
		}
		if a.err != nil {
			failed = a.err
		}
	}
	return outcomes, failed
}

// An answered call has an outcome, or an error if it has no answer.
type answered struct {
	call int
	Outcome
	err error
}

// begin performs calls and gives what comes of each as soon as it is there.
func (h Host) begin(ctx context.Context, calls []Call) <-chan answered {
	done := make(chan answered, len(calls))
	one := func(i int) {
		o, err := h.Perform(ctx, calls[i])
		done <- answered{i, o, err}
	}
	if len(calls) == 1 {
		one(0)
		return done
	}
	free := make(chan struct{}, MostBranches)
	for i := range calls {
		go func() {
			free <- struct{}{}
			defer func() { <-free }()
			one(i)
		}()
	}
	return done
}

// ended keeps an outcome. The effect has happened: its outcome is kept even if the
// run was cancelled in the meantime.
func (h Host) ended(ctx context.Context, c Call, r Record, o Outcome) error {
	r.Done, r.Outcome = true, o
	if h.Journal != nil {
		if err := h.Journal.Keep(context.WithoutCancel(ctx), []Record{r}); err != nil {
			return err
		}
	}
	if h.Observe != nil {
		h.Observe(c, &o)
	}
	return nil
}

// own copies an outcome for the run, which may change it; the journal's stays.
func (o Outcome) own() Outcome {
	b, err := AppendJSON(nil, o.Value)
	if err != nil {
		return Outcome{Err: err.(*Error)}
	}
	if v, err := ParseJSON(b); err == nil {
		o.Value = v
	}
	return o
}

// diverges compares a call with what its journal holds at its place.
func diverges(c Call, r Record) error {
	switch {
	case r.Block != c.Block:
		return halt(Diverged, "The journal has the block %q at this place, but the flow now comes to another. It was changed after this run.", clip(r.Block))
	case r.Kind != c.Effect.Kind:
		return halt(Diverged, "The journal has %q at this place, but the flow now asks for %q. It was changed after this run.", clip(r.Kind), c.Effect.Kind)
	case r.Digest != c.Digest:
		return halt(Diverged, "The flow now asks for %q with other values than its journal holds. The flow or its input was changed after this run.", c.Effect.Kind)
	}
	return nil
}

// String names a record for a log: never its values.
func (r Record) String() string { return fmt.Sprintf("%s %s [%s]", r.Place, r.Kind, r.Block) }
