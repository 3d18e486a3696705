package server

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"blockflow/engine"
	"blockflow/runtime"
	"blockflow/runtime/store"
)

// obeys is how long a driver may take to end a run that is cancelled. After that
// the store ends it, and what the driver still writes is refused.
const obeys = 50 * time.Millisecond

// cancelRun ends a run wherever it is: at work, in line, or waiting; and the runs
// that it called. When it answers, the run has ended for good.
func (s *Server) cancelRun(c *gin.Context) error {
	id := c.Param("id")
	if err := s.runs.cancel(c, id); err != nil {
		return err
	}
	return s.getRun(c)
}

func (c *conductor) cancel(ctx context.Context, id string) error {
	if err := c.unready.Load(); err != nil {
		return *err
	}
	if t, ok := c.tickets.stop(id); ok {
		timer := time.NewTimer(obeys)
		defer timer.Stop()
		select {
		case <-t.let:
			if t.err == nil && t.report.Status == runtime.Cancelled {
				return c.cancelCalled(ctx, id)
			}
		case <-timer.C:
		}
	}
	err := c.endCancelled(ctx, id, "The run was cancelled.")
	var state *store.StateError
	if errors.As(err, &state) {
		return &problem{http.StatusConflict, "ended", "This run has ended already, so there is nothing to cancel.", nil}
	}
	if err != nil {
		return err
	}
	c.debugs.end(id)
	c.viewers.moved(id)
	c.wakeFor(runEvent(id))
	return c.cancelCalled(ctx, id)
}

// endCancelled keeps the end of a run that nobody drives.
func (c *conductor) endCancelled(ctx context.Context, id, why string) error {
	reason := runtime.Rejected(engine.Fail(engine.Cancelled, "%s", why))
	reason.Status, reason.Log = runtime.Cancelled, []string{}
	o, err := endOf(reason)
	if err != nil {
		return err
	}
	if err := c.store.Finish(ctx, id, o); err != nil {
		return err
	}
	c.tracedKept(ctx, id)
	return nil
}

// endUnwatched ends a debugged run that the last stop of the server cut off:
// whoever watched it let nothing more through.
func (c *conductor) endUnwatched(t *ticket) {
	defer c.all.Done()
	err := c.endCancelled(c.life, t.id, "The server was started again while this run was being debugged, so it went no further.")
	if err != nil && c.life.Err() == nil {
		c.log.Error("a run's end can't be kept", "run", t.id, "err", err)
	}
	c.queue.leave(t.flow)
	c.tickets.letGo(t, runtime.Report{}, errCancelled)
	c.viewers.moved(t.id)
}

// cancelCalled cancels what a run has called.
func (c *conductor) cancelCalled(ctx context.Context, id string) error {
	runs, err := c.store.RunsOf(ctx, id)
	if err != nil {
		return err
	}
	for _, r := range runs {
		var known *problem
		if r.Origin.Kind != store.CallOf || r.Status.Ended() {
			continue
		}
		if err := c.cancel(ctx, r.ID); err != nil && !errors.As(err, &known) {
			return err
		}
	}
	return nil
}
