// Package load sends HTTP requests to servers on this machine and measures them.
// It writes requests as bytes on connections of its own: with net/http's client
// half of what a machine of two cores does would be the client.
package load

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// A Load is what is sent to a server.
type Load struct {
	Address     string // host and port, on this machine
	Connections int    // kept open; each sends its next request after the answer to its last
	For         time.Duration
	Requests    int     // of all connections; 0: as many as there is time for
	PerSecond   float64 // of all connections; 0: as fast as they are answered
	// Next writes the nth request of a connection, both counted from 0.
	Next func(connection, n int) []byte
	// Answered may look at an answer; it runs in the connection's goroutine. nil:
	// an answer other than 200 is an error.
	Answered func(connection, n, status int, body []byte) error
}

// A Result is what came of it.
type Result struct {
	Requests  int
	PerSecond float64
	// Median and P99 are from when a request was sent, or, under PerSecond, was
	// to be sent: a server that stalls isn't asked less.
	Median, P99 time.Duration
}

// Request is the bytes of a request with a JSON body. Headers are whole lines
// without their ends.
func Request(method, path, body string, headers ...string) []byte {
	out := fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n", method, path, len(body))
	for _, h := range headers {
		out = append(append(out, h...), "\r\n"...)
	}
	return append(append(out, "\r\n"...), body...)
}

// Send sends a load and waits for its end. The first fault ends it.
func Send(ctx context.Context, l Load) (Result, error) {
	host, _, err := net.SplitHostPort(l.Address)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return Result{}, fmt.Errorf("%s is not an address of this machine, and loads are sent to no other", l.Address)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	all := make([]connection, l.Connections)
	began := time.Now()
	var group sync.WaitGroup
	for i := range all {
		group.Go(func() {
			if err := all[i].send(ctx, &l, i, began); err != nil {
				cancel(err)
			}
		})
	}
	group.Wait()
	took := time.Since(began)
	if err := context.Cause(ctx); err != nil {
		return Result{}, err
	}
	var times []time.Duration
	for i := range all {
		times = append(times, all[i].times...)
	}
	if len(times) == 0 {
		return Result{}, errors.New("no request was answered")
	}
	slices.Sort(times)
	return Result{
		Requests: len(times), PerSecond: float64(len(times)) / took.Seconds(),
		Median: times[len(times)/2], P99: times[len(times)*99/100],
	}, nil
}

type connection struct{ times []time.Duration }

func (c *connection) send(ctx context.Context, l *Load, number int, began time.Time) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", l.Address)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	answers := bufio.NewReader(conn)
	share := l.Requests / l.Connections
	if number < l.Requests%l.Connections {
		share++
	}
	var step time.Duration
	if l.PerSecond > 0 {
		step = time.Duration(float64(l.Connections) / l.PerSecond * float64(time.Second))
	}
	for n := 0; l.Requests == 0 || n < share; n++ {
		start := time.Now()
		if step > 0 {
			start = began.Add(step*time.Duration(n) + step*time.Duration(number)/time.Duration(l.Connections))
			time.Sleep(time.Until(start))
		}
		if l.For > 0 && start.Sub(began) >= l.For {
			return nil
		}
		status, body, err := exchange(conn, answers, l.Next(number, n))
		if err != nil {
			return err
		}
		c.times = append(c.times, time.Since(start))
		switch {
		case l.Answered != nil:
			if err := l.Answered(number, n, status, body); err != nil {
				return err
			}
		case status != http.StatusOK:
			return fmt.Errorf("it answered %d: %s", status, body)
		}
	}
	return nil
}

func exchange(conn net.Conn, answers *bufio.Reader, request []byte) (status int, body []byte, err error) {
	if _, err := conn.Write(request); err != nil {
		return 0, nil, err
	}
	response, err := http.ReadResponse(answers, nil)
	if err != nil {
		return 0, nil, err
	}
	body, err = io.ReadAll(response.Body)
	return response.StatusCode, body, errors.Join(err, response.Body.Close())
}

// Median is the middle of some figures.
func Median(figures []float64) float64 {
	sorted := slices.Sorted(slices.Values(figures))
	if n := len(sorted); n%2 == 0 && n > 0 {
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[len(sorted)/2]
}
