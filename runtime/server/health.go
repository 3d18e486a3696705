package server

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

// health answers whether the server can do its work. What that costs doesn't
// depend on how often it is asked: the answer is kept for a second.
type health struct {
	mu    sync.Mutex
	asked time.Time
	err   error
}

const healthFor = time.Second

// ready is /readyz: whether the store can be read and the server isn't stopping.
func (s *Server) ready(c *gin.Context) {
	h := &s.health
	h.mu.Lock()
	if now := time.Now(); now.Sub(h.asked) >= healthFor {
		ctx, cancel := context.WithTimeout(context.Background(), healthFor)
		_, h.err = s.store.HasPeople(ctx)
		cancel()
		h.asked = now
	}
	err := h.err
	h.mu.Unlock()
	stopping := false
	select {
	case <-s.draining:
		stopping = true
	default:
	}
	switch {
	case stopping:
		c.String(http.StatusServiceUnavailable, "stopping")
	case err != nil:
		s.log.Error("the store can't be read", "err", err)
		c.String(http.StatusServiceUnavailable, "the database can't be read")
	default:
		c.String(http.StatusOK, "ready")
	}
}

// watchStore adds what is in the store to the metrics.
func (s *Server) watchStore() {
	count := func(which func(queued, waiting, dead int) int) func() float64 {
		return func() float64 {
			ctx, cancel := context.WithTimeout(context.Background(), healthFor)
			defer cancel()
			queued, _, waiting, dead, err := s.store.Counts(ctx)
			if err != nil {
				return -1
			}
			return float64(which(queued, waiting, dead))
		}
	}
	s.metrics.watch("blockflow_runs_queued", "Runs that wait for a place.", count(func(q, _, _ int) int { return q }))
	s.metrics.watch("blockflow_runs_waiting", "Runs that were put away until a time or an event.", count(func(_, w, _ int) int { return w }))
	s.metrics.watch("blockflow_dead_letters", "Failed runs that nobody has dealt with.", count(func(_, _, d int) int { return d }))
}

// measured tells the metrics how long requests took, by route.
func (s *Server) measured(c *gin.Context) {
	began := time.Now()
	c.Next()
	route := c.FullPath()
	if route == "" {
		route = "editor"
	}
	s.metrics.requests.WithLabelValues(route, string('0'+rune(c.Writer.Status()/100))+"xx").Observe(time.Since(began).Seconds())
}
