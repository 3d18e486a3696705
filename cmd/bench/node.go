package main

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

//go:embed generate.mjs
var generator []byte

//go:embed node.mjs
var nodeRunner []byte

// generate returns what Blockly's own generator makes of workspaces, by file.
func generate(modules string, files []string) (map[string]string, error) {
	script, err := temporary("generate-*.mjs", generator)
	if err != nil {
		return nil, err
	}
	defer os.Remove(script)
	c := exec.Command("node", append([]string{script, modules}, files...)...)
	c.Stderr = os.Stderr
	data, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("node: %w", err)
	}
	var code map[string]string
	return code, json.Unmarshal(data, &code)
}

// A node is a process of Node that runs programs when it is told to.
type node struct {
	process *exec.Cmd
	script  string
	in      io.WriteCloser
	out     *bufio.Scanner
}

// newNode starts Node with the programs that it will run. Close it after use.
func newNode(code map[string]string, flags ...string) (*node, error) {
	script, err := temporary("node-*.mjs", nodeRunner)
	if err != nil {
		return nil, err
	}
	n := &node{process: exec.Command("node", append(flags, "--no-warnings", script)...), script: script}
	n.process.Stderr = os.Stderr
	if n.in, err = n.process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := n.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	n.out = bufio.NewScanner(out)
	if err := n.process.Start(); err != nil {
		return nil, err
	}
	return n, json.NewEncoder(n.in).Encode(code)
}

// run runs a program once and returns how many milliseconds it took.
func (n *node) run(file string) (float64, error) {
	if _, err := fmt.Fprintln(n.in, file); err != nil {
		return 0, err
	}
	if !n.out.Scan() {
		return 0, fmt.Errorf("node ended: %w", n.out.Err())
	}
	return strconv.ParseFloat(strings.TrimSpace(n.out.Text()), 64)
}

// Close ends the process.
func (n *node) Close() error {
	defer os.Remove(n.script)
	if err := n.in.Close(); err != nil {
		return err
	}
	return n.process.Wait()
}

func temporary(pattern string, data []byte) (string, error) {
	f, err := os.CreateTemp("", pattern)
	if err != nil {
		return "", err
	}
	defer f.Close()
	_, err = f.Write(data)
	return f.Name(), err
}
