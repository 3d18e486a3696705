// Package users is the embedded user service: a service in its own right that
// speaks Backendless's REST protocol over a SQLite file of its own.
//
// # What it promises
//
// A write that was answered is on disk: the answer follows the commit, and the
// commit is synced. A write that was not answered is there whole or not at all.
//
// A write with an Idempotency-Key happens once. The key, the answer and the
// record before and after are written in the transaction of the write itself,
// so a process that dies at any moment leaves both or neither, and the same
// request sent again gets the first one's answer. A refused write has changed
// nothing and isn't remembered.
//
// What is sent comes back as it was sent, or is refused with a reason: numbers
// keep their digits, texts that no character stands for are errors, and nothing
// is converted from one type to another.
//
// # Who may do what
//
// Under the policy "self" (the default) a user who is logged in may change and
// delete their own record; without a token that is refused with 3028, for
// another's record with 3029. The CloudCode (BL) key may change every record,
// with or without a token. Under "permissive" everybody with an API key may. A
// record can be read by whoever knows its objectId, as in a new Backendless app;
// ids are random. When a token is sent with an update, its user becomes the
// record's ownerId.
//
// # Events
//
// A [Hook] is told before and after a user registers, logs in, is updated or
// removed. Before, it can change the values or refuse; what it does itself, by
// [WithoutHook], calls it not again.
//
// # Tables
//
// data/<Table> keeps records in tables of one's own, found with the same
// where-clauses as users. With the dynamic schema on, a record makes the table
// and the columns that it needs. A column has the type of its first value; what
// is sent later must be of that type. Who is logged in owns the records they
// make. Under the policy "self" only a record's owner and the CloudCode key
// change, delete and list it, and who a [Permission] lets. There are no relations
// between records and no bulk operations.
package users

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Options are what a service is opened with. The zero value is fine.
type Options struct {
	// Key protects what is remembered under Idempotency-Keys, which holds
	// tokens: 16 bytes or more, the same at every start. Without one, each
	// start makes its own, and the answers remembered before can't be given
	// again; what was performed is still not performed twice.
	Key []byte
	// Log gets the faults of the service itself, never what was sent to it.
	// nil: nothing is logged.
	Log *slog.Logger
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	// PasswordCost is the work of new password hashes; zero: a cost fit for
	// production. Tests lower it.
	PasswordCost PasswordCost
	// ClientAddress tells clients apart when failed logins are counted; needed
	// behind a proxy, where it reads what the proxy says. nil: the address of
	// the connection, except this machine's own. What it returns is compared and
	// not read; "" stands for nobody in particular.
	ClientAddress func(*http.Request) string
	// Mailer sends mails. nil: the settings say how (SetSMTP), and where they
	// say nothing mails stay in the outbox.
	Mailer Mailer
	// PublicURL is where links in mails lead to, such as
	// https://app.example.org. Empty: what the mail settings say, or this
	// machine if the request came to it by that name.
	PublicURL string
	// MaxBody bounds a request's body in bytes; 0: 1 MiB.
	MaxBody int64
}

// A Service is an open user service. It is safe for concurrent use.
type Service struct {
	db          *database
	hasher      *hasher
	keys        *keyring
	credentials Keys
	log         *slog.Logger
	clock       func() time.Time
	maxBody     int64

	clientAddress func(*http.Request) string
	addresses     addressBook
	givenMailer   Mailer
	publicURL     string
	posted        chan struct{} // a mail was put into the outbox
	postman       chan struct{} // closed when the postman has ended

	// What the last commit left; the writer alone changes them.
	schema      atomic.Pointer[schema] // of Users
	tables      atomic.Pointer[tables]
	hook        atomic.Pointer[Hook]
	settings    atomic.Pointer[Settings]
	ruled       atomic.Bool // there are permissions
	dataVersion int64

	told struct { // events that can be forgotten
		sync.Mutex
		ids []string
	}

	jobs    chan *job
	written chan struct{} // closed when the writer has ended
	swept   chan struct{} // closed when the sweeper has ended
	stop    chan struct{} // closed to end the sweeper

	closing sync.RWMutex
	closed  bool
	callers sync.WaitGroup
}

// Open opens the user service on a file, which is made if it isn't there, or
// for an empty path on a database in memory that no other service sees. Close
// it when done.
func Open(ctx context.Context, path string, opts Options) (*Service, error) {
	s := &Service{
		log:     opts.Log,
		clock:   opts.Now,
		maxBody: opts.MaxBody,

		clientAddress: opts.ClientAddress,
		givenMailer:   opts.Mailer,
		publicURL:     opts.PublicURL,
		posted:        make(chan struct{}, 1),
		postman:       make(chan struct{}),

		jobs:    make(chan *job, maxBatch),
		written: make(chan struct{}),
		swept:   make(chan struct{}),
		stop:    make(chan struct{}),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.maxBody == 0 {
		s.maxBody = 1 << 20
	}
	var err error
	if s.hasher, err = newHasher(opts.PasswordCost); err != nil {
		return nil, err
	}
	if s.keys, err = newKeyring(opts.Key); err != nil {
		return nil, err
	}
	if s.db, err = openDatabase(ctx, path); err != nil {
		return nil, err
	}
	settings := defaultSettings()
	s.settings.Store(&settings)
	s.tables.Store(&tables{})
	go s.writeLoop()
	// The first write reads schema and settings too.
	if err := s.loadCredentials(ctx); err != nil {
		close(s.swept) // these never began
		close(s.postman)
		return nil, errors.Join(fmt.Errorf("open the user service: %w", err), s.Close())
	}
	go s.sweepLoop()
	go s.postLoop()
	return s, nil
}

// Close waits for the calls that have begun, refuses later ones and closes the
// database. Closing twice is fine.
func (s *Service) Close() error {
	s.closing.Lock()
	if s.closed {
		s.closing.Unlock()
		<-s.written
		return nil
	}
	s.closed = true
	s.closing.Unlock()
	close(s.stop)
	s.callers.Wait()
	<-s.swept
	<-s.postman
	// One more write forgets what was told.
	err := s.writeInside(context.Background(), func(*tx) error { return nil })
	close(s.jobs)
	<-s.written
	return errors.Join(err, s.db.close())
}

func (s *Service) now() int64 { return s.clock().UnixMilli() }
