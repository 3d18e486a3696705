package server

import (
	"context"
	"errors"
	"strings"
	"time"

	"blockflow/engine"
	"blockflow/runtime/store"
)

// A run that waits is a row and nothing else: no goroutine, no memory. Its
// performer has no answer but putAway; the driver writes what it waits for and
// lets go. When its time has come, or its event, it stands in line like a new
// run, is replayed to where it was, and goes on.

// A putAway is a performer's word that there is no answer before a time or an
// event.
type putAway struct{ wait store.Wait }

func (*putAway) Error() string { return "The run waits." }

// inPlace is how long a run sleeps without being put away: that would take as
// long.
const inPlace = 20 * time.Millisecond

// sleep answers when the time has come. How long counts from when the run first
// asked, which its journal knows.
func (c *conductor) sleep(ctx context.Context, j *journal, call engine.Call, mayPutAway bool) (engine.Outcome, error) {
	now := c.now()
	began := now
	if k, ok := j.known[call.Place]; ok && k.intended > 0 {
		began = time.UnixMilli(k.intended)
	}
	until, refused := wakeTime(call.Args, began)
	if refused != nil {
		return engine.Outcome{Err: refused}, nil
	}
	left := until.Sub(now)
	switch {
	case left <= 0:
		return engine.Outcome{}, nil
	case left > inPlace && mayPutAway:
		return engine.Outcome{}, &putAway{store.Wait{Until: until}}
	}
	return engine.Outcome{}, pause(ctx, left)
}

// longestSleep keeps times within what can be stored.
const longestSleep = 100 * 365 * 24 * time.Hour

// wakeTime reads what a sleep waits for: a number of seconds, a date, or a date
// as text.
func wakeTime(args []engine.Value, began time.Time) (time.Time, *engine.Error) {
	if len(args) > 0 {
		if s, ok := args[0].AsText(); ok {
			if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
				return t, nil
			}
		}
		if ms, ok := args[0].AsDate(); ok {
			return time.UnixMilli(int64(ms)), nil
		}
		if n, ok := args[0].AsNumber(); ok {
			if n >= 0 && n <= longestSleep.Seconds() {
				return began.Add(time.Duration(n * float64(time.Second))), nil
			}
		}
	}
	return time.Time{}, engine.Fail(engine.WrongValue, "A run waits for a number of seconds, from 0 to a hundred years, or until a date.")
}

// putAway lets go of a run until its time or its event comes.
func (c *conductor) putAway(t *ticket, j *journal, away *putAway) error {
	err := j.also(c.life, store.Batch{Suspend: &away.wait, Stands: j.standsAway(t.machine, c.standsAwayAfter)})
	switch {
	case overtaken(err):
		return errCancelled
	case err != nil:
		c.log.Error("a run can't be put away", "run", t.id, "flow", t.flow, "err", err)
		return err
	}
	if !away.wait.Until.IsZero() {
		c.alarm.set(away.wait.Until)
	}
	if run, ok := strings.CutPrefix(away.wait.Event, runEvent("")); ok {
		// It may have ended just before we began to wait for that.
		if other, err := c.store.Run(c.life, run); err == nil && other.Status.Ended() {
			c.wakeFor(away.wait.Event)
		}
	}
	return errAway
}

// wakeFor lines up the runs that wait for an event.
func (c *conductor) wakeFor(event string) {
	waiting, err := c.store.Awaiting(c.life, event, 1)
	for err == nil && len(waiting) > 0 {
		var woken []store.QueuedRun
		woken, err = c.store.WakeFor(c.life, event, wakeAtOnce)
		for _, r := range woken {
			c.lineUp(r)
		}
		if len(woken) < wakeAtOnce {
			break
		}
	}
	if err != nil && c.life.Err() == nil {
		c.log.Error("runs that wait can't be woken", "event", event, "err", err)
	}
}

const wakeAtOnce = 500

// An alarm rings when the first of the times set has come.
type alarm struct{ poked chan time.Time }

func newAlarm() *alarm { return &alarm{make(chan time.Time, 64)} }

// set makes the alarm ring at a time, at the latest. The zero time is now.
func (a *alarm) set(t time.Time) {
	select {
	case a.poked <- t:
	default: // it will look at all times anyway
	}
}

// longestNap bounds how wrong the alarm is when the clock is set.
const longestNap = 15 * time.Second

// watch wakes runs and begins those of schedules, whenever their time comes,
// until the server stops.
func (c *conductor) watch(fire func(context.Context, time.Time) (time.Time, error)) {
	defer c.all.Done()
	timer := time.NewTimer(0)
	defer timer.Stop()
	var next time.Time
	for {
		select {
		case <-c.life.Done():
			return
		case t := <-c.alarm.poked:
			if !t.IsZero() && t.After(c.now()) && !next.IsZero() && !t.Before(next) {
				continue
			}
			if t.After(c.now()) {
				next = t
				timer.Reset(min(longestNap, t.Sub(c.now())))
				continue
			}
		case <-timer.C:
		}
		var err error
		if next, err = c.wake(c.life); err == nil {
			var due time.Time
			if due, err = fire(c.life, c.now()); !due.IsZero() && (next.IsZero() || due.Before(next)) {
				next = due
			}
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			c.log.Error("what is due can't be begun yet", "err", err)
			next = c.now().Add(time.Second)
		}
		nap := longestNap
		if !next.IsZero() {
			nap = min(nap, max(next.Sub(c.now()), 0))
		}
		timer.Reset(nap)
	}
}

// wake lines up the waiting runs whose time has come and returns when the next
// is due.
func (c *conductor) wake(ctx context.Context) (time.Time, error) {
	if err := c.unready.Load(); err != nil {
		return time.Time{}, *err
	}
	for {
		woken, err := c.store.Wake(ctx, c.now(), wakeAtOnce)
		if err != nil {
			return time.Time{}, err
		}
		for _, r := range woken {
			c.lineUp(r)
		}
		if len(woken) < wakeAtOnce {
			return c.store.NextDue(ctx)
		}
	}
}
