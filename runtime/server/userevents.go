package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime"
	"blockflow/runtime/store"
	"blockflow/runtime/users"
)

// What happens to users begins runs of the flows that have the hat *when a user
// has …*, and what is about to happen is asked of those that have *before a user
// has …*. The user service calls its hook for both. It writes what happened in the
// transaction of the change, and tells it until it is taken; the run is kept under
// the event's id, so an event that is told twice makes one run.

const userTrigger = "user"

// userEvents are the hats' names of what the user service tells.
var userEvents = map[string]string{
	users.EventRegister: blocks.UserRegistered, users.EventLogin: blocks.UserLoggedIn,
	users.EventUpdate: blocks.UserUpdated, users.EventRemove: blocks.UserDeleted,
	users.EventLogout: blocks.UserLoggedOut, users.EventRestore: blocks.UserForgot,
}

// hearUsers has the user service call this server.
func (s *Server) hearUsers(ctx context.Context) error {
	s.users.SetHook(users.Hook{
		Before: s.beforeUser,
		After:  s.tellOfUser,
		Hears: func(kind string) bool {
			return len(s.userHats(context.Background(), userEvents[kind], blocks.UserAfter)) > 0
		},
	})
	return s.users.TellAgain(ctx)
}

// A listener is the way from flows to the embedded service. It marks what flows do
// that an event of a user has begun: that begins no others.
type listener struct {
	http.RoundTripper
	server *Server
}

// RoundTrip is http.RoundTripper's.
func (l listener) RoundTrip(r *http.Request) (*http.Response, error) {
	run, _, _ := strings.Cut(r.Header.Get("Idempotency-Key"), ":")
	if run != "" && l.server.hasUserHats(r.Context()) && l.server.runs.byUserEvent(r.Context(), run) {
		r = r.WithContext(users.WithoutHook(r.Context()))
	}
	return l.RoundTripper.RoundTrip(r)
}

// byUserEvent reports whether an event of a user has begun a run, or the one that
// it comes from.
func (c *conductor) byUserEvent(ctx context.Context, run string) bool {
	for range deepestCall + 2 {
		trigger, from := "", ""
		if t := c.tickets.get(run); t != nil {
			trigger, from = t.trigger, t.origin.Run
		} else if kept, err := c.store.Run(ctx, run); err == nil {
			trigger, from = kept.Trigger, kept.Origin.Run
		}
		if trigger == userTrigger {
			return true
		}
		if run = from; run == "" {
			return false
		}
	}
	return true // nobody calls so deep
}

// userHatKey is one of the lists of hats for users' events.
func userHatKey(event, when string) string { return when + " " + event }

// userHats are the hats for an event, of all published versions.
func (s *Server) userHats(ctx context.Context, event, when string) []hookRoute {
	if !s.hasUserHats(ctx) {
		return nil
	}
	s.hooks.mu.RLock()
	defer s.hooks.mu.RUnlock()
	return s.hooks.users[userHatKey(event, when)]
}

func (s *Server) hasUserHats(ctx context.Context) bool {
	if _, err := s.publishedHooks(ctx); err != nil { // reads all that is published
		s.log.Error("the flows for users' events can't be read", "err", err)
		return false
	}
	s.hooks.mu.RLock()
	defer s.hooks.mu.RUnlock()
	return len(s.hooks.users) > 0
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
				key := userHatKey(e.Fields[blocks.UserEvent], e.Fields[blocks.UserWhen])
				s.hooks.users[key] = append(s.hooks.users[key], hookRoute{
					flow: f.Name, version: f.Published.Version, document: f.Published.Document, program: p, entry: e,
				})
			}
		}
	}
	return nil
}

// userJob is a run for an event.
func userJob(r hookRoute, e users.Event) (job, error) {
	user := engine.Null
	if len(e.Values) > 0 && e.Kind != users.EventRemove {
		var err error
		if user, err = engine.ParseForeignJSON(e.Values); err != nil {
			return job{}, err
		}
	}
	event := strings.ToLower(userEvents[e.Kind])
	return job{
		flow: r.flow, version: r.version, hash: r.document, entry: r.entry, trigger: userTrigger,
		input: engine.ObjectOf([]string{"event", "objectId", "user"}, []engine.Value{engine.Text(event), engine.Text(e.ObjectID), user}),
	}, nil
}

// tellOfUser begins the runs for what happened to a user. Its error says that not
// all of them are kept; told once more, those that are begin no second time.
func (s *Server) tellOfUser(ctx context.Context, e users.Event) error {
	var failed error
	for _, r := range s.userHats(ctx, userEvents[e.Kind], blocks.UserAfter) {
		j, err := userJob(r, e)
		if err != nil {
			return err
		}
		j.kept = true
		j.key = &store.EventKey{Scope: "user\x00" + r.flow + "\x00" + r.entry.Block, Key: e.ID}
		var taken *store.KeyTakenError
		if _, err := s.runs.begin(j, r.program); err != nil && !errors.As(err, &taken) {
			failed = err
		}
	}
	return failed
}

// longestBefore is how long what is about to happen to a user waits for a flow.
const longestBefore = 10 * time.Second

// beforeUser asks the flows whether something may happen to a user, in the order
// of their names. Each sees the values that the one before left.
func (s *Server) beforeUser(ctx context.Context, e users.Event) (json.RawMessage, error) {
	var changed json.RawMessage
	for _, r := range s.userHats(ctx, userEvents[e.Kind], blocks.UserBefore) {
		values, err := s.askBefore(ctx, r, e)
		if err != nil {
			return nil, err
		}
		if values != nil && e.Values != nil {
			e.Values, changed = values, values
		}
	}
	return changed, nil
}

// askBefore runs one flow. It has no place in the queue: who asks may be a run
// that holds one.
func (s *Server) askBefore(ctx context.Context, r hookRoute, e users.Event) (json.RawMessage, error) {
	j, err := userJob(r, e)
	if err != nil {
		return nil, err
	}
	j.within = true
	within, stop := context.WithTimeout(ctx, longestBefore)
	defer stop()
	t, err := s.runs.run(within, j, r.program)
	if err != nil {
		if t != nil { // it waits for something, or takes too long
			if err := s.runs.cancel(context.WithoutCancel(ctx), t.id); err != nil {
				s.log.Error("a flow before a user's event can't be cancelled", "run", t.id, "err", err)
			}
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		s.log.Error("a flow before a user's event gave no answer", "flow", r.flow, "err", err)
		return nil, users.Refuse("The flow “" + r.flow + "” that decides about this gave no answer in time.")
	}
	return verdict(r.flow, t.report)
}

// verdict reads what a flow decided: an object has the values to go on with,
// anything else leaves them as they are, and an error refuses. Only an error that
// the flow gives on purpose is for the caller to read.
func verdict(flow string, r runtime.Report) (json.RawMessage, error) {
	switch {
	case r.Error != nil && r.Error.Type == blocks.ThrowError:
		return nil, users.Refuse(r.Error.Message)
	case r.Status != runtime.Succeeded:
		return nil, users.Refuse("The flow “" + flow + "” that decides about this failed. Its runs say why.")
	case bytes.Contains(r.Result, []byte(engine.Masked)):
		return nil, users.Refuse("The flow “" + flow + "” gives a secret, which can't be kept with a user.")
	}
	if v, err := engine.ParseForeignJSON(r.Result); err != nil || v.Kind() != engine.KindObject {
		return nil, nil
	}
	return json.RawMessage(r.Result), nil
}
