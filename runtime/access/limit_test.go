package access

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

func TestTriesWithAWrongPassword(t *testing.T) {
	t.Run("after five, each has to wait twice as long as the one before", func(t *testing.T) {
		s := open(t).setUp()
		for range freeTries {
			s.gives(s.signIn("wrong"), 401, "wrong_password")
		}
		for _, wait := range []time.Duration{1, 2, 4, 8} {
			a := s.signIn(password) // even the right one waits
			s.gives(a, 429, "too_many_tries")
			if got := a.Header.Get("Retry-After"); got != fmt.Sprint(int(wait)) {
				t.Errorf("Retry-After is %s, want %d", got, wait)
			}
			s.clock.pass(wait*time.Second - time.Millisecond)
			s.gives(s.signIn("wrong"), 429, "too_many_tries")
			s.clock.pass(time.Millisecond)
			s.gives(s.signIn("wrong"), 401, "wrong_password")
		}
	})
	t.Run("the right password makes up for the wrong ones", func(t *testing.T) {
		s := open(t).setUp()
		for range 3 {
			for range freeTries - 1 {
				s.gives(s.signIn("wrong"), 401, "wrong_password")
			}
			s.gives(s.signIn(password), 204, "")
		}
	})
}

func TestLimiter(t *testing.T) {
	begin := func() (*limiter, *clock) {
		c := &clock{at: time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)}
		return newLimiter(c.now), c
	}
	t.Run("no wait is longer than a quarter of an hour, and a day forgets", func(t *testing.T) {
		l, c := begin()
		var longest time.Duration
		for range 40 {
			_, wait := l.begin("192.0.2.1")
			longest = max(longest, wait)
			c.pass(wait)
		}
		if longest != longestWait {
			t.Errorf("the longest wait was %v", longest)
		}
		c.pass(forgetAfter)
		for range freeTries {
			if _, wait := l.begin("192.0.2.1"); wait != 0 {
				t.Errorf("after a day it still waits %v", wait)
			}
		}
	})
	t.Run("many addresses share a bucket, which refills; the owner's doesn't draw from it", func(t *testing.T) {
		l, c := begin()
		mine, _ := l.begin("198.51.100.7:80")
		l.succeeded(mine)
		for i := range bucketSize {
			if _, wait := l.begin(fmt.Sprintf("192.0.2.%d", i)); wait != 0 {
				t.Fatalf("try %d waits %v", i, wait)
			}
		}
		if _, wait := l.begin("203.0.113.1"); wait != bucketRefill {
			t.Errorf("the bucket is empty and the wait %v", wait)
		}
		if _, wait := l.begin("198.51.100.7:81"); wait != 0 {
			t.Errorf("the owner is locked out for %v", wait)
		}
		c.pass(bucketRefill)
		if _, wait := l.begin("203.0.113.1"); wait != 0 {
			t.Errorf("the bucket has refilled and the wait is %v", wait)
		}
	})
	t.Run("tries at once get no more chances than one after the other", func(t *testing.T) {
		l, _ := begin()
		var mu sync.Mutex
		let := 0
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if _, wait := l.begin("192.0.2.1"); wait == 0 {
					mu.Lock()
					let++
					mu.Unlock()
				}
			})
		}
		all.Wait()
		if let != freeTries {
			t.Errorf("%d were let through", let)
		}
	})
	t.Run("it keeps a bounded number of addresses", func(t *testing.T) {
		l, c := begin()
		for i := range 3 * mostAddress {
			l.begin(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255))
			c.pass(bucketRefill)
		}
		if n := len(l.addresses); n > mostAddress+1 {
			t.Errorf("it keeps %d", n)
		}
	})
}

func TestAddressesThatCountAsOne(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.1:1234": "192.0.2.1", "192.0.2.1": "192.0.2.1", "[::ffff:192.0.2.1]:1": "192.0.2.1",
		"[2001:db8:1:2:3:4:5:6]:99": "2001:db8:1:2::/64", "2001:db8:1:2::1": "2001:db8:1:2::/64",
		"[fe80::1%eth0]:1": "fe80::/64", "@": "@", "": "",
	} {
		if got := normalAddress(remote); got != want {
			t.Errorf("%q gives %q, want %q", remote, got, want)
		}
	}
}
