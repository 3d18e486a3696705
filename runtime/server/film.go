package server

import (
	"context"
	"slices"
	"sync"

	"blockflow/engine"
)

// Who looks at a run goes back and forth in it. The first look replays all of it
// and keeps snapshots on the way, so that any later moment is entered at the
// nearest one before it and not from the beginning.

const (
	filmsKept    = 4
	firstStation = 10_000  // events between two snapshots, at first
	mostStations = 128     // of a film; beyond that, every other one goes
	largestFilm  = 8 << 20 // bytes of its snapshots
	lookEvery    = 1000    // steps of a replay between looks whether that is enough
)

// A film is a run as one goes back and forth in it.
type film struct {
	run      string
	total    int // events
	effects  []mark
	stations []station // in order
	bytes    int
	every    int
}

// A station is the state of a run after so many events, with what its blocks and
// variables held.
type station struct {
	n        int
	snapshot []byte
	now      momentary // without the values, which the snapshot holds
	blocks   []string  // in the order of the values
}

// films are those that somebody has looked at last.
type films struct {
	mu   sync.Mutex
	kept []*developing
}

type developing struct {
	run   string
	ready chan struct{}
	film  *film
	err   error
}

// film returns a run's film. That of a run that goes on isn't kept.
func (c *conductor) film(ctx context.Context, id string) (*film, error) {
	r, err := c.store.Run(ctx, id)
	if err != nil {
		return nil, err
	}
	if !r.Status.Ended() {
		return c.develop(ctx, id)
	}
	c.films.mu.Lock()
	i := slices.IndexFunc(c.films.kept, func(d *developing) bool { return d.run == id })
	if i >= 0 {
		d := c.films.kept[i]
		c.films.kept = append(slices.Delete(c.films.kept, i, i+1), d)
		c.films.mu.Unlock()
		select {
		case <-d.ready:
			return d.film, d.err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	d := &developing{run: id, ready: make(chan struct{})}
	if c.films.kept = append(c.films.kept, d); len(c.films.kept) > filmsKept {
		c.films.kept = slices.Delete(c.films.kept, 0, 1)
	}
	c.films.mu.Unlock()
	d.film, d.err = c.develop(c.life, id) // others may wait for it when this caller has gone
	close(d.ready)
	if d.err != nil {
		c.films.mu.Lock()
		c.films.kept = slices.DeleteFunc(c.films.kept, func(x *developing) bool { return x == d })
		c.films.mu.Unlock()
	}
	return d.film, d.err
}

// develop replays a whole run.
func (c *conductor) develop(ctx context.Context, id string) (*film, error) {
	m, j, _, err := c.load(ctx, id)
	if err != nil {
		return nil, err
	}
	f, now := &film{run: id, effects: []mark{}, every: firstStation}, newMomentary()
	m.Trace(func(e engine.Event) {
		if e.Kind == engine.Performed && len(f.effects) < mostMarks {
			f.effects = append(f.effects, mark{f.total, e.Block, e.Effect, e.Place})
		}
		now.take(f.total, e)
		f.total++
	})
	within, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	last := 0
	_, err = engine.Host{Journal: j, Budget: lookEvery, Between: func() {
		if f.total-last >= f.every {
			last = f.total
			f.keep(m, now)
		}
	}}.Drive(within, m)
	return f, err
}

// keep adds a station, and takes others away when there are too many.
func (f *film) keep(m *engine.Machine, now momentary) {
	s := station{n: f.total, now: momentary{order: slices.Clone(now.order), set: map[string]int{}}}
	seen := []engine.Value{}
	for block, v := range now.gave {
		s.blocks, seen = append(s.blocks, block), append(seen, v)
	}
	for _, name := range now.order {
		s.now.set[name] = now.set[name]
		seen = append(seen, now.vars[name])
	}
	var err error
	if s.snapshot, err = m.SnapshotWith(seen); err != nil {
		return // one goes on from an earlier station
	}
	f.stations = append(f.stations, s)
	if f.bytes += len(s.snapshot); len(f.stations) <= mostStations && f.bytes <= largestFilm {
		return
	}
	f.every *= 2
	fewer := f.stations[:0]
	f.bytes = 0
	for i, s := range f.stations {
		if i%2 == 1 {
			fewer = append(fewer, s)
			f.bytes += len(s.snapshot)
		}
	}
	clear(f.stations[len(fewer):])
	f.stations = fewer
}

// enter makes a machine that stands before an event or earlier, the number of
// the event that it tells next, and what was known there.
func (f *film) enter(m *engine.Machine, before int) (*engine.Machine, int, momentary, error) {
	now := newMomentary()
	i, found := slices.BinarySearchFunc(f.stations, before, func(s station, n int) int { return s.n - n })
	if !found {
		i--
	}
	if i < 0 {
		return m, 0, now, nil
	}
	s := f.stations[i]
	m, seen, err := engine.RestoreWith(m.Program(), s.snapshot)
	if err != nil {
		return nil, 0, now, err
	}
	for i, block := range s.blocks {
		now.gave[block] = seen[i]
	}
	for i, name := range s.now.order {
		now.order = append(now.order, name)
		now.vars[name], now.set[name] = seen[len(s.blocks)+i], s.now.set[name]
	}
	return m, s.n, now, nil
}

// show tells a film's events from one on, or some before it, with what was known
// before each, until tell has enough.
func (c *conductor) show(ctx context.Context, f *film, from int, tell func(n int, m *engine.Machine, e engine.Event, now *momentary) bool) error {
	m, j, _, err := c.load(ctx, f.run)
	if err != nil {
		return err
	}
	m, n, now, err := f.enter(m, from)
	if err != nil {
		return err
	}
	within, enough := context.WithTimeout(ctx, c.timeout)
	defer enough()
	over := false
	m.Trace(func(e engine.Event) {
		if over {
			return
		}
		if n < from {
			now.take(n, e)
		} else if !tell(n, m, e, &now) {
			over = true
			enough()
		}
		n++
	})
	_, err = engine.Host{Journal: j, Budget: lookEvery}.Drive(within, m)
	if over {
		return nil
	}
	return err
}
