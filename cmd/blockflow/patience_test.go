package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAServerWhoseDataCannotBeOpenedSaysSoUntilItCan starts one beside a log that
// can't be written, and then makes way.
func TestAServerWhoseDataCannotBeOpenedSaysSoUntilItCan(t *testing.T) {
	dir := t.TempDir()
	_, stop := serving(t, dir)
	stop()
	inTheWay := filepath.Join(dir, storeFile+"-wal")
	if err := os.Mkdir(inTheWay, 0o700); err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- serve(ctx, &bytes.Buffer{}, settings{Address: address, Data: dir, LogLevel: "error", KeepDays: 1})
	}()
	answers := func(path string, status int, part string) bool {
		res, err := http.Get("http://" + address + path)
		if err != nil {
			return false
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		again := res.Header.Get("Retry-After") != ""
		return err == nil && res.StatusCode == status && again == (status == 503) && strings.Contains(string(body), part)
	}
	await(t, "it says why it isn't ready", func() bool { return answers("/readyz", 503, "can't be written") })
	await(t, "it takes no event", func() bool { return answers("/hooks/update-user", 503, "can't be written") })
	await(t, "it lives", func() bool { return answers("/healthz", 200, "can't be written") })
	if err := os.Remove(inTheWay); err != nil {
		t.Fatal(err)
	}
	await(t, "it goes on by itself", func() bool { return answers("/readyz", 200, "ready") })
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
