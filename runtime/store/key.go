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
	"slices"
)

// Keys are the keys of a data directory, the newest first: it seals, and all of
// them open.
type Keys [][32]byte

// keySize is the length of one key; the file holds one after the other.
const keySize = 32

// LoadKey returns the newest of LoadKeys.
func LoadKey(dir string) (key [32]byte, err error) {
	keys, err := LoadKeys(dir)
	if err != nil {
		return key, err
	}
	return keys[0], nil
}

// LoadKeys reads the file "key" of the data directory: 32 random bytes, or a
// multiple after a rotation, that only the owner of the directory can read. It
// creates the directory and the key when there is none, but never beside an
// existing database, which a new key could not open. With dir "" it returns a
// random key.
func LoadKeys(dir string) (Keys, error) {
	if dir == "" {
		var key [32]byte
		rand.Read(key[:])
		return Keys{key}, nil
	}
	file := keyFile(dir)
	keys, err := readKeys(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return keys, err
	}
	if _, err := os.Stat(databaseFile(dir)); err == nil {
		return nil, &KeyError{Reason: fmt.Sprintf("%s is missing, and %s can't be read without it. Put the key back from your backup.", file, databaseFile(dir))}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, storageError(err)
	}
	if err := createKey(file); err != nil {
		return nil, storageError(err)
	}
	return readKeys(file)
}

func keyFile(dir string) string { return filepath.Join(dir, "key") }

func readKeys(file string) (Keys, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	// A group may read it: container volumes are often mounted so.
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0 {
		return nil, &KeyError{Reason: fmt.Sprintf("%s can be read by every user of this machine. Run chmod 600 on it.", file)}
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	keys, err := ParseKeys(b)
	if err != nil {
		return nil, &KeyError{Reason: fmt.Sprintf("%s has %d bytes instead of 32. Put the key back from your backup.", file, len(b))}
	}
	return keys, nil
}

// ParseKeys reads keys as the file holds them. A *KeyError says that they aren't.
func ParseKeys(b []byte) (Keys, error) {
	if len(b) == 0 || len(b)%keySize != 0 {
		return nil, &KeyError{Reason: fmt.Sprintf("A key is 32 bytes long, not %d.", len(b))}
	}
	var keys Keys
	for part := range slices.Chunk(b, keySize) {
		keys = append(keys, [32]byte(part))
	}
	return keys, nil
}

// AddKey puts a new key before the others of a data directory. What is sealed
// from the next Open on is sealed with it; Reseal does the rest. No server may
// have the store open meanwhile.
func AddKey(dir string) error {
	keys, err := readKeys(keyFile(dir))
	if err != nil {
		return err
	}
	var key [32]byte
	rand.Read(key[:])
	return writeKeys(dir, append(Keys{key}, keys...))
}

// ForgetKeys keeps only the newest key of a data directory. What was sealed with
// another and not sealed anew can't be opened any more.
func ForgetKeys(dir string) error {
	keys, err := readKeys(keyFile(dir))
	if err != nil {
		return err
	}
	return writeKeys(dir, keys[:1])
}

func writeKeys(dir string, keys Keys) error {
	f, err := os.CreateTemp(dir, ".key-*")
	if err != nil {
		return storageError(err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	for _, key := range keys {
		if _, err := f.Write(key[:]); err != nil {
			return storageError(err)
		}
	}
	if err := f.Sync(); err != nil {
		return storageError(err)
	}
	return storageError(os.Rename(f.Name(), keyFile(dir)))
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
