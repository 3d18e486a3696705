package server

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"blockflow/engine"
)

// A run that is debugged is a run like any other: what it does, happens. But its
// machine is traced from the first block on, and its driver stands still in the
// tracer, or before an effect, until somebody says how to go on. The machine
// knows nothing of this, so that runs without breakpoints pay nothing for it.
//
// Nothing happens in the world that nobody let through: a run that stands at a
// breakpoint is cancelled when nobody has watched its events for a while, when it
// has stood too long, and when the server is started again in the meantime.

const (
	debugTrigger  = "debug"
	longestDebug  = time.Hour        // of a run, pauses included
	longestPause  = 30 * time.Minute // at one breakpoint
	patience      = 15 * time.Second // with a run that stands and that nobody watches
	mostDebugging = 32               // runs at a time: each holds its place while it stands
	mostStops     = 1000
)

func (s *Server) debugRoutes(r gin.IRouter) {
	r.POST("/runs/:id/debug", s.handle(s.debugRun)) // go on, or change the breakpoints
}

// debugRequest says where a run stands still.
type debugRequest struct {
	Stops *[]string `json:"stops"` // blocks; absent: as they were
	Until string    `json:"until"` // a block to stand at once, besides
	Step  bool      `json:"step"`  // stand at the next statement or effect
}

func (r debugRequest) check() error {
	if r.Stops != nil && len(*r.Stops) > mostStops {
		return badRequest("bad_request", "A run can have at most "+itoa(mostStops)+" breakpoints.")
	}
	return nil
}

// debugs are the runs that are debugged.
type debugs struct {
	mu       sync.Mutex
	all      map[string]*debugging
	patience time.Duration
}

func newDebugs() *debugs { return &debugs{all: map[string]*debugging{}, patience: patience} }

func (d *debugs) of(run string) *debugging {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.all[run]
}

// begin makes a run one that is debugged.
func (d *debugs) begin(run string, v *viewers, r debugRequest) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.all) >= mostDebugging {
		return &problem{http.StatusTooManyRequests, "too_many_debugged", "Too many runs are being debugged at this moment. Stop one of them first.", nil}
	}
	x := &debugging{run: run, viewers: v, cast: v.join(run), patience: d.patience, stops: map[string]bool{}, inside: map[string]bool{}}
	x.change(r)
	d.all[run] = x
	return nil
}

func (d *debugs) end(run string) {
	d.mu.Lock()
	x := d.all[run]
	delete(d.all, run)
	d.mu.Unlock()
	if x != nil {
		x.viewers.leave(run, x.cast)
	}
}

// debugging is one run that is debugged. All but change, goOn and what they
// guard belongs to the run's driver.
type debugging struct {
	run      string
	viewers  *viewers
	cast     *broadcast // it watches itself, so that no event is lost
	patience time.Duration

	ctx    context.Context
	cancel context.CancelFunc
	m      *engine.Machine
	n      int // of the next event
	told   int // events up to here are old: the run was put away in between
	now    momentary
	inside map[string]bool // blocks at which the run stood already, this time round

	mu       sync.Mutex
	stops    map[string]bool
	until    string
	stepping bool
	going    chan struct{} // closed to go on; nil unless the run stands
}

// A stop is where a run stands.
type stop struct {
	N         int                   `json:"n"` // the last event
	Block     string                `json:"block"`
	Kind      string                `json:"kind"` // start, effect or value
	Effect    string                `json:"effect,omitempty"`
	Values    map[string]shownValue `json:"values"`
	Variables []variableThen        `json:"variables"`
}

// attach has a machine that begins, or begins again from its journal, stand still
// at breakpoints.
func (d *debugging) attach(ctx context.Context, cancel context.CancelFunc, m *engine.Machine, j *journal, host *engine.Host) {
	d.ctx, d.cancel, d.m, d.n, d.now = ctx, cancel, m, 0, newMomentary()
	d.cast.mu.Lock()
	d.cast.live = true
	d.cast.mu.Unlock()
	host.Journal = debugJournal{j, d}
	host.Budget = 1 // a cancelled run goes no further than its next step
	m.Trace(d.tell)
}

