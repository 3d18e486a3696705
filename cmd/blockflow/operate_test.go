package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// serving starts a server on a data directory and returns its address. stop stops
// it in peace.
func serving(t *testing.T, dir string) (url string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- serve(ctx, &bytes.Buffer{}, settings{Address: "127.0.0.1:0", Data: dir, LogLevel: "error", KeepDays: 1})
	}()
	await(t, "the server is ready", func() bool {
		data, err := os.ReadFile(filepath.Join(dir, addressName))
		var at struct{ URL string }
		if err != nil || json.Unmarshal(data, &at) != nil {
			return false
		}
		url = at.URL
		res, err := http.Get(url + "/readyz")
		if err != nil {
			return false
		}
		res.Body.Close()
		return res.StatusCode == 200
	})
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	}
	t.Cleanup(stop)
	return url, stop
}

// blockflow runs a command and returns what it printed and how it ended.
func blockflow(t *testing.T, in string, args ...string) (string, error) {
	t.Helper()
	c := command()
	var out bytes.Buffer
	c.SetOut(&out)
	c.SetIn(strings.NewReader(in))
	c.SetArgs(args)
	err := c.ExecuteContext(t.Context())
	return out.String(), err
}

// does is a command that must succeed and print these parts.
func does(t *testing.T, args []string, parts ...string) string {
	t.Helper()
	out, err := blockflow(t, "", args...)
	if err != nil {
		t.Fatalf("blockflow %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	for _, p := range parts {
		if !strings.Contains(out, p) {
			t.Errorf("blockflow %s: %s\nhas no %s", strings.Join(args, " "), out, p)
		}
	}
	return out
}

// refuses is a command that must fail with these words.
func refuses(t *testing.T, args []string, words string) {
	t.Helper()
	out, err := blockflow(t, "", args...)
	if err == nil || !strings.Contains(err.Error()+out, words) {
		t.Errorf("blockflow %s: %v\n%s\nshould say %q", strings.Join(args, " "), err, out, words)
	}
}

func newToken(t *testing.T, dir string, more ...string) string {
	t.Helper()
	var made struct{ Token string }
	out := does(t, append([]string{"token", "create", "--data", dir, "--json"}, more...))
	if err := json.Unmarshal([]byte(out), &made); err != nil || made.Token == "" {
		t.Fatalf("%v: %s", err, out)
	}
	return made.Token
}

func TestFlowsInGit(t *testing.T) {
	dir, work := t.TempDir(), filepath.Join(t.TempDir(), "flows")
	url, _ := serving(t, dir)
	t.Setenv("BLOCKFLOW_SERVER", url)
	refuses(t, []string{"pull", work}, "an API token is needed")
	t.Setenv("BLOCKFLOW_TOKEN", newToken(t, dir, "--scope", "read"))
	does(t, []string{"pull", work}, "update-user.json is at revision 1")
	file := filepath.Join(work, "update-user.json")
	was, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	edit := func(from, to string) {
		t.Helper()
		data, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(data), from) {
			t.Fatal(err, from)
		}
		if err := os.WriteFile(file, []byte(strings.Replace(string(data), from, to, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	edit("27 Rose Street", "28 Rose Street")
	refuses(t, []string{"diff", work, "update-user"}, `"27 Rose Street" → "28 Rose Street"`)
	does(t, []string{"pull", work}, "update-user.json is newer here")
	refuses(t, []string{"push", work, "update-user"}, "don't permit this")
	t.Setenv("BLOCKFLOW_TOKEN", newToken(t, dir))
	does(t, []string{"push", work, "update-user", "--publish"}, "is revision 2", "published as version 2")
	does(t, []string{"diff", work, "update-user"})
	does(t, []string{"push", work, "update-user"})

	// Somebody else saves, and one changes it here, too.
	c := &client{url, os.Getenv("BLOCKFLOW_TOKEN")}
	if err := c.call(t.Context(), "PUT", "/api/flows/update-user", was, nil); err != nil {
		t.Fatal(err)
	}
	edit("28 Rose Street", "29 Rose Street")
	refuses(t, []string{"push", work, "update-user"}, "saved by someone else")
	refuses(t, []string{"pull", work, "update-user"}, "changed both here and on the server")
	does(t, []string{"pull", work, "update-user", "--force"}, "revision 3")
	if now, err := os.ReadFile(file); err != nil || string(now) != string(was) {
		t.Errorf("%v: pulled is\n%s", err, now)
	}
	if err := os.WriteFile(filepath.Join(work, "new-flow.json"), []byte(strings.ReplaceAll(string(was), "update-user", "new-flow")), 0o644); err != nil {
		t.Fatal(err)
	}
	does(t, []string{"push", work, "new-flow"}, "revision 1")
	refuses(t, []string{"push", filepath.Join(work, "nowhere")}, "there are no flows")
}

func TestBackupRestoreAndTheDoctor(t *testing.T) {
	dir, other, file := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "other"), filepath.Join(t.TempDir(), "backup.tar")
	url, stop := serving(t, dir)
	if _, err := blockflow(t, "s3cret value\n", "secret", "set", "api-key", "--data", dir); err != nil {
		t.Fatal(err)
	}
	does(t, []string{"secret", "list", "--data", dir}, "api-key")
	post := func(url string, want int) {
		t.Helper()
		res, err := http.Post(url+"/hooks/update-user", "application/json", nil)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("the webhook answers %d, want %d", res.StatusCode, want)
		}
	}
	does(t, []string{"backup", file, "--data", dir}, "holds all of") // while it runs
	post(url, 200)                                                   // now Alice has another address, which the backup doesn't know
	does(t, []string{"doctor", "--data", dir}, "✓ blockflow.db", "✓ server: it answers", "• sign-in")
	does(t, []string{"doctor", "--ready", "--data", dir})
	refuses(t, []string{"restore", file, "--data", dir, "--force"}, "another blockflow serves")
	refuses(t, []string{"key", "rotate", "--data", dir}, "another blockflow serves")

	does(t, []string{"restore", file, "--data", other})
	refuses(t, []string{"restore", file, "--data", other}, "holds data already")
	copied, stopCopy := serving(t, other)
	post(copied, 200) // there she has the old one
	stopCopy()
	stop()
	refuses(t, []string{"doctor", "--ready", "--data", dir}, "")
	does(t, []string{"key", "rotate", "--data", dir}, "There is a new key")
	does(t, []string{"doctor", "--data", dir}, "✓ key: 2 keys", "• key")
	does(t, []string{"key", "forget", "--data", dir})
	does(t, []string{"doctor", "--data", dir}, "✓ key: 1 key.")
	does(t, []string{"restore", file, "--data", dir, "--force"}, "What was there is in")
	again, _ := serving(t, dir)
	post(again, 200)

	broken := filepath.Join(t.TempDir(), "broken.tar")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, bytes := range map[string][]byte{"cut short": data[:len(data)/2], "not a tar file": []byte("hello"), "changed": []byte(strings.Replace(string(data), "CREATE TABLE", "CREATE tABLE", 1))} {
		if err := os.WriteFile(broken, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := blockflow(t, "", "restore", broken, "--data", filepath.Join(t.TempDir(), "x")); err == nil {
			t.Errorf("a backup that is %s is restored: %s", name, out)
		}
	}
	refuses(t, []string{"doctor", "--data", filepath.Join(t.TempDir(), "none")}, "isn't there")
}

func TestSettingsComeFromFileEnvironmentAndFlags(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "blockflow.toml"), []byte("addr = \"127.0.0.1:1\"\nkeep-days = 7\nhook-wait = \"2s\"\nhttp-allow = [\"10.0.0.0/8\"]\nlog-format = \"json\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	read := func(args ...string) (settings, error) {
		t.Helper()
		c := serveCommand()
		if err := c.ParseFlags(append([]string{"--data", dir}, args...)); err != nil {
			t.Fatal(err)
		}
		return readSettings(c.Flags())
	}
	t.Setenv("BLOCKFLOW_KEEP_DAYS", "8")
	t.Setenv("BLOCKFLOW_KEEP_RUNS", "9")
	t.Setenv("BLOCKFLOW_SECRET_ADDR", "no setting")
	s, err := read("--keep-runs", "10")
	if err != nil {
		t.Fatal(err)
	}
	if s.Address != "127.0.0.1:1" || s.KeepDays != 8 || s.KeepRuns != 10 || s.HookWait != 2*time.Second || s.LogFormat != "json" ||
		strings.Join(s.HTTPAllow, " ") != "10.0.0.0/8" || s.Concurrency != 256 || s.RunTimeout != 5*time.Minute {
		t.Errorf("%+v", s)
	}
	for _, bad := range [][]string{{"--log-level", "loud"}, {"--log-format", "xml"}, {"--concurrency", "0"}, {"--keep-days", "-1"}, {"--config", filepath.Join(dir, "none.toml")}} {
		if s, err := read(bad...); err == nil {
			t.Errorf("%v is taken: %+v", bad, s)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "blockflow.toml"), []byte("keep-dayz = 7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := read(); err == nil || !strings.Contains(err.Error(), "keep-dayz") {
		t.Errorf("a misspelt setting is taken: %v", err)
	}
}
