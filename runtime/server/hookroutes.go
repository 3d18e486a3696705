package server

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime/store"
)

// A hookRoute is a webhook that can be called.
type hookRoute struct {
	flow     string
	version  int // 0: the draft
	document string
	file     []byte // nil if the store has it
	program  *engine.Program
	entry    engine.Entry
	segments []string
	damaged  error // its flow can't be read: it is answered with that
}

// hookRoutes are the webhooks of all published versions, read from the store
// when they are asked for first and after every change: what they are is a matter
// of the store, never of what this process has done.
type hookRoutes struct {
	mu     sync.RWMutex
	fresh  bool
	routes []hookRoute
	users  map[string][]hookRoute // by event
}

func (h *hookRoutes) changed() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fresh, h.routes = false, nil
}

func (s *Server) publishedHooks(ctx context.Context) ([]hookRoute, error) {
	h := &s.hooks
	h.mu.RLock()
	routes, fresh := h.routes, h.fresh
	h.mu.RUnlock()
	if fresh {
		return routes, nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.fresh {
		return h.routes, nil
	}
	hooks, err := s.store.Hooks(ctx, "")
	if err != nil {
		return nil, err
	}
	h.routes = nil
	for _, x := range hooks {
		r, err := s.routeOf(ctx, x)
		if err != nil {
			s.log.Error("a webhook can't be served", "flow", x.Flow, "version", x.Version, "err", err)
			if isStorage(err) || ctx.Err() != nil {
				return nil, err // and not for good
			}
			r = hookRoute{
				flow: x.Flow, version: x.Version, damaged: err, segments: strings.Split(x.Path, "/"),
				entry: engine.Entry{Fields: map[string]string{blocks.WebhookMethod: x.Method}},
			}
		}
		h.routes = append(h.routes, r)
	}
	if err := s.readUserHats(ctx); err != nil {
		return nil, err
	}
	slices.SortStableFunc(h.routes, func(a, b hookRoute) int { return a.looseness() - b.looseness() })
	h.fresh = true
	return h.routes, nil
}

func (s *Server) routeOf(ctx context.Context, x store.Hook) (hookRoute, error) {
	v, err := s.store.Version(ctx, x.Flow, x.Version)
	if err != nil {
		return hookRoute{}, err
	}
	p, err := s.runs.programs.get(v.Document, func() ([]byte, error) { return v.File, nil })
	if err != nil {
		return hookRoute{}, err
	}
	entry, ok := p.Entry(x.Block, "")
	if !ok {
		return hookRoute{}, &store.NotFoundError{What: "webhook", Name: x.Path}
	}
	return hookRoute{flow: x.Flow, version: x.Version, document: v.Document, program: p, entry: entry, segments: hookSegments(entry)}, nil
}

// unusable is what the callers of a webhook are told whose flow can't be read. They
// may come again: the event isn't lost if the flow is put right meanwhile.
func (r hookRoute) unusable() error {
	if r.damaged == nil {
		return nil
	}
	return &problem{http.StatusServiceUnavailable, damaged, fmt.Sprintf(
		"The flow %q of this webhook can't be read, so nothing was run. Publish it again, or restore the database from a backup.", r.flow), nil}
}

// looseness orders routes: words before names, one method before any.
func (r hookRoute) looseness() int {
	n := 0
	for _, s := range r.segments {
		n *= 2
		if strings.HasPrefix(s, ":") {
			n++
		}
	}
	n *= 2
	if r.entry.Fields[blocks.WebhookMethod] == blocks.AnyMethod {
		n++
	}
	return n
}

// matches compares a route with a request and returns its parameters.
func (r hookRoute) matches(method string, segments []string) (map[string]string, bool) {
	m := r.entry.Fields[blocks.WebhookMethod]
	if len(segments) != len(r.segments) || m != method && m != blocks.AnyMethod {
		return nil, false
	}
	var params map[string]string
	for i, s := range r.segments {
		if name, ok := strings.CutPrefix(s, ":"); ok {
			if params == nil {
				params = map[string]string{}
			}
			params[name] = segments[i]
		} else if s != segments[i] {
			return nil, false
		}
	}
	return params, true
}

// requestSegments splits what comes behind a prefix in a request's path, as it
// came: an escaped slash is part of its segment, and nothing is cleaned up. ok is
// false for what no webhook can be called.
func requestSegments(u *url.URL, prefix string) (segments []string, ok bool) {
	rest, found := strings.CutPrefix(u.EscapedPath(), prefix)
	rest = strings.TrimSuffix(rest, "/")
	if !found || rest == "" || len(rest) > 4000 {
		return nil, false
	}
	for part := range strings.SplitSeq(rest, "/") {
		text, err := url.PathUnescape(part)
		if err != nil || text == "" || text == "." || text == ".." || !utf8.ValidString(text) || strings.ContainsFunc(text, isControl) {
			return nil, false
		}
		segments = append(segments, text)
	}
	return segments, true
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
