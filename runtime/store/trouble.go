package store

import (
	"context"
	"errors"
)

// noteTrouble remembers whether the disk failed the last write.
func (s *Store) noteTrouble(err error) {
	var storage *StorageError
	switch {
	case errors.As(err, &storage):
		s.trouble.Store(storage)
	case err == nil && s.trouble.Load() != nil:
		s.trouble.Store(nil)
	}
}

// probeBytes are written to find out whether there is space: more than an event
// of common size takes.
const probeBytes = 256 << 10

// Writable returns nil if what was written last is on disk, else whether that
// still can't be done now: it writes something and takes it back. It costs
// nothing while all is well. Errors: *StorageError.
func (s *Store) Writable(ctx context.Context) error {
	if s.trouble.Load() == nil {
		return nil
	}
	const setting = "store.probe"
	return s.write(ctx, func(t *tx) error {
		if err := t.do(`INSERT INTO settings (key, sealed, value) VALUES (?, 0, zeroblob(?))
			ON CONFLICT (key) DO UPDATE SET value = excluded.value`, setting, probeBytes); err != nil {
			return err
		}
		return t.do(`DELETE FROM settings WHERE key = ?`, setting)
	})
}
