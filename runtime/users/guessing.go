package users

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Guessing passwords is slowed down twice.
//
// Per account: after N failures in a row the account is locked for a minute,
// and after each further N for twice as long, up to a quarter of an hour. N is
// failedLoginsLock, or 20 if that is 0. A success forgets the failures. Logins
// that nobody has are counted like the others, so a lock tells nothing.
//
// A lock would let a stranger keep the owner out by failing on purpose. So an
// address from which the account was logged in to in the last thirty days has
// a count of its own, which only failures from there add to. Whoever comes from
// a new address while strangers are at it waits a quarter of an hour at most,
// or restores the password by mail, which ends the lock, as does an editor who
// enables the account.
//
// Per address: who fails at many accounts may do so some times in a row and
// then every six seconds. That is for addresses that tell people apart: behind
// a proxy on the same machine all would share one, so loopback is exempt unless
// Options.ClientAddress says who the client really is.
const (
	quietFailures   = 20 // N when failedLoginsLock is 0
	firstLock       = time.Minute
	longestLock     = 15 * time.Minute
	failuresKept    = 24 * time.Hour
	addressesKept   = 30 * 24 * time.Hour
	addressBurst    = 30
	addressInterval = 6 * time.Second
	maxAddresses    = 10_000
)

var (
	lockOf         = prepared("SELECT failures, locked_until FROM login_failures WHERE account = ? AND address = ?")
	saveFailure    = prepared("INSERT INTO login_failures (account, address, failures, last, locked_until) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET failures = excluded.failures, last = excluded.last, locked_until = excluded.locked_until")
	forgetFailures = prepared("DELETE FROM login_failures WHERE account = ? AND address = ?")
	unlockAccount  = prepared("DELETE FROM login_failures WHERE account = ?")
	addressKnown   = prepared("SELECT EXISTS (SELECT 1 FROM known_addresses WHERE account = ? AND address = ?)")
	saveAddress    = prepared("INSERT INTO known_addresses (account, address, last) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET last = excluded.last")
	oldFailures    = prepared("DELETE FROM login_failures WHERE (account, address) IN (SELECT account, address FROM login_failures WHERE last <= ? LIMIT ?)")
	oldAddresses   = prepared("DELETE FROM known_addresses WHERE (account, address) IN (SELECT account, address FROM known_addresses WHERE last <= ? LIMIT ?)")
)

// An attempt is one try at an account's password.
type attempt struct {
	service *Service
	account []byte // digest of the login
	from    string // the address, "" if it tells nobody apart
	address []byte // digest of it
	before  int64  // the failures in a row until now
	counted []byte // the address that failures are counted for: address if it is known, else empty
}

func (s *Service) account(identity string) []byte { return s.keys.digestOf("account", identity) }

// attempt begins a try at the account with a (folded) identity.
func (c *call) attempt(identity string) (*attempt, error) {
	s := c.service
	a := &attempt{service: s, account: s.account(identity), from: s.addressOf(c.request), counted: []byte{}}
	if a.from == "" {
		return a, nil
	}
	a.address = s.keys.digestOf("address", a.from)
	var known bool
	if err := s.db.reads[addressKnown].QueryRowContext(c.ctx, a.account, a.address).Scan(&known); err != nil {
		return nil, err
	}
	if known {
		a.counted = a.address
	}
	return a, nil
}

// allowed refuses a try while the account or the address is locked.
func (a *attempt) allowed(c *call) error {
	var until int64
	err := c.service.db.reads[lockOf].QueryRowContext(c.ctx, a.account, a.counted).Scan(&a.before, &until)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	now := c.service.now()
	if until > now {
		return refuse(codeLocked, "This account is locked after too many failed logins. Try again in %d seconds.", (until-now+999)/1000)
	}
	if wait := c.service.addresses.wait(a.from, now); wait > 0 {
		return refuse(codeLocked, "Too many logins from this address have failed. Try again in %d seconds.", (wait+999)/1000)
	}
	return nil
}

// failed counts a wrong try, durably, also for someone who has hung up.
func (a *attempt) failed(c *call) error {
	c.service.addresses.charge(a.from, c.service.now())
	return c.service.write(context.WithoutCancel(c.ctx), func(t *tx) error {
		var failures, until int64
		if err := t.row(lockOf, a.account, a.counted).Scan(&failures, &until); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		failures++
		if n := t.settings.lockAfter(); failures%n == 0 {
			lock := firstLock << min(failures/n-1, 10)
			until = t.now + min(lock, longestLock).Milliseconds()
		}
		return t.exec(saveFailure, a.account, a.counted, failures, t.now, until)
	})
}

// succeeded forgets the failures and remembers the address.
func (a *attempt) succeeded(t *tx) error {
	if err := t.exec(forgetFailures, a.account, a.counted); err != nil || a.address == nil {
		return err
	}
	return t.exec(saveAddress, a.account, a.address, t.now)
}

func (st *Settings) lockAfter() int64 {
	if st.FailedLoginsLock > 0 {
		return int64(st.FailedLoginsLock)
	}
	return quietFailures
}

// addressOf is where a request comes from, as far as that tells clients apart:
// a network of 64 bits for IPv6, "" for this machine.
func (s *Service) addressOf(r *http.Request) string {
	if s.clientAddress != nil {
		return s.clientAddress(r)
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	at, err := netip.ParseAddr(host)
	if err != nil || at.Unmap().IsLoopback() {
		return ""
	}
	if at = at.Unmap().WithZone(""); at.Is6() {
		if network, err := at.Prefix(64); err == nil {
			return network.String()
		}
	}
	return at.String()
}

// addressBook counts failed logins by address, in memory: it is a brake, and
// forgetting it at a restart lets nobody past an account's lock.
type addressBook struct {
	mu sync.Mutex
	// paid maps an address to the time until which its failures are paid for;
	// each moves it on by addressInterval.
	paid map[string]int64
}

// wait is how many milliseconds an address has to wait.
func (b *addressBook) wait(from string, now int64) int64 {
	if from == "" {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.paid[from] - now - (addressBurst-1)*addressInterval.Milliseconds()
}

func (b *addressBook) charge(from string, now int64) {
	if from == "" {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.paid == nil {
		b.paid = map[string]int64{}
	}
	if len(b.paid) >= maxAddresses {
		b.clear(now)
	}
	b.paid[from] = max(b.paid[from], now) + addressInterval.Milliseconds()
}

// clear makes room: by those that owe nothing any more, or else by anybody.
func (b *addressBook) clear(now int64) {
	for from, until := range b.paid {
		if until <= now {
			delete(b.paid, from)
		}
	}
	for from := range b.paid {
		if len(b.paid) < maxAddresses {
			return
		}
		delete(b.paid, from)
	}
}
