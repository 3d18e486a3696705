package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"hash/maphash"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"blockflow/engine"
)

// Two runs of a flow are compared by replaying both at the same time, event by
// event, up to where they go different ways. Neither trace is ever held whole.

func (s *Server) comparingRoutes(r gin.IRouter) {
	r.GET("/runs/:id/compare", s.handle(s.compareRuns)) // ?with=: where two runs part
}

const (
	atATime         = 512 // events between two replays
	mostDifferences = 200 // blocks, inputs
)

// happened is an event with what tells its value from others.
type happened struct {
	event
	sum uint64
}

// sameWay tells whether two events are of the same block doing the same.
func (h happened) sameWay(o happened) bool {
	return h.Kind == o.Kind && h.Block == o.Block && h.Variable == o.Variable && h.Effect == o.Effect && h.Place == o.Place
}

func (h happened) same(o happened) bool {
	if h.Error != nil && o.Error != nil && *h.Error != *o.Error {
		return false
	}
	return h.sum == o.sum
}

// A walk is a replay that is gone through event by event.
type walk struct {
	more  chan []happened
	err   error // once more is closed
	now   []happened
	last  map[string]json.RawMessage // of each block
	where map[engine.Place]int       // its effects
}

func (c *conductor) walk(ctx context.Context, id string, seed maphash.Seed) *walk {
	w := &walk{more: make(chan []happened, 2), last: map[string]json.RawMessage{}, where: map[engine.Place]int{}}
	go func() {
		defer close(w.more)
		n, batch := 0, []happened{}
		send := func() {
			select {
			case w.more <- batch:
			case <-ctx.Done():
			}
			batch = make([]happened, 0, atATime)
		}
		w.err = c.replay(ctx, id, func(m *engine.Machine, e engine.Event) {
			if ctx.Err() != nil {
				return
			}
			h := happened{event: shownEvent(n, m, e)}
			if e.Kind == engine.Gave || e.Kind == engine.Set {
				if whole, err := engine.AppendPlainJSON(nil, m.Secrets().Mask(e.Value)); err == nil {
					h.sum = maphash.Bytes(seed, whole)
				}
			}
			n++
			if batch = append(batch, h); len(batch) == atATime {
				send()
			}
		})
		send()
	}()
	return w
}

// next is the next event; false when there is none.
func (w *walk) next() (happened, bool) {
	for len(w.now) == 0 {
		batch, more := <-w.more
		if !more {
			return happened{}, false
		}
		w.now = batch
	}
	h := w.now[0]
	w.now = w.now[1:]
	if h.Kind == "value" {
		w.last[h.Block] = h.Value
	}
	if h.Kind == "effect" {
		w.where[h.Place] = h.N
	}
	return h, true
}

// parting is a place at which two runs differ: what each did there, null for one
// that had ended.
type parting struct {
	N int    `json:"n"`
	A *event `json:"a"`
	B *event `json:"b"`
}

type differentEffect struct {
	Place engine.Place `json:"place"`
	What  string       `json:"what"` // missing, asked or answered
	A     *effectThen  `json:"a"`
	B     *effectThen  `json:"b"`
}

type effectThen struct {
	N      *int   `json:"n"` // null: only after the runs have parted
	Block  string `json:"block"`
	Effect string `json:"effect"`
}

type different struct {
	Name string          `json:"name"`
	A    json.RawMessage `json:"a"` // null also if there was none
	B    json.RawMessage `json:"b"`
}

