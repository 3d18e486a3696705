package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

var noon = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)

// open opens the store in dir as a server would, with a clock that stands.
func open(t testing.TB, dir string) *Store {
	t.Helper()
	key, err := LoadKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), dir, Options{Key: key, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func reopen(t testing.TB, s *Store) *Store {
	t.Helper()
	check(t, s.Close())
	return open(t, s.dir)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fails returns err as an E, or ends the test.
func fails[E error](t testing.TB, err error) E {
	t.Helper()
	var e E
	if !errors.As(err, &e) {
		t.Fatalf("got error %v, want a %T", err, e)
	}
	return e
}

// both runs a test on disk and in memory.
func both(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Run("on disk", func(t *testing.T) { test(t, open(t, t.TempDir())) })
	t.Run("in memory", func(t *testing.T) { test(t, open(t, "")) })
}

func TestOpening(t *testing.T) {
	t.Run("a database keeps its content, and its settings for durability, when it is opened again", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "what? 100%")
		check(t, os.Mkdir(dir, 0o700))
		s := open(t, dir)
		check(t, s.SetSetting(t.Context(), "a", []byte("b")))
		s = reopen(t, s)
		if v, err := s.Setting(t.Context(), "a"); err != nil || string(v) != "b" {
			t.Fatalf("got %q, %v", v, err)
		}
		for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "auto_vacuum": "2", "foreign_keys": "1", "busy_timeout": "10000"} {
			var got string
			check(t, s.write(t.Context(), func(t *tx) error {
				_, err := row(t, []any{&got}, "PRAGMA "+pragma)
				return err
			}))
			if got != want {
				t.Errorf("%s is %s, want %s", pragma, got, want)
			}
		}
	})
	t.Run("two stores share one database, as the server and the command line do", func(t *testing.T) {
		dir := t.TempDir()
		a, b := open(t, dir), open(t, dir)
		check(t, a.SetSetting(t.Context(), "a", []byte("1")))
		check(t, b.SetSetting(t.Context(), "a", []byte("2")))
		if v, err := a.Setting(t.Context(), "a"); err != nil || string(v) != "2" {
			t.Fatalf("got %q, %v", v, err)
		}
	})
	t.Run("only its owner can read the files", func(t *testing.T) {
		if runtime.GOOS == "windows" {
			t.Skip("Windows has other permissions")
		}
		dir := t.TempDir()
		check(t, open(t, dir).SetSetting(t.Context(), "a", nil))
		files, err := os.ReadDir(dir)
		check(t, err)
		if len(files) < 3 {
			t.Errorf("got %v, want the key, the database and its log", files)
		}
		for _, f := range files {
			if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s has permissions %v", f.Name(), info.Mode().Perm())
			}
		}
	})
	t.Run("a database of a newer Blockflow is refused", func(t *testing.T) {
		s := open(t, t.TempDir())
		check(t, s.write(t.Context(), func(t *tx) error {
			return t.do("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)")
		}))
		check(t, s.Close())
		key, err := LoadKey(s.dir)
		check(t, err)
		_, err = Open(t.Context(), s.dir, Options{Key: key})
		if e := fails[*NewerError](t, err); e.Has != 999 {
			t.Error(e)
		}
	})
	t.Run("a file that is no database is called damaged", func(t *testing.T) {
		dir := t.TempDir()
		key, err := LoadKey(dir)
		check(t, err)
		check(t, os.WriteFile(databaseFile(dir), bytes.Repeat([]byte("not SQLite "), 1000), 0o600))
		_, err = Open(t.Context(), dir, Options{Key: key})
		if e := fails[*StorageError](t, err); e.Kind != Damaged {
			t.Error(e)
		}
	})
	t.Run("a closed store says that it is closed", func(t *testing.T) {
		both(t, func(t *testing.T, s *Store) {
			check(t, s.Close())
			_, err := s.ListFlows(t.Context())
			for _, err := range []error{err, s.SetSetting(t.Context(), "a", nil), s.Close()} {
				if !errors.Is(err, ErrClosed) {
					t.Errorf("got %v", err)
				}
			}
		})
	})
}

