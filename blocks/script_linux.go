package blocks

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// confine lets a worker end with the process that started it.
func confine(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

// bound limits what this process may take: memory in bytes, beyond the address
// space that Go has reserved by now, and time of the processor in seconds.
func bound(memory, seconds uint64) error {
	if err := syscall.Setrlimit(syscall.RLIMIT_CPU, &syscall.Rlimit{Cur: seconds, Max: seconds}); err != nil {
		return err
	}
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return err
	}
	var pages uint64
	if _, err := fmt.Sscan(string(statm), &pages); err != nil {
		return err
	}
	most := pages*uint64(os.Getpagesize()) + memory
	return syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: most, Max: most})
}
