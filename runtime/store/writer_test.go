package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
)

// together runs writes as one batch: it keeps the writer busy until all of them
// are queued.
func together(t *testing.T, s *Store, writes ...step) []error {
	t.Helper()
	began, end := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		_ = s.write(context.Background(), func(*tx) error {
			close(began)
			<-end
			return nil
		})
	})
	<-began
	errs := make([]error, len(writes))
	for i, w := range writes {
		all.Go(func() { errs[i] = s.write(context.Background(), w) })
	}
	for len(s.writer.queue) < len(writes) {
		runtime.Gosched()
	}
	close(end)
	all.Wait()
	return errs
}

func put(key string, size int) step {
	return func(t *tx) error {
		return t.do("INSERT INTO settings (key, sealed, value) VALUES (?, 0, ?)", key, make([]byte, size))
	}
}

func has(t *testing.T, s *Store, key string) bool {
	t.Helper()
	_, err := s.Setting(context.Background(), key)
	if err != nil && !errors.Is(err, ErrNotFound) {
		t.Fatal(err)
	}
	return err == nil
}

func TestGroupCommit(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		t.Run("a write that fails midway leaves nothing, and the others of its batch don't notice", func(t *testing.T) {
			refused := errors.New("refused")
			var writes []step
			for i := range 60 {
				writes = append(writes, func(t *tx) error {
					if err := put(fmt.Sprint("midway ", i), 1)(t); err != nil || i%3 != 0 {
						return err
					}
					return refused
				})
			}
			for i, err := range together(t, s, writes...) {
				want := i%3 != 0
				if got := has(t, s, fmt.Sprint("midway ", i)); got != want || want != (err == nil) || !want && !errors.Is(err, refused) {
					t.Errorf("write %d: error %v, there: %t", i, err, got)
				}
			}
		})
		t.Run("a statement that breaks a rule fails its own write only", func(t *testing.T) {
			errs := together(t, s, put("one", 1), put("one", 1), put("other", 1))
			if errs[2] != nil || (errs[0] == nil) == (errs[1] == nil) {
				t.Errorf("got %v", errs)
			}
		})
		t.Run("all steps of a write are kept or none", func(t *testing.T) {
			if err := s.write(t.Context(), put("first", 1), put("first", 1)); err == nil || has(t, s, "first") {
				t.Errorf("error %v, there: %t", err, has(t, s, "first"))
			}
		})
		t.Run("a write whose caller has gone before it began is not done", func(t *testing.T) {
			gone, cancel := context.WithCancel(t.Context())
			cancel()
			if err := s.write(gone, put("gone", 1)); !errors.Is(err, context.Canceled) || has(t, s, "gone") {
				t.Errorf("error %v, there: %t", err, has(t, s, "gone"))
			}
		})
		t.Run("a panic comes back to its caller and leaves nothing", func(t *testing.T) {
			func() {
				defer func() {
					if p := recover(); p != "mine" {
						t.Errorf("recovered %v", p)
					}
				}()
				_ = s.write(t.Context(), put("panic", 1), func(*tx) error { panic("mine") })
			}()
			if has(t, s, "panic") {
				t.Error("its first step was kept")
			}
		})
		t.Run("when the disk is full only those writes fail that don't fit", func(t *testing.T) {
			pragma(t, s, "max_page_count(100)")
			errs := together(t, s, put("fits 1", 10), put("too big", 1<<20), put("fits 2", 10))
			if errs[0] != nil || errs[2] != nil || !has(t, s, "fits 1") || !has(t, s, "fits 2") {
				t.Errorf("got %v", errs)
			}
			if e := fails[*StorageError](t, errs[1]); e.Kind != DiskFull {
				t.Error(e)
			}
		})
	})
}

func TestClosingWaitsForAcceptedWrites(t *testing.T) {
	s := open(t, t.TempDir())
	const n = 200
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = s.SetSetting(context.Background(), fmt.Sprint(i), nil) })
	}
	check(t, s.Close())
	all.Wait()
	s = open(t, s.dir)
	for i, err := range errs {
		if got := has(t, s, fmt.Sprint(i)); got != (err == nil) || err != nil && !errors.Is(err, ErrClosed) {
			t.Errorf("write %d: error %v, there after opening again: %t", i, err, got)
		}
	}
}

func TestManyUseTheStoreAtOnce(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		var all sync.WaitGroup
		for worker := range 8 {
			all.Go(func() {
				for i := range 10 {
					r := newRun(fmt.Sprint("flow-", worker))
					e := Entry{Place: "1", Args: []byte{byte(i)}}
					for _, err := range []error{
						s.CreateRun(t.Context(), r),
						s.Intend(t.Context(), r.ID, []Entry{e}),
						s.RecordAndFinish(t.Context(), r.ID, []Entry{e}, Outcome{Status: Succeeded}),
					} {
						if err != nil {
							t.Error(err)
						}
					}
					page, err := s.Runs(t.Context(), RunFilter{Flow: r.Flow})
					if err != nil || len(page.Runs) != i+1 || page.Runs[0].ID != r.ID || page.Runs[0].Status != Succeeded {
						t.Errorf("a finished run is not the first of the list: %v, %+v", err, page)
					}
				}
			})
		}
		all.Wait()
	})
}
