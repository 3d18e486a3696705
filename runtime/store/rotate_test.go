package store

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

func TestRotatingTheKey(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	start := func() *Store {
		t.Helper()
		keys, err := LoadKeys(dir)
		check(t, err)
		s, err := Open(context.Background(), dir, Options{Key: keys[0], Old: keys[1:]})
		check(t, err)
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	s := start()
	r := newRun("f")
	r.Input = []byte("input")
	check(t, s.CreateRun(ctx, r))
	check(t, s.Record(ctx, r.ID, []Entry{{Place: "1", Args: []byte("args"), Outcome: []byte("outcome")}}))
	check(t, s.SetSecret(ctx, "api", []byte("value"), ""))
	same := func(when string, s *Store) {
		t.Helper()
		got, err := s.Run(ctx, r.ID)
		check(t, err)
		journal, err := s.Journal(ctx, r.ID)
		check(t, err)
		secret, err := s.Secret(ctx, "api")
		check(t, err)
		if string(got.Input) != "input" || string(journal[0].Outcome) != "outcome" || string(journal[0].Args) != "args" || string(secret) != "value" {
			t.Errorf("%s: %s %s %s", when, got.Input, journal[0].Outcome, secret)
		}
	}
	check(t, s.Close())
	check(t, AddKey(dir))
	s = start()
	same("with both keys", s)
	n, err := s.Reseal(ctx)
	check(t, err)
	if n < 5 {
		t.Errorf("only %d values were sealed anew", n)
	}
	same("sealed anew", s)
	check(t, s.Close())
	check(t, ForgetKeys(dir))
	s = start()
	same("with the new key alone", s)
}

func TestACopyOfADatabaseInUse(t *testing.T) {
	ctx, dir, other := t.Context(), t.TempDir(), t.TempDir()
	s := open(t, dir)
	r := newRun("f")
	check(t, s.CreateRun(ctx, r))
	check(t, CopyDatabase(ctx, databaseFile(dir), databaseFile(other)))
	problems, err := CheckDatabase(ctx, databaseFile(other))
	if err != nil || len(problems) > 0 {
		t.Error(problems, err)
	}
	later := newRun("f")
	check(t, s.CreateRun(ctx, later))
	key, err := os.ReadFile(keyFile(dir))
	check(t, err)
	check(t, os.WriteFile(keyFile(other), key, 0o600))
	copied := open(t, other)
	_, err = copied.Run(ctx, r.ID)
	check(t, err)
	_, err = copied.Run(ctx, later.ID)
	fails[*NotFoundError](t, err)
	if CopyDatabase(ctx, filepath.Join(dir, "none.db"), filepath.Join(dir, "copy.db")) == nil {
		t.Error("a database that isn't there was copied")
	}
	n, _, err := s.Damaged(ctx, 10)
	if err != nil || n != 0 {
		t.Error(n, err)
	}
}
