package server

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"blockflow/runtime/store"
)

// A policy is what an operator decides about the runs of one flow. It isn't part
// of the flow file: the same flow may run elsewhere under another.
type policy struct {
	// Concurrency is how many of its runs may run at a time; 0 is no limit but
	// the server's. Runs that another flow calls count too; without a limit
	// they run in that one's place.
	Concurrency int `json:"concurrency"`
	// OnFailure is the flow that runs when one of its runs failed; "" is none.
	OnFailure string `json:"onFailure"`
	// KeepDays and KeepRuns bound how long and how many ended runs are kept; 0
	// is as the server's settings say.
	KeepDays int `json:"keepDays"`
	KeepRuns int `json:"keepRuns"`
	// Attempts is how often an effect that could not reach its service, and that
	// can be repeated without harm, is tried in all; 0 is 3.
	Attempts int `json:"attempts"`
	// PauseMS is the pause after the first attempt in milliseconds; it doubles
	// with each, up to a minute. 0 is 500.
	PauseMS int `json:"pauseMs"`
	// Origins are the web pages that may call its webhooks, such as
	// "https://shop.example.com"; "*" is any.
	Origins []string `json:"origins"`
}

const (
	mostConcurrency = 10_000
	mostAttempts    = 20
	mostPause       = time.Minute
)

func (p policy) attempts() int {
	if p.Attempts == 0 {
		return 3
	}
	return p.Attempts
}

func (p policy) pause(n int) time.Duration {
	first := time.Duration(p.PauseMS) * time.Millisecond
	if first == 0 {
		first = 500 * time.Millisecond
	}
	return backoff(first, mostPause, n)
}

// check says what is wrong with a policy, in a sentence.
func (p policy) check() error {
	within := func(name string, n, most int) error {
		if n < 0 || n > most {
			return badRequest("bad_policy", name+" must be a whole number from 0 to "+itoa(most)+".")
		}
		return nil
	}
	if err := errors.Join(
		within("concurrency", p.Concurrency, mostConcurrency), within("keepDays", p.KeepDays, 36_500), within("keepRuns", p.KeepRuns, 1<<30),
		within("attempts", p.Attempts, mostAttempts), within("pauseMs", p.PauseMS, int(mostPause.Milliseconds())),
	); err != nil {
		return badRequest("bad_policy", firstLine(err.Error()))
	}
	if len(p.Origins) > 100 {
		return badRequest("bad_policy", "origins holds at most 100 addresses.")
	}
	for _, o := range p.Origins {
		if o != "*" && !isOrigin(o) {
			return badRequest("bad_policy", "An origin is written like https://shop.example.com, without a path.")
		}
	}
	if p.OnFailure != "" {
		return store.CheckFlowName(p.OnFailure)
	}
	return nil
}

// policies keeps the policies of all flows at hand; the store has them.
type policies struct {
	store *store.Store
	mu    sync.RWMutex
	known map[string]policy
}

func newPolicies(s *store.Store) *policies { return &policies{store: s, known: map[string]policy{}} }

func policySetting(flow string) string { return "policy." + flow }

// of returns a flow's policy; where the store can't be read, the default.
func (s *policies) of(ctx context.Context, flow string) policy {
	s.mu.RLock()
	p, ok := s.known[flow]
	s.mu.RUnlock()
	if ok {
		return p
	}
	return s.read(ctx, flow)
}

func (s *policies) read(ctx context.Context, flow string) policy {
	var p policy
	data, err := s.store.Setting(ctx, policySetting(flow))
	if err == nil {
		err = json.Unmarshal(data, &p)
	} else if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	if err == nil {
		s.mu.Lock()
		s.known[flow] = p
		s.mu.Unlock()
	}
	return p
}

func (s *policies) set(ctx context.Context, flow string, p policy) error {
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := s.store.SetSetting(ctx, policySetting(flow), data); err != nil {
		return err
	}
	s.mu.Lock()
	s.known[flow] = p
	s.mu.Unlock()
	return nil
}
