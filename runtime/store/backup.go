package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
)

// CopyDatabase writes a copy of an SQLite database as it is at this moment into a
// new file, also while servers write to it. It works for any database, and
// returns an error if there is none.
func CopyDatabase(ctx context.Context, from, to string) error {
	db, err := openCopy(from)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, to); err != nil {
		return storageError(err)
	}
	return os.Chmod(to, 0o600)
}

// CheckDatabase reads a whole SQLite database and returns what is wrong with it,
// nothing if all is well.
func CheckDatabase(ctx context.Context, file string) (problems []string, err error) {
	db, err := openCopy(file)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, `PRAGMA integrity_check(20)`)
	if err != nil {
		return nil, storageError(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, storageError(err)
		}
		if line != "ok" {
			problems = append(problems, line)
		}
	}
	return problems, storageError(errors.Join(rows.Err(), rows.Close()))
}

func openCopy(file string) (*sql.DB, error) {
	if _, err := os.Stat(file); err != nil {
		return nil, fmt.Errorf("there is no database %s", file)
	}
	name, err := source(file, []string{"busy_timeout(10000)"})
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// Damaged counts the values that can't be opened or are not what their hash says:
// among the newest limit runs their payloads and journals, and all secrets and
// published versions. It names the first few.
func (s *Store) Damaged(ctx context.Context, limit int) (count int, some []string, err error) {
	look := func(err error) error {
		var corrupt *CorruptError
		if errors.As(err, &corrupt) {
			if count++; len(some) < 5 {
				some = append(some, corrupt.Row)
			}
			return nil
		}
		if errors.Is(err, ErrNotFound) {
			return nil // deleted meanwhile
		}
		return err
	}
	secrets, err := s.Secrets(ctx)
	if err != nil {
		return count, some, err
	}
	for _, x := range secrets {
		_, err := s.Secret(ctx, x.Name)
		if err := look(err); err != nil {
			return count, some, err
		}
	}
	flows, err := s.ListFlows(ctx)
	if err != nil {
		return count, some, err
	}
	for _, f := range flows {
		if f.Published == nil {
			continue
		}
		_, err := s.Version(ctx, f.Name, f.Published.Version)
		if err := look(err); err != nil {
			return count, some, err
		}
	}
	page, err := s.Runs(ctx, RunFilter{Limit: limit})
	if err != nil {
		return count, some, err
	}
	for _, info := range page.Runs {
		_, err := s.Run(ctx, info.ID)
		if err == nil {
			_, err = s.Journal(ctx, info.ID)
		}
		if err := look(err); err != nil {
			return count, some, err
		}
	}
	return count, some, nil
}
