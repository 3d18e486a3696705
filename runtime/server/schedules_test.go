package server

import (
	"strings"
	"sync"
	"testing"
	"time"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime"
)

// A testClock goes when it is told to.
type testClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *testClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *testClock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

func hat(every, zone, missed string) engine.Entry {
	return engine.Entry{Type: blocks.WhenEvery, Fields: map[string]string{blocks.EveryTime: every, blocks.EveryZone: zone, blocks.EveryMissed: missed}}
}

func moment0(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestTimesOfSchedules(t *testing.T) {
	for _, test := range []struct{ name, every, zone, from, next string }{
		{"an interval counts from when it was due", "13 hours", "UTC", "2026-01-01T20:00:00Z", "2026-01-02T09:00:00Z 2026-01-02T22:00:00Z"},
		{"an interval doesn't care about clocks that go forward", "24 hours", "Europe/Berlin", "2026-03-28T11:00:00Z", "2026-03-29T11:00:00Z"},
		{"nine o'clock stays nine o'clock when clocks go forward", "0 9 * * *", "Europe/Berlin", "2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z 2026-03-30T07:00:00Z"},
		{"and when they go back", "0 9 * * *", "Europe/Berlin", "2026-10-24T07:00:00Z", "2026-10-25T08:00:00Z 2026-10-26T08:00:00Z"},
		{"a time in the gap runs right after it, once", "30 2 * * *", "Europe/Berlin", "2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z 2026-03-30T00:30:00Z"},
		{"a time that comes twice runs once", "30 2 * * *", "Europe/Berlin", "2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z 2026-10-26T01:30:00Z"},
		{"every half hour goes on through the hour that comes twice", "*/30 * * * *", "Europe/Berlin", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z 2026-10-25T01:00:00Z 2026-10-25T01:30:00Z 2026-10-25T02:00:00Z"},
		{"working days", "0 12 * * 1-5", "UTC", "2026-01-02T12:00:00Z", "2026-01-05T12:00:00Z"},
		{"the 31st skips short months", "0 0 31 * *", "UTC", "2026-01-31T00:00:00Z", "2026-03-31T00:00:00Z"},
		{"the 29th of February", "0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"},
		{"@daily", "@daily", "America/New_York", "2026-07-01T00:00:00Z", "2026-07-01T04:00:00Z"},
		{"a zone with half an hour", "0 0 * * *", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", "2026-04-04T13:00:00Z 2026-04-05T13:30:00Z"},
	} {
		table, err := timetableOf(hat(test.every, test.zone, "ONCE"))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		at := moment0(t, test.from)
		for _, want := range strings.Fields(test.next) {
			if at = table.next(at); at.Format(time.RFC3339) != want {
				t.Errorf("%s: %s, want %s", test.name, at.Format(time.RFC3339), want)
				break
			}
		}
	}
	for every, zone := range map[string]string{
		"": "UTC", "soon": "UTC", "0 minutes": "UTC", "-1 hours": "UTC", "400 days": "UTC", "5 fortnights": "UTC", "* * * *": "UTC", "60 * * * *": "UTC", "@every 1s": "UTC",
		"CRON_TZ=Asia/Tokyo 0 0 * * *": "UTC", "0 0 30 2 *": "UTC", "5 minutes": "Mars/Olympus", "6 minutes": "Local", "7 minutes": "../../etc/passwd",
	} {
		if _, err := timetableOf(hat(every, zone, "ONCE")); err == nil || err.Code != engine.WrongField {
			t.Errorf("%q in %q is taken: %v", every, zone, err)
		}
	}
}

func TestTimesThatWereMissed(t *testing.T) {
	due := moment0(t, "2026-01-01T10:00:00Z")
	for _, test := range []struct {
		name, every, missed string
		late                time.Duration
		want                turn
	}{
		{"in time", "1 hour", "ONCE", 0, turn{true, due, 0, due.Add(time.Hour)}},
		{"three missed, one run", "1 hour", "ONCE", 3*time.Hour + time.Minute, turn{true, due.Add(3 * time.Hour), 3, due.Add(4 * time.Hour)}},
		{"a little late isn't missed", "1 hour", "SKIP", 30 * time.Second, turn{true, due, 0, due.Add(time.Hour)}},
		{"missed and skipped", "1 hour", "SKIP", 90 * time.Minute, turn{next: due.Add(2 * time.Hour)}},
		{"each is run, in turn", "1 hour", "ALL", 3 * time.Hour, turn{true, due, 0, due.Add(time.Hour)}},
		{"a hundred of very many", "1 second", "ALL", 24 * time.Hour, turn{true, due.Add(24*time.Hour - 99*time.Second), 86301, due.Add(24*time.Hour - 98*time.Second)}},
		{"a cron that was missed", "0 * * * *", "ONCE", 150 * time.Minute, turn{true, due.Add(2 * time.Hour), 2, due.Add(3 * time.Hour)}},
	} {
		table, err := timetableOf(hat(test.every, "UTC", test.missed))
		if err != nil {
			t.Fatal(err)
		}
		if got := table.turn(due, due.Add(test.late)); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestAScheduleRunsEachTimeOnceAcrossRestarts(t *testing.T) {
	clock := &testClock{at: moment0(t, "2026-01-01T00:00:30Z")}
	b := newBenchAt(t, clock)
	b.flow("tick", stack(`{"type":"when_every","id":"every","fields":{"EVERY":"1 hour","MISSED":"ALL"}}`, returns(expression("input.missed"))))
	b.gives("GET", "/api/schedules", "", 200, `"every":"1 hour","zone":"UTC","missed":"ALL"`, `"next":"2026-01-01T01:00:30Z"`, `"then":["2026-01-01T02:00:30Z"`)
	runs := func(want int) {
		t.Helper()
		b.server.runs.alarm.set(time.Time{})
		until(t, "the schedule has run as often as it should", func() bool {
			list := b.gives("GET", "/api/runs?flow=tick", "", 200)
			return strings.Count(list, `"trigger":"schedule"`) == want
		})
	}
	clock.set(moment0(t, "2026-01-01T01:00:31Z"))
	runs(1)
	b.gives("POST", "/api/flows/tick/publish", "", 200) // the words are the same, so the time is
	b.gives("GET", "/api/schedules?flow=tick", "", 200, `"next":"2026-01-01T02:00:30Z"`)
	b.idle()
	b.close()
	clock.set(moment0(t, "2026-01-01T04:30:00Z"))
	b.open(runtime.Connection{})
	runs(4)
	b.idle()
	b.gives("GET", "/api/schedules", "", 200, `"next":"2026-01-01T05:00:30Z"`)
	b.gives("PUT", "/api/flows/tick", `{"blocks":{"blocks":[{"type":"when_every","id":"every","fields":{"EVERY":"now and then"}}]}}`, 200, `"code":"wrong_field"`, `"block":"every"`)
	b.gives("DELETE", "/api/flows/tick", "", 204)
	b.gives("GET", "/api/schedules", "", 200, `"schedules":[]`)
}
