package access

import (
	"net/netip"
	"sync"
	"time"
)

// Failed tries are counted in two ways. Each address has some free ones, then
// waits twice as long after each. All addresses together share a bucket, which
// refills slowly, against a password guessed from many addresses at once. An
// address from which the password was right before doesn't draw from the bucket,
// so that others can't lock the owner out of it.
const (
	freeTries    = 5
	firstWait    = time.Second
	longestWait  = 15 * time.Minute
	forgetAfter  = 24 * time.Hour
	bucketSize   = 50
	bucketRefill = 3 * time.Second // for one try
	mostAddress  = 10000           // kept at a time; more share one
)

type limiter struct {
	now func() time.Time

	mu        sync.Mutex
	addresses map[string]*tries
	bucket    float64
	filled    time.Time // when the bucket was last refilled
	swept     time.Time // when old addresses were last forgotten
}

type tries struct {
	failed  int
	until   time.Time // none before
	last    time.Time
	trusted bool
}

// A try is one that was let through.
type try struct {
	address string
	drew    bool // from the bucket
}

func newLimiter(now func() time.Time) *limiter {
	return &limiter{now: now, addresses: map[string]*tries{}, bucket: bucketSize, filled: now()}
}

// begin counts a try as failed and lets it through, or says how long to wait.
func (l *limiter) begin(remote string) (try, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	t := try{address: normalAddress(remote)}
	from := l.from(&t, now)
	if wait := from.until.Sub(now); wait > 0 {
		return t, wait
	}
	if !from.trusted {
		l.bucket = min(bucketSize, l.bucket+now.Sub(l.filled).Seconds()/bucketRefill.Seconds())
		l.filled = now
		if l.bucket < 1 {
			return t, time.Duration((1 - l.bucket) * float64(bucketRefill))
		}
		l.bucket--
		t.drew = true
	}
	from.failed++
	from.last = now
	if over := from.failed - freeTries; over >= 0 {
		from.until = now.Add(min(longestWait, firstWait<<min(over, 20)))
	}
	return t, 0
}

// succeeded takes back that the try was counted as failed.
func (l *limiter) succeeded(t try) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*l.from(&t, l.now()) = tries{last: l.now(), trusted: t.address != elsewhere}
	if t.drew {
		l.bucket = min(bucketSize, l.bucket+1)
	}
}

// elsewhere is the address of all for which there is no room.
const elsewhere = "elsewhere"

func (l *limiter) from(t *try, now time.Time) *tries {
	from, ok := l.addresses[t.address]
	if ok && now.Sub(from.last) < forgetAfter {
		return from
	}
	if !ok && len(l.addresses) >= mostAddress {
		l.sweep(now)
		if len(l.addresses) >= mostAddress {
			t.address = elsewhere
			if from, ok := l.addresses[elsewhere]; ok {
				return from
			}
		}
	}
	from = &tries{last: now}
	l.addresses[t.address] = from
	return from
}

// sweep forgets old addresses, but not at every try of those who fill the room.
func (l *limiter) sweep(now time.Time) {
	if now.Sub(l.swept) < time.Minute {
		return
	}
	l.swept = now
	for a, v := range l.addresses {
		if now.Sub(v.last) >= forgetAfter {
			delete(l.addresses, a)
		}
	}
}

// normalAddress drops the port, and of IPv6 the half that a caller can choose at
// will.
func normalAddress(remote string) string {
	var ip netip.Addr
	if ap, err := netip.ParseAddrPort(remote); err == nil {
		ip = ap.Addr()
	} else if ip, err = netip.ParseAddr(remote); err != nil {
		return remote
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		if p, err := ip.Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}
