package users

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
)

// PasswordCost is the work of one password hash (argon2id).
type PasswordCost struct {
	Memory uint32 // KiB
	Passes uint32
	Lanes  uint8
}

// defaultCost is OWASP's first recommendation for argon2id. More memory would
// slow an attacker's hardware more, but every login takes it too: at 19 MiB a
// small server still answers tens of logins a second, and as many at once as it
// has processors cost less than 20 MiB each.
var defaultCost = PasswordCost{Memory: 19 * 1024, Passes: 2, Lanes: 1}

const (
	saltLength = 16
	hashLength = 32
)

// A hasher hashes passwords, only so many at a time: a hundred logins that come
// together wait for each other instead of taking 2 GB.
type hasher struct {
	cost  PasswordCost
	slots chan struct{}
	// nobody is the hash that an unknown login is checked against, so that it
	// takes as long as a wrong password. No password gives it.
	nobody string
}

func newHasher(cost PasswordCost) (*hasher, error) {
	if cost == (PasswordCost{}) {
		cost = defaultCost
	}
	if cost.Memory < 8 || cost.Passes < 1 || cost.Lanes < 1 {
		return nil, fmt.Errorf("a password hash needs at least 8 KiB, 1 pass and 1 lane")
	}
	noHash := make([]byte, hashLength)
	_, _ = rand.Read(noHash) // never fails
	return &hasher{
		cost:   cost,
		slots:  make(chan struct{}, runtime.GOMAXPROCS(0)),
		nobody: cost.format(newSalt(), noHash),
	}, nil
}

func newSalt() []byte {
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // never fails
	return salt
}

// hash returns a password's hash in the usual text form, parameters and salt
// included.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := newSalt()
	var key []byte
	err := h.inside(ctx, func() error {
		key = h.cost.key(password, salt)
		return nil
	})
	if err != nil {
		return "", err
	}
	return h.cost.format(salt, key), nil
}

// matches says whether a password gives a hash made by any cost. Call it inside.
func (h *hasher) matches(password, hash string) (bool, error) {
	cost, salt, want, err := parseHash(hash)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(cost.key(password, salt), want) == 1, nil
}

// inside runs a function when its turn to hash has come.
func (h *hasher) inside(ctx context.Context, run func() error) error {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return run()
}

func (c PasswordCost) key(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(password), salt, c.Passes, c.Memory, c.Lanes, hashLength)
}

func (c PasswordCost) format(salt, key []byte) string {
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		c.Memory, c.Passes, c.Lanes, enc.EncodeToString(salt), enc.EncodeToString(key))
}

func parseHash(hash string) (cost PasswordCost, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return cost, nil, nil, fmt.Errorf("a stored password hash has an unknown form")
	}
	if _, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &cost.Memory, &cost.Passes, &cost.Lanes); err != nil {
		return cost, nil, nil, fmt.Errorf("a stored password hash has unknown parameters")
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err == nil {
		key, err = base64.RawStdEncoding.DecodeString(parts[5])
	}
	if err != nil || len(key) != hashLength {
		return cost, nil, nil, fmt.Errorf("a stored password hash is damaged")
	}
	return cost, salt, key, nil
}
