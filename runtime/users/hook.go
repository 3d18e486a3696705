package users

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// What a Hook is called for.
const (
	EventRegister = "register"
	EventLogin    = "login"
	EventUpdate   = "update"
	EventRemove   = "remove"
	EventLogout   = "logout"  // the caller's; nothing if nobody was logged in
	EventRestore  = "restore" // a new password is asked for; Values has the identity
)

// An Event is something that is about to happen to a user, or has happened.
type Event struct {
	// ID is of its own for each event that has happened, and the same if it is told
	// again; empty before.
	ID   string
	Kind string // one of the constants above
	// ObjectID is whose record it is; empty before a registration or a login.
	ObjectID string
	// CallerID is the user whose token came with the request; empty without one.
	CallerID string
	// Key is the request's Idempotency-Key; empty without one.
	Key string
	// Values is, before, the object that was sent; after, the user's record. It
	// never has a password or a token, and is nil where there is no object.
	Values json.RawMessage
}

// A Hook is told what happens to users by the protocol or by an editor; Create,
// Seed and Import don't call it. Either function may be nil. They run in the
// goroutine of the request, many at a time.
//
// For each request, in this order:
//
//  1. The request is read and its token checked. One that was performed before
//     under its Idempotency-Key is answered here; hooks don't hear of it again.
//  2. Before is called. It returns the values to go on with, nil for those that
//     were sent. It can't change the objectId or the password: what was sent
//     stands. An *Error refuses the request with its code, status and message
//     ([Refuse] makes one); any other error is a failure of the service.
//  3. The request is checked and performed as if those values had been sent. It
//     can still be refused.
//  4. The event is written together with what the request writes, and After is
//     called once that is durable, before the request is answered. A process that
//     dies in between calls it later: see [Service.TellAgain].
//
// Hears says which kinds After wants to be told of; nil means all.
//
// What a hook does to users by a context of [WithoutHook] calls no hook.
type Hook struct {
	Before func(ctx context.Context, e Event) (values json.RawMessage, err error)
	After  func(ctx context.Context, e Event) error
	Hears  func(kind string) bool
}

// SetHook puts a hook in the place of the one before, for requests that begin
// from now on.
func (s *Service) SetHook(h Hook) { s.hook.Store(&h) }

type withoutHook struct{}

// WithoutHook marks requests that must not call the hook, because it makes them
// itself. It works on the contexts of requests by Transport; nothing that comes
// over the network can say so.
func WithoutHook(ctx context.Context) context.Context {
	return context.WithValue(ctx, withoutHook{}, true)
}

// Refuse is what Before refuses with: code 0 and the status 400, which
// Backendless gives to an error that business logic throws.
func Refuse(message string) *Error {
	return &Error{Code: codeOther, Status: http.StatusBadRequest, Message: message}
}

// hooked serves a request with the hook around it.
func (c *call) hooked(r *route) (reply, error) {
	hook := c.service.hook.Load()
	if r.event == "" || hook == nil || c.ctx.Value(withoutHook{}) != nil || r.event == EventLogout && c.session == nil {
		return r.serve(c)
	}
	e := Event{Kind: r.event, ObjectID: c.targetID(), Key: c.key}
	if e.Kind == EventUpdate && e.ObjectID == "" {
		e.Kind = EventRegister // PUT data/Users without an objectId
	}
	if c.session != nil {
		e.CallerID = c.session.objectID
	}
	if hook.Before != nil {
		e.Values = public(c.object)
		if r.event == EventRestore {
			var w objectWriter
			w.text("identity", c.param)
			e.Values = w.end()
		}
		values, err := hook.Before(c.ctx, e)
		if err != nil {
			return reply{}, err
		}
		if err := c.replace(values); err != nil {
			return reply{}, err
		}
	}
	if hook.After != nil && (hook.Hears == nil || hook.Hears(e.Kind)) {
		c.event = &e
	}
	out, err := r.serve(c)
	if err == nil && e.ID != "" && !out.repeated {
		c.service.tell(c.ctx, hook.After, e)
	}
	return out, err
}

// targetID is whose record the request is about, if it says so.
func (c *call) targetID() string {
	switch {
	case c.route.event == EventLogout:
		return c.session.objectID
	case c.route.event == EventRestore:
		return "" // the path has an identity
	case c.route.event == EventUpdate && c.param == "":
		id, _ := find(c.object, "objectId")
		return id.text
	}
	return c.param
}

// kept are the members of an object that hooks neither see nor change. The
// objectId they see, in Event.ObjectID.
var kept = map[string]bool{"password": true, "user-token": true, "objectId": true}

func public(object []property) json.RawMessage {
	if object == nil {
		return nil
	}
	var w objectWriter
	for _, p := range object {
		if !kept[p.name] {
			w.raw(p.name, p.raw)
		}
	}
	return w.end()
}

// replace puts a hook's values in the place of those that were sent.
func (c *call) replace(values json.RawMessage) error {
	if values == nil || c.object == nil {
		return nil
	}
	changed, err := parseObject(values)
	if err != nil {
		return fmt.Errorf("the values of a hook can't be used: %w", err)
	}
	object := []property{}
	for _, p := range c.object {
		if kept[p.name] {
			object = append(object, p)
		}
	}
	for _, p := range changed {
		if !kept[p.name] {
			object = append(object, p)
		}
	}
	c.object = object
	return nil
}
