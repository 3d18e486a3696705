package server

import (
	"context"
	"encoding/json"

	"blockflow/engine"
	"blockflow/runtime"
	"blockflow/runtime/store"
)

// journal is a run's journal in the store. It holds what was there when the run
// began or was taken up again; what is added goes through to the store.
type journal struct {
	store *store.Store
	run   string
	known map[engine.Place]engine.Record
}

func loadJournal(ctx context.Context, s *store.Store, run string) (*journal, error) {
	j := &journal{store: s, run: run, known: map[engine.Place]engine.Record{}}
	records, err := readRecords(ctx, s, run)
	for _, r := range records {
		j.known[r.Place] = r
	}
	return j, err
}

// readRecords reads a run's journal in the order of its places.
func readRecords(ctx context.Context, s *store.Store, run string) ([]engine.Record, error) {
	entries, err := s.Journal(ctx, run)
	if err != nil {
		return nil, err
	}
	records := make([]engine.Record, len(entries))
	for i, e := range entries {
		if records[i], err = decodeEntry(e); err != nil {
			return nil, err
		}
	}
	return records, nil
}

// Find is engine.Journal's.
func (j *journal) Find(p engine.Place) (engine.Record, bool) {
	r, ok := j.known[p]
	return r, ok && r.Done
}

// Intend is engine.Journal's.
func (j *journal) Intend(ctx context.Context, records []engine.Record) error {
	entries, err := encodeEntries(records)
	if err != nil {
		return err
	}
	return j.store.Intend(ctx, j.run, entries)
}

// Keep is engine.Journal's.
func (j *journal) Keep(ctx context.Context, records []engine.Record) error {
	entries, err := encodeEntries(records)
	if err != nil {
		return err
	}
	return j.store.Record(ctx, j.run, entries)
}

// outcome is what an entry's Outcome holds.
type outcome struct {
	Value json.RawMessage `json:"value,omitempty"`
	Error *engine.Error   `json:"error,omitempty"`
}

func encodeEntries(records []engine.Record) ([]store.Entry, error) {
	entries := make([]store.Entry, len(records))
	for i, r := range records {
		args, err := engine.AppendJSON(nil, r.Args)
		if err != nil {
			return nil, err
		}
		entries[i] = store.Entry{Place: string(r.Place), Block: r.Block, Kind: r.Kind, Digest: r.Digest, Args: args, Done: r.Done}
		if !r.Done {
			continue
		}
		out := outcome{Error: r.Err}
		if r.Err == nil {
			if out.Value, err = engine.AppendJSON(nil, r.Value); err != nil {
				return nil, err
			}
		}
		if entries[i].Outcome, err = json.Marshal(out); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

func decodeEntry(e store.Entry) (engine.Record, error) {
	r := engine.Record{Place: engine.Place(e.Place), Block: e.Block, Kind: e.Kind, Digest: e.Digest, Done: e.Done}
	var err error
	if r.Args, err = engine.ParseJSON(e.Args); err != nil || !e.Done {
		return r, err
	}
	var out outcome
	if err = json.Unmarshal(e.Outcome, &out); err != nil {
		return r, err
	}
	if r.Err = out.Error; r.Err == nil {
		r.Value, err = engine.ParseJSON(out.Value)
	}
	return r, err
}

// shown is a record as the API gives it: secrets masked.
func shown(r engine.Record, secrets *engine.Secrets) (json.RawMessage, error) {
	return runtime.EncodeRecord(r, secrets)
}