// compareRuns tells where two runs of the same flow part: the first event at
// which they go different ways, the first value that differs, the first effect,
// the inputs, and what the blocks held there.
func (s *Server) compareRuns(c *gin.Context) error {
	ids := []string{c.Param("id"), c.Query("with")}
	flow := ""
	inputs, records := [2]map[string]json.RawMessage{}, [2][]engine.Record{}
	for i, id := range ids {
		m, _, run, err := s.runs.load(c, id)
		if err != nil {
			return err
		}
		if flow != "" && run.Flow != flow {
			return &problem{http.StatusConflict, "other_flow", "These are runs of two different flows. Choose two of the same.", nil}
		}
		flow = run.Flow
		if inputs[i], err = inputNames(m); err != nil {
			return err
		}
		if records[i], err = readRecords(c, s.store, id); err != nil {
			return err
		}
	}
	ctx, enough := context.WithCancel(c)
	defer enough()
	seed := maphash.MakeSeed()
	a, b := s.runs.walk(ctx, ids[0], seed), s.runs.walk(ctx, ids[1], seed)
	way, value := alongside(a, b)
	if err := errors.Join(a.err, b.err); way == nil && err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{
		"way": way, "value": value, "effect": firstEffect(a, b, records), "inputs": differing(inputs[0], inputs[1]), "blocks": differing(a.last, b.last),
	})
	return nil
}

// alongside goes through two walks until they go different ways.
func alongside(a, b *walk) (way, value *parting) {
	for {
		x, more := a.next()
		y, also := b.next()
		if !more && !also {
			return nil, value
		}
		here := &parting{N: x.N}
		if more {
			here.A = &x.event
		}
		if also {
			here.B, here.N = &y.event, y.N
		}
		if !more || !also || !x.sameWay(y) {
			return here, value
		}
		if value == nil && !x.same(y) {
			value = here
		}
	}
}

// firstEffect is the first that was asked or answered in another way.
func firstEffect(a, b *walk, records [2][]engine.Record) *differentEffect {
	then := func(w *walk, r engine.Record) *effectThen {
		e := &effectThen{Block: r.Block, Effect: r.Kind}
		if n, known := w.where[r.Place]; known {
			e.N = &n
		}
		return e
	}
	for i := range max(len(records[0]), len(records[1])) {
		if i >= len(records[0]) {
			r := records[1][i]
			return &differentEffect{r.Place, "missing", nil, then(b, r)}
		}
		if i >= len(records[1]) {
			r := records[0][i]
			return &differentEffect{r.Place, "missing", then(a, r), nil}
		}
		x, y := records[0][i], records[1][i]
		what := ""
		switch {
		case x.Place != y.Place || x.Block != y.Block || x.Kind != y.Kind || x.Digest != y.Digest:
			what = "asked"
		case !sameOutcome(x, y):
			what = "answered"
		default:
			continue
		}
		return &differentEffect{x.Place, what, then(a, x), then(b, y)}
	}
	return nil
}

func sameOutcome(x, y engine.Record) bool {
	if x.Done != y.Done || (x.Err == nil) != (y.Err == nil) {
		return false
	}
	if x.Err != nil {
		return x.Err.Code == y.Err.Code && x.Err.Message == y.Err.Message
	}
	v, err := engine.AppendPlainJSON(nil, x.Value)
	w, other := engine.AppendPlainJSON(nil, y.Value)
	return err == nil && other == nil && bytes.Equal(v, w)
}

// inputNames are a run's inputs as people may see them.
func inputNames(m *engine.Machine) (map[string]json.RawMessage, error) {
	b, err := engine.AppendPlainJSON(nil, m.Secrets().Mask(m.Input()))
	if err != nil {
		return nil, err
	}
	names := map[string]json.RawMessage{}
	if json.Unmarshal(b, &names) != nil { // a list, or a text
		names = map[string]json.RawMessage{"": b}
	}
	return names, nil
}

// differing are the names that don't stand for the same in both.
func differing(a, b map[string]json.RawMessage) []different {
	list := []different{}
	add := func(name string) {
		x, y := a[name], b[name]
		if !bytes.Equal(x, y) {
			list = append(list, different{name, orNull(x), orNull(y)})
		}
	}
	for name := range a {
		add(name)
	}
	for name := range b {
		if _, both := a[name]; !both {
			add(name)
		}
	}
	slices.SortFunc(list, func(x, y different) int { return bytes.Compare([]byte(x.Name), []byte(y.Name)) })
	return list[:min(len(list), mostDifferences)]
}

func orNull(v json.RawMessage) json.RawMessage {
	if v == nil {
		return json.RawMessage("null")
	}
	return v
}
