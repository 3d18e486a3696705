package store

import "context"

// Setting returns the value of a setting, opened if it was sealed. Errors:
// *NotFoundError, *CorruptError.
func (s *Store) Setting(ctx context.Context, key string) ([]byte, error) {
	var value []byte
	sealed, found := false, false
	err := s.read(ctx, func(q querier) (err error) {
		found, err = row(q, []any{&value, &sealed}, `SELECT value, sealed FROM settings WHERE key = ?`, key)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, &NotFoundError{What: "setting", Name: key}
	case sealed:
		return s.unseal(value, settingIdentity(key), "the setting "+key)
	}
	return value, nil
}

// SetSetting keeps a value that anyone with the database file may read.
func (s *Store) SetSetting(ctx context.Context, key string, value []byte) error {
	return s.setSetting(ctx, key, notNil(value), false)
}

// SetSecretSetting keeps a value sealed.
func (s *Store) SetSecretSetting(ctx context.Context, key string, value []byte) error {
	return s.setSetting(ctx, key, s.seals.seal(notNil(value), settingIdentity(key)), true)
}

func (s *Store) setSetting(ctx context.Context, key string, value []byte, sealed bool) error {
	return s.write(ctx, func(t *tx) error {
		return t.do(`INSERT INTO settings (key, sealed, value) VALUES (?, ?, ?)
			ON CONFLICT (key) DO UPDATE SET sealed = excluded.sealed, value = excluded.value`, key, sealed, value)
	})
}

// DeleteSetting forgets a setting; it is no error if there is none.
func (s *Store) DeleteSetting(ctx context.Context, key string) error {
	return s.write(ctx, func(t *tx) error { return t.do(`DELETE FROM settings WHERE key = ?`, key) })
}

func settingIdentity(key string) string { return "settings.value\x00" + key }

// unseal opens a sealed column; row says in the error which one it was.
func (s *Store) unseal(sealed []byte, identity, row string) ([]byte, error) {
	plain, err := s.seals.open(sealed, identity)
	if err != nil {
		return nil, &CorruptError{Row: row}
	}
	return plain, nil
}
