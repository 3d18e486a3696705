package engine

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
)

// shortestForm is how long a piece of an encoded secret must be to be looked
// for: shorter ones would be found where there is none.
const shortestForm = 8

// AddForms makes a text secret, and what it becomes when a flow encodes it, also
// as a part of something longer: Base64 of both alphabets, in which it looks
// different by where it begins, hexadecimal, and the two forms of web addresses.
func (s *Secrets) AddForms(text string) {
	s.Add(text)
	if len(text) < shortestForm {
		return
	}
	for begin := range 3 {
		padded := append(make([]byte, begin), text...)
		bits := len(padded) * 8
		first, last := (begin*8+5)/6, bits/6 // the characters that depend on the secret alone
		for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if form := alphabet.EncodeToString(padded)[first:last]; len(form) >= shortestForm {
				s.Add(form)
			}
		}
	}
	lower := hex.EncodeToString([]byte(text))
	s.Add(lower)
	s.Add(upperHex(lower))
	s.Add(url.QueryEscape(text))
	s.Add(url.PathEscape(text))
}

func upperHex(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'a' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}
