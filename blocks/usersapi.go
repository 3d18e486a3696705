package blocks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"blockflow/engine"
)

// UsersAPI is a connection to a service that speaks Backendless's REST protocol.
type UsersAPI struct {
	// Client sends the requests; that of the embedded service calls its handler
	// without a socket.
	Client *http.Client
	// Base is what comes before "users/…": "https://app.backendless.app/api" or
	// "https://api.backendless.com/<app id>/<key>".
	Base string
	// ServerBase is Base with the CloudCode key, for what only server code may
	// do; "" means Base.
	ServerBase string
	// Timeout of one request; 0 means 30 seconds.
	Timeout time.Duration
}

const (
	defaultTimeout = 30 * time.Second
	largestAnswer  = 16 << 20 // bytes
)

type request struct {
	method, path string
	body         engine.Value // null: none
	text         string       // the body, as text; "": body counts
	token        engine.Value // null: none
	asServer     bool         // it is what only server code may do
	key          string       // for the header Idempotency-Key; "" for requests that change nothing
}

// do sends one request. A refusal of the service becomes an error with the code
// "users." and the service's number.
func (u UsersAPI) do(ctx context.Context, r request) (engine.Value, error) {
	timeout := u.Timeout
	if timeout == 0 {
		timeout = defaultTimeout
	}
	within, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := u.request(within, r)
	if err != nil {
		return engine.Null, err
	}
	res, err := u.Client.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return engine.Null, ctx.Err()
		}
		return engine.Null, unreachable(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, largestAnswer+1))
	switch {
	case ctx.Err() != nil:
		return engine.Null, ctx.Err()
	case err != nil:
		return engine.Null, unreachable(err)
	case len(data) > largestAnswer:
		return engine.Null, engine.Fail(engine.LimitOutcome, "The users service's answer is longer than %d bytes.", largestAnswer)
	case res.StatusCode >= 300:
		return engine.Null, refusal(res.StatusCode, data)
	case len(bytes.TrimSpace(data)) == 0:
		return engine.Null, nil
	}
	v, err := engine.ParseForeignJSON(data)
	if err != nil {
		return engine.Null, engine.Fail(engine.Unreachable, "The users service's answer isn't JSON. Is the connection in the settings right?")
	}
	return v, nil
}

func (u UsersAPI) request(ctx context.Context, r request) (*http.Request, error) {
	var body io.Reader
	if !r.body.IsNull() {
		data, err := engine.AppendPlainJSON(nil, r.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(data)
	}
	kind := "application/json"
	if r.text != "" {
		body, kind = strings.NewReader(r.text), "text/plain"
	}
	base := u.Base
	if r.asServer && u.ServerBase != "" {
		base = u.ServerBase
	}
	req, err := http.NewRequestWithContext(ctx, r.method, strings.TrimSuffix(base, "/")+"/"+r.path, body)
	if err != nil {
		return nil, &engine.Error{Code: engine.Unreachable, Message: "The users service's address isn't a web address. Mend it in the settings.", Cause: err}
	}
	if body != nil {
		req.Header.Set("Content-Type", kind)
	}
	if token, ok := r.token.AsText(); ok && token != "" {
		req.Header.Set("user-token", token)
	}
	if r.key != "" {
		req.Header.Set("Idempotency-Key", r.key)
	}
	return req, nil
}

// unreachable says that no answer came. The cause stays in the operator's log:
// it may hold the address with the app's key.
func unreachable(err error) error {
	message := "The users service can't be reached."
	if errors.Is(err, context.DeadlineExceeded) {
		message = "The users service didn't answer in time."
	}
	return &engine.Error{Code: engine.Unreachable, Message: message + " Check the connection in the settings, then try again.", Cause: err}
}

// refusal reads the protocol's error object {"code","message"}.
func refusal(status int, data []byte) error {
	v, err := engine.ParseForeignJSON(data)
	code, _ := v.Get("code")
	message, _ := v.Get("message")
	text, ok := message.AsText()
	n, isNumber := code.AsNumber()
	if err != nil || !ok || !isNumber {
		return engine.Fail(engine.Unreachable, "The users service answered with the HTTP status %d and no reason.", status)
	}
	return engine.Fail(engine.Code(fmt.Sprintf("users.%d", int(n))), "%s", text)
}

func escape(segment string) string { return url.PathEscape(segment) }

// Update changes a user's properties, outside of any run.
func (u UsersAPI) Update(ctx context.Context, objectID string, properties engine.Value) error {
	_, err := u.do(ctx, request{method: "PUT", path: "users/" + escape(objectID), body: properties})
	return err
}
