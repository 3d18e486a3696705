package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"sync/atomic"
)

// A sealer encrypts columns with XAES-256-GCM (c2sp.org/XAES-256-GCM): AES-256-GCM
// under a key derived from the first half of a 24-byte random nonce. Plain AES-GCM
// with random nonces wears out after 2^32 messages under one key, which a busy
// server writes in a week; this doesn't wear out.
//
// Deriving a key takes longer than encrypting a short text, and a run has several.
// So mostUses texts share a first half; their second halves are random. After 2^40
// texts two nonces are alike with a probability of 2^-41.
//
// The row's identity is authenticated with the text, so that a sealed value that
// is moved to another row or column doesn't open there.
type sealer struct {
	key cipher.Block
	k1  [aes.BlockSize]byte // CMAC's subkey
	old []*sealer           // with keys from before a rotation, which only open

	now atomic.Pointer[derived] // what texts are sealed with at the moment
}

// A derived is a key of a sealer for some texts.
type derived struct {
	half [nonceSize / 2]byte // of the nonce, which it was derived from
	aead cipher.AEAD
	uses atomic.Int64
}

const mostUses = 1 << 16

const (
	// sealed values begin with the way they were sealed, so that there can be
	// another one, or another key.
	sealXAES  = 1
	nonceSize = 24
	sealExtra = 1 + nonceSize + 16
)

var errSeal = errors.New("the sealed value does not open")

func newSealer(key [32]byte, old ...[32]byte) *sealer {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // only a key of another length fails
	}
	s := &sealer{key: block}
	for _, x := range old {
		s.old = append(s.old, newSealer(x))
	}
	block.Encrypt(s.k1[:], s.k1[:])
	carry := s.k1[0] >> 7
	for i := range s.k1 {
		s.k1[i] <<= 1
		if i+1 < len(s.k1) {
			s.k1[i] |= s.k1[i+1] >> 7
		}
	}
	s.k1[len(s.k1)-1] ^= carry * 0x87
	return s
}

// derive returns the cipher for the messages whose nonce begins so.
func (s *sealer) derive(nonce []byte) cipher.AEAD {
	var key [32]byte
	for i := range 2 {
		half := key[16*i : 16*i+16]
		copy(half, []byte{0, byte(i + 1), 'X', 0})
		copy(half[4:], nonce[:12])
		subtle.XORBytes(half, half, s.k1[:])
		s.key.Encrypt(half, half)
	}
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return aead
}

// seal encrypts plain for the place identity names. nil stays nil, a NULL.
func (s *sealer) seal(plain []byte, identity string) []byte {
	if plain == nil {
		return nil
	}
	out := make([]byte, 1+nonceSize, len(plain)+sealExtra)
	out[0] = sealXAES
	nonce := out[1:]
	d := s.current()
	copy(nonce, d.half[:])
	rand.Read(nonce[len(d.half):])
	return d.aead.Seal(out, nonce[len(d.half):], plain, []byte(identity))
}

func (s *sealer) current() *derived {
	if d := s.now.Load(); d != nil && d.uses.Add(1) <= mostUses {
		return d
	}
	d := &derived{}
	rand.Read(d.half[:])
	d.aead = s.derive(d.half[:])
	d.uses.Add(1)
	s.now.Store(d)
	return d
}

// open gives back what seal was given.
func (s *sealer) open(sealed []byte, identity string) ([]byte, error) {
	if sealed == nil {
		return nil, nil
	}
	if len(sealed) < sealExtra || sealed[0] != sealXAES {
		return nil, errSeal
	}
	nonce, text := sealed[1:1+nonceSize], sealed[1+nonceSize:]
	plain, err := s.derive(nonce).Open(make([]byte, 0, len(text)), nonce[12:], text, []byte(identity))
	if err == nil {
		return plain, nil
	}
	for _, x := range s.old {
		if plain, err := x.open(sealed, identity); err == nil {
			return plain, nil
		}
	}
	return nil, errSeal
}
