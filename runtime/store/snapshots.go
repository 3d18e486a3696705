package store

import (
	"context"
	"encoding/json"
)

// A Snapshot is where a run stands after all that its journal holds. The store
// doesn't look into State, which is sealed at rest.
type Snapshot struct {
	State   []byte
	Pending []string // places that were asked for and that the run hasn't been told the outcome of
}

// snapshotted replaces the snapshot of a running run. It comes after what the same write
// adds to the journal.
func (s *Store) snapshotted(run string, x Snapshot) (step, error) {
	pending, err := json.Marshal(append([]string{}, x.Pending...))
	if err != nil {
		return nil, err
	}
	sealed := s.seals.seal(notNil(x.State), runIdentity("snapshot", run))
	return func(t *tx) error {
		return t.do(`
			INSERT INTO snapshots (run, ordinal, pending, state)
			SELECT seq, coalesce((SELECT max(ordinal) FROM journal WHERE run = seq), 0), ?, ? FROM runs WHERE id = ?
			ON CONFLICT (run) DO UPDATE SET ordinal = excluded.ordinal, pending = excluded.pending, state = excluded.state`,
			string(pending), sealed, run)
	}, nil
}

// withoutSnapshot deletes that of a run that has ended.
func withoutSnapshot(run string) step {
	return func(t *tx) error { return t.do(`DELETE FROM snapshots WHERE run = `+anyRun, run) }
}

// Snapshot returns a run's last snapshot and the entries of its journal that it
// doesn't cover. Errors: *NotFoundError if it has none, *CorruptError.
func (s *Store) Snapshot(ctx context.Context, run string) (Snapshot, []Entry, error) {
	var x Snapshot
	var state []byte
	var pending string
	var entries []Entry
	var sealed []sealedEntry
	found := false
	err := s.read(ctx, func(q querier) (err error) {
		var ordinal int64
		if found, err = row(q, []any{&ordinal, &pending, &state}, `SELECT ordinal, pending, state FROM snapshots WHERE run = `+anyRun, run); err != nil || !found {
			return err
		}
		// One write may come between the two reads, and adds to the journal only.
		entries, sealed, err = readEntries(q, `(ordinal > ?2 OR place IN (SELECT value FROM json_each(?3)))`, run, ordinal, pending)
		return err
	})
	switch {
	case err != nil:
		return x, nil, err
	case !found:
		return x, nil, &NotFoundError{What: "snapshot", Name: run}
	}
	what := "the snapshot of run " + run
	if x.State, err = s.unseal(state, runIdentity("snapshot", run), what); err != nil {
		return x, nil, err
	}
	if json.Unmarshal([]byte(pending), &x.Pending) != nil {
		return x, nil, &CorruptError{Row: what}
	}
	for i := range entries {
		if err := s.openEntry(run, &entries[i], sealed[i]); err != nil {
			return x, nil, err
		}
	}
	return x, entries, nil
}
