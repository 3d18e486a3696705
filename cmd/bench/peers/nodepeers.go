package main

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"blockflow/cmd/bench/load"
	"blockflow/cmd/bench/subject"
)

//go:embed node-red n8n
var nodeFiles embed.FS

// install installs a peer from npm, unless the cache has this version of it. Of
// the scripts of the packages it runs only those of the ones that are named: the
// others build what the flows here don't need.
func install(ctx context.Context, cache, name string, build ...string) (folder string, err error) {
	folder = filepath.Join(cache, name)
	wanted, err := nodeFiles.ReadFile(name + "/package.json")
	if err != nil {
		return "", err
	}
	done := filepath.Join(folder, "installed.json")
	if has, err := os.ReadFile(done); err == nil && bytes.Equal(has, wanted) {
		return folder, nil
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(folder, "package.json"), wanted, 0o600); err != nil {
		return "", err
	}
	within, cancel := context.WithTimeout(ctx, 30*time.Minute)
	defer cancel()
	if err := run(within, folder, nil, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"); err != nil {
		return "", fmt.Errorf("%s can't be installed from npm: %w", name, err)
	}
	if len(build) > 0 {
		if err := run(within, folder, nil, "npm", append([]string{"rebuild"}, build...)...); err != nil {
			return "", fmt.Errorf("%s can't be built: %w", name, err)
		}
	}
	return folder, os.WriteFile(done, wanted, 0o600)
}

func run(ctx context.Context, dir string, env []string, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		text := strings.TrimSpace(string(out))
		return fmt.Errorf("%s %s: %w: %s", program, args[0], err, text[max(0, len(text)-1000):])
	}
	return nil
}

// peerCalls are the requests that call the flows of a peer under a prefix.
func peerCalls(prefix string) map[string][]byte {
	return map[string][]byte{
		login:    load.Request("POST", prefix+"update", `{}`),
		compute:  load.Request("POST", prefix+"sum", subject.SumInput),
		loggedIn: load.Request("POST", prefix+"token", fmt.Sprintf(`{"objectId":%q,"token":%q}`, stubUser, stubToken)),
	}
}

func startNodeRED(ctx context.Context, at place) ([]*contender, error) {
	folder, err := install(ctx, at.cache, "node-red")
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(at.dir, "node-red")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	for _, name := range []string{"settings.js", "flows.json"} {
		data, err := nodeFiles.ReadFile("node-red/" + name)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return nil, err
		}
	}
	address, err := load.FreeAddress()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "node", filepath.Join(folder, "node_modules/node-red/red.js"), "--userDir", dir, "--settings", filepath.Join(dir, "settings.js"))
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "PORT="+port(address), "USERS_API="+at.usersAPI)
	p, err := load.Start(ctx, "node-red", address, at.dir, "/", time.Minute, cmd)
	if err != nil {
		return nil, err
	}
	c := newContender("Node-RED 4", p, peerCalls("/"))
	return []*contender{c}, serves(ctx, c)
}

func port(address string) string { return address[strings.LastIndexByte(address, ':')+1:] }

func startN8N(ctx context.Context, at place) ([]*contender, error) {
	folder, err := install(ctx, at.cache, "n8n", "sqlite3")
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(at.dir, "n8n")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	workflows, err := nodeFiles.ReadFile("n8n/workflows.json")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "workflows.json")
	if err := os.WriteFile(file, bytes.ReplaceAll(workflows, []byte("USERS_API"), []byte(at.usersAPI)), 0o600); err != nil {
		return nil, err
	}
	address, err := load.FreeAddress()
	if err != nil {
		return nil, err
	}
	// As it comes, but: nothing calls home; SQLite is in WAL mode; there is no
	// process for code, since the flows have none; and expressions run without a
	// sandbox, which is quicker and needs a package that Node 20 doesn't build.
	env := []string{
		"N8N_USER_FOLDER=" + dir, "N8N_PORT=" + port(address), "N8N_LISTEN_ADDRESS=127.0.0.1", "N8N_LOG_LEVEL=warn",
		"N8N_DIAGNOSTICS_ENABLED=false", "N8N_VERSION_NOTIFICATIONS_ENABLED=false", "N8N_TEMPLATES_ENABLED=false", "N8N_PERSONALIZATION_ENABLED=false",
		"N8N_RUNNERS_ENABLED=false", "N8N_EXPRESSION_ENGINE=legacy", "N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS=false", "DB_SQLITE_POOL_SIZE=4",
	}
	program := filepath.Join(folder, "node_modules/n8n/bin/n8n")
	within, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	for _, args := range [][]string{{program, "import:workflow", "--input=" + file}, {program, "update:workflow", "--all", "--active=true"}} {
		if err := run(within, dir, env, "node", args...); err != nil {
			return nil, err
		}
	}
	cmd := exec.CommandContext(ctx, "node", program, "start")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	p, err := load.Start(ctx, "n8n", address, at.dir, "/healthz/readiness", 3*time.Minute, cmd)
	if err != nil {
		return nil, err
	}
	c := newContender("n8n 1", p, peerCalls("/webhook/"))
	return []*contender{c}, serves(ctx, c)
}

// serves waits until a server answers the calls of all its flows.
func serves(ctx context.Context, c *contender) error {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		var failed error
		for flow, request := range c.calls {
			if _, err := load.Send(ctx, load.Load{Address: c.process.Address, Connections: 1, Requests: 1, Next: func(int, int) []byte { return request }}); err != nil {
				failed = fmt.Errorf("%s: %s: %w", c.name, flow, err)
			}
		}
		if failed == nil {
			return nil
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			c.process.Stop()
			return failed
		}
	}
}
