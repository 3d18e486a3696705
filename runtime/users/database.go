package users

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"github.com/google/uuid"
	"github.com/pressly/goose/v3"

	_ "modernc.org/sqlite" // the driver
)

//go:embed migrations/*.sql
var migrations embed.FS

// A database is one SQLite file seen twice: by the one connection that writes
// and by a pool that only reads. In WAL mode the readers see the last commit
// and never wait for the writer.
//
// In memory SQLite has no WAL, so there both are the same single connection
// and take turns; anchor keeps the data alive should the pool replace it.
type database struct {
	writer, readers *sql.DB
	anchor          *sql.DB
	writes, reads   statements
}

// Acknowledged means durable: synchronous=FULL syncs the WAL at every commit
// (NORMAL could lose the last commits when the power fails). The group commit
// of writer.go shares that sync among all writes that are waiting.
const filePragmas = "_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=journal_size_limit(67108864)"

// Waiting for another process (the CLI beside a running server) is bounded.
const commonPragmas = "_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_txlock=immediate"

func openDatabase(ctx context.Context, path string) (*database, error) {
	db := &database{}
	var err error
	if path == "" {
		err = db.openMemory()
	} else {
		err = db.openFile(path)
	}
	if err == nil {
		err = db.migrate(ctx)
	}
	if err == nil {
		db.writes, err = prepareAll(ctx, db.writer)
	}
	if err == nil && db.readers != db.writer {
		db.reads, err = prepareAll(ctx, db.readers)
	} else {
		db.reads = db.writes
	}
	if err != nil {
		return nil, errors.Join(err, db.close())
	}
	return db, nil
}

func (db *database) openMemory() error {
	dsn := "file:/" + uuid.NewString() + "?vfs=memdb&" + commonPragmas
	anchor, err := sql.Open("sqlite", dsn)
	if err != nil {
		return err
	}
	db.anchor = anchor
	anchor.SetMaxOpenConns(1)
	if err := anchor.Ping(); err != nil {
		return fmt.Errorf("open the user database in memory: %w", err)
	}
	db.writer, err = sql.Open("sqlite", dsn)
	if err != nil {
		return err
	}
	db.writer.SetMaxOpenConns(1)
	db.readers = db.writer
	return nil
}

func (db *database) openFile(path string) error {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	// SQLite would create the file readable by everyone; its WAL takes over
	// the mode it finds.
	file, err := os.OpenFile(absolute, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("open the user database: %w", err)
	}
	if err := file.Close(); err != nil {
		return err
	}
	name := filepath.ToSlash(absolute)
	if name[0] != '/' {
		name = "/" + name // a Windows drive
	}
	dsn := (&url.URL{Scheme: "file", Path: name}).String() + "?" + commonPragmas + "&" + filePragmas
	if db.writer, err = sql.Open("sqlite", dsn); err != nil {
		return err
	}
	db.writer.SetMaxOpenConns(1)
	if db.readers, err = sql.Open("sqlite", dsn+"&_pragma=query_only(1)"); err != nil {
		return err
	}
	pool := max(4, 2*runtime.GOMAXPROCS(0))
	db.readers.SetMaxOpenConns(pool)
	db.readers.SetMaxIdleConns(pool)
	return nil
}

func (db *database) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db.writer, files)
	if err != nil {
		return fmt.Errorf("prepare the user database: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bring the user database up to date: %w", err)
	}
	return nil
}

// found reads one row by an index. That is over before anyone could notice that
// the caller has gone, and a context that can end costs each query two goroutines
// that watch it.
func (db *database) found(ctx context.Context, q query, args ...any) *sql.Row {
	return db.reads[q].QueryRowContext(context.WithoutCancel(ctx), args...)
}

func (db *database) close() error {
	var errs []error
	if db.readers != nil && db.readers != db.writer {
		errs = append(errs, db.reads.close(), db.readers.Close())
	}
	if db.writer != nil {
		errs = append(errs, db.writes.close(), db.writer.Close())
	}
	if db.anchor != nil {
		errs = append(errs, db.anchor.Close())
	}
	return errors.Join(errs...)
}

// A query names one of the service's statements. All are known when the
// program starts and prepared when the database opens, so that none is parsed
// twice and preparing never asks for a second connection within a transaction.
type query int

var queryTexts []string

func prepared(text string) query {
	queryTexts = append(queryTexts, text)
	return query(len(queryTexts) - 1)
}

// statements holds one prepared statement for each query.
type statements []*sql.Stmt

func prepareAll(ctx context.Context, db *sql.DB) (statements, error) {
	var all statements
	for _, text := range queryTexts {
		stmt, err := db.PrepareContext(ctx, text)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("prepare %q: %w", text, err), all.close())
		}
		all = append(all, stmt)
	}
	return all, nil
}

func (s statements) close() error {
	var errs []error
	for _, stmt := range s {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(errs...)
}