// tell is the machine's tracer.
func (d *debugging) tell(e engine.Event) {
	n := d.n
	d.n++
	d.now.take(n, e)
	if n < d.told {
		return
	}
	d.told = d.n
	d.cast.add(func() event { return shownEvent(n, d.m, e) }, n)
	switch e.Kind {
	case engine.Started:
		d.inside[e.Block] = true
		d.stand(e.Block, "start", "", true)
	case engine.Gave:
		if d.inside[e.Block] {
			delete(d.inside, e.Block)
			return
		}
		d.stand(e.Block, "value", "", false)
	case engine.Failed:
		delete(d.inside, e.Block)
	}
}

// A debugJournal stands still before an effect that is about to be performed.
type debugJournal struct {
	*journal
	d *debugging
}

// Intend is engine.Journal's.
func (j debugJournal) Intend(ctx context.Context, records []engine.Record) error {
	for _, r := range records {
		if j.d.inside[r.Block] {
			delete(j.d.inside, r.Block)
			continue
		}
		j.d.inside[r.Block] = true
		j.d.stand(r.Block, "effect", r.Kind, true)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return j.journal.Intend(ctx, records)
}

// stand holds the driver at a block, if that is wanted, until it may go on.
func (d *debugging) stand(block, kind, effect string, step bool) {
	d.mu.Lock()
	wanted := d.stops[block] || d.until == block || step && d.stepping
	if !wanted || d.ctx.Err() != nil {
		d.mu.Unlock()
		return
	}
	d.until, d.stepping = "", false
	going := make(chan struct{})
	d.going = going
	d.mu.Unlock()

	at := stop{N: d.n - 1, Block: block, Kind: kind, Effect: effect}
	at.Values, at.Variables = d.now.shown(d.m)
	d.cast.stands(at)
	d.wait(going)
	d.mu.Lock()
	d.going = nil
	d.mu.Unlock()
	d.cast.stands(nil)
}

// wait returns when the run may go on, or has been cancelled.
func (d *debugging) wait(going <-chan struct{}) {
	longest := time.NewTimer(longestPause)
	defer longest.Stop()
	look := time.NewTicker(d.patience / 10)
	defer look.Stop()
	seen := time.Now()
	for {
		select {
		case <-going:
			return
		case <-d.ctx.Done():
			return
		case <-longest.C:
			d.cancel()
			return
		case now := <-look.C:
			if d.viewers.watching(d.cast) > 1 {
				seen = now
			} else if now.Sub(seen) > d.patience {
				d.cancel()
				return
			}
		}
	}
}

func (d *debugging) change(r debugRequest) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.Stops != nil {
		clear(d.stops)
		for _, block := range *r.Stops {
			d.stops[block] = true
		}
	}
	d.until, d.stepping = r.Until, r.Step
}

// goOn lets the run go on; false if it doesn't stand.
func (d *debugging) goOn(r debugRequest) bool {
	d.mu.Lock()
	going := d.going
	d.going = nil
	d.mu.Unlock()
	if going == nil {
		return false
	}
	d.change(r)
	close(going)
	return true
}

// debugRun lets a run go on that stands at a breakpoint, or changes its
// breakpoints wherever it is.
func (s *Server) debugRun(c *gin.Context) error {
	var req struct {
		debugRequest
		Do string `json:"do"`
	}
	if err := readJSON(c, largestInput, &req); err != nil {
		return err
	}
	if !slices.Contains([]string{"", "continue"}, req.Do) {
		return badRequest("bad_request", "\"do\" must be \"continue\", or be left out to change only the breakpoints.")
	}
	if err := req.check(); err != nil {
		return err
	}
	d := s.runs.debugs.of(c.Param("id"))
	if d == nil {
		if _, err := s.store.Run(c, c.Param("id")); err != nil {
			return err
		}
		return &problem{http.StatusConflict, "not_debugged", "This run isn't being debugged: it has ended, or it was begun without breakpoints.", nil}
	}
	if req.Do == "" {
		d.change(req.debugRequest)
	} else if !d.goOn(req.debugRequest) {
		return &problem{http.StatusConflict, "not_standing", "This run doesn't stand at a breakpoint at this moment.", nil}
	}
	c.Status(http.StatusNoContent)
	return nil
}

// stands tells the viewers where the run stands, or with nil that it goes on.
func (b *broadcast) stands(at any) {
	data, err := json.Marshal(at)
	if err != nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.standing = data
	b.stood++
	b.tell()
}

// watching is how many watch a broadcast.
func (v *viewers) watching(b *broadcast) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return b.watchers
}
