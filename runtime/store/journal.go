package store

import (
	"context"
	"database/sql"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// An Entry is one effect in a run's journal. Args, Attempts and Outcome are
// sealed at rest; the store doesn't look into them.
type Entry struct {
	Place    string // where in the run: "4", or "3.2.1" inside parallel branches
	Block    string // the block's id
	Kind     string // "users.update", …
	Digest   string // of the arguments; replay compares it
	Args     []byte
	Attempts []byte // what the host notes about its attempts; may be nil
	Outcome  []byte // value or refusal
	Done     bool   // false: begun, and nothing is known about its outcome

	Intended time.Time // when it was first written; filled in
	Recorded time.Time // when its outcome was; filled in, zero if not Done
}

// Intend writes, before effects are begun, that they will be. Doing it again
// renews Attempts and nothing else. Errors: *NotFoundError, *StateError if the
// run isn't running, *RecordedError if one has its outcome.
func (s *Store) Intend(ctx context.Context, run string, entries []Entry) error {
	return s.write(ctx, s.intended(run, entries))
}

func (s *Store) intended(run string, entries []Entry) step {
	sealed := s.sealEntries(run, entries)
	return func(t *tx) error {
		now := stamp(s.now())
		for i, e := range entries {
			n, err := t.exec(`
				INSERT INTO journal (run, place, block, kind, digest, intended, attempts, args)
				VALUES (`+runningRun+`, ?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (run, place) DO UPDATE SET attempts = excluded.attempts WHERE outcome IS NULL`,
				run, e.Place, e.Block, e.Kind, e.Digest, now, sealed[i].attempts, sealed[i].args)
			if err := journalError(t, run, e.Place, n, err); err != nil {
				return err
			}
		}
		return nil
	}
}

// Record writes outcomes; they are on disk when it returns. An effect needs no
// Intend before: one that is safe to do again is written once, with its outcome.
// Errors are those of Intend.
func (s *Store) Record(ctx context.Context, run string, entries []Entry) error {
	return s.write(ctx, s.recorded(run, entries))
}

// RecordAndFinish is Record of the last outcomes and Finish in one write: a run
// never stands between them.
func (s *Store) RecordAndFinish(ctx context.Context, run string, entries []Entry, o Outcome) error {
	finish, err := s.finished(run, o)
	if err != nil {
		return err
	}
	return s.write(ctx, s.recorded(run, entries), finish)
}

func (s *Store) recorded(run string, entries []Entry) step {
	sealed := s.sealEntries(run, entries)
	return func(t *tx) error {
		now := stamp(s.now())
		for i, e := range entries {
			n, err := t.exec(`
				INSERT INTO journal (run, place, block, kind, digest, intended, recorded, attempts, args, outcome)
				VALUES (`+runningRun+`, ?, ?, ?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (run, place) DO UPDATE SET recorded = excluded.recorded, outcome = excluded.outcome,
				  attempts = coalesce(excluded.attempts, attempts) WHERE outcome IS NULL`,
				run, e.Place, e.Block, e.Kind, e.Digest, now, now, sealed[i].attempts, sealed[i].args, sealed[i].outcome)
			if err := journalError(t, run, e.Place, n, err); err != nil {
				return err
			}
		}
		return nil
	}
}

// runningRun finds the run only while it runs, so that a host that was overtaken
// — its run was cancelled or ended elsewhere — can't go on writing.
const runningRun = `(SELECT seq FROM runs WHERE id = ? AND status = 'running')`

// anyRun finds a run that the same write has created.
const anyRun = `(SELECT seq FROM runs WHERE id = ?)`

func journalError(t *tx, run, place string, changed int64, err error) error {
	if violates(err, sqlite3.SQLITE_CONSTRAINT_NOTNULL) {
		return stateError(t, run, "Only a running run has effects.")
	}
	if err == nil && changed == 0 {
		return &RecordedError{Run: run, Place: place}
	}
	return err
}

type sealedEntry struct{ args, attempts, outcome []byte }

func (s *Store) sealEntries(run string, entries []Entry) []sealedEntry {
	sealed := make([]sealedEntry, len(entries))
	for i, e := range entries {
		sealed[i] = sealedEntry{
			args:     s.seals.seal(e.Args, entryIdentity("args", run, e.Place)),
			attempts: s.seals.seal(e.Attempts, entryIdentity("attempts", run, e.Place)),
			outcome:  s.seals.seal(notNil(e.Outcome), entryIdentity("outcome", run, e.Place)),
		}
	}
	return sealed
}

func entryIdentity(column, run, place string) string {
	return "journal." + column + "\x00" + run + "\x00" + place
}

// Journal returns a run's entries in the order in which they were first written.
// A run without effects, or no run, has none. *CorruptError if one can't be read;
// the entries before it are returned too.
func (s *Store) Journal(ctx context.Context, run string) ([]Entry, error) {
	var entries []Entry
	var sealed []sealedEntry
	var whole []byte
	var ended int64
	err := s.read(ctx, func(q querier) error {
		entries, sealed, whole = nil, nil, nil
		found, err := row(q, []any{&whole, &ended}, `SELECT journal, ended FROM runs WHERE id = ? AND journal IS NOT NULL`, run)
		if err != nil || found {
			return err
		}
		entries, sealed, err = readEntries(q, `true`, run)
		return err
	})
	if err != nil {
		return nil, err
	}
	if whole != nil {
		return s.openWhole(run, whole, fromStamp(ended))
	}
	for i := range entries {
		if err := s.openEntry(run, &entries[i], sealed[i]); err != nil {
			return entries[:i], err
		}
	}
	return entries, nil
}

// readEntries reads the rows of a run, which is ?1, that are so.
func readEntries(q querier, so string, args ...any) (entries []Entry, sealed []sealedEntry, err error) {
	err = q.query(func(scan func(...any) error) error {
		var e Entry
		var c sealedEntry
		var intended int64
		var recorded sql.NullInt64
		if err := scan(&e.Place, &e.Block, &e.Kind, &e.Digest, &intended, &recorded, &c.attempts, &c.args, &c.outcome); err != nil {
			return err
		}
		e.Intended, e.Recorded, e.Done = fromStamp(intended), fromOptionalStamp(recorded), c.outcome != nil
		entries, sealed = append(entries, e), append(sealed, c)
		return nil
	}, `SELECT place, block, kind, digest, intended, recorded, attempts, args, outcome
		FROM journal WHERE run = (SELECT seq FROM runs WHERE id = ?1) AND `+so+` ORDER BY ordinal`, args...)
	return entries, sealed, err
}

func (s *Store) openWhole(run string, sealed []byte, at time.Time) ([]Entry, error) {
	what := "the journal of run " + run
	plain, err := s.unseal(sealed, runIdentity("journal", run), what)
	if err != nil {
		return nil, err
	}
	entries, err := parseWhole(plain, at)
	if err != nil {
		return nil, &CorruptError{Row: what}
	}
	return entries, nil
}

func (s *Store) openEntry(run string, e *Entry, c sealedEntry) (err error) {
	of := " of effect " + e.Place + " of run " + run
	if e.Args, err = s.unseal(c.args, entryIdentity("args", run, e.Place), "the arguments"+of); err != nil {
		return err
	}
	if e.Attempts, err = s.unseal(c.attempts, entryIdentity("attempts", run, e.Place), "the attempts"+of); err != nil {
		return err
	}
	e.Outcome, err = s.unseal(c.outcome, entryIdentity("outcome", run, e.Place), "the outcome"+of)
	return err
}
