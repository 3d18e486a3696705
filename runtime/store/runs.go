package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"
	sqlite3 "modernc.org/sqlite/lib"
)

// A Status is where a run stands.
type Status string

// The statuses of a run. The last three are ends: they don't change any more.
const (
	Queued    Status = "queued"
	Running   Status = "running"
	Waiting   Status = "waiting" // put away until a time or an event
	Succeeded Status = "succeeded"
	Failed    Status = "failed"
	Cancelled Status = "cancelled"
)

// Ended tells whether a run of this status has ended.
func (s Status) Ended() bool { return s == Succeeded || s == Failed || s == Cancelled }

// A RunInfo is what a list shows of a run.
type RunInfo struct {
	ID       string // from NewRunID
	Flow     string
	Version  int    // 0 is a draft
	Document string // SHA-256 of the flow file it runs, for Document
	Entry    string // id of the hat block it entered by
	Trigger  string // "manual", "debug", "webhook", …
	Seed     uint64 // of its random numbers
	Status   Status // CreateRun: Queued or Running, which is the default
	Started  time.Time
	Origin   Origin // the run it came from, if from one
	// TraceParent is the header traceparent that its event came with. It is only
	// written here; see Store.TraceParent.
	TraceParent string

	// What its Outcome says; zero before it ended.
	Ended    time.Time
	Error    []byte
	Effects  int
	Steps    int
	Duration time.Duration

	// What a waiting run waits for; see Suspend.
	WaitUntil time.Time
	WaitEvent string

	// Damaged is empty when all is well; else Error can't be read and this says
	// so, in a list that is not stopped by one bad row.
	Damaged string
}

// A Run is a run with its payloads, which are sealed at rest.
type Run struct {
	RunInfo
	Input  []byte
	Result []byte
	Log    []byte
	// File is the flow file, for CreateRun only. It may be nil if the store has
	// the document already, as it has of every published version.
	File []byte
}

// An Outcome is how a run ended.
type Outcome struct {
	Status   Status // Succeeded, Failed or Cancelled
	Result   []byte
	Error    []byte // nil if there was none
	Log      []byte
	Effects  int
	Steps    int
	Duration time.Duration
}

// NewRunID returns a new run id: random, and later ones sort after earlier ones.
func NewRunID() string { return uuid.Must(uuid.NewV7()).String() }

// DerivedRunID returns the id of a run that follows from another: the same for the
// same run and reason, and sorted beside the other.
func DerivedRunID(run, reason string) string {
	id := uuid.NewSHA1(uuid.NameSpaceOID, []byte(run+"\x00"+reason))
	if from, err := uuid.Parse(run); err == nil {
		copy(id[:6], from[:6])
	}
	id[6] = id[6]&0x0f | 0x80 // version 8: one's own
	return id.String()
}

// CreateRun keeps a new run, with its flow file where that is new. When it
// returns, the run is on disk and will be found by Unfinished until it ends.
// Errors: *StateError if there is a run of this id, *NotFoundError if File is
// nil and Document unknown.
func (s *Store) CreateRun(ctx context.Context, r Run) error {
	create, err := s.created(r, nil, nil)
	if err != nil {
		return err
	}
	return s.write(ctx, create)
}

// SaveRun keeps a run that has ended, with all of its journal, in one write. It
// is CreateRun, Record and Finish at once, and cheaper, for runs that kept their
// journal in memory. Errors are those of CreateRun.
func (s *Store) SaveRun(ctx context.Context, r Run, entries []Entry, o Outcome) error {
	if !o.Status.Ended() {
		return errNoEnd(o.Status)
	}
	create, err := s.created(r, &o, entries)
	if err != nil {
		return err
	}
	return s.write(ctx, create)
}

func errNoEnd(status Status) error {
	return fmt.Errorf("a run ends as succeeded, failed or cancelled, not as %q", status)
}

// sealedOutcome are the columns of an Outcome. Sealing is done in the caller's
// goroutine, to leave the writer only the writing.
type sealedOutcome struct{ failure, result, log []byte }

func (s *Store) sealOutcome(run string, o Outcome) sealedOutcome {
	return sealedOutcome{
		failure: s.seals.seal(o.Error, runIdentity("error", run)),
		result:  s.seals.seal(o.Result, runIdentity("result", run)),
		log:     s.seals.seal(o.Log, runIdentity("log", run)),
	}
}

