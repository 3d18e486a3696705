package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// LoadKey reads the file "key" of the data directory: 32 random bytes that only
// the owner of the directory can read. It creates the directory and the key when
// there is none, but never beside an existing database, which a new key could
// not open. With dir "" it returns a random key.
func LoadKey(dir string) (key [32]byte, err error) {
	if dir == "" {
		rand.Read(key[:])
		return key, nil
	}
	file := filepath.Join(dir, "key")
	key, err = readKey(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if _, err := os.Stat(databaseFile(dir)); err == nil {
		return key, &KeyError{Reason: fmt.Sprintf("%s is missing, and %s can't be read without it. Put the key back from your backup.", file, databaseFile(dir))}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return key, storageError(err)
	}
	if err := createKey(file); err != nil {
		return key, storageError(err)
	}
	return readKey(file)
}

func readKey(file string) (key [32]byte, err error) {
	info, err := os.Stat(file)
	if err != nil {
		return key, err
	}
	// A group may read it: container volumes are often mounted so.
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0 {
		return key, &KeyError{Reason: fmt.Sprintf("%s can be read by every user of this machine. Run chmod 600 on it.", file)}
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return key, err
	}
	if len(b) != len(key) {
		return key, &KeyError{Reason: fmt.Sprintf("%s has %d bytes instead of 32. Put the key back from your backup.", file, len(b))}
	}
	return [32]byte(b), nil
}

// createKey writes a whole key or none, and leaves the key of a process that
// was faster alone.
func createKey(file string) error {
	f, err := os.CreateTemp(filepath.Dir(file), ".key-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	var key [32]byte
	rand.Read(key[:])
	if _, err := f.Write(key[:]); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := os.Link(f.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// checkKey opens a sealed setting that the first start wrote, so that a wrong
// key is found at once and not by the first run that needs it.
func (s *Store) checkKey(ctx context.Context) error {
	const setting, word = "store.key-check", "blockflow"
	_, err := s.Setting(ctx, setting)
	var corrupt *CorruptError
	switch {
	case errors.Is(err, ErrNotFound):
		return s.SetSecretSetting(ctx, setting, []byte(word))
	case errors.As(err, &corrupt):
		return &KeyError{Reason: fmt.Sprintf("The key is not the one that %s was written with. Put the right file \"key\" back from your backup.", databaseFile(s.dir))}
	}
	return err
}
