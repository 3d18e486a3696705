package store

import (
	"context"
	"time"
)

// A Session is a browser that someone signed in with.
type Session struct {
	Person  string
	Role    string
	Created time.Time
	Seen    time.Time // when it was last used, as TouchSession says
}

// CreateSession begins a session and forgets those that were created or seen
// before the given times. The person's Role is not the session's to say.
func (s *Store) CreateSession(ctx context.Context, hash Hash, v Session, createdBefore, seenBefore time.Time) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.do(`DELETE FROM sessions WHERE created < ? OR seen < ?`, stamp(createdBefore), stamp(seenBefore)); err != nil {
			return err
		}
		return t.do(`INSERT INTO sessions (hash, person, created, seen) VALUES (?, ?, ?, ?)`,
			hash[:], v.Person, stamp(v.Created), stamp(v.Seen))
	})
}

// Session returns a session, or *NotFoundError. It doesn't judge its age.
func (s *Store) Session(ctx context.Context, hash Hash) (Session, error) {
	var v Session
	var created, seen int64
	found := false
	err := s.read(ctx, func(q querier) (err error) {
		found, err = row(q, []any{&v.Person, &v.Role, &created, &seen}, `
			SELECT s.person, p.role, s.created, s.seen FROM sessions s JOIN people p ON p.name = s.person WHERE s.hash = ?`, hash[:])
		return err
	})
	if err == nil && !found {
		err = &NotFoundError{What: "session", Name: "with this cookie"}
	}
	v.Created, v.Seen = fromStamp(created), fromStamp(seen)
	return v, err
}

// TouchSession says when a session was used.
func (s *Store) TouchSession(ctx context.Context, hash Hash, seen time.Time) error {
	return s.write(ctx, func(t *tx) error {
		return t.do(`UPDATE sessions SET seen = ? WHERE hash = ?`, stamp(seen), hash[:])
	})
}

// DeleteSession ends a session; it is no error if there is none.
func (s *Store) DeleteSession(ctx context.Context, hash Hash) error {
	return s.write(ctx, func(t *tx) error { return t.do(`DELETE FROM sessions WHERE hash = ?`, hash[:]) })
}