// created writes a new run, with its end and its journal if it has ended already.
func (s *Store) created(r Run, o *Outcome, whole []Entry) (step, error) {
	if err := uuid.Validate(r.ID); err != nil {
		return nil, fmt.Errorf("a run's id comes from NewRunID, %q does not", r.ID)
	}
	hash, err := hex.DecodeString(r.Document)
	if err != nil || len(hash) == 0 && r.File == nil {
		return nil, &NotFoundError{What: "document", Name: r.Document}
	}
	if r.File != nil {
		hash = sum(r.File)
	}
	if r.Status == "" {
		r.Status = Running
	}
	if r.Status != Running && r.Status != Queued {
		return nil, fmt.Errorf("a new run is queued or running, not %s", r.Status)
	}
	input := s.seals.seal(r.Input, runIdentity("input", r.ID))
	var end Outcome
	var sealed sealedOutcome
	var ended any
	journal := s.seals.seal(appendWhole(whole), runIdentity("journal", r.ID))
	if o != nil {
		end, sealed, ended = *o, s.sealOutcome(r.ID, *o), stamp(s.now())
		r.Status = o.Status
	}
	return func(t *tx) error {
		if r.File != nil {
			if err := keepDocument(t, hash, r.File); err != nil {
				return err
			}
		}
		err := t.do(`
			INSERT INTO runs (id, flow, version, document, entry, trigger, seed, status, started,
			  ended, effects, steps, duration, error, input, result, log, journal)
			VALUES (?, ?, ?, (SELECT id FROM documents WHERE hash = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			r.ID, r.Flow, r.Version, hash, r.Entry, r.Trigger, int64(r.Seed), r.Status, stamp(r.Started),
			ended, end.Effects, end.Steps, int64(end.Duration), sealed.failure, input, sealed.result, sealed.log, journal)
		switch {
		case violates(err, sqlite3.SQLITE_CONSTRAINT_UNIQUE):
			return stateError(t, r.ID, "A run of this id exists already.")
		case violates(err, sqlite3.SQLITE_CONSTRAINT_NOTNULL):
			return &NotFoundError{What: "document", Name: hexHash(hash)}
		}
		if err == nil && r.Status == Failed {
			err = t.do(died, r.ID)
		}
		if err == nil && r.Origin.Run != "" {
			err = linked(r.ID, r.Origin)(t)
		}
		if err == nil && r.TraceParent != "" {
			err = t.do(`INSERT INTO trace_parents (run, parent) VALUES (`+anyRun+`, ?)`, r.ID, r.TraceParent)
		}
		return err
	}, nil
}

// Finish ends a run that has not ended, whatever it was doing. Errors:
// *NotFoundError, *StateError if it has ended.
func (s *Store) Finish(ctx context.Context, run string, o Outcome) error {
	finish, err := s.finished(run, o)
	if err != nil {
		return err
	}
	return s.write(ctx, finish, withoutSnapshot(run))
}

func (s *Store) finished(run string, o Outcome) (step, error) {
	if !o.Status.Ended() {
		return nil, errNoEnd(o.Status)
	}
	sealed := s.sealOutcome(run, o)
	return func(t *tx) error {
		n, err := t.exec(`
			UPDATE runs SET status = ?, ended = ?, effects = ?, steps = ?, duration = ?,
			  wait_until = NULL, wait_event = NULL, error = ?, result = ?, log = ?
			WHERE id = ? AND status IN ('queued', 'running', 'waiting')`,
			o.Status, stamp(s.now()), o.Effects, o.Steps, int64(o.Duration), sealed.failure, sealed.result, sealed.log, run)
		if err == nil && n == 0 {
			return stateError(t, run, "It has ended already.")
		}
		if err == nil && o.Status == Failed {
			err = t.do(died, run)
		}
		return err
	}, nil
}

// stateError says why a run could not be changed.
func stateError(q querier, run, reason string) error {
	var status Status
	found, err := row(q, []any{&status}, `SELECT status FROM runs WHERE id = ?`, run)
	if err != nil {
		return err
	}
	if !found {
		return &NotFoundError{What: "run", Name: run}
	}
	return &StateError{Run: run, Status: status, Reason: reason}
}

func runIdentity(column, run string) string { return "runs." + column + "\x00" + run }

// selectRun reads RunInfo; what scanRun scans, before more.
const selectRun = `
SELECT r.seq, r.id, r.flow, r.version, d.hash, r.entry, r.trigger, r.seed, r.status, r.started, r.ended,
       r.effects, r.steps, r.duration, r.wait_until, r.wait_event, l.origin, l.kind, l.depth, r.error`

const fromRun = `
  FROM runs r CROSS JOIN documents d ON d.id = r.document LEFT JOIN run_links l ON l.run = r.seq `

// scanRun returns the run's seq.
func (s *Store) scanRun(scan func(...any) error, r *RunInfo, more ...any) (int64, error) {
	var seq, seed, started int64
	var ended, until sql.NullInt64
	var event, origin, kind sql.NullString
	var depth sql.NullInt64
	var hash, failure []byte
	dest := append([]any{
		&seq, &r.ID, &r.Flow, &r.Version, &hash, &r.Entry, &r.Trigger, &seed, &r.Status, &started, &ended,
		&r.Effects, &r.Steps, &r.Duration, &until, &event, &origin, &kind, &depth, &failure,
	}, more...)
	if err := scan(dest...); err != nil {
		return 0, err
	}
	r.Document, r.Seed = hexHash(hash), uint64(seed)
	r.Started, r.Ended = fromStamp(started), fromOptionalStamp(ended)
	r.WaitUntil, r.WaitEvent = fromOptionalStamp(until), event.String
	r.Origin = Origin{origin.String, OriginKind(kind.String), int(depth.Int64)}
	var err error
	if r.Error, err = s.unseal(failure, runIdentity("error", r.ID), "the error of run "+r.ID); err != nil {
		r.Damaged = err.Error()
	}
	return seq, nil
}

// Run returns a run with its payloads, File excepted. Errors: *NotFoundError,
// *CorruptError; with the latter, what could be read is returned too.
func (s *Store) Run(ctx context.Context, id string) (Run, error) {
	var r Run
	var input, result, log []byte
	found := false
	err := s.read(ctx, func(q querier) error {
		return q.query(func(scan func(...any) error) error {
			found = true
			_, err := s.scanRun(scan, &r.RunInfo, &input, &result, &log)
			return err
		}, selectRun+`, r.input, r.result, r.log`+fromRun+`WHERE r.id = ?`, id)
	})
	if err != nil {
		return r, err
	}
	if !found {
		return r, &NotFoundError{What: "run", Name: id}
	}
	var errs [4]error
	if r.Damaged != "" {
		errs[0] = &CorruptError{Row: "the error of run " + id}
	}
	r.Input, errs[1] = s.unseal(input, runIdentity("input", id), "the input of run "+id)
	r.Result, errs[2] = s.unseal(result, runIdentity("result", id), "the result of run "+id)
	r.Log, errs[3] = s.unseal(log, runIdentity("log", id), "the log of run "+id)
	return r, cmp.Or(errs[:]...)
}
