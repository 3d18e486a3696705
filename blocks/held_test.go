package blocks

import (
	"runtime"
	"testing"

	"blockflow/engine"
	"blockflow/examples"
)

// mostHeld is what a run of the reference example may hold while it waits for its
// second effect, in bytes.
const mostHeld = 20_000

func TestARunOfTheReferenceExampleIsSmall(t *testing.T) {
	file, err := examples.Files.ReadFile("update-user.json")
	if err != nil {
		t.Fatal(err)
	}
	p, err := compile(file)
	if err != nil {
		t.Fatal(err)
	}
	user, err := engine.ParseForeignJSON([]byte(`{"objectId":"E9040943-D30D-480E-9BE1-3564BF050EB8","___class":"Users","email":"alice@yourmail.com","name":"Alice","address":"1 Looking-Glass Lane","userStatus":"ENABLED","created":1795440978532,"updated":null,"user-token":"3C881DD5-5F5B-4113-B897-365BAB31E57E"}`))
	if err != nil {
		t.Fatal(err)
	}
	text, err := engine.AppendJSON(nil, user)
	if err != nil {
		t.Fatal(err)
	}
	const runs = 500
	waiting := make([]*engine.Machine, runs)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range waiting {
		m, err := engine.New(p, engine.Start{RunID: "run"})
		if err != nil {
			t.Fatal(err)
		}
		if y := m.Next(1000); y.Kind != engine.NeedsEffects {
			t.Fatal("no login", y.Err)
		}
		answer, err := engine.ParseForeignJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		m.Resume([]engine.Outcome{{Value: answer}})
		if y := m.Next(1000); y.Kind != engine.NeedsEffects {
			t.Fatal("no update", y.Err)
		}
		waiting[i] = m
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	held := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / runs
	t.Logf("a run holds %d bytes", held)
	if held > mostHeld {
		t.Errorf("a run holds %d bytes, more than %d", held, mostHeld)
	}
	runtime.KeepAlive(waiting)
}
