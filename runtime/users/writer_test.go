package users

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
)

// occupy holds the writer in a write until the returned function is called.
func (p *place) occupy() (release func()) {
	p.Helper()
	begun, free, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		done <- p.service.write(context.Background(), func(*tx) error {
			close(begun)
			<-free
			return nil
		})
	}()
	<-begun
	return func() {
		close(free)
		if err := <-done; err != nil {
			p.Error(err)
		}
	}
}

func TestReadersDoNotWaitForTheWriter(t *testing.T) {
	p := newPlace(t)
	id, tok := p.member("ann@x.org")
	release := p.occupy()
	p.ok("GET", "/api/users/"+id, "", token(tok))
	p.ok("GET", "/api/data/Users/count", "", token(tok))
	release()
}

func TestAWriteCancelledBeforeItsTurnNeverHappens(t *testing.T) {
	p := newPlace(t)
	release := p.occupy()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- p.service.write(ctx, func(*tx) error { t.Error("it ran"); return nil }) }()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("the write ended with %v", err)
	}
	release()
	if err := p.service.write(context.Background(), func(*tx) error { return nil }); err != nil {
		t.Error(err)
	}
}

func TestWritesThatShareACommitFailAlone(t *testing.T) {
	p := newPlace(t)
	release := p.occupy()
	refusal := errors.New("no")
	results := make([]error, 30)
	var wait, queued sync.WaitGroup
	for i := range results {
		queued.Add(1)
		wait.Go(func() {
			queued.Done()
			results[i] = p.service.write(context.Background(), func(t *tx) error {
				if err := t.saveColumn(Column{Name: fmt.Sprintf("p%d", i), Type: TypeString}); err != nil {
					return err
				}
				switch i % 3 {
				case 1:
					return refusal
				case 2:
					panic("broken")
				}
				return nil
			})
		})
	}
	queued.Wait()
	release()
	wait.Wait()
	p.close()
	p.open()
	schema := p.service.schema.Load()
	for i, err := range results {
		_, saved := schema.byName[fmt.Sprintf("p%d", i)]
		if want := i%3 == 0; saved != want || (err == nil) != want {
			t.Errorf("write %d ended with %v and is stored: %v", i, err, saved)
		}
	}
	if errors.Is(results[1], refusal) == false {
		t.Errorf("a refused write ended with %v", results[1])
	}
}

func TestCloseWaitsForWhatHasBegun(t *testing.T) {
	p := newPlace(t)
	results := make(chan error, 50)
	for i := range cap(results) {
		go func() {
			_, err := p.service.Create(context.Background(), fmt.Appendf(nil, `{"email":"user%d@x.org","password":"secret"}`, i))
			results <- err
		}()
	}
	made := 0
	if err := <-results; err == nil {
		made++
	}
	p.close()
	for range cap(results) - 1 {
		if err := <-results; err == nil {
			made++
		} else if !errors.Is(err, errClosed) {
			t.Errorf("a user wasn't made: %v", err)
		}
	}
	p.open()
	if total, _, err := p.service.Find(context.Background(), Query{}); total != made || err != nil {
		t.Errorf("%d users are stored (%v), %d were acknowledged", total, err, made)
	}
}
