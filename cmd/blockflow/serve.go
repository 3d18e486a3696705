package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/gofrs/flock"
	"github.com/spf13/cobra"

	"blockflow/blocks"
	"blockflow/editor"
	"blockflow/engine"
	"blockflow/examples"
	"blockflow/runtime"
	"blockflow/runtime/access"
	"blockflow/runtime/server"
	"blockflow/runtime/store"
	"blockflow/runtime/users"
)

func serveCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the editor, the flows, their webhooks and the user service",
		Long: `Serves everything on one port. The first start makes the data directory, puts the
example flows and the demo users into it, and prints a link with which the owner sets a
password: there is no default password.

Every flag can also stand in the configuration file, under its name, and in the environment
as BLOCKFLOW_ and its name in capitals. On SIGHUP the server reads log level, retention,
rate and the settings of webhooks again.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := readSettings(c.Flags())
			if err != nil {
				return err
			}
			return serve(c.Context(), c.OutOrStdout(), s, func() (settings, error) { return readSettings(c.Flags()) })
		},
	}
	settingFlags(c.Flags())
	return c
}

// A house is the open parts of a server.
type house struct {
	store  *store.Store
	access *access.Access
	users  *users.Service
}

// openHouse opens a data directory, and makes it if it isn't there.
func openHouse(ctx context.Context, dir string, s settings) (h *house, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unusable("the data directory %s can't be made: %s", dir, plain(err))
	}
	keys, err := store.LoadKeys(dir)
	if err != nil {
		return nil, unusable("%s", err)
	}
	h = &house{}
	if h.store, err = store.Open(ctx, dir, store.Options{Key: keys[0], Old: keys[1:]}); err != nil {
		return nil, &unopened{exit{exitUsage, err.Error()}, err}
	}
	if h.users, err = openUsers(ctx, dir); err != nil {
		h.close()
		return nil, err
	}
	h.access = access.New(h.store, access.Options{Secure: s.SecureCookies})
	return h, nil
}

// Files beside the databases: whose the data directory is, and where its server is.
const (
	lockName    = "lock"
	addressName = "address"
)

// claim makes sure that no other server serves a data directory: two would both
// go on with its runs.
func claim(dir string) (release func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unusable("the data directory %s can't be made: %s", dir, plain(err))
	}
	lock := flock.New(filepath.Join(dir, lockName))
	mine, err := lock.TryLock()
	if err != nil {
		return nil, unusable("the data directory %s can't be locked: %s", dir, plain(err))
	}
	if !mine {
		return nil, unusable("another blockflow serves the data directory %s. Stop it, or choose another with --data", dir)
	}
	return func() { _ = lock.Unlock() }, nil
}

func (h *house) close() {
	if h.users != nil {
		h.users.Close()
	}
	h.store.Close()
}

// serve serves until the context ends. again, if it isn't nil, reads the settings
// anew.
func serve(ctx context.Context, out io.Writer, set settings, again ...func() (settings, error)) error {
	slog.SetDefault(set.logger())
	listener, err := net.Listen("tcp", set.Address)
	if err != nil {
		return unusable("the address %s can't be used: %s", set.Address, err)
	}
	defer listener.Close()
	release, err := claim(set.Data)
	if err != nil {
		return err
	}
	defer release()
	h, err := openPatiently(ctx, listener, set.Data, set)
	if err != nil {
		return err
	}
	defer h.close()
	if err := furnish(ctx, h); err != nil {
		return err
	}
	demo, err := examples.Files.ReadFile(examples.Users)
	if err != nil {
		return err
	}
	egress, err := blocks.NewEgress(set.HTTPAllow)
	if err != nil {
		return unusable("http-allow: %s", err)
	}
	tracer, err := openTraces(set.Traces)
	if err != nil {
		return err
	}
	defer closeTraces(tracer)
	s, err := server.New(ctx, server.Options{
		Traces: tracer, HTTP: egress.Transport(), Scripts: blocks.ThisProgram(),
		Store: h.store, Access: h.access, Users: h.users, Connection: runtime.ConnectionFromEnv(),
		Editor: editor.Files(), DemoUsers: demo, Templates: examples.Files, Limits: set.limits(), Timeout: set.RunTimeout, Places: set.Concurrency, Live: set.live(), Allowed: set.HTTPAllow,
	})
	if err != nil {
		return unusable("%s", err)
	}
	debug.FreeOSMemory() // starting took more for a moment, hashing the demo users' passwords most
	defer s.Close()
	url := "http://" + listener.Addr().String()
	if err := leaveWord(set.Data, url); err != nil {
		return err
	}
	defer os.Remove(filepath.Join(set.Data, addressName))
	if err := welcome(ctx, out, h, url); err != nil {
		return err
	}
	for _, f := range again {
		defer onHangup(func() {
			set, err := f()
			if err != nil {
				slog.Error("the settings stay as they are", "err", err)
				return
			}
			slog.SetDefault(set.logger())
			s.Set(set.live())
			slog.Info("the settings were read again")
		})()
	}
	return listen(ctx, listener, s)
}

// leaveWord tells other commands where the server is.
func leaveWord(dir, url string) error {
	word, err := json.Marshal(map[string]any{"url": url, "pid": os.Getpid()})
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, addressName), word, 0o600); err != nil {
		return unusable("%s can't be written: %s", dir, plain(err))
	}
	return nil
}

// onHangup calls do whenever the process gets SIGHUP, until the function that it
// returns is called.
func onHangup(do func()) (stop func()) {
	hangups, over := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		for {
			select {
			case <-hangups:
				do()
			case <-over:
				return
			}
		}
	}()
	return func() {
		signal.Stop(hangups)
		close(over)
	}
}

// welcome prints where the server is, and the one-time link while nobody has
// set a password.
func welcome(ctx context.Context, out io.Writer, h *house, url string) error {
	token, needed, err := h.access.SetupToken(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Blockflow is at %s\n", url)
	if needed {
		fmt.Fprintf(out, "Set your password first, with this link (it works once):\n  %s/setup?token=%s\n", url, token)
	}
	return nil
}

// Bounds of one request against clients that are slow on purpose.
const (
	headTime     = 10 * time.Second
	readTime     = time.Minute
	idleTime     = 2 * time.Minute
	shutdownTime = 10 * time.Second
)

// listen serves until the context ends, then lets requests finish.
func listen(ctx context.Context, l net.Listener, b *server.Server) error {
	s := &http.Server{
		Handler: b.Handler(), ReadHeaderTimeout: headTime, ReadTimeout: readTime, IdleTimeout: idleTime,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	b.Drain()
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if err := s.Shutdown(within); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// furnished is the setting that tells that a data directory has its examples.
const furnished = "furnished"

// furnish puts the demo users and the example flows into a data directory that
// never had them: what somebody deleted doesn't come back. The flows are
// published, so that their webhooks answer at once.
func furnish(ctx context.Context, h *house) error {
	if _, err := h.store.Setting(ctx, furnished); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	data, err := examples.Files.ReadFile(examples.Users)
	if err != nil {
		return err
	}
	if err := server.SeedDemo(ctx, h.store, h.users, data); err != nil {
		return err
	}
	files, err := fs.Glob(examples.Files, "*.json")
	if err != nil {
		return err
	}
	for _, name := range files {
		if name == examples.Users {
			continue
		}
		file, err := examples.Files.ReadFile(name)
		if err != nil {
			return err
		}
		doc, err := engine.Parse(file)
		if err != nil {
			return fmt.Errorf("the example %s: %w", name, err)
		}
		if err := server.Install(ctx, h.store, doc); err != nil {
			return fmt.Errorf("the example %s: %w", name, err)
		}
	}
	return h.store.SetSetting(ctx, furnished, []byte("yes"))
}
