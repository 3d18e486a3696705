package server

import (
	"context"
	"errors"
	"sync"
	"time"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime"
	"blockflow/runtime/store"
)

// A ticket is a run that this process holds: it is being driven, or waits for a
// place, and somebody may wait for what comes of it.
type ticket struct {
	id, flow    string
	origin      store.Origin
	trigger     string
	version     int // 0: the draft
	started     time.Time
	traceParent string                  // the header traceparent that its event came with, or ""
	machine     *engine.Machine         // the driver's own; only who performs its calls may look
	inLine      bool                    // it was begun without a place; only who began it may look
	fleeting    bool                    // its journal is in memory
	flush       func()                  // writes what waits in its journal
	cancel      context.CancelCauseFunc // stops the driver; nil while the run waits for a place
	let         chan struct{}           // closed when the process lets go of the run

	// What came of it, once let is closed.
	report runtime.Report
	err    error // errAway, errStopping, or why it stands still

	answered chan struct{} // closed when reply may be given to the caller

	mu     sync.Mutex
	reply  *blocks.Response // what respond said, once written to disk
	spoken *blocks.Response // what respond said, not yet on disk
	unkept error            // why the run couldn't be written when it last should have been
}

var (
	errStopping  = errors.New("server: it is stopping")
	errAway      = errors.New("server: the run was put away until its time comes")
	errCancelled = errors.New("server: the run was cancelled")
)

// respond takes what the flow says; only the first counts.
func (t *ticket) respond(r blocks.Response) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.spoken != nil || t.reply != nil {
		return false
	}
	t.spoken = &r
	return true
}

// keeps notes whether the run could be written.
func (t *ticket) keeps(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.unkept = err
}

// notKept is why the run isn't on disk although it should be; nil: it is.
func (t *ticket) notKept() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.unkept
}

// settled lets the caller have the response: what led to it is on disk.
func (t *ticket) settled() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.spoken != nil {
		t.reply, t.spoken = t.spoken, nil
		close(t.answered)
	}
}

func (t *ticket) response() *blocks.Response {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.reply
}

// tickets are those that the process holds, by run.
type tickets struct {
	mu  sync.Mutex
	all map[string]*ticket
}

// hold returns the run's ticket and makes one if there is none.
func (s *tickets) hold(id, flow string) *ticket {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.all[id]
	if t == nil {
		t = &ticket{id: id, flow: flow, let: make(chan struct{}), answered: make(chan struct{})}
		s.all[id] = t
	}
	return t
}

func (s *tickets) get(id string) *ticket {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all[id]
}

// drive notes how to stop a run's driver.
func (s *tickets) drive(t *ticket, cancel context.CancelCauseFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t.cancel = cancel
}

// stop stops the driver of a run, if it has one.
func (s *tickets) stop(id string) (*ticket, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.all[id]
	if t == nil || t.cancel == nil {
		return nil, false
	}
	t.cancel(errCancelled)
	return t, true
}

// let says what came of a run and forgets it.
func (s *tickets) letGo(t *ticket, r runtime.Report, err error) {
	s.mu.Lock()
	delete(s.all, t.id)
	s.mu.Unlock()
	t.report, t.err = r, err
	close(t.let)
}

// driven tells whether somebody drives the run now.
func (s *tickets) driven(t *ticket) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return t.cancel != nil
}
