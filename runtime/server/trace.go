package server

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"

	"blockflow/engine"
	"blockflow/runtime"
)

// event is one event of a trace as the API gives it.
type event struct {
	N        int             `json:"n"`
	Kind     string          `json:"kind"`
	Block    string          `json:"block"`
	Value    json.RawMessage `json:"value,omitempty"`
	Clipped  bool            `json:"clipped,omitempty"` // value is the beginning of its JSON, as a text
	Variable string          `json:"variable,omitempty"`
	Effect   string          `json:"effect,omitempty"`
	Place    engine.Place    `json:"place,omitempty"`
	Error    *runtime.Fault  `json:"error,omitempty"`
}

var eventKinds = map[engine.EventKind]string{
	engine.Started: "start", engine.Gave: "value", engine.Set: "set", engine.Performed: "effect", engine.Failed: "failed",
}

const (
	mostEvents   = 10_000
	largestValue = 4_000 // bytes of a value's JSON in a trace
)

// runTrace replays a run and gives a window of what it did: from an event on, or,
// with a negative number, the last events. Nothing is performed.
func (s *Server) runTrace(c *gin.Context) error {
	from, err := number(c, "from", 0, -mostEvents, 1<<40)
	if err != nil {
		return err
	}
	limit, err := number(c, "limit", 1000, 1, mostEvents)
	if err != nil {
		return err
	}
	f, err := s.runs.film(c, c.Param("id"))
	if err != nil {
		return err
	}
	if from < 0 {
		from, limit = max(f.total+from, 0), -from
	}
	events := []event{}
	err = s.runs.show(c, f, from, func(n int, m *engine.Machine, e engine.Event, _ *momentary) bool {
		if n >= from {
			events = append(events, shownEvent(n, m, e))
		}
		return n+1 < from+limit
	})
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"from": from, "total": f.total, "events": events})
	return nil
}

// replay tells all that a run did, event by event. Nothing is performed.
func (c *conductor) replay(ctx context.Context, id string, tell func(*engine.Machine, engine.Event)) error {
	m, j, _, err := c.load(ctx, id)
	if err != nil {
		return err
	}
	m.Trace(func(e engine.Event) { tell(m, e) })
	within, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	_, err = engine.Host{Journal: j}.Drive(within, m)
	return err
}

// A window keeps some of a run's events and counts all.
type window struct {
	from, limit int
	total       int
	events      []event
}

func (w *window) tell(m *engine.Machine, e engine.Event) {
	n := w.total
	w.total++
	if n < w.from || n-w.from >= w.limit {
		return
	}
	w.events = append(w.events, shownEvent(n, m, e))
}

// shownEvent is an event as people may see it.
func shownEvent(n int, m *engine.Machine, e engine.Event) event {
	secrets := m.Secrets()
	out := event{N: n, Kind: eventKinds[e.Kind], Block: e.Block, Variable: e.Variable, Effect: e.Effect, Place: e.Place}
	switch e.Kind {
	case engine.Gave, engine.Set:
		out.Value, out.Clipped = preview(secrets.Mask(e.Value))
	case engine.Failed:
		out.Error = runtime.FaultOf(e.Err, secrets)
	}
	return out
}

// preview writes a value for a person: long ones only as far as one reads them.
func preview(v engine.Value) (value json.RawMessage, clipped bool) {
	b, err := engine.AppendPlainJSON(nil, v)
	if err != nil {
		b, _ = json.Marshal(err.Error())
		return b, true
	}
	if len(b) <= largestValue {
		return b, false
	}
	text, _ := json.Marshal(string(b[:largestValue]))
	return text, true
}
