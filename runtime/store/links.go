package store

import "context"

// An Origin says which run another came from. The zero Origin is none.
type Origin struct {
	Run   string
	Kind  OriginKind
	Depth int // how many flows called each other to come here
}

// An OriginKind says how one run came from another.
type OriginKind string

// The kinds of origin.
const (
	RetryOf   OriginKind = "retry"   // goes on where the other failed
	RepeatOf  OriginKind = "repeat"  // begins anew with the other's input
	FromOf    OriginKind = "from"    // goes on from an effect of the other
	CallOf    OriginKind = "call"    // the other's flow called this one
	FailureOf OriginKind = "failure" // handles the other's failure
)

func linked(run string, o Origin) step {
	return func(t *tx) error {
		if o.Kind == RetryOf || o.Kind == RepeatOf {
			// Somebody deals with it now.
			if err := t.do(`DELETE FROM dead_letters WHERE run = `+anyRun, o.Run); err != nil {
				return err
			}
		}
		return t.do(`INSERT INTO run_links (run, origin, kind, depth) VALUES (`+anyRun+`, ?, ?, ?)`, run, o.Run, o.Kind, o.Depth)
	}
}

// RunsOf returns the runs that came from a run, the oldest first.
func (s *Store) RunsOf(ctx context.Context, origin string) ([]RunInfo, error) {
	return s.selectRuns(ctx, `WHERE l.origin = ? ORDER BY r.seq LIMIT 500`, origin)
}

// died notes a failed run for the list of dead letters. Who ran a flow by hand
// sees the failure, and who called it gets it.
const died = `INSERT OR IGNORE INTO dead_letters (run, flow, at)
	SELECT seq, flow, ended FROM runs WHERE id = ? AND status = 'failed' AND trigger NOT IN ('manual', 'debug', 'flow')`

// DeadLetters lists failed runs that nobody has dealt with, the newest first;
// flow "" is all flows.
func (s *Store) DeadLetters(ctx context.Context, flow string, limit int) ([]RunInfo, error) {
	if flow == "" {
		return s.selectRuns(ctx, `JOIN dead_letters x ON x.run = r.seq ORDER BY x.run DESC LIMIT ?`, limit)
	}
	return s.selectRuns(ctx, `JOIN dead_letters x ON x.run = r.seq WHERE x.flow = ? ORDER BY x.run DESC LIMIT ?`, flow, limit)
}

// Settle takes a run out of the list of dead letters; false if it wasn't there.
func (s *Store) Settle(ctx context.Context, run string) (bool, error) {
	var n int64
	err := s.write(ctx, func(t *tx) (err error) {
		n, err = t.exec(`DELETE FROM dead_letters WHERE run = `+anyRun, run)
		return err
	})
	return n > 0, err
}

// TraceParent returns the header traceparent that a run's event came with, or "".
func (s *Store) TraceParent(ctx context.Context, run string) (parent string, err error) {
	err = s.read(ctx, func(q querier) error {
		parent = ""
		return q.query(func(scan func(...any) error) error { return scan(&parent) }, `SELECT parent FROM trace_parents WHERE run = `+anyRun, run)
	})
	return parent, err
}
