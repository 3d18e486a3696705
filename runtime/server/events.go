package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"blockflow/engine"
	"blockflow/runtime/store"
)

// A run that somebody watches tells what it does while it does it. Nobody pays
// for that who isn't watched: the driver looks for viewers when it comes to an
// effect, and only then has its machine traced. What came before is replayed
// from the journal; so is all of a run that has ended.

// viewers are those who watch runs.
type viewers struct {
	count atomic.Int64
	mu    sync.Mutex
	byRun map[string]*broadcast
}

// A broadcast is what the viewers of one run are told.
type broadcast struct {
	mu       sync.Mutex
	watchers int
	live     bool            // the driver tells each event as it happens
	events   []event         // from the first on
	standing json.RawMessage // where the run stands at a breakpoint, or null
	stood    int             // how often that changed
	changed  chan struct{}
}

func newViewers() *viewers { return &viewers{byRun: map[string]*broadcast{}} }

func (v *viewers) join(run string) *broadcast {
	v.mu.Lock()
	defer v.mu.Unlock()
	b := v.byRun[run]
	if b == nil {
		b = &broadcast{changed: make(chan struct{})}
		v.byRun[run] = b
	}
	b.watchers++
	v.count.Add(1)
	return b
}

func (v *viewers) leave(run string, b *broadcast) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.count.Add(-1)
	if b.watchers--; b.watchers == 0 {
		delete(v.byRun, run)
	}
}

func (v *viewers) of(run string) *broadcast {
	if v.count.Load() == 0 {
		return nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.byRun[run]
}

// moved tells the viewers of a run that its driver let go of it.
func (v *viewers) moved(run string) {
	if b := v.of(run); b != nil {
		b.mu.Lock()
		b.live = false
		b.tell()
		b.mu.Unlock()
	}
}

// tell wakes the viewers; b.mu is held.
func (b *broadcast) tell() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// add tells the event with the number n, unless there are too many already.
func (b *broadcast) add(shown func() event, n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.events) == n && n < mostEvents {
		b.events = append(b.events, shown())
		b.tell()
	}
}

// news is what a viewer is told at a time.
type news struct {
	events   []event
	standing json.RawMessage
	stood    int
	more     <-chan struct{} // closed when there is more
}

// after returns the events from n on, and where the run stands after them.
func (b *broadcast) after(n int) news {
	b.mu.Lock()
	defer b.mu.Unlock()
	return news{b.events[min(n, len(b.events)):], b.standing, b.stood, b.changed}
}

// observer is told of each effect, in the driver's goroutine, while its machine
// stands still: the place to begin to trace it.
func (v *viewers) observer(c *conductor, run string, m *engine.Machine, j *journal) func(engine.Call, *engine.Outcome) {
	return func(_ engine.Call, o *engine.Outcome) {
		b := v.of(run)
		if b == nil || o != nil {
			return
		}
		b.mu.Lock()
		begun := b.live
		b.live = true
		b.mu.Unlock()
		if begun {
			return
		}
		if err := j.flush(c.life); err != nil {
			return // the viewers see all of it when it has ended
		}
		n := 0
		err := c.replay(c.life, run, func(m *engine.Machine, e engine.Event) {
			if e.Kind == engine.Failed && e.Err.Code == engine.JournalEnds {
				return // here the driver is now
			}
			b.add(func() event { return shownEvent(n, m, e) }, n)
			n++
		})
		if err == nil {
			m.Trace(func(e engine.Event) {
				b.add(func() event { return shownEvent(n, m, e) }, n)
				n++
			})
		}
	}
}

const heartbeat = 15 * time.Second

// runEvents streams what a run does as server-sent events: its trace, as far as
// it has come and then live, each with its number as id; and its status whenever
// that changes; and where a run that is debugged stands. It ends when the run has
// ended.
func (s *Server) runEvents(c *gin.Context) error {
	id := c.Param("id")
	if s.runs.tickets.get(id) == nil {
		if _, err := s.store.Run(c, id); err != nil {
			return err
		}
	}
	b := s.runs.viewers.join(id)
	defer s.runs.viewers.leave(id, b)
	h := c.Writer.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // a proxy would hold events back
	_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Time{})
	stream := &eventStream{c: c, next: lastSeen(c)}
	ticker := time.NewTicker(heartbeat)
	defer ticker.Stop()
	for {
		now := b.after(stream.next)
		stream.events(now.events)
		stream.stands(now)
		over, err := s.streamStatus(c, id, stream)
		if err != nil || over {
			return nil // the headers are out: there is nobody to tell but by ending
		}
		c.Writer.Flush()
		select {
		case <-now.more:
		case <-ticker.C:
			stream.raw(": still here\n\n")
		case <-c.Request.Context().Done():
			return nil
		case <-s.draining:
			return nil
		}
	}
}

// lastSeen is where a browser that reconnects goes on.
func lastSeen(c *gin.Context) int {
	n := 0
	if _, err := fmt.Sscan(c.GetHeader("Last-Event-ID"), &n); err != nil || n < 0 {
		return 0
	}
	return n + 1
}

// streamStatus says where the run stands, if that is new, and tells whether it
// has ended.
func (s *Server) streamStatus(ctx context.Context, id string, out *eventStream) (bool, error) {
	r, err := s.store.Run(ctx, id)
	if notFound(err) == nil && err != nil {
		return false, nil // it isn't on disk yet
	}
	if err != nil {
		return false, err
	}
	if !r.Status.Ended() {
		out.status(r)
		return false, nil
	}
	w := window{from: out.next, limit: mostEvents, events: []event{}}
	if err := s.runs.replay(ctx, id, w.tell); err != nil {
		return false, err
	}
	out.events(w.events)
	out.status(r)
	return true, nil
}

// An eventStream writes server-sent events.
type eventStream struct {
	c      *gin.Context
	next   int // number of the next event
	stated store.Status
	stood  int
}

func (o *eventStream) raw(text string) { _, _ = o.c.Writer.WriteString(text) }

func (o *eventStream) events(list []event) {
	for _, e := range list {
		if e.N < o.next {
			continue
		}
		if data, err := json.Marshal(e); err == nil {
			o.raw(fmt.Sprintf("event: trace\nid: %d\ndata: %s\n\n", e.N, data))
		}
		o.next = e.N + 1
	}
}

// stands says where the run stands at a breakpoint, or with null that it goes on.
func (o *eventStream) stands(now news) {
	if now.stood != o.stood {
		o.stood = now.stood
		o.raw(fmt.Sprintf("event: stands\ndata: %s\n\n", now.standing))
	}
}

func (o *eventStream) status(r store.Run) {
	if r.Status == o.stated {
		return
	}
	o.stated = r.Status
	if data, err := json.Marshal(shownRun(r)); err == nil {
		o.raw(fmt.Sprintf("event: status\ndata: %s\n\n", data))
	}
}