func TestKeys(t *testing.T) {
	t.Run("a key is made once", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "new")
		a, err := LoadKey(dir)
		check(t, err)
		b, err := LoadKey(dir)
		check(t, err)
		if a != b || a == [32]byte{} {
			t.Error("got another key the second time, or none")
		}
	})
	t.Run("no key is made beside a database, which it could not open", func(t *testing.T) {
		s := open(t, t.TempDir())
		check(t, s.Close())
		check(t, os.Remove(filepath.Join(s.dir, "key")))
		_, err := LoadKey(s.dir)
		fails[*KeyError](t, err)
	})
	t.Run("a database written with another key is refused", func(t *testing.T) {
		s := open(t, t.TempDir())
		check(t, s.Close())
		_, err := Open(t.Context(), s.dir, Options{Key: [32]byte{1}})
		fails[*KeyError](t, err)
		_, err = Open(t.Context(), s.dir, Options{})
		fails[*KeyError](t, err)
	})
	t.Run("a key that is cut short is refused", func(t *testing.T) {
		dir := t.TempDir()
		check(t, os.WriteFile(filepath.Join(dir, "key"), []byte("short"), 0o600))
		_, err := LoadKey(dir)
		fails[*KeyError](t, err)
	})
	t.Run("a key that everyone can read is refused", func(t *testing.T) {
		if runtime.GOOS == "windows" {
			t.Skip("Windows has other permissions")
		}
		dir := t.TempDir()
		_, err := LoadKey(dir)
		check(t, err)
		check(t, os.Chmod(filepath.Join(dir, "key"), 0o604))
		_, err = LoadKey(dir)
		fails[*KeyError](t, err)
	})
}

func TestDiskFull(t *testing.T) {
	s := open(t, t.TempDir())
	ctx := context.Background()
	check(t, s.SetSetting(ctx, "before", []byte("kept")))
	check(t, s.write(ctx, func(t *tx) error {
		return t.query(func(func(...any) error) error { return nil }, "PRAGMA max_page_count(60)")
	}))
	err := s.SetSetting(ctx, "big", make([]byte, 1<<20))
	if e := fails[*StorageError](t, err); e.Kind != DiskFull {
		t.Error(e)
	}
	check(t, s.SetSetting(ctx, "small", []byte("still goes")))
	for _, key := range []string{"before", "small"} {
		if _, err := s.Setting(ctx, key); err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
}

func pragma(t *testing.T, s *Store, set string) {
	t.Helper()
	check(t, s.write(context.Background(), func(t *tx) error {
		return t.query(func(func(...any) error) error { return nil }, "PRAGMA "+set)
	}))
}

func TestADatabaseThatCannotBeWrittenSaysWhy(t *testing.T) {
	ctx := context.Background()
	t.Run("read-only", func(t *testing.T) {
		s := open(t, t.TempDir())
		check(t, s.SetSetting(ctx, "before", nil))
		pragma(t, s, "query_only(1)")
		if e := fails[*StorageError](t, s.SetSetting(ctx, "a", nil)); e.Kind != ReadOnly {
			t.Error(e)
		}
		if !has(t, s, "before") {
			t.Error("it can't be read either")
		}
	})
	t.Run("locked by another program", func(t *testing.T) {
		s := open(t, t.TempDir())
		other := open(t, s.dir)
		pragma(t, s, "busy_timeout(0)")
		check(t, other.write(ctx, put("theirs", 1), func(*tx) error {
			if e := fails[*StorageError](t, s.SetSetting(ctx, "mine", nil)); e.Kind != Busy {
				t.Error(e)
			}
			return nil
		}))
		check(t, s.SetSetting(ctx, "mine", nil))
	})
}

func TestTidyGivesFreedPagesBack(t *testing.T) {
	s := open(t, t.TempDir())
	check(t, s.SetSetting(t.Context(), "big", make([]byte, 1<<20)))
	check(t, s.DeleteSetting(t.Context(), "big"))
	free := func() (n int) {
		check(t, s.read(t.Context(), func(q querier) error {
			_, err := row(q, []any{&n}, "PRAGMA freelist_count")
			return err
		}))
		return n
	}
	before := free()
	check(t, s.Tidy(t.Context(), 100))
	if after := free(); before < 200 || after != before-100 {
		t.Errorf("%d pages were free, %d after 100 were given back", before, after)
	}
}
