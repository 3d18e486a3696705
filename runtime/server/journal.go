package server

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"blockflow/engine"
	"blockflow/runtime"
	"blockflow/runtime/store"
)

// A journal is a run's journal in the store. It holds what was there when the run
// began or was taken up again; what is added goes through to the store.
//
// It writes as seldom as the promise allows, which is that whatever the world has
// seen is on disk before the next thing happens to it:
//
//   - A run of which the world has seen nothing yet — nobody was told of it, it
//     changed nothing — is kept with its first intent, or with its end.
//   - The outcome of an effect that can be had again, because it changes nothing
//     or because its performer remembers it by its key, is kept with the next
//     thing that is written. A crash before that asks for it again.
//   - All others have their intent on disk before they begin, and their outcome
//     before the next such thing begins or anyone is told of it: with the next
//     thing that is written, and at the latest after keptWithin.
type journal struct {
	store *store.Store
	run   string
	known map[engine.Place]kept
	kinds *kinds

	mu      sync.Mutex
	unborn  *store.Run    // the run, as long as the store doesn't have it
	later   []store.Entry // outcomes that wait for the next write
	written func()        // called after each write, may be nil
	soon    func()        // writes what waits, with nobody waiting for it; nil: nothing waits
	armed   bool          // soon will be called
	live    bool          // something was performed: all that it held has been told

	// Only the driver looks at these; see standing.go.
	stood    int  // effects performed when where the run stands was kept, or was last to be
	hasStood bool // the store has where it stood
}

// kept is a record and what else is known of it.
type kept struct {
	engine.Record
	intended int64 // when it was begun, in Unix milliseconds; 0 if that isn't known
}

// mostLater bounds how much a crash makes a run ask for again.
const mostLater = 64

// keptWithin bounds how long the outcome of an effect that can't be had again
// waits for company, and with it how long a crash can make it unknown.
const keptWithin = 2 * time.Millisecond

func loadJournal(ctx context.Context, s *store.Store, k *kinds, run string) (*journal, error) {
	entries, err := s.Journal(ctx, run)
	if err != nil {
		return nil, err
	}
	return journalOf(s, k, run, entries)
}

func journalOf(s *store.Store, k *kinds, run string, entries []store.Entry) (*journal, error) {
	j := &journal{store: s, run: run, known: make(map[engine.Place]kept, len(entries)), kinds: k}
	for _, e := range entries {
		r, err := decodeEntry(e)
		if err != nil {
			return nil, err
		}
		j.known[r.Place] = kept{r, e.Intended.UnixMilli()}
	}
	return j, nil
}

// readEntries reads a run's journal in the order of its places. The store has it
// in the order in which it was written, which parallel branches leave to chance.
func readEntries(ctx context.Context, s *store.Store, run string) ([]store.Entry, error) {
	entries, err := s.Journal(ctx, run)
	slices.SortStableFunc(entries, func(a, b store.Entry) int {
		switch p, q := engine.Place(a.Place), engine.Place(b.Place); {
		case p.Before(q):
			return -1
		case q.Before(p):
			return 1
		}
		return 0
	})
	return entries, err
}

// readRecords reads a run's journal in the order of its places.
func readRecords(ctx context.Context, s *store.Store, run string) ([]engine.Record, error) {
	entries, err := readEntries(ctx, s, run)
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
	return r.Record, ok && r.Done
}

// Intend is engine.Journal's.
func (j *journal) Intend(ctx context.Context, records []engine.Record) error {
	var fresh []engine.Record
	seen := false // by the world
	for _, r := range records {
		seen = seen || !j.kinds.silent(r.Kind)
		if !j.kinds.repeatable(r.Kind) {
			fresh = append(fresh, r)
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.live = true
	if len(fresh) == 0 && (!seen || j.unborn == nil) {
		return nil
	}
	entries, err := encodeEntries(fresh)
	if err != nil {
		return err
	}
	return j.write(ctx, store.Batch{Intend: entries})
}

// Keep is engine.Journal's.
func (j *journal) Keep(ctx context.Context, records []engine.Record) error {
	entries, err := encodeEntries(records)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.live, j.later = true, append(j.later, entries...)
	again := true
	for _, r := range records {
		again = again && j.kinds.repeatable(r.Kind)
	}
	if len(j.later) > mostLater || !again && j.soon == nil {
		return j.write(ctx, store.Batch{})
	}
	if !again && !j.armed {
		j.armed = true
		time.AfterFunc(keptWithin, j.soon)
	}
	return nil
}

func (j *journal) isLive() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.live
}

// born tells whether the store has the run.
func (j *journal) born() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.unborn == nil
}

// flush writes what waits, and the run itself if it isn't there yet.
func (j *journal) flush(ctx context.Context) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.unborn == nil && len(j.later) == 0 {
		return nil
	}
	return j.write(ctx, store.Batch{})
}

// also writes a batch together with what waits.
func (j *journal) also(ctx context.Context, b store.Batch) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.write(ctx, b)
}

func (j *journal) write(ctx context.Context, b store.Batch) error {
	b.Run, b.Create, b.Record = j.run, j.unborn, j.later
	if err := j.store.Write(ctx, b); err != nil {
		return err
	}
	j.unborn, j.later, j.armed = nil, nil, false
	if j.written != nil {
		j.written()
	}
	return nil
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
