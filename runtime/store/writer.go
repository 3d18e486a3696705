package store

import (
	"context"
	"database/sql"
	"runtime"
	"sync"
)

// Group commit. A commit costs a sync of the disk whatever it contains, so one
// goroutine takes every write that has arrived, runs them one after the other in
// one transaction, and answers them all after its COMMIT. While the disk syncs,
// the next writes gather: the busier the store, the cheaper a write.
//
//  1. write puts a request into the queue and waits.
//  2. The writer takes all that is there, up to a bound, and begins a transaction.
//  3. Each request runs. If one fails, all run again, each inside a savepoint: the
//     one is rolled back to it, and the others don't notice.
//  4. COMMIT, then every request gets its answer: nil means on disk.
//  5. If the transaction as a whole fails (a full disk), each request is tried
//     once more by itself, so that only those fail that can't be written.

// maxBatch bounds how long the first of a batch waits for the last.
const maxBatch = 256

// A step is a part of a write. It may run more than once and must leave no trace
// outside the transaction but by assigning its results.
type step func(*tx) error

type request struct {
	ctx      context.Context
	steps    []step
	err      error
	panicked any
	answered chan struct{}
}

type writer struct {
	tx    *tx
	queue chan *request
	most  int // requests in a batch

	mu     sync.RWMutex // held for reading while sending to queue
	closed bool
	ended  chan struct{}
}

func startWriter(conn *sql.Conn) *writer {
	w := &writer{
		tx:    &tx{conn: conn, stmts: map[string]*sql.Stmt{}},
		queue: make(chan *request, maxBatch),
		most:  maxBatch,
		ended: make(chan struct{}),
	}
	go w.run()
	return w
}

// write runs the steps in one transaction and returns when they are on disk, or
// an error and nothing of them is. A cancelled ctx takes back a write that has
// not begun; one that has begun is waited for, since its fate must be known.
func (s *Store) write(ctx context.Context, steps ...step) error {
	r := &request{ctx: ctx, steps: steps, answered: make(chan struct{})}
	w := s.writer
	w.mu.RLock()
	if w.closed {
		w.mu.RUnlock()
		return ErrClosed
	}
	w.queue <- r
	w.mu.RUnlock()
	<-r.answered
	if r.panicked != nil {
		panic(r.panicked)
	}
	s.noteTrouble(r.err)
	return r.err
}

// close lets the writer finish what is queued; false if it was closed before.
func (w *writer) close() bool {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return false
	}
	w.closed = true
	close(w.queue)
	w.mu.Unlock()
	<-w.ended
	return true
}

func (w *writer) run() {
	defer close(w.ended)
	defer w.tx.close()
	batch := make([]*request, 0, maxBatch)
	for first := range w.queue {
		batch = w.gather(append(batch[:0], first))
		if err := w.commit(batch); err != nil {
			for _, r := range batch {
				r.err = err
				if len(batch) > 1 {
					r.err = nil
					if err := w.commit([]*request{r}); err != nil {
						r.err = err
					}
				}
			}
		}
		for i, r := range batch {
			close(r.answered)
			batch[i] = nil
		}
	}
}

// gather adds what is in the queue, without waiting for more. Those who were just
// answered and are about to write again, it lets go first: that takes no time when
// nobody is about to, and when many are, they share a commit instead of taking
// turns with two.
func (w *writer) gather(batch []*request) []*request {
	for yielded := false; len(batch) < w.most; {
		select {
		case r, open := <-w.queue:
			if !open {
				return batch
			}
			batch = append(batch, r)
		default:
			if yielded {
				return batch
			}
			yielded = true
			runtime.Gosched()
		}
	}
	return batch
}

// commit runs the batch in one transaction. Each request then has its own error;
// an error returned is the transaction's, and nothing was written.
//
// Requests rarely fail, and a savepoint for each costs as much as a small write.
// So they are run without first; if one fails, all of it is rolled back and run
// again with savepoints.
func (w *writer) commit(batch []*request) error {
	failed, err := w.together(batch)
	if err != nil || !failed {
		return err
	}
	return w.apart(batch)
}

func (w *writer) begin() (end func(*error), err error) {
	if err := w.tx.do("BEGIN IMMEDIATE"); err != nil {
		return nil, err
	}
	return func(err *error) {
		if *err != nil {
			// SQLite may have rolled back by itself; then this fails, and that's fine.
			_ = w.tx.do("ROLLBACK")
		}
	}, nil
}

// together runs all requests as one. failed says that one of them failed, and
// that nothing was written.
func (w *writer) together(batch []*request) (failed bool, err error) {
	end, err := w.begin()
	if err != nil {
		return false, err
	}
	defer func() { end(&err) }()
	for _, r := range batch {
		if r.err = r.ctx.Err(); r.err != nil {
			continue
		}
		if r.err = r.run(w.tx); r.err == nil {
			continue
		}
		if len(batch) == 1 {
			return false, r.err // the transaction is savepoint enough
		}
		return true, w.tx.do("ROLLBACK")
	}
	return false, w.tx.do("COMMIT")
}

// apart runs each request inside a savepoint of its own.
func (w *writer) apart(batch []*request) (err error) {
	end, err := w.begin()
	if err != nil {
		return err
	}
	defer func() { end(&err) }()
	for _, r := range batch {
		r.panicked = nil
		if r.err = r.ctx.Err(); r.err != nil {
			continue
		}
		if err := w.tx.do("SAVEPOINT request"); err != nil {
			return err
		}
		if r.err = r.run(w.tx); r.err != nil {
			if err := w.tx.do("ROLLBACK TO request"); err != nil {
				return r.err
			}
		}
		if err := w.tx.do("RELEASE request"); err != nil {
			return err
		}
	}
	return w.tx.do("COMMIT")
}

// run performs the steps. A panic is carried back to the goroutine that asked.
func (r *request) run(t *tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.panicked, err = p, ErrClosed
		}
	}()
	for _, do := range r.steps {
		if err := do(t); err != nil {
			return err
		}
	}
	return nil
}
