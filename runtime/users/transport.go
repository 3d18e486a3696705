package users

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// Transport returns a RoundTripper that calls Handler in this process, whatever
// host a request is for: an http.Client with it needs no socket. A request whose
// context ends is given up at once, like one over the network.
func (s *Service) Transport() http.RoundTripper { return transport{s.Handler()} }

// AdminTransport is Transport for AdminHandler.
func (s *Service) AdminTransport() http.RoundTripper { return transport{s.AdminHandler()} }

type transport struct{ handler http.Handler }

// RoundTrip serves the request in a goroutine of its own, so that a context
// that ends doesn't have to wait for the handler to notice.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	body := r.Body
	if body == nil {
		body = http.NoBody
	}
	if err := ctx.Err(); err != nil {
		_ = body.Close()
		return nil, err
	}
	// As a server would see it; RoundTrip must leave the caller's alone.
	in := r.Clone(ctx)
	in.Body = body
	in.RequestURI = r.URL.RequestURI()
	in.RemoteAddr = "in-process"
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	type served struct {
		response *http.Response
		err      error
	}
	done := make(chan served, 1)
	go func() {
		response, err := t.serve(in)
		_ = body.Close() // its error says nothing about the answer
		done <- served{response, err}
	}()
	select {
	case out := <-done:
		if out.err != nil {
			return nil, out.err
		}
		out.response.Request = r
		return out.response, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (t transport) serve(r *http.Request) (response *http.Response, err error) {
	w := &recorder{header: http.Header{}}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the user service panicked: %v", p)
		}
	}()
	t.handler.ServeHTTP(w, r)
	w.WriteHeader(http.StatusOK) // if nothing else was written
	body := w.body.Bytes()
	if r.Method == http.MethodHead {
		body = nil
	}
	return &http.Response{
		Status:        fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)),
		StatusCode:    w.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        w.sent,
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
	}, nil
}

// A recorder keeps what a handler writes.
type recorder struct {
	header http.Header
	sent   http.Header // the headers as they were when the status was written
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status, w.sent = status, w.header.Clone()
	}
}

func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}
