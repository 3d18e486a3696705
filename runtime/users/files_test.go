package users

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
)

func TestAFileIsKeptAndReadAgain(t *testing.T) {
	p := newPlace(t)
	_, alice := p.member("alice@x.org")
	content := base64.StdEncoding.EncodeToString([]byte("<script>alert(1)</script>"))
	first := p.ok("PUT", "/api/files/binary/reports/2026/m%C3%A4rz.html?overwrite=false", content, token(alice), idempotent("k1"))
	same(t, "address", first.text, `"/api/files/reports/2026/m%C3%A4rz.html"`)
	again := p.ok("PUT", "/api/files/binary/reports/2026/m%C3%A4rz.html?overwrite=false", content, token(alice), idempotent("k1"))
	same(t, "the answer to the same request", again.text, first.text)
	p.refused(codeOther, http.StatusConflict, "PUT", "/api/files/binary/reports/2026/m%C3%A4rz.html", content, token(alice))

	got := p.ok("GET", "/api/files/reports/2026/m%C3%A4rz.html", "")
	same(t, "content", got.text, "<script>alert(1)</script>")
	for name, want := range map[string]string{
		"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; sandbox",
	} {
		same(t, name, got.header.Get(name), want)
	}
	if d := got.header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment") {
		t.Errorf("a browser would open it: %q", d)
	}

	p.ok("PUT", p.as(p.service.Keys().BL, "/files/binary/reports/2026/m%C3%A4rz.html?overwrite=true"), "")
	same(t, "what replaced it", p.ok("GET", "/api/files/reports/2026/m%C3%A4rz.html", "").text, "")
	p.ok("DELETE", "/api/files/reports/2026/m%C3%A4rz.html", "", token(alice))
	p.refused(codeOther, http.StatusNotFound, "GET", "/api/files/reports/2026/m%C3%A4rz.html", "")
	p.refused(codeOther, http.StatusNotFound, "DELETE", "/api/files/reports/2026/m%C3%A4rz.html", "", token(alice))
}

func TestFilesThatAreRefused(t *testing.T) {
	p := newPlace(t)
	_, alice := p.member("alice@x.org")
	p.set(func(s *Settings) { s.UpdatePolicy = PolicySelf })
	p.refused(codeOther, http.StatusForbidden, "PUT", "/api/files/binary/a.txt", "YQ==")
	for _, path := range []string{"%2e%2e/a", "a/%2e%2e%2fb", "a%00b", "a%5Cb", "a/%2F/b", strings.Repeat("a", mostFileName+1)} {
		p.refused(codeArgument, http.StatusBadRequest, "PUT", "/api/files/binary/"+path, "YQ==", token(alice))
	}
	p.refused(codeArgument, http.StatusBadRequest, "PUT", "/api/files/binary/a.txt", "not base64!", token(alice))
	p.refused(codeArgument, http.StatusBadRequest, "PUT", "/api/files/binary/a.txt", strings.Repeat("A", 2<<20), token(alice))
	p.refused(codeOther, http.StatusNotFound, "GET", "/api/files/a.txt", "")
	p.refused(codeOther, http.StatusNotImplemented, "POST", "/api/messaging/default", `{"message":"hi"}`)
}
