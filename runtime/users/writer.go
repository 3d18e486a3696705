package users

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
)

// maxBatch bounds how many writes share one commit, and with it how long the
// first of them waits for the last.
const maxBatch = 256

// A job is one write on its way through the writer.
type job struct {
	run     func(*tx) error
	claimed atomic.Bool // set by whoever comes first: the writer to run it, the caller to give up
	err     error
	done    chan struct{}
}

// write runs a transaction and returns once it is durable. Waiting writes share
// one commit; each has its own savepoint, so a refused one takes nothing with it.
//
// When ctx ends before the writer came to it, nothing has happened and nothing
// will. Once begun it is seen through, so the caller always learns what became
// of its write.
func (s *Service) write(ctx context.Context, run func(*tx) error) error {
	if !s.enter() {
		return errClosed
	}
	defer s.callers.Done()
	return s.writeInside(ctx, run)
}

// writeInside is write for who has entered, and holds Close back.
func (s *Service) writeInside(ctx context.Context, run func(*tx) error) error {
	j := &job{run: run, done: make(chan struct{})}
	select {
	case s.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-j.done:
		return j.err
	case <-ctx.Done():
	}
	if j.claimed.CompareAndSwap(false, true) {
		return ctx.Err()
	}
	<-j.done
	return j.err
}

// enter says whether the service is open, and if so holds Close back until
// callers.Done.
func (s *Service) enter() bool {
	s.closing.RLock()
	defer s.closing.RUnlock()
	if s.closed {
		return false
	}
	s.callers.Add(1)
	return true
}

// writeLoop is the one goroutine that writes.
func (s *Service) writeLoop() {
	defer close(s.written)
	for first := range s.jobs {
		s.writeBatch(first)
	}
}

func (s *Service) writeBatch(first *job) {
	var ran []*job
	t, err := s.begin()
	if err == nil {
		ran, err = t.runWaiting(first)
		err = t.end(err)
	} else if first.claimed.CompareAndSwap(false, true) {
		ran = []*job{first}
	}
	if err == nil {
		s.schema.Store(t.schema)
		s.tables.Store(&t.tables)
		s.settings.Store(&t.settings)
		s.ruled.Store(t.ruled)
		if t.posted {
			s.wakePostman() // only now can it see the mail
		}
	} else {
		err = fmt.Errorf("write to the user database: %w", err)
	}
	for _, j := range ran {
		if err != nil {
			j.err = err
		}
		close(j.done)
	}
}

// A tx is a transaction as a job sees it. Its schema and settings are those of
// this moment, other processes' changes included.
type tx struct {
	service  *Service
	sql      *sql.Tx
	stmts    []*sql.Stmt // by query, those that were used
	schema   *schema     // of Users
	tables   tables
	settings Settings
	ruled    bool  // there are permissions
	now      int64 // milliseconds since 1970
	posted   bool  // a mail was put into the outbox
}

func (s *Service) begin() (*tx, error) {
	// Not any caller's context: a commit is shared by many.
	sqlTx, err := s.db.writer.BeginTx(context.Background(), nil)
	if err != nil {
		return nil, err
	}
	t := &tx{service: s, sql: sqlTx, stmts: make([]*sql.Stmt, len(queryTexts)), schema: s.schema.Load(), tables: *s.tables.Load(), settings: *s.settings.Load(), ruled: s.ruled.Load(), now: s.now()}
	if err := t.refresh(); err != nil {
		return nil, errors.Join(err, sqlTx.Rollback())
	}
	return t, nil
}

var dataVersion = prepared("PRAGMA data_version")

// refresh reads schema and settings again if another process has written.
func (t *tx) refresh() error {
	var version int64
	if err := t.row(dataVersion).Scan(&version); err != nil {
		return err
	}
	if version == t.service.dataVersion && t.schema != nil {
		return nil
	}
	var err error
	if t.schema, t.tables, err = readSchemas(t.sql); err != nil {
		return err
	}
	if t.settings, err = readSettings(t.sql); err != nil {
		return err
	}
	if err := t.row(anyRules).Scan(&t.ruled); err != nil {
		return err
	}
	t.service.dataVersion = version
	return nil
}

// runWaiting runs the first job and those that wait behind it, and returns the
// ones it ran. An error is one that spoils the whole transaction.
func (t *tx) runWaiting(first *job) (ran []*job, err error) {
	if err := t.forgetTold(); err != nil {
		return nil, err
	}
	for j := first; j != nil; j = t.service.waiting(len(ran)) {
		if !j.claimed.CompareAndSwap(false, true) {
			continue
		}
		ran = append(ran, j)
		if err := t.runOne(j); err != nil {
			return ran, err
		}
	}
	return ran, nil
}

// waiting takes the next job if one is there already.
func (s *Service) waiting(ran int) *job {
	if ran >= maxBatch {
		return nil
	}
	select {
	case j := <-s.jobs: // nil once the channel is closed and empty
		return j
	default:
		return nil
	}
}

var (
	savepoint = prepared("SAVEPOINT job")
	release   = prepared("RELEASE job")
	undo      = prepared("ROLLBACK TO job")
)

func (t *tx) runOne(j *job) error {
	schema, tables, settings := t.schema, t.tables, t.settings
	if err := t.exec(savepoint); err != nil {
		return err
	}
	if j.err = guard(j.run, t); j.err != nil {
		t.schema, t.tables, t.settings = schema, tables, settings
		if err := t.exec(undo); err != nil {
			return errors.Join(j.err, err)
		}
	}
	return t.exec(release)
}

// guard turns a panic into an error: the writer serves everyone and must not
// end with one faulty write.
func guard(run func(*tx) error, t *tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a write: %v\n%s", p, debug.Stack())
		}
	}()
	return run(t)
}

func (t *tx) end(err error) error {
	if err != nil {
		return errors.Join(err, t.sql.Rollback())
	}
	return t.sql.Commit()
}

func (t *tx) row(q query, args ...any) *sql.Row {
	return t.stmt(q).QueryRow(args...)
}

func (t *tx) exec(q query, args ...any) error {
	_, err := t.count(q, args...)
	return err
}

// stmt is a prepared statement within this transaction; database/sql makes a new
// one each time it is asked.
func (t *tx) stmt(q query) *sql.Stmt {
	if t.stmts[q] == nil {
		t.stmts[q] = t.sql.Stmt(t.service.db.writes[q])
	}
	return t.stmts[q]
}

// count is exec that says how many rows it changed.
func (t *tx) count(q query, args ...any) (int64, error) {
	result, err := t.stmt(q).Exec(args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
