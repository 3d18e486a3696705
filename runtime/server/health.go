package server

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"blockflow/runtime/store"
)

// health answers whether the server can do its work. What that costs doesn't
// depend on how often it is asked: the answer is kept for a second.
type health struct {
	mu    sync.Mutex
	asked time.Time
	err   error
}

const healthFor = time.Second

// look asks the store whether it can be read and written.
func (s *Server) look() error {
	h := &s.health
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := time.Now(); now.Sub(h.asked) >= healthFor {
		ctx, cancel := context.WithTimeout(context.Background(), healthFor)
		was := h.err
		if _, h.err = s.store.HasPeople(ctx); h.err == nil {
			h.err = s.store.Writable(ctx)
		}
		cancel()
		h.asked = now
		switch {
		case h.err != nil && was == nil:
			s.log.Error("the store can't be used", "err", h.err)
		case h.err == nil && was != nil:
			s.log.Info("the store can be used again")
		}
	}
	return h.err
}

// ready is /readyz: whether events can be read, kept and run, and the server isn't
// stopping. What is wrong stands there in a sentence.
func (s *Server) ready(c *gin.Context) {
	select {
	case <-s.draining:
		c.Header("Retry-After", retryAfter)
		c.String(http.StatusServiceUnavailable, "stopping")
		return
	default:
	}
	if err := s.look(); err != nil {
		c.Header("Retry-After", retryAfter)
		c.String(http.StatusServiceUnavailable, wordsOf(err))
		return
	}
	c.String(http.StatusOK, "ready")
}

// alive is /healthz: a process that answers need not be started again, also when
// the disk is full; it says so.
func (s *Server) alive(c *gin.Context) {
	if err := s.look(); err != nil {
		c.String(http.StatusOK, "alive, but not ready: "+wordsOf(err))
		return
	}
	c.String(http.StatusOK, "ok")
}

func wordsOf(err error) string {
	var storage *store.StorageError
	if errors.As(err, &storage) {
		return storage.Sentence()
	}
	return "The database can't be read."
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
