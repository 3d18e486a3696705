package server

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"time"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime/store"
)

// performer performs a run's calls: those that are the server's own business
// here, the others by the kit.
func (c *conductor) performer(t *ticket, j *journal) engine.Performer {
	return func(ctx context.Context, call engine.Call) (engine.Outcome, error) {
		if call.Effect.Kind == sleepKind {
			return c.sleep(ctx, j, call, !t.fleeting)
		}
		began := time.Now()
		o, err := c.tryAgain(c.tracing(ctx, t, call), t, j, call)
		c.metrics.performed(call.Effect.Kind, began, o, err)
		c.tracedEffect(t, call, began, o, err)
		return o, err
	}
}

// An attempt is one that failed and was followed by another, as the journal
// keeps it.
type attempt struct {
	At      time.Time   `json:"at"`
	Code    engine.Code `json:"code"`
	Message string      `json:"message"`
}

// tryAgain performs a call, and again if it could not be reached and trying once
// more does no harm: it changes nothing, or its performer knows its key.
func (c *conductor) tryAgain(ctx context.Context, t *ticket, j *journal, call engine.Call) (engine.Outcome, error) {
	var failed []attempt
	for n := 1; ; n++ {
		o, err := c.kit.Perform(ctx, call)
		if err != nil {
			return engine.Outcome{}, err
		}
		again := o.Err != nil && o.Err.Code == engine.Unreachable && (c.kinds.repeatable(call.Effect.Kind) || blocks.MayRepeat(call))
		if !again {
			return o, nil
		}
		policy := c.policies.of(ctx, t.flow)
		if n >= policy.attempts() {
			return o, nil
		}
		failed = append(failed, attempt{c.now().UTC(), o.Err.Code, t.machine.Secrets().MaskText(o.Err.Message)})
		if err := j.tried(ctx, t.machine, call, failed); err != nil {
			return engine.Outcome{}, err
		}
		if err := pause(ctx, policy.pause(n)); err != nil {
			return engine.Outcome{}, err
		}
	}
}

// tried keeps the attempts at a call before the next one is made.
func (j *journal) tried(ctx context.Context, m *engine.Machine, call engine.Call, failed []attempt) error {
	r := engine.Record{Place: call.Place, Block: call.Block, Kind: call.Effect.Kind, Digest: call.Digest, Args: call.Shown(m.Secrets())}
	entries, err := encodeEntries([]engine.Record{r})
	if err != nil {
		return err
	}
	if entries[0].Attempts, err = json.Marshal(failed); err != nil {
		return err
	}
	return j.also(ctx, store.Batch{Intend: entries})
}

// pause waits, unless the run is cancelled.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// backoff is how long to wait after the nth attempt: twice as long each time, and
// somewhere between half and all of it, so that those who failed together don't
// come back together.
func backoff(first, most time.Duration, n int) time.Duration {
	d := min(most, first<<min(n-1, 20))
	return d/2 + time.Duration(rand.Int64N(int64(d/2)+1))
}

// secret is blocks.Host's.
func (c *conductor) secret(ctx context.Context, name string) (string, bool, error) {
	value, err := c.store.Secret(ctx, name)
	var corrupt *store.CorruptError
	if errors.As(err, &corrupt) {
		return "", false, engine.Fail(damaged, "The secret %q can't be read: the database is damaged. Set it again, then retry the run.", name)
	}
	if err != nil {
		return "", false, notFound(err)
	}
	return string(value), true, nil
}

// respond is blocks.Host's. The caller gets the answer when what led to it is on
// disk; most often that is written together with the end of the run.
func (c *conductor) respond(_ context.Context, run string, r blocks.Response) (bool, error) {
	t := c.tickets.get(run)
	if t == nil || !t.respond(r) {
		return false, nil
	}
	time.AfterFunc(respondWithin, t.flush)
	return true, nil
}

const respondWithin = 2 * time.Millisecond
