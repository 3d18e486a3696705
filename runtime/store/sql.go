package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// A querier reads: the writer inside a transaction, or the read pool.
type querier interface {
	// query calls each for every row.
	query(each func(scan func(...any) error) error, query string, args ...any) error
}

// row reads one row into dest; false if there is none.
func row(q querier, dest []any, query string, args ...any) (bool, error) {
	found := false
	err := q.query(func(scan func(...any) error) error {
		found = true
		return scan(dest...)
	}, query, args...)
	return found, err
}

// A tx is the writer's connection inside its transaction. It keeps every
// statement prepared. Its SQL runs without the caller's context: a caller that
// goes away must not interrupt the others of its batch.
type tx struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func (t *tx) prepare(query string) (*sql.Stmt, error) {
	if stmt, ok := t.stmts[query]; ok {
		return stmt, nil
	}
	stmt, err := t.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, storageError(err)
	}
	t.stmts[query] = stmt
	return stmt, nil
}

// do runs a statement whose effect needs no count.
func (t *tx) do(query string, args ...any) error {
	_, err := t.exec(query, args...)
	return err
}

// exec returns how many rows were changed.
func (t *tx) exec(query string, args ...any) (int64, error) {
	stmt, err := t.prepare(query)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, storageError(err)
	}
	return result.RowsAffected()
}

func (t *tx) query(each func(scan func(...any) error) error, query string, args ...any) error {
	stmt, err := t.prepare(query)
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(context.Background(), args...)
	return eachRow(rows, err, each)
}

func (t *tx) close() {
	for _, stmt := range t.stmts {
		_ = stmt.Close()
	}
	_ = t.conn.Close()
}

// A reader is the pool of connections that read. WAL lets them read the last
// commit while the writer writes the next.
type reader struct {
	db    *sql.DB
	mu    sync.RWMutex
	stmts map[string]*sql.Stmt
}

func (r *reader) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	r.mu.RLock()
	stmt, ok := r.stmts[query]
	r.mu.RUnlock()
	if ok {
		return stmt, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if stmt, ok := r.stmts[query]; ok {
		return stmt, nil
	}
	stmt, err := r.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	r.stmts[query] = stmt
	return stmt, nil
}

func (r *reader) close() error { return r.db.Close() }

// A reading is one caller's use of the pool.
type reading struct {
	ctx    context.Context
	reader *reader
}

func (r reading) query(each func(scan func(...any) error) error, query string, args ...any) error {
	stmt, err := r.reader.prepare(r.ctx, query)
	if err != nil {
		return storageError(err)
	}
	rows, err := stmt.QueryContext(r.ctx, args...)
	return eachRow(rows, err, each)
}

func eachRow(rows *sql.Rows, err error, each func(scan func(...any) error) error) error {
	if err != nil {
		return storageError(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return storageError(err)
		}
	}
	return storageError(errors.Join(rows.Err(), rows.Close()))
}

// read runs do against the last commit. It may run in the writer, so do only
// reads.
func (s *Store) read(ctx context.Context, do func(querier) error) error {
	if s.reader == nil {
		return s.write(ctx, func(t *tx) error { return do(t) })
	}
	return do(reading{ctx: ctx, reader: s.reader})
}
