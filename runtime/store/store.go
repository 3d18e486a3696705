// Package store keeps what a Blockflow server must not lose: flows with their
// drafts and published versions, runs with their journals, settings, the audit
// log, and who may sign in. It is one SQLite database, blockflow.db, in the data
// directory.
//
// The store knows nothing of what it keeps. Flow files, inputs, results and
// journal entries are bytes to it, which is why it imports nothing of ours.
//
// A method that changes something returns when the change is on disk, and not
// before. Changes that arrive together share one transaction and one sync of the
// disk (writer.go). What can hold a secret — a run's input, result, error and
// log, the arguments and outcomes of its journal, sealed settings — is encrypted
// before it is written (seal.go).
//
// Errors are of a few kinds, in errors.go; each is a sentence for people.
// Times are kept to the millisecond, in UTC.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"sync/atomic"
	"time"
)

// Options say how to open a store.
type Options struct {
	// Key seals what is encrypted at rest; LoadKey reads it. A store in memory
	// may leave it empty and gets a random one.
	Key [32]byte
	// Old are keys from before a rotation: they open what they have sealed.
	Old [][32]byte
	// Now is the clock, time.Now if nil. It dates saves, versions and entries.
	Now func() time.Time
}

// A Store is an open database. All its methods are safe for concurrent use.
type Store struct {
	dir    string
	now    func() time.Time
	seals  *sealer
	db     *sql.DB // the writer's one connection
	writer *writer
	reader *reader // nil in memory: reads go through the writer

	trouble atomic.Pointer[StorageError] // why the last write failed; nil: it didn't
}

// Open opens the store in the data directory dir, and creates or migrates it
// where needed; dir must exist. With dir "" the store is in memory and ends with
// Close.
//
// It refuses a key that the database was not written with, and a database that a
// newer Blockflow has migrated.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Key == [32]byte{} {
		if dir != "" {
			return nil, &KeyError{Reason: "No key was given to open " + databaseFile(dir) + " with."}
		}
		rand.Read(o.Key[:])
	}
	s := &Store{dir: dir, now: o.Now, seals: newSealer(o.Key, o.Old...)}
	if err := s.open(ctx); err != nil {
		return nil, storageError(err)
	}
	if err := s.checkKey(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close waits for the writes that were accepted, then closes the database. Later
// calls of any method return ErrClosed.
func (s *Store) Close() error {
	if !s.writer.close() {
		return ErrClosed
	}
	var err error
	if s.reader != nil {
		err = s.reader.close()
	}
	if e := s.db.Close(); err == nil {
		err = e
	}
	return storageError(err)
}

// stamp is how a time is kept.
func stamp(t time.Time) int64 { return t.UnixMilli() }

// optionalStamp keeps the zero time as NULL.
func optionalStamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return stamp(t)
}

func fromStamp(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

func fromOptionalStamp(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return fromStamp(ms.Int64)
}
