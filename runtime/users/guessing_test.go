package users

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	rightLogin = `{"login":"ann@x.org","password":"secret"}`
	wrongTry   = `{"login":"ann@x.org","password":"wrong"}`
)

// fail tries a wrong password some times, each of which is answered as such.
func (p *place) fail(times int, headers ...header) {
	p.Helper()
	for range times {
		p.refused(3003, 401, "POST", "/api/users/login", wrongTry, headers...)
	}
}

func (p *place) locked(body string, headers ...header) {
	p.Helper()
	p.refused(3036, 400, "POST", "/api/users/login", body, headers...)
}

// fromAddresses takes a client's address from a header that tests send.
func (p *place) fromAddresses() {
	p.close()
	p.options.ClientAddress = func(r *http.Request) string { return r.Header.Get("Test-From") }
	p.open()
}

func from(address string) header { return header{"Test-From", address} }

func TestAnAccountIsLockedForAWhileAfterFailuresInARow(t *testing.T) {
	p := newPlace(t)
	p.register("ann@x.org")
	p.set(func(s *Settings) { s.FailedLoginsLock = 3 })
	p.fail(2)
	p.ok("POST", "/api/users/login", rightLogin) // forgets them
	p.fail(3)
	p.locked(rightLogin)
	p.locked(wrongTry)
	p.close()
	p.open()
	p.locked(rightLogin)
	p.pass(time.Minute)
	p.fail(3)
	p.pass(time.Minute)
	p.locked(rightLogin) // twice as long the second time
	p.pass(time.Minute)
	p.ok("POST", "/api/users/login", rightLogin)
	p.fail(3)
	p.pass(time.Minute)
	p.ok("POST", "/api/users/login", rightLogin)
}

func TestALockLastsAQuarterOfAnHourAtMost(t *testing.T) {
	p := newPlace(t)
	p.register("ann@x.org")
	p.set(func(s *Settings) { s.FailedLoginsLock = 1 })
	for range 20 {
		p.fail(1)
		p.locked(wrongTry)
		p.pass(longestLock)
	}
	p.ok("POST", "/api/users/login", rightLogin)
}

func TestALoginNobodyHasIsLockedLikeAnyOther(t *testing.T) {
	p := newPlace(t)
	p.set(func(s *Settings) { s.FailedLoginsLock = 3 })
	p.fail(3) // ann isn't there
	p.locked(wrongTry)
}

func TestWithoutASettingAnAccountIsLockedAfterTwentyFailures(t *testing.T) {
	p := newPlace(t)
	p.register("ann@x.org")
	p.fail(20)
	p.locked(rightLogin)
}

func TestManyTriesAtOnceAreNoMoreThanManyInARow(t *testing.T) {
	p := newPlace(t)
	p.register("ann@x.org")
	p.set(func(s *Settings) { s.FailedLoginsLock = 5 })
	var tried atomic.Int64
	var wait sync.WaitGroup
	for range 60 {
		wait.Go(func() {
			if a := p.call("POST", "/api/users/login", wrongTry); a.field("code") == "3003" {
				tried.Add(1)
			}
		})
	}
	wait.Wait()
	if most := int64(5 + cap(p.service.hasher.slots)); tried.Load() > most {
		t.Errorf("%d passwords were tried before the lock, want at most %d", tried.Load(), most)
	}
}

func TestAStrangerCannotLockTheOwnerOutOfWhereTheyLogInFrom(t *testing.T) {
	p := newPlace(t)
	p.fromAddresses()
	p.register("ann@x.org")
	p.set(func(s *Settings) { s.FailedLoginsLock = 3 })
	p.ok("POST", "/api/users/login", rightLogin, from("home"))
	for i := range 3 {
		p.fail(1, from(fmt.Sprint("stranger", i)))
	}
	p.locked(rightLogin, from("stranger9"))
	p.locked(rightLogin, from("a new phone"))
	p.ok("POST", "/api/users/login", rightLogin, from("home"))
	p.fail(3, from("home"))
	p.locked(rightLogin, from("home"))
	p.pass(addressesKept + time.Hour)
	if err := p.service.sweep(); err != nil {
		t.Fatal(err)
	}
	p.fail(3, from("stranger"))
	p.locked(rightLogin, from("home")) // who was away for a month is new
}

func TestEnablingAnAccountEndsItsLock(t *testing.T) {
	p := newPlace(t)
	id := p.register("ann@x.org")
	p.fail(20)
	p.locked(rightLogin)
	p.ok("PUT", p.as(p.service.Keys().BL, "/users/"+id+"/status"), `{"userStatus":"ENABLED"}`)
	p.ok("POST", "/api/users/login", rightLogin)
}

func TestAnAddressThatFailsAtManyAccountsIsSlowedDown(t *testing.T) {
	p := newPlace(t)
	p.fromAddresses()
	p.register("ann@x.org")
	try := func(i int) string { return fmt.Sprintf(`{"login":"user%d@x.org","password":"1234"}`, i) }
	for i := range addressBurst {
		p.refused(3003, 401, "POST", "/api/users/login", try(i), from("10.0.0.9"))
	}
	p.locked(try(99), from("10.0.0.9"))
	p.locked(rightLogin, from("10.0.0.9"))
	p.ok("POST", "/api/users/login", rightLogin, from("10.0.0.8"))
	p.pass(addressInterval)
	p.refused(3003, 401, "POST", "/api/users/login", try(99), from("10.0.0.9"))
	p.locked(try(100), from("10.0.0.9"))
}

func TestTheMemoryOfAddressesIsBounded(t *testing.T) {
	var book addressBook
	for i := range int64(maxAddresses + 500) {
		book.charge(fmt.Sprint(i), i)
	}
	if len(book.paid) > maxAddresses {
		t.Errorf("%d addresses are remembered", len(book.paid))
	}
}

func TestAddressesTellNetworksApart(t *testing.T) {
	p := newPlace(t)
	for remote, want := range map[string]string{
		"203.0.113.7:4444":            "203.0.113.7",
		"[2001:db8:1:2:3:4:5:6]:4444": "2001:db8:1:2::/64",
		"[::ffff:203.0.113.7]:4444":   "203.0.113.7",
		"127.0.0.1:4444":              "",
		"[::1]:4444":                  "",
		"in-process":                  "",
		"nonsense:1":                  "",
	} {
		same(t, "the address of "+remote, p.service.addressOf(&http.Request{RemoteAddr: remote}), want)
	}
}

func TestFailuresLeaveNothingReadableBehind(t *testing.T) {
	p := newPlace(t)
	p.refused(3003, 401, "POST", "/api/users/login", `{"login":"hunter2-typed-in-the-wrong-field","password":"x"}`)
	var found int
	err := p.service.db.readers.QueryRowContext(context.Background(), "SELECT count(*) FROM login_failures WHERE instr(CAST(account AS TEXT), 'hunter2') > 0").Scan(&found)
	if err != nil || found != 0 {
		t.Errorf("%d rows show what was typed (%v)", found, err)
	}
	same(t, "a wrong try's answer", strings.TrimSpace(p.call("POST", "/api/users/login", wrongTry).text), `{"code":3003,"message":"Invalid login or password","errorData":{}}`)
}
