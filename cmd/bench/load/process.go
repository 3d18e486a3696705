package load

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// A Process is a server that is measured, in a process group of its own.
type Process struct {
	Name    string
	Address string
	cmd     *exec.Cmd
	log     *os.File
	ended   chan struct{}
}

// FreeAddress is an address of this machine on which nobody listens at the moment.
func FreeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// Start starts a server and waits until it answers at a path, whatever it says
// below 500. What it prints goes to a file in dir.
func Start(ctx context.Context, name, address, dir, path string, patience time.Duration, cmd *exec.Cmd) (*Process, error) {
	log, err := os.Create(filepath.Join(dir, name+".log"))
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	p := &Process{Name: name, Address: address, cmd: cmd, log: log, ended: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // how it ended is in its log
		close(p.ended)
	}()
	deadline := time.After(patience)
	for !p.answers(ctx, path) {
		select {
		case <-p.ended:
			return nil, fmt.Errorf("%s didn't start: %s", name, tail(log.Name()))
		case <-deadline:
			p.Stop()
			return nil, fmt.Errorf("%s didn't answer within %s: %s", name, patience, tail(log.Name()))
		case <-ctx.Done():
			p.Stop()
			return nil, ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
	return p, nil
}

func (p *Process) answers(ctx context.Context, path string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.Address+path, nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.StatusCode < 500
}

func tail(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text[max(0, len(text)-2000):]))
}

// Stop ends the process and what it started, and waits for it.
func (p *Process) Stop() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGTERM) // fails only if it has ended
	select {
	case <-p.ended:
	case <-time.After(20 * time.Second):
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		<-p.ended
	}
	_ = p.log.Close()
}

// Memory is how many bytes of memory the process holds (its resident set); 0 if
// the system doesn't say.
func (p *Process) Memory() int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	var kib int64
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			_, _ = fmt.Sscan(rest, &kib)
		}
	}
	return kib << 10
}

// Worked is how much processor time the process has had; 0 if the system doesn't
// say. Unlike times on the clock it doesn't count what others do on the machine.
func (p *Process) Worked() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, fields, _ := strings.Cut(string(stat), ") ")
	var user, system int64
	if f := strings.Fields(fields); len(f) > 12 {
		_, _ = fmt.Sscan(f[11]+" "+f[12], &user, &system)
	}
	const tick = time.Second / 100 // Linux's, whatever its own clock
	return time.Duration(user+system) * tick
}

// SizeOf is how many bytes the files of a folder have whose names match one of
// some patterns, folders within it included.
func SizeOf(dir string, patterns ...string) (size int64, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		for _, pattern := range patterns {
			if ok, err := filepath.Match(pattern, d.Name()); err != nil || !ok {
				continue
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			size += info.Size()
			break
		}
		return nil
	})
	return size, err
}
