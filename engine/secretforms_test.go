package engine

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"
)

func TestAnEncodedSecretIsMasked(t *testing.T) {
	const secret = "s3cret key/with+signs?"
	var s Secrets
	s.AddForms(secret)
	for name, text := range map[string]string{
		"as it is":                      secret,
		"joined":                        "Bearer " + secret + "!",
		"Base64":                        base64.StdEncoding.EncodeToString([]byte(secret)),
		"Base64 after one character":    base64.StdEncoding.EncodeToString([]byte("u" + secret + "x")),
		"Base64 after two characters":   base64.StdEncoding.EncodeToString([]byte("u:" + secret + "xy")),
		"Base64 after three characters": base64.URLEncoding.EncodeToString([]byte("me:" + secret)),
		"hexadecimal":                   hex.EncodeToString([]byte("a" + secret)),
		"HEXADECIMAL":                   strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"in a query":                    "q=" + url.QueryEscape(secret),
		"in a path":                     "/x/" + url.PathEscape(secret),
	} {
		if masked := s.MaskText(text); !strings.Contains(masked, Masked) || len(masked) > len(Masked)+12 {
			t.Errorf("%s: %s", name, masked)
		}
	}
	if text := "nothing to hide"; s.MaskText(text) != text {
		t.Error("too much is masked")
	}
}
