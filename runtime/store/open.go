package store

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
	"strings"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

func databaseFile(dir string) string { return filepath.Join(dir, "blockflow.db") }

// writerPragmas are those of the connection that writes. busy_timeout comes
// first, for the others may have to wait for another process; auto_vacuum must
// stand before the first table. FULL syncs the disk at every commit: what was
// answered survives a power cut.
var writerPragmas = []string{
	"busy_timeout(10000)",
	"auto_vacuum(INCREMENTAL)",
	"journal_mode(WAL)",
	"synchronous(FULL)",
	"foreign_keys(1)",
	"journal_size_limit(67108864)",
	"cache_size(-8000)",
	"temp_store(MEMORY)",
	"trusted_schema(0)",
}

var readerPragmas = []string{
	"busy_timeout(10000)",
	"query_only(1)",
	"cache_size(-2000)",
	"temp_store(MEMORY)",
	"trusted_schema(0)",
}

// source names a database for the driver; "" is one in memory.
func source(file string, pragmas []string) (string, error) {
	name := "file::memory:"
	if file != "" {
		absolute, err := filepath.Abs(file)
		if err != nil {
			return "", err
		}
		path := filepath.ToSlash(absolute)
		if !strings.HasPrefix(path, "/") {
			path = "/" + path
		}
		// Escaped, since a directory may be called "what?" or "100%".
		name = "file://" + (&url.URL{Path: path}).EscapedPath()
	}
	q := url.Values{"_pragma": pragmas}
	return name + "?" + q.Encode(), nil
}

// open opens the connections and starts the writer.
func (s *Store) open(ctx context.Context) (err error) {
	file := ""
	if s.dir != "" {
		file = databaseFile(s.dir)
		if err := makePrivate(file); err != nil {
			return err
		}
	}
	name, err := source(file, writerPragmas)
	if err != nil {
		return err
	}
	if s.db, err = sql.Open("sqlite", name); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			s.db.Close()
		}
	}()
	s.db.SetMaxOpenConns(1)
	if err := migrate(ctx, s.db); err != nil {
		return err
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	if file != "" {
		if s.reader, err = openReader(ctx, file); err != nil {
			conn.Close()
			return err
		}
	}
	s.writer = startWriter(conn)
	return nil
}

// makePrivate creates the file so that only its owner can read it. SQLite gives
// the files beside it the same permissions.
func makePrivate(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrPermission) {
		return &StorageError{Kind: ReadOnly, Err: err}
	}
	if err != nil {
		return err
	}
	return f.Close()
}

func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	// goose has globals of its own; they are left out, so that another package
	// that uses goose can't add to our migrations.
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	has, known, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if has > known {
		return &NewerError{Has: has, Known: known}
	}
	if has == known {
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bringing the database up to date: %w", err)
	}
	return nil
}

func openReader(ctx context.Context, file string) (*reader, error) {
	name, err := source(file, readerPragmas)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, err
	}
	n := max(4, runtime.NumCPU())
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return &reader{db: db, stmts: map[string]*sql.Stmt{}}, nil
}
