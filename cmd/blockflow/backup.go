package main

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"blockflow/runtime/store"
)

// A backup is a tar file: the two databases as they were at one moment each, the
// key without which they can't be read, and a list of what must be in it.
const (
	manifestName   = "manifest.json"
	storeFile      = "blockflow.db"
	keyName        = "key"
	configName     = "blockflow.toml"
	backupFormat   = "blockflow backup"
	largestRestore = 1 << 40 // bytes of one file
)

type manifest struct {
	Format string            `json:"format"`
	At     time.Time         `json:"at"`
	Files  map[string]string `json:"files"` // SHA-256 by name
}

func backupCommand() *cobra.Command {
	var data string
	withoutKey := false
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write all data into one file, also while the server runs",
		Long: `Writes flows, runs, journals, users, settings and the key into one tar file. The server
may run meanwhile. Who has the file has everything that is in it; with --without-key the
secrets in it can't be read, but neither can it be restored without the key.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			n, err := backup(c.Context(), data, args[0], withoutKey)
			if err != nil {
				return unusable("the backup failed: %s", plain(err))
			}
			fmt.Fprintf(c.OutOrStdout(), "%s holds all of %s, %d bytes.\n", args[0], data, n)
			return nil
		},
	}
	c.Flags().StringVar(&data, "data", ".blockflow", "data directory")
	c.Flags().BoolVar(&withoutKey, "without-key", false, "leave the key out, to keep it elsewhere")
	return c
}

func backup(ctx context.Context, data, file string, withoutKey bool) (size int64, err error) {
	work, err := os.MkdirTemp(filepath.Dir(file), ".backup-*") // where there is room for the file, there is for this
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(work)
	names := []string{storeFile, usersFile}
	// The runs first: a run's journal may know less than the users, who recognise
	// what is done again, but not more.
	for _, name := range names {
		if err := store.CopyDatabase(ctx, filepath.Join(data, name), filepath.Join(work, name)); err != nil {
			return 0, err
		}
	}
	for _, name := range []string{keyName, configName} {
		if name == keyName && withoutKey {
			continue
		}
		err := copyFile(filepath.Join(data, name), filepath.Join(work, name))
		if err == nil {
			names = append(names, name)
		} else if !errors.Is(err, fs.ErrNotExist) || name == keyName {
			return 0, err
		}
	}
	next := file + ".new"
	if err := writeTar(next, work, names); err != nil {
		_ = os.Remove(next)
		return 0, err
	}
	info, err := os.Stat(next)
	if err != nil {
		return 0, err
	}
	return info.Size(), os.Rename(next, file)
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o600)
}

func writeTar(file, dir string, names []string) (err error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	m := manifest{Format: backupFormat, At: time.Now().UTC(), Files: map[string]string{}}
	for _, name := range names {
		if m.Files[name], err = sumOf(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	list, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	w := tar.NewWriter(f)
	if err := w.WriteHeader(&tar.Header{Name: manifestName, Mode: 0o600, Size: int64(len(list)), ModTime: m.At}); err != nil {
		return err
	}
	if _, err := w.Write(list); err != nil {
		return err
	}
	for _, name := range names {
		if err := addToTar(w, filepath.Join(dir, name), name, m.At); err != nil {
			return err
		}
	}
	return errors.Join(w.Close(), f.Sync())
}

func addToTar(w *tar.Writer, file, name string, at time.Time) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: info.Size(), ModTime: at}); err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return err
}

func sumOf(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func restoreCommand() *cobra.Command {
	var data string
	force := false
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "Make a data directory of a backup",
		Long: `Checks the backup first, all of it, and only then puts its files into the data directory.
The server that serves the directory must be stopped. What is there is kept: --force moves
it into a directory beside it.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			moved, err := restore(c.Context(), args[0], data, force)
			if err != nil {
				return err
			}
			if moved != "" {
				fmt.Fprintf(c.OutOrStdout(), "What was there is in %s now.\n", moved)
			}
			fmt.Fprintf(c.OutOrStdout(), "%s holds what was in %s.\n", data, args[0])
			return nil
		},
	}
	c.Flags().StringVar(&data, "data", ".blockflow", "data directory")
	c.Flags().BoolVar(&force, "force", false, "put what is in the data directory aside")
	return c
}

func restore(ctx context.Context, file, data string, force bool) (moved string, err error) {
	release, err := claim(data)
	if err != nil {
		return "", err
	}
	defer release()
	work, err := os.MkdirTemp(filepath.Dir(filepath.Clean(data)), ".restore-*")
	if err != nil {
		return "", unusable("there is no room beside %s: %s", data, plain(err))
	}
	defer os.RemoveAll(work)
	names, err := unpack(file, work)
	if err != nil {
		return "", unusable("%s can't be restored: %s", file, plain(err))
	}
	for _, name := range []string{storeFile, usersFile} {
		problems, err := store.CheckDatabase(ctx, filepath.Join(work, name))
		if err != nil || len(problems) > 0 {
			return "", unusable("%s can't be restored: its %s is damaged", file, name)
		}
	}
	if _, err := os.Stat(filepath.Join(data, storeFile)); err == nil {
		if !force {
			return "", unusable("%s holds data already. Restore into another directory, or use --force to put it aside", data)
		}
		moved = fmt.Sprintf("%s.before-%s", filepath.Clean(data), time.Now().UTC().Format("20060102T150405"))
		if err := putAside(data, moved); err != nil {
			return "", unusable("what is in %s can't be put aside: %s", data, plain(err))
		}
	}
	for _, name := range names {
		if err := os.Rename(filepath.Join(work, name), filepath.Join(data, name)); err != nil {
			return moved, unusable("%s can't be put into %s: %s", name, data, plain(err))
		}
	}
	return moved, nil
}

// putAside moves the files of a data directory, but for its lock.
func putAside(data, to string) error {
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	list, err := os.ReadDir(data)
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.Name() == lockName {
			continue
		}
		if err := os.Rename(filepath.Join(data, x.Name()), filepath.Join(to, x.Name())); err != nil {
			return err
		}
	}
	return nil
}

// unpack writes the files of a backup, those that one has and no others, and
// checks them against its list.
func unpack(file, dir string) (names []string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := tar.NewReader(f)
	var m manifest
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errors.New("it isn't a backup")
		}
		if h.Name == manifestName && len(names) == 0 {
			if json.NewDecoder(io.LimitReader(r, 1<<20)).Decode(&m) != nil || m.Format != backupFormat {
				return nil, errors.New("it isn't a backup")
			}
			continue
		}
		if h.Typeflag != tar.TypeReg || !slices.Contains([]string{storeFile, usersFile, keyName, configName}, h.Name) || m.Files[h.Name] == "" || slices.Contains(names, h.Name) {
			return nil, errors.New("it holds what no backup holds")
		}
		names = append(names, h.Name)
		if err := writeFrom(filepath.Join(dir, h.Name), r); err != nil {
			return nil, err
		}
		if sum, err := sumOf(filepath.Join(dir, h.Name)); err != nil || sum != m.Files[h.Name] {
			return nil, errors.New(h.Name + " in it is damaged")
		}
	}
	if len(names) != len(m.Files) || !slices.Contains(names, storeFile) || !slices.Contains(names, usersFile) {
		return nil, errors.New("it isn't whole")
	}
	return names, nil
}

func writeFrom(file string, r io.Reader) (err error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := io.Copy(f, io.LimitReader(r, largestRestore)); err != nil {
		return err
	}
	return f.Sync()
}
