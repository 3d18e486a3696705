package store

import (
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

var (
	// ErrNotFound is what every *NotFoundError is, for errors.Is.
	ErrNotFound = errors.New("not found")
	// ErrClosed is returned by every method after Close.
	ErrClosed = errors.New("the store is closed")
)

// A NotFoundError says that there is no such thing. errors.Is(err, ErrNotFound)
// holds.
type NotFoundError struct {
	What string // "flow", "version", "run", …
	Name string
}

func (e *NotFoundError) Error() string { return fmt.Sprintf("There is no %s %q.", e.What, e.Name) }

// Is makes the error an ErrNotFound.
func (e *NotFoundError) Is(target error) bool { return target == ErrNotFound }

// A ConflictError says that the draft is not the one the caller meant: it was
// saved by someone else in the meantime, or is there although it must be new.
// Nothing was changed.
type ConflictError struct {
	Current Flow // the flow as it is now
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("The flow %q was saved by someone else in the meantime (it is at revision %d). Load it again, or save under another name.", e.Current.Name, e.Current.Revision)
}

// A HookTakenError says that another flow has published the same webhook.
// Nothing was changed.
type HookTakenError struct {
	Method, Path string
	Flow         string // the flow that has it
}

func (e *HookTakenError) Error() string {
	return fmt.Sprintf("The webhook %s %s belongs to the flow %q. Choose another path or method.", e.Method, e.Path, e.Flow)
}

// A NameError says that a flow can't have this name.
type NameError struct {
	Name string
}

func (e *NameError) Error() string {
	return fmt.Sprintf("%q can't be the name of a flow. Use up to 64 small letters, digits and hyphens, and begin with a letter or digit.", e.Name)
}

// A StateError says that a run is in no state for what was asked: it has ended,
// is running already, or exists already. Nothing was changed.
type StateError struct {
	Run    string
	Status Status // the status it has
	Reason string
}

func (e *StateError) Error() string {
	return fmt.Sprintf("%s (Run %s is %s.)", e.Reason, e.Run, e.Status)
}

// A RecordedError says that the effect at this place has an outcome already.
// Two hosts are driving one run, or one host performs an effect twice.
type RecordedError struct {
	Run, Place string
}

func (e *RecordedError) Error() string {
	return fmt.Sprintf("Effect %s of run %s has its outcome already; a fact is recorded once.", e.Place, e.Run)
}

// A CorruptError says that one stored value can't be read: its bytes were
// changed, moved to another row, or written with another key. Everything else
// can still be read.
type CorruptError struct {
	Row string // which value, for people: "the input of run 0192…"
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("The database is damaged: %s can't be read. Restore it from a backup, or delete it.", e.Row)
}

// A KeyError says that the key that opens sealed values can't be used.
type KeyError struct {
	Reason string
}

func (e *KeyError) Error() string { return e.Reason }

// A NewerError says that a newer Blockflow has migrated the database.
type NewerError struct {
	Has, Known int64 // numbers of migrations
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("The database was written by a newer Blockflow (step %d, this one knows %d). Start that one, or restore a backup made before the upgrade.", e.Has, e.Known)
}

// A StorageKind is what is wrong with the place where the database is.
type StorageKind string

// The kinds of StorageError.
const (
	DiskFull    StorageKind = "disk_full"
	ReadOnly    StorageKind = "read_only"
	Damaged     StorageKind = "damaged"
	Busy        StorageKind = "busy"
	Unreachable StorageKind = "unreachable"
)

var storageSentence = map[StorageKind]string{
	DiskFull:    "The disk that holds the database is full. Free some space; what was acknowledged is safe.",
	ReadOnly:    "The database can't be written: its file or directory is read-only. Give this user the right to write there.",
	Damaged:     "The database file is damaged. Restore it from a backup.",
	Busy:        "Another program holds the database locked. Stop it, or try again.",
	Unreachable: "The database could not be reached.",
}

// A StorageError says that the disk or file failed, as against what was asked
// of it. What was acknowledged before is safe; the call that got the error
// changed nothing.
type StorageError struct {
	Kind StorageKind
	Err  error
}

func (e *StorageError) Error() string {
	return fmt.Sprintf("%s (%v)", storageSentence[e.Kind], e.Err)
}

// Sentence is the error without what SQLite said, for people.
func (e *StorageError) Sentence() string { return storageSentence[e.Kind] }

func (e *StorageError) Unwrap() error { return e.Err }

// storageError gives what SQLite reports about the disk a kind, and leaves every
// other error as it is.
func storageError(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, sql.ErrConnDone) || err.Error() == "sql: database is closed" {
		return ErrClosed
	}
	var known *StorageError
	var e *sqlite.Error
	if errors.As(err, &known) || !errors.As(err, &e) {
		return err
	}
	kind := Unreachable
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		kind = DiskFull
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		kind = ReadOnly
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		kind = Damaged
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		kind = Busy
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM:
	default:
		return err
	}
	return &StorageError{Kind: kind, Err: err}
}

// violates tells whether err is the SQLite constraint error of this extended
// code.
func violates(err error, code int) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code() == code
}
