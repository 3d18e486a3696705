package server

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"blockflow/blocks"
	"blockflow/runtime/access"
	"blockflow/runtime/store"
)

// A webhook lets callers in by what its hat says, and nobody if the secret that
// it needs isn't there. Everything is compared in constant time, and what can be
// checked without the body is checked before it is read.

var (
	errHookAuth  = &problem{http.StatusUnauthorized, "not_allowed", "This webhook needs its caller's credentials, and they are missing or wrong.", nil}
	errHookToken = &problem{http.StatusUnauthorized, "not_allowed", "This webhook needs an API token: send it as Authorization: Bearer <token>.", nil}
	errSigned    = &problem{http.StatusUnauthorized, "bad_signature", "The signature of this call is missing or wrong.", nil}
	errStale     = &problem{http.StatusUnauthorized, "stale", "This call was signed more than five minutes ago, or in the future.", nil}
	errNoSecret  = &problem{http.StatusServiceUnavailable, "not_ready", "This webhook isn't set up yet: the secret by which it knows its callers isn't there.", nil}
)

// replayWindow is how old a signed call may be.
const replayWindow = 5 * time.Minute

// A caller is who calls a webhook, as far as the hat wants to know.
type caller struct {
	auth   string
	secret []byte
	now    time.Time
}

// callerOf checks what can be checked before the body is read.
func (s *Server) callerOf(c *gin.Context, r hookRoute) (caller, error) {
	who := caller{auth: r.entry.Fields[blocks.WebhookAuth], now: s.runs.now()}
	switch who.auth {
	case blocks.AuthNone:
		return who, nil
	case blocks.AuthToken:
		// A browser's session doesn't count: another site could make it call.
		p, err := s.access.Check(c.Request)
		if err != nil || p.Token == "" || !p.May(access.Run) {
			return who, errHookToken
		}
		return who, nil
	}
	secret, err := s.store.Secret(c, strings.TrimSpace(r.entry.Fields[blocks.WebhookSecret]))
	var corrupt *store.CorruptError
	switch {
	case errors.Is(err, store.ErrNotFound), errors.As(err, &corrupt), err == nil && len(secret) == 0:
		s.log.Error("a webhook's secret can't be used, so nobody is let in", "flow", r.flow, "block", r.entry.Block, "err", err)
		return who, errNoSecret
	case err != nil:
		return who, err
	}
	who.secret = secret
	switch who.auth {
	case blocks.AuthBasic:
		name, password, ok := c.Request.BasicAuth()
		if !ok || !same([]byte(name+":"+password), secret) {
			c.Header("WWW-Authenticate", `Basic realm="webhook", charset="UTF-8"`)
			return who, errHookAuth
		}
	case blocks.AuthHeader:
		if given, ok := one(c.Request, blocks.TokenHeader); !ok || !same([]byte(given), secret) {
			return who, errHookAuth
		}
	case blocks.AuthBearer:
		given, ok := one(c.Request, "Authorization")
		scheme, token, _ := strings.Cut(given, " ")
		if !ok || !strings.EqualFold(scheme, "Bearer") || !same([]byte(token), secret) {
			c.Header("WWW-Authenticate", "Bearer")
			return who, errHookAuth
		}
	case blocks.AuthGitHub, blocks.AuthStripe, blocks.AuthHMAC:
	default:
		return who, errHookAuth
	}
	return who, nil
}

// one returns a header that must come exactly once: of two, another part of the
// way might have checked the other.
func one(r *http.Request, name string) (string, bool) {
	values := r.Header.Values(name)
	if len(values) != 1 || values[0] == "" {
		return "", false
	}
	return values[0], true
}

// same compares without telling by its time where two differ, or how long the
// right one is.
func same(a, b []byte) bool {
	x, y := sha256.Sum256(a), sha256.Sum256(b)
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// signed checks the signature over a body, byte for byte as it came. The key it
// returns names the call, so that one that is sent again makes no second run.
func (w caller) signed(r *http.Request, body []byte) (key string, err error) {
	switch w.auth {
	case blocks.AuthGitHub:
		given, ok := one(r, "X-Hub-Signature-256")
		hexed, prefixed := strings.CutPrefix(given, "sha256=")
		if !ok || !prefixed || !w.isMAC(hexed, body) {
			return "", errSigned
		}
		if delivery, ok := one(r, "X-GitHub-Delivery"); ok {
			key = "github:" + delivery
		}
		return key, nil
	case blocks.AuthStripe:
		given, ok := one(r, "Stripe-Signature")
		if !ok {
			return "", errSigned
		}
		return w.stripe(given, body)
	case blocks.AuthHMAC:
		given, ok := one(r, "X-Signature")
		stamp, stamped := one(r, "X-Timestamp")
		hexed := strings.TrimPrefix(given, "sha256=")
		if !ok || !stamped || !w.isMAC(hexed, []byte(stamp), []byte("."), body) {
			return "", errSigned
		}
		return "hmac:" + hexed, w.recent(stamp)
	}
	return "", nil
}

// stripe reads "t=1700000000,v1=…,v1=…": while a key is replaced there are two.
func (w caller) stripe(header string, body []byte) (string, error) {
	stamp, right := "", ""
	signatures := 0
	for part := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case name == "t" && stamp == "":
			stamp = value
		case name == "t":
			return "", errSigned
		case name == "v1":
			signatures++
			if signatures <= 10 && stamp != "" && w.isMAC(value, []byte(stamp), []byte("."), body) {
				right = value
			}
		}
	}
	if right == "" {
		return "", errSigned
	}
	return "stripe:" + right, w.recent(stamp)
}

func (w caller) isMAC(hexed string, parts ...[]byte) bool {
	given, err := hex.DecodeString(hexed)
	if err != nil || hexed != strings.ToLower(hexed) {
		return false
	}
	mac := hmac.New(sha256.New, w.secret)
	for _, p := range parts {
		mac.Write(p)
	}
	return hmac.Equal(given, mac.Sum(nil))
}

func (w caller) recent(stamp string) error {
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return errSigned
	}
	if age := w.now.Sub(time.Unix(seconds, 0)); age > replayWindow || age < -replayWindow {
		return errStale
	}
	return nil
}
