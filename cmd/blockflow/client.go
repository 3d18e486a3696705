package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// A client calls the API of a server.
type client struct {
	server, token string
}

// clientFlags adds the flags that say which server, and returns what they said.
func clientFlags(c *cobra.Command) func() (*client, error) {
	var server, token string
	c.Flags().StringVar(&server, "server", "", "address of the server; also BLOCKFLOW_SERVER (default http://127.0.0.1:8080)")
	c.Flags().StringVar(&token, "token", "", "API token; better BLOCKFLOW_TOKEN, which no list of processes shows")
	return func() (*client, error) {
		for _, x := range []struct {
			into            *string
			name, otherwise string
		}{{&server, "BLOCKFLOW_SERVER", "http://127.0.0.1:8080"}, {&token, "BLOCKFLOW_TOKEN", ""}} {
			if *x.into == "" {
				*x.into = os.Getenv(x.name)
			}
			if *x.into == "" {
				*x.into = x.otherwise
			}
		}
		if token == "" {
			return nil, unusable("an API token is needed: make one with `blockflow token create`, and give it in BLOCKFLOW_TOKEN")
		}
		return &client{strings.TrimSuffix(server, "/"), token}, nil
	}
}

// A refusal is an error of the API.
type refusal struct {
	status        int
	Code, Message string
	Problems      []struct{ Message, Block string }
}

func (r *refusal) Error() string {
	text := r.Message
	for _, p := range r.Problems {
		text += fmt.Sprintf("\n  %s [%s]", p.Message, p.Block)
	}
	return text
}

const clientTimeout = 2 * time.Minute

// call sends a request and decodes the answer into v, if that isn't nil. header
// is name and value in turn.
func (c *client) call(ctx context.Context, method, path string, body []byte, v any, header ...string) error {
	ctx, cancel := context.WithTimeout(ctx, clientTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, c.server+path, bytes.NewReader(body))
	if err != nil {
		return unusable("%s isn't the address of a server", c.server)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return unusable("the server %s can't be reached", c.server)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return unusable("the answer of %s was cut off", c.server)
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		var e struct{ Error refusal }
		if json.Unmarshal(data, &e) != nil || e.Error.Message == "" {
			return unusable("the server %s answered with the status %d", c.server, res.StatusCode)
		}
		e.Error.status = res.StatusCode
		return &e.Error
	}
	if v == nil {
		return nil
	}
	if err := json.Unmarshal(data, v); err != nil {
		return unusable("the answer of %s can't be read", c.server)
	}
	return nil
}

// told makes an error of the API one of the command.
func told(err error) error {
	var r *refusal
	if errors.As(err, &r) {
		return unusable("%s", r.Error())
	}
	return err
}

func flowPath(name string) string { return "/api/flows/" + url.PathEscape(name) }
