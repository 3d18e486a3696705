package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime/store"
)

// What happens to users begins runs of the flows that have the hat *when a user
// has …*. It is seen where the user service answers, whoever asked, and the runs
// are on disk before the answer goes out. A change that a flow makes has a key;
// if it is cut off and done again, the event comes again with the same key, and
// makes no second run.

// A userChange is what one request did to a user.
type userChange struct {
	event    string // blocks.UserRegistered, …
	objectID string // from the path; "" if only the answer tells
	saved    bool   // an update or, if the user is new, a registration: the answer tells
}

// changeOf reads a request of the user service's protocol, in each of its forms.
func changeOf(r *http.Request) (userChange, bool) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	for len(parts) > 0 && parts[0] != "users" && parts[0] != "data" {
		parts = parts[1:]
	}
	last := ""
	if len(parts) > 0 {
		last = parts[len(parts)-1]
	}
	switch path := strings.Join(parts[:max(len(parts)-1, 0)], "/"); {
	case r.Method == http.MethodPost && path == "users" && last == "register":
		return userChange{event: blocks.UserRegistered}, true
	case r.Method == http.MethodPost && path == "users" && last == "login":
		return userChange{event: blocks.UserLoggedIn}, true
	case r.Method == http.MethodPost && path == "data" && last == "Users":
		return userChange{event: blocks.UserRegistered}, true
	case r.Method == http.MethodPut && path == "data" && last == "Users":
		return userChange{event: blocks.UserUpdated, saved: true}, true
	case r.Method == http.MethodPut && (path == "users" || path == "data/Users"):
		return userChange{event: blocks.UserUpdated, objectID: last}, true
	case r.Method == http.MethodDelete && (path == "users" || path == "data/Users"):
		return userChange{event: blocks.UserDeleted, objectID: last}, true
	}
	return userChange{}, false
}

// listenToUsers serves the user service over HTTP and tells of changes.
func (s *Server) listenToUsers(service http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		change, ok := changeOf(r)
		if !ok || !s.hears(r.Context(), change) {
			service.ServeHTTP(w, r)
			return
		}
		answer := &heldAnswer{header: http.Header{}, status: http.StatusOK}
		service.ServeHTTP(answer, r)
		if answer.status < http.StatusMultipleChoices {
			key := ""
			if given := r.Header.Get("Idempotency-Key"); given != "" {
				key = "client:" + given
			}
			s.tellOfUser(r.Context(), change, answer.body.Bytes(), key)
		}
		answer.release(w)
	})
}

// A heldAnswer keeps an answer until what must come before it is done.
type heldAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *heldAnswer) Header() http.Header         { return a.header }
func (a *heldAnswer) WriteHeader(status int)      { a.status = status }
func (a *heldAnswer) Write(b []byte) (int, error) { return a.body.Write(b) }

func (a *heldAnswer) release(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes()) // fails only if the caller has gone
}

// A listener is the way from flows to the embedded service, which tells of
// changes, too.
type listener struct {
	http.RoundTripper
	server *Server
}

// RoundTrip is http.RoundTripper's.
func (l listener) RoundTrip(r *http.Request) (*http.Response, error) {
	change, ok := changeOf(r)
	res, err := l.RoundTripper.RoundTrip(r)
	if err != nil || !ok || res.StatusCode >= http.StatusMultipleChoices || !l.server.hears(r.Context(), change) {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	_ = res.Body.Close() // it was read whole
	res.Body = io.NopCloser(bytes.NewReader(body))
	key := r.Header.Get("Idempotency-Key")
	run, _, _ := strings.Cut(key, ":")
	if t := l.server.runs.tickets.get(run); t == nil || t.trigger != userTrigger {
		l.server.tellOfUser(r.Context(), change, body, "flow:"+key)
	}
	return res, nil
}

const userTrigger = "user"

// hears reports whether any flow asks for such a change.
func (s *Server) hears(ctx context.Context, change userChange) bool {
	return len(s.userHats(ctx, change.event)) > 0 || change.saved && len(s.userHats(ctx, blocks.UserRegistered)) > 0
}

// userHats are the hats for an event, of all published versions.
func (s *Server) userHats(ctx context.Context, event string) []hookRoute {
	if _, err := s.publishedHooks(ctx); err != nil { // reads all that is published
		s.log.Error("the flows for users' events can't be read", "err", err)
		return nil
	}
	s.hooks.mu.RLock()
	defer s.hooks.mu.RUnlock()
	return s.hooks.users[event]
}

// readUserHats finds the hats for users' events; s.hooks.mu is held.
func (s *Server) readUserHats(ctx context.Context) error {
	flows, err := s.store.ListFlows(ctx)
	if err != nil {
		return err
	}
	s.hooks.users = map[string][]hookRoute{}
	for _, f := range flows {
		if f.Published == nil {
			continue
		}
		p, err := s.runs.programs.get(f.Published.Document, func() ([]byte, error) { return s.store.Document(ctx, f.Published.Document) })
		if err != nil {
			s.log.Error("a flow can't be read", "flow", f.Name, "err", err)
			continue
		}
		for _, e := range p.Entries {
			if e.Type == blocks.WhenUser {
				event := e.Fields[blocks.UserEvent]
				s.hooks.users[event] = append(s.hooks.users[event], hookRoute{
					flow: f.Name, version: f.Published.Version, document: f.Published.Document, program: p, entry: e,
				})
			}
		}
	}
	return nil
}

// tellOfUser begins the runs for what happened to a user.
func (s *Server) tellOfUser(ctx context.Context, change userChange, answer []byte, key string) {
	user, err := engine.ParseForeignJSON(answer)
	if err != nil || user.Kind() != engine.KindObject {
		user = engine.Null
	}
	if id, ok := user.Get("objectId"); ok && change.objectID == "" {
		change.objectID, _ = id.AsText()
	}
	if at, ok := user.Get("updated"); change.saved && ok && at.IsNull() {
		change.event = blocks.UserRegistered
	}
	for _, secret := range []string{"user-token", "password"} {
		if user.Kind() == engine.KindObject {
			user.Delete(secret)
		}
	}
	if change.event == blocks.UserDeleted {
		user = engine.Null
	}
	for _, r := range s.userHats(context.WithoutCancel(ctx), change.event) {
		j := job{
			flow: r.flow, version: r.version, hash: r.document, entry: r.entry, trigger: userTrigger, kept: true,
			input: engine.ObjectOf([]string{"event", "objectId", "user"}, []engine.Value{engine.Text(strings.ToLower(change.event)), engine.Text(change.objectID), user}),
		}
		if key != "" {
			j.key = &store.EventKey{Scope: "user\x00" + r.flow + "\x00" + r.entry.Block, Key: key}
		}
		var taken *store.KeyTakenError
		if _, err := s.runs.begin(j, r.program); err != nil && !errors.As(err, &taken) {
			s.log.Error("an event of a user is lost", "event", change.event, "flow", r.flow, "err", err)
		}
	}
}
