package server

import (
	"context"
	"errors"

	"blockflow/engine"
	"blockflow/runtime/store"
)

// A long run keeps where it stands beside its journal, so that it goes on from
// there: what that takes depends on what it holds then, and not on how much it has
// done. It does so when it is put away, and while it works, each time after so many
// effects; in the write that is due anyway, if there is one. The journal stays
// whole: history is read from it, and a run whose snapshot can't be read, or is of
// another version of the engine, is replayed from its beginning.

const (
	standsAwayAfter = 500     // effects since the last snapshot, for a run that is put away
	standsAfter     = 10_000  // and for one that works
	largestStanding = 8 << 20 // bytes of a snapshot; a run that holds more is replayed
)

// stands is where a run stands now, nil if it isn't worth keeping: too few effects
// were performed since it was last kept, or it holds too much.
func (j *journal) stands(m *engine.Machine, after int) *store.Snapshot {
	if m.Effects()-j.stood < after {
		return nil
	}
	j.stood = m.Effects() // or it would be tried again at once
	state, err := m.Snapshot()
	if err != nil || len(state) > largestStanding {
		return nil
	}
	return &store.Snapshot{State: state}
}

// standsAway is stands for a run that is put away, with what it has asked for.
func (j *journal) standsAway(m *engine.Machine, after int) *store.Snapshot {
	x := j.stands(m, after)
	if x != nil {
		for _, call := range m.Next(1).Calls { // it asks the same again until it is answered
			x.Pending = append(x.Pending, string(call.Place))
		}
	}
	return x
}

// keepStanding keeps where a run stands that works. While it is still told what
// its journal holds it stands before the end of that, and nothing is kept.
func (c *conductor) keepStanding(t *ticket, j *journal, m *engine.Machine) {
	if m.Effects()-j.stood < c.standsAfter || !j.isLive() {
		return
	}
	state := j.stands(m, c.standsAfter)
	if state == nil {
		return
	}
	err := j.also(c.life, store.Batch{Stands: state})
	j.hasStood = j.hasStood || err == nil
	if err != nil && !overtaken(err) && c.life.Err() == nil {
		c.log.Warn("where a run stands can't be kept; it would be replayed from its beginning", "run", t.id, "err", err)
	}
}

// resume makes the machine of a run in the store as it stood last, with the rest
// of its journal; or as it was when it began, with all of it.
func (c *conductor) resume(ctx context.Context, id string) (*engine.Machine, *journal, store.RunInfo, error) {
	snapshot, entries, err := c.store.Snapshot(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return c.load(ctx, id)
	case isStorage(err), ctx.Err() != nil:
		return nil, nil, store.RunInfo{}, err
	}
	unread := err
	if unread == nil {
		kept, err := c.store.Run(ctx, id)
		if err != nil {
			return nil, nil, kept.RunInfo, err
		}
		p, err := c.programs.get(kept.Document, func() ([]byte, error) { return c.store.Document(ctx, kept.Document) })
		if err != nil {
			return nil, nil, kept.RunInfo, err
		}
		var m *engine.Machine
		if m, unread = engine.Restore(p, snapshot.State); unread == nil {
			j, err := journalOf(c.store, c.kinds, id, entries)
			if err != nil {
				return nil, nil, kept.RunInfo, err
			}
			j.stood, j.hasStood = m.Effects(), true
			return m, j, kept.RunInfo, nil
		}
	}
	c.log.Warn("where a run stood can't be read, so it is replayed from its beginning", "run", id, "err", unread)
	m, j, info, err := c.load(ctx, id)
	if err == nil {
		j.hasStood = true
	}
	return m, j, info, err
}
