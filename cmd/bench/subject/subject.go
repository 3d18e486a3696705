// Package subject is Blockflow as the benchmarks measure it: the program that
// this source makes, in a process of its own, with flows made of blocks' JSON.
package subject

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"blockflow/cmd/bench/load"
)

// Build builds the program as the Makefile does. It is called in the root of the
// repository.
func Build(ctx context.Context, to string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", to, "./cmd/blockflow")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building blockflow: %w: %s", err, out)
	}
	return nil
}

// A Server is how one is started.
type Server struct {
	Program string
	Name    string   // of its log
	Data    string   // its data directory
	Logs    string   // folder of its log
	Path    string   // one that it answers when it is ready; "": /readyz
	Flags   []string // more of them
	Env     []string
}

// Start starts a server and waits until it answers.
func (s Server) Start(ctx context.Context) (*load.Process, error) {
	address, err := load.FreeAddress()
	if err != nil {
		return nil, err
	}
	path := s.Path
	if path == "" {
		path = "/readyz"
	}
	cmd := exec.CommandContext(ctx, s.Program, append([]string{"serve", "--addr", address, "--data", s.Data, "--log-level", "warn"}, s.Flags...)...)
	cmd.Env = append(os.Environ(), s.Env...)
	return load.Start(ctx, s.Name, address, s.Logs, path, time.Minute, cmd)
}

// Token makes a token for the API of a data directory.
func (s Server) Token(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, s.Program, "token", "create", "--data", s.Data).Output()
	return strings.TrimSpace(string(out)), err
}

// Publish gives flows, files by name, to a server.
func (s Server) Publish(ctx context.Context, address string, flows map[string]string) error {
	token, err := s.Token(ctx)
	if err != nil {
		return err
	}
	for name, file := range flows {
		at := "http://" + address + "/api/flows/" + name
		if err := Call(ctx, "PUT", at, token, file, nil); err != nil {
			return err
		}
		if err := Call(ctx, "POST", at+"/publish", token, "", nil); err != nil {
			return err
		}
	}
	return nil
}

// Call calls a JSON API and decodes its answer into out, if it isn't nil.
func Call(ctx context.Context, method, url, token, body string, out any) error {
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %d: %s", method, url, response.StatusCode, data)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(data, out)
}
