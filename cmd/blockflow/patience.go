package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"blockflow/runtime/store"
)

// between is how long a server waits before it tries again to open its data.
const between = time.Second

// openPatiently opens a data directory. While that fails because the disk is full
// or read-only, whoever calls is told so and may come again: the server that was
// started goes on by itself when somebody has made room.
func openPatiently(ctx context.Context, l net.Listener, dir string, s settings) (*house, error) {
	h, err := openHouse(ctx, dir, s)
	var storage *store.StorageError
	if !passes(err, &storage) {
		return h, err
	}
	slog.Error("the data can't be opened yet", "err", err)
	lent := &lentListener{Listener: l}
	apology := &http.Server{Handler: sorry(storage.Sentence()), ReadHeaderTimeout: headTime}
	ended := make(chan error, 1)
	go func() { ended <- apology.Serve(lent) }()
	for passes(err, &storage) && ctx.Err() == nil {
		select {
		case <-time.After(between):
			h, err = openHouse(ctx, dir, s)
		case <-ctx.Done():
		}
	}
	lent.wake()
	<-ended
	_ = apology.Close() // those who are told at this moment come again
	lent.giveBack()
	return h, err
}

// unopened is how the command ends whose data can't be opened, and why.
type unopened struct {
	exit
	cause error
}

// Unwrap returns both.
func (e *unopened) Unwrap() []error { return []error{&e.exit, e.cause} }

// passes tells whether a failure may pass by itself: somebody frees space, or gives
// the right to write.
func passes(err error, storage **store.StorageError) bool {
	return errors.As(err, storage) && ((*storage).Kind == store.DiskFull || (*storage).Kind == store.ReadOnly)
}

func sorry(why string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" {
			_, _ = w.Write([]byte("alive, but not ready: " + why)) // fails only if the caller has gone
			return
		}
		w.Header().Set("Retry-After", "5")
		http.Error(w, why, http.StatusServiceUnavailable)
	})
}

// A lentListener stays open when its server is closed.
type lentListener struct {
	net.Listener
	over atomic.Bool
}

// Accept is net.Listener's.
func (l *lentListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil && l.over.Load() {
		return nil, net.ErrClosed
	}
	return c, err
}

// Close leaves the listener to whom it belongs.
func (l *lentListener) Close() error { return nil }

// wake ends an Accept that waits.
func (l *lentListener) wake() {
	l.over.Store(true)
	if tcp, ok := l.Listener.(*net.TCPListener); ok {
		_ = tcp.SetDeadline(time.Now()) // fails only on a closed one
	}
}

// giveBack lets others accept again.
func (l *lentListener) giveBack() {
	if tcp, ok := l.Listener.(*net.TCPListener); ok {
		_ = tcp.SetDeadline(time.Time{})
	}
}
