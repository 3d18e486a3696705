package store

import (
	"context"
	"database/sql"
	"time"
)

// A Token lets a program in. It belongs to no person: it can be made before
// anyone has set a password, and stays when a person goes.
type Token struct {
	ID      string
	Name    string
	Role    string // "owner"
	By      string // who made it
	Created time.Time
	Used    time.Time // when it was last used, as TouchToken says; zero if never
}

// CreateToken keeps a new token, which was never used.
func (s *Store) CreateToken(ctx context.Context, hash Hash, v Token) error {
	return s.write(ctx, func(t *tx) error {
		return t.do(`INSERT INTO tokens (id, hash, name, role, by, created) VALUES (?, ?, ?, ?, ?, ?)`,
			v.ID, hash[:], v.Name, v.Role, v.By, stamp(v.Created))
	})
}

const selectToken = `SELECT id, name, role, by, created, used FROM tokens `

func scanToken(scan func(...any) error, v *Token) error {
	var created int64
	var used sql.NullInt64
	err := scan(&v.ID, &v.Name, &v.Role, &v.By, &created, &used)
	v.Created, v.Used = fromStamp(created), fromOptionalStamp(used)
	return err
}

// Token returns the token of this hash, or *NotFoundError.
func (s *Store) Token(ctx context.Context, hash Hash) (Token, error) {
	var v Token
	found := false
	err := s.read(ctx, func(q querier) error {
		return q.query(func(scan func(...any) error) error {
			found = true
			return scanToken(scan, &v)
		}, selectToken+`WHERE hash = ?`, hash[:])
	})
	if err == nil && !found {
		err = &NotFoundError{What: "token", Name: "with this secret"}
	}
	return v, err
}

// Tokens returns all tokens, the oldest first.
func (s *Store) Tokens(ctx context.Context) ([]Token, error) {
	var tokens []Token
	err := s.read(ctx, func(q querier) error {
		tokens = nil
		return q.query(func(scan func(...any) error) error {
			var v Token
			err := scanToken(scan, &v)
			tokens = append(tokens, v)
			return err
		}, selectToken+`ORDER BY created, id`)
	})
	return tokens, err
}

// TouchToken says when a token was used.
func (s *Store) TouchToken(ctx context.Context, id string, used time.Time) error {
	return s.write(ctx, func(t *tx) error {
		return t.do(`UPDATE tokens SET used = ? WHERE id = ?`, stamp(used), id)
	})
}

// DeleteToken makes a token useless from now on. *NotFoundError if there is none.
func (s *Store) DeleteToken(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		n, err := t.exec(`DELETE FROM tokens WHERE id = ?`, id)
		if err == nil && n == 0 {
			return &NotFoundError{What: "token", Name: id}
		}
		return err
	})
}
