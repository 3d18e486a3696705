package store

import (
	"context"
	"time"
)

// A SecretInfo is what may be known of a secret: everything but its value.
type SecretInfo struct {
	Name    string
	Updated time.Time
	By      string
}

// SetSecret keeps a secret under a name, in place of the one before.
func (s *Store) SetSecret(ctx context.Context, name string, value []byte, by string) error {
	sealed := s.seals.seal(notNil(value), secretIdentity(name))
	return s.write(ctx, func(t *tx) error {
		return t.do(`INSERT INTO secrets (name, value, updated, by) VALUES (?, ?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated = excluded.updated, by = excluded.by`,
			name, sealed, stamp(s.now()), by)
	})
}

// Secret returns a secret's value. Errors: *NotFoundError, *CorruptError.
func (s *Store) Secret(ctx context.Context, name string) ([]byte, error) {
	var sealed []byte
	found := false
	err := s.read(ctx, func(q querier) (err error) {
		found, err = row(q, []any{&sealed}, `SELECT value FROM secrets WHERE name = ?`, name)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, &NotFoundError{What: "secret", Name: name}
	}
	return s.unseal(sealed, secretIdentity(name), "the secret "+name)
}

// Secrets lists the secrets in the order of their names, without their values.
func (s *Store) Secrets(ctx context.Context) ([]SecretInfo, error) {
	var list []SecretInfo
	err := s.read(ctx, func(q querier) error {
		list = nil
		return q.query(func(scan func(...any) error) error {
			var x SecretInfo
			var updated int64
			err := scan(&x.Name, &updated, &x.By)
			x.Updated = fromStamp(updated)
			list = append(list, x)
			return err
		}, `SELECT name, updated, by FROM secrets ORDER BY name`)
	})
	return list, err
}

// DeleteSecret forgets a secret, or returns *NotFoundError.
func (s *Store) DeleteSecret(ctx context.Context, name string) error {
	return s.write(ctx, func(t *tx) error {
		n, err := t.exec(`DELETE FROM secrets WHERE name = ?`, name)
		if err == nil && n == 0 {
			return &NotFoundError{What: "secret", Name: name}
		}
		return err
	})
}

func secretIdentity(name string) string { return "secrets.value\x00" + name }
