package server

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"
)

// Live are the settings that a server takes up while it runs; see Server.Set.
type Live struct {
	HookWait  time.Duration // how long a webhook's caller waits for the answer; 0 means a minute
	HookBytes int64         // largest body of a webhook; 0 means 1 MiB
	KeepDays  int           // how long ended runs are kept; 0: for ever
	KeepRuns  int           // how many ended runs of a flow are kept; 0: all
	Rate      float64       // requests a second from one address; 0: no limit
}

const (
	defaultHookBytes = 1 << 20
	defaultHookWait  = time.Minute
)

// Set changes the live settings. What an owner chose in the editor stands above
// them.
func (s *Server) Set(l Live) {
	if l.HookWait == 0 {
		l.HookWait = defaultHookWait
	}
	if l.HookBytes == 0 {
		l.HookBytes = defaultHookBytes
	}
	s.choosing.Lock()
	defer s.choosing.Unlock()
	s.configured = l
	s.putInForce()
}

// putInForce takes up what is configured and chosen; choosing is held.
func (s *Server) putInForce() {
	l := s.chosen.over(s.configured)
	if old := s.live.Swap(&l); old == nil || old.Rate != l.Rate {
		s.senders.reset(l.Rate)
	}
}

// senders bound how many requests each address may send.
type senders struct {
	mu    sync.Mutex
	rate  rate.Limit
	known map[string]*rate.Limiter
	swept time.Time
}

const (
	burstSeconds = 10
	mostSenders  = 10_000 // at a time; when there are more, all begin anew
)

func (s *senders) reset(perSecond float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rate, s.known = rate.Limit(perSecond), map[string]*rate.Limiter{}
}

// allow tells whether an address may send one more, or else how long to wait.
func (s *senders) allow(address string, now time.Time) (time.Duration, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rate == 0 {
		return 0, true
	}
	if len(s.known) >= mostSenders || now.Sub(s.swept) > time.Hour {
		s.known, s.swept = map[string]*rate.Limiter{}, now
	}
	l := s.known[address]
	if l == nil {
		l = rate.NewLimiter(s.rate, max(1, int(float64(s.rate)*burstSeconds)))
		s.known[address] = l
	}
	if l.AllowN(now, 1) {
		return 0, true
	}
	return time.Duration(float64(time.Second) / float64(s.rate)), false
}

// limited refuses those who send too much. It is asked before anything else is
// done for a request, and believes no header about where that comes from.
func (s *Server) limited(c *gin.Context) {
	wait, ok := s.senders.allow(c.RemoteIP(), time.Now())
	if ok {
		return
	}
	c.Header("Retry-After", itoa(int(wait/time.Second)+1))
	answer(c, &problem{http.StatusTooManyRequests, "too_many_requests", "There were too many requests from this address. Wait a moment, then try again.", nil})
}

const (
	pruneEvery  = time.Minute
	pruneAtOnce = 200 // runs in one write
	tidyPages   = 500 // of 4 KiB, given back to the disk after each round
)

// prunes deletes old runs as long as the server runs.
func (s *Server) prunes() {
	defer s.runs.all.Done()
	ticker := time.NewTicker(pruneEvery)
	defer ticker.Stop()
	for {
		if err := s.prune(s.runs.life); err != nil && s.runs.life.Err() == nil {
			s.log.Error("old runs can't be deleted", "err", err)
		}
		select {
		case <-ticker.C:
		case <-s.runs.life.Done():
			return
		}
	}
}

// prune deletes the runs that are too old or too many, in many short writes:
// others come in between.
func (s *Server) prune(ctx context.Context) error {
	l, now, all := s.live.Load(), s.runs.now(), 0
	several := func(some func() (int, error)) error {
		for {
			n, err := some()
			all += n
			if err != nil || n == 0 {
				return err
			}
			s.metrics.pruned.Add(float64(n))
		}
	}
	before := func(days int) time.Time { return now.Add(-time.Duration(days) * 24 * time.Hour) }
	flows, err := s.store.ListFlows(ctx)
	if err != nil {
		return err
	}
	kept := l.KeepDays // by the flow that keeps its runs longest
	for _, f := range flows {
		p := s.runs.policies.of(ctx, f.Name)
		if p.KeepDays > 0 {
			kept = max(kept, p.KeepDays)
			if err := several(func() (int, error) {
				return s.store.PruneFlowOlder(ctx, f.Name, before(p.KeepDays), pruneAtOnce)
			}); err != nil {
				return err
			}
		} else if l.KeepDays > 0 {
			if err := several(func() (int, error) {
				return s.store.PruneFlowOlder(ctx, f.Name, before(l.KeepDays), pruneAtOnce)
			}); err != nil {
				return err
			}
		}
		keep := p.KeepRuns
		if keep == 0 {
			keep = l.KeepRuns
		}
		if keep > 0 {
			if err := several(func() (int, error) { return s.store.PruneBeyond(ctx, f.Name, keep, pruneAtOnce) }); err != nil {
				return err
			}
		}
	}
	if l.KeepDays > 0 { // those of flows that were deleted
		if err := several(func() (int, error) { return s.store.PruneOlder(ctx, before(kept), pruneAtOnce) }); err != nil {
			return err
		}
	}
	if all > 0 {
		return s.store.Tidy(ctx, tidyPages)
	}
	return nil
}
