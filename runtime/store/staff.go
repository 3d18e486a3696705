package store

import (
	"context"
	"errors"

	sqlite3 "modernc.org/sqlite/lib"
)

var (
	// ErrExists is returned for what must be new and isn't.
	ErrExists = errors.New("it exists already")
	// ErrLast is returned for taking away the last of what there must be one of.
	ErrLast = errors.New("there must be one left")
)

// CreatePerson lets another person sign in. ErrExists if there is one of this
// name.
func (s *Store) CreatePerson(ctx context.Context, p Person) error {
	return s.write(ctx, func(t *tx) error {
		err := t.do(`INSERT INTO people (name, role, password, created) VALUES (?, ?, ?, ?)`, p.Name, p.Role, p.Password, stamp(p.Created))
		if violates(err, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY) {
			return ErrExists
		}
		return err
	})
}

// People returns all who may sign in, in the order of their names.
func (s *Store) People(ctx context.Context) ([]Person, error) {
	var people []Person
	err := s.read(ctx, func(q querier) error {
		people = nil
		return q.query(func(scan func(...any) error) error {
			var p Person
			var created int64
			err := scan(&p.Name, &p.Role, &p.Password, &created)
			p.Created = fromStamp(created)
			people = append(people, p)
			return err
		}, `SELECT name, role, password, created FROM people ORDER BY name`)
	})
	return people, err
}

// SetRole gives a person another role. Errors: *NotFoundError; ErrLast if nobody
// would have the role needed any more.
func (s *Store) SetRole(ctx context.Context, name, role, needed string) error {
	return s.staffed(ctx, needed, name, `UPDATE people SET role = ?2 WHERE name = ?1`, name, role)
}

// DeletePerson ends a person's access and sessions. Errors: as SetRole.
func (s *Store) DeletePerson(ctx context.Context, name, needed string) error {
	return s.staffed(ctx, needed, name, `DELETE FROM people WHERE name = ?`, name)
}

func (s *Store) staffed(ctx context.Context, needed, name, change string, args ...any) error {
	count := func(t *tx) (n int, err error) {
		_, err = row(t, []any{&n}, `SELECT count(*) FROM people WHERE role = ?`, needed)
		return n, err
	}
	return s.write(ctx, func(t *tx) error {
		before, err := count(t)
		if err != nil {
			return err
		}
		n, err := t.exec(change, args...)
		if err != nil {
			return err
		}
		if n == 0 {
			return &NotFoundError{What: "person", Name: name}
		}
		left, err := count(t)
		if err == nil && left == 0 && before > 0 {
			return ErrLast
		}
		return err
	})
}
