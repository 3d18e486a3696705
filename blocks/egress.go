package blocks

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"blockflow/engine"
)

// Forbidden: the address is one that flows may not reach.
const Forbidden engine.Code = "http.forbidden"

// An Egress says where flows may reach. Private, local and special addresses are
// closed, since a flow on a server stands inside its network: what is dialled is
// checked, so neither a name that resolves to such an address nor a redirect
// leads there.
type Egress struct {
	hosts    map[string]bool
	prefixes []netip.Prefix
}

// NewEgress opens what allow lists beside the public addresses: hosts, with or
// without a port (intranet.example:8080), addresses, or networks (10.1.0.0/16).
func NewEgress(allow []string) (*Egress, error) {
	e := &Egress{hosts: map[string]bool{}}
	for _, a := range allow {
		a = strings.ToLower(strings.TrimSpace(a))
		if a == "" {
			continue
		}
		if prefix, err := netip.ParsePrefix(a); err == nil {
			e.prefixes = append(e.prefixes, prefix.Masked())
		} else if at, err := netip.ParseAddr(a); err == nil {
			e.prefixes = append(e.prefixes, netip.PrefixFrom(at, at.BitLen()))
		} else if strings.ContainsAny(a, "/ @") {
			return nil, errors.New("what flows may reach is a host, an address or a network like 10.1.0.0/16, not " + a)
		} else {
			e.hosts[a] = true
		}
	}
	return e, nil
}

// closed are networks that are not the public Internet: RFC 6890 and its
// registries, beside those that netip knows by name.
var closed = func() (all []netip.Prefix) {
	for _, p := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fec0::/10",
	} {
		all = append(all, netip.MustParsePrefix(p))
	}
	return all
}()

// open reports whether an address may be dialled.
func (e *Egress) open(at netip.Addr) bool {
	at = at.Unmap().WithZone("")
	for _, p := range e.prefixes {
		if p.Contains(at) {
			return true
		}
	}
	if !at.IsGlobalUnicast() || at.IsPrivate() || at.IsLoopback() || at.IsLinkLocalUnicast() || at.IsMulticast() || at.IsUnspecified() {
		return false
	}
	for _, p := range closed {
		if p.Contains(at) {
			return false
		}
	}
	return true
}

var errForbidden = errors.New("this address is closed to flows")

// Transport returns what sends requests and checks each address as it is dialled.
// It knows no proxy: one could be asked for any address.
func (e *Egress) Transport() *http.Transport {
	guarded := &net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !e.open(at.Addr()) {
			return errForbidden
		}
		return nil
	}}
	free := &net.Dialer{Timeout: 10 * time.Second}
	return &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			host, _, err := net.SplitHostPort(address)
			if err == nil && (e.hosts[strings.ToLower(host)] || e.hosts[strings.ToLower(address)]) {
				return free.DialContext(ctx, network, address)
			}
			return guarded.DialContext(ctx, network, address)
		},
		ForceAttemptHTTP2: true, MaxIdleConns: 100, MaxIdleConnsPerHost: 8, IdleConnTimeout: 90 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second, MaxResponseHeaderBytes: 256 << 10,
	}
}

var publicOnly = func() *http.Transport {
	e, err := NewEgress(nil)
	if err != nil {
		panic(err) // nothing is always understood
	}
	return e.Transport()
}()
