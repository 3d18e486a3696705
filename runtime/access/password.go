package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// The cost of a password's hash, as OWASP recommends for argon2id at least. It
// is written into the hash, so that it can be raised without locking anyone out.
const (
	argonTime    = 2
	argonMemory  = 19 * 1024 // KiB
	argonThreads = 1
)

var errHash = errors.New("the stored password hash is not one of argon2id")

func checkNewPassword(password string) error {
	if utf8.RuneCountInString(password) < 8 || len(password) > 1024 {
		return errShort
	}
	return nil
}

// hash returns the password's hash in the PHC form, "$argon2id$v=19$m=…".
func (a *Access) hash(ctx context.Context, password string) (string, error) {
	release, err := a.enterHashing(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	var salt [16]byte
	rand.Read(salt[:])
	key := argon2.IDKey([]byte(password), salt[:], argonTime, argonMemory, argonThreads, 32)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads, b64(salt[:]), b64(key)), nil
}

// matches tells whether hash is the password's.
func (a *Access) matches(ctx context.Context, password, hash string) (bool, error) {
	var version, memory, time uint32
	var threads uint8
	var rest string
	if _, err := fmt.Sscanf(hash, "$argon2id$v=%d$m=%d,t=%d,p=%d$%s", &version, &memory, &time, &threads, &rest); err != nil || version != argon2.Version {
		return false, errHash
	}
	b64 := base64.RawStdEncoding
	before, after, _ := strings.Cut(rest, "$")
	salt, saltErr := b64.DecodeString(before)
	key, keyErr := b64.DecodeString(after)
	if saltErr != nil || keyErr != nil || len(key) == 0 || time == 0 || threads == 0 {
		return false, errHash
	}
	release, err := a.enterHashing(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	got := argon2.IDKey([]byte(password), salt, time, memory, threads, uint32(len(key)))
	return subtle.ConstantTimeCompare(got, key) == 1, nil
}

// enterHashing waits for a place: many sign-ins at once must not take all memory.
func (a *Access) enterHashing(ctx context.Context) (release func(), err error) {
	select {
	case a.hashing <- struct{}{}:
		return func() { <-a.hashing }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
