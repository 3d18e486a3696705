package store

import (
	"context"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// A Hash is the SHA-256 of a secret that opens a door: a setup link, a session
// or an API token. The secret itself is never kept.
type Hash [32]byte

// A Person may sign in.
type Person struct {
	Name     string
	Role     string // "owner"
	Password string // its argon2id hash, as package access writes it
	Created  time.Time
}

// Person returns a person, or *NotFoundError.
func (s *Store) Person(ctx context.Context, name string) (Person, error) {
	p := Person{Name: name}
	var created int64
	found := false
	err := s.read(ctx, func(q querier) (err error) {
		found, err = row(q, []any{&p.Role, &p.Password, &created}, `SELECT role, password, created FROM people WHERE name = ?`, name)
		return err
	})
	if err == nil && !found {
		err = &NotFoundError{What: "person", Name: name}
	}
	p.Created = fromStamp(created)
	return p, err
}

// HasPeople tells whether anyone can sign in.
func (s *Store) HasPeople(ctx context.Context) (bool, error) {
	var has bool
	err := s.read(ctx, func(q querier) error {
		_, err := row(q, []any{&has}, `SELECT EXISTS (SELECT 1 FROM people)`)
		return err
	})
	return has, err
}

// SetSetupLink makes link the one setup link, in place of any before it. It
// changes nothing and returns false if there is a person already.
func (s *Store) SetSetupLink(ctx context.Context, link Hash) (bool, error) {
	needed := false
	err := s.write(ctx, func(t *tx) error {
		var has bool
		if _, err := row(t, []any{&has}, `SELECT EXISTS (SELECT 1 FROM people)`); err != nil {
			return err
		}
		if needed = !has; !needed {
			return nil
		}
		if err := t.do(`DELETE FROM setup_links`); err != nil {
			return err
		}
		return t.do(`INSERT INTO setup_links (hash, created) VALUES (?, ?)`, link[:], stamp(s.now()))
	})
	return needed, err
}

// SetupLink returns the setup link that is valid now, or *NotFoundError.
func (s *Store) SetupLink(ctx context.Context) (Hash, error) {
	var b []byte
	found := false
	err := s.read(ctx, func(q querier) (err error) {
		found, err = row(q, []any{&b}, `SELECT hash FROM setup_links LIMIT 1`)
		return err
	})
	if err != nil {
		return Hash{}, err
	}
	if !found || len(b) != len(Hash{}) {
		return Hash{}, &NotFoundError{What: "link", Name: "setup"}
	}
	return Hash(b), nil
}

// UseSetupLink creates the first person and uses the link up, both or neither.
// Of several that use a link, one succeeds; the others get *NotFoundError.
func (s *Store) UseSetupLink(ctx context.Context, link Hash, p Person) error {
	return s.write(ctx, func(t *tx) error {
		n, err := t.exec(`DELETE FROM setup_links WHERE hash = ?`, link[:])
		if err != nil {
			return err
		}
		if n == 0 {
			return &NotFoundError{What: "link", Name: "setup"}
		}
		err = t.do(`INSERT INTO people (name, role, password, created) VALUES (?, ?, ?, ?)`, p.Name, p.Role, p.Password, stamp(p.Created))
		if violates(err, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY) {
			return &NotFoundError{What: "link", Name: "setup"}
		}
		return err
	})
}

// SetPassword changes a person's password and ends all of their sessions.
// *NotFoundError if there is no such person.
func (s *Store) SetPassword(ctx context.Context, name, password string) error {
	return s.write(ctx, func(t *tx) error {
		n, err := t.exec(`UPDATE people SET password = ? WHERE name = ?`, password, name)
		if err != nil {
			return err
		}
		if n == 0 {
			return &NotFoundError{What: "person", Name: name}
		}
		return t.do(`DELETE FROM sessions WHERE person = ?`, name)
	})
}

// ReplacePassword changes a password that is still the old one. Of several that
// replace the same, one succeeds; the others get *NotFoundError.
func (s *Store) ReplacePassword(ctx context.Context, name, old, password string) error {
	return s.write(ctx, func(t *tx) error {
		n, err := t.exec(`UPDATE people SET password = ? WHERE name = ? AND password = ?`, password, name, old)
		if err == nil && n == 0 {
			return &NotFoundError{What: "person", Name: name}
		}
		return err
	})
}
