package users

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// killedEnv makes the test binary the process that is killed.
const killedEnv = "BLOCKFLOW_USERS_TO_BE_KILLED"

// TestKill9LosesNoAcknowledgedUpdateAndHalvesNone kills a process under load
// and looks at the file it leaves. Each update n of a user sets two properties
// to n under the key "<user>:<n>".
//
// A killed process proves that write, memory of it and answer come in one
// transaction and in this order. That the commit outlives a power failure as
// well rests on synchronous=FULL.
func TestKill9LosesNoAcknowledgedUpdateAndHalvesNone(t *testing.T) {
	if path := os.Getenv(killedEnv); path != "" {
		updateUntilKilled(t, path)
		return
	}
	path := filepath.Join(t.TempDir(), "users.db")
	for range 3 {
		acknowledged := killUnderLoad(t, path, 200)
		checkAfterKill(t, path, acknowledged)
	}
}

var killOptions = Options{Key: []byte("a key that outlives the process"), PasswordCost: cheap}

// updateUntilKilled prints "<user> <n>" after each update that was answered.
func updateUntilKilled(t *testing.T, path string) {
	service, err := Open(context.Background(), path, killOptions)
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Transport: service.Transport()}
	var out sync.Mutex
	var wait sync.WaitGroup
	for user := range 8 {
		wait.Go(func() {
			email := fmt.Sprintf("user%d@x.org", user)
			_, err := service.Create(context.Background(), fmt.Appendf(nil, `{"email":"%s","password":"x","a":0,"b":0}`, email))
			if err != nil && !isCode(err, codeIdentityExists) {
				t.Error(err)
				return
			}
			_, page, err := service.Find(context.Background(), Query{Search: email})
			if err != nil {
				t.Error(err)
				return
			}
			record := answer{text: string(page[0])}
			begun, err := strconv.Atoi(record.field("a"))
			if err != nil {
				t.Error(err)
				return
			}
			for n := begun + 1; ; n++ {
				response, err := client.Do(updateOf(service, record.field("objectId"), user, n))
				if err != nil || response.StatusCode != http.StatusOK {
					t.Error(response, err)
					return
				}
				out.Lock()
				fmt.Println("acknowledged", user, n)
				out.Unlock()
			}
		})
	}
	wait.Wait()
}

func updateOf(s *Service, objectID string, user, n int) *http.Request {
	path := fmt.Sprintf("http://x/%s/%s/users/%s", s.Keys().AppID, s.Keys().BL, objectID)
	request, err := http.NewRequest("PUT", path, strings.NewReader(fmt.Sprintf(`{"a":%d,"b":%d}`, n, n)))
	if err != nil {
		panic(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", fmt.Sprintf("%d:%d", user, n))
	return request
}

// killUnderLoad returns the last update of each user that was acknowledged.
func killUnderLoad(t *testing.T, path string, after int) map[int]int {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^TestKill9LosesNoAcknowledgedUpdateAndHalvesNone$")
	command.Env = append(os.Environ(), killedEnv+"="+path)
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	last := map[int]int{}
	lines := bufio.NewScanner(output)
	for count := 1; lines.Scan(); count++ {
		var user, n int
		if _, err := fmt.Sscanf(lines.Text(), "acknowledged %d %d", &user, &n); err == nil {
			last[user] = n
		}
		if count == after {
			if err := command.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = command.Wait() // it was killed
	if len(last) == 0 {
		t.Fatal("nothing was acknowledged")
	}
	return last
}

func checkAfterKill(t *testing.T, path string, acknowledged map[int]int) {
	t.Helper()
	service, err := Open(context.Background(), path, killOptions)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := service.Close(); err != nil {
			t.Error(err)
		}
	}()
	client := http.Client{Transport: service.Transport()}
	for user, n := range acknowledged {
		_, page, err := service.Find(context.Background(), Query{Search: fmt.Sprintf("user%d@x.org", user)})
		if err != nil {
			t.Fatal(err)
		}
		record := answer{text: string(page[0])}
		same(t, "half of an update", record.field("a"), record.field("b"))
		stored, err := strconv.Atoi(record.field("a"))
		if err != nil || stored < n {
			t.Errorf("user %d has update %d (%v), %d was acknowledged", user, stored, err, n)
		}
		changes, err := service.Changes(context.Background(), fmt.Sprintf("%d:", user))
		if err != nil || len(changes) != stored {
			t.Errorf("user %d has update %d, but %d are remembered (%v)", user, stored, len(changes), err)
		}
		// Whoever didn't hear the answer asks again and hears it.
		response, err := client.Do(updateOf(service, record.field("objectId"), user, stored))
		if err != nil || response.Header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("update %d of user %d was performed again (%v)", stored, user, err)
		}
	}
}
