package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"

	"github.com/gin-gonic/gin"

	"blockflow/engine"
	"blockflow/runtime/store"
)

// A run from an effect of another takes what came before that effect as given,
// whatever became of the other, and goes on for real from there. With another
// input or version it may never come there, or ask for other things on the way:
// that is found out first, by a replay, and refused.

type fromRequest struct {
	againRequest
	Place  engine.Place               `json:"place"`  // of the effect that is the first to happen again
	Change map[string]json.RawMessage `json:"change"` // inputs that get another value; the others stay
}

func (s *Server) runFrom(c *gin.Context) error {
	var req fromRequest
	if err := readJSON(c, largestInput, &req); err != nil {
		return err
	}
	if req.Input != nil && req.Change != nil {
		return badRequest("bad_request", "Give either a whole \"input\" or a \"change\" of some inputs.")
	}
	old, err := s.store.Run(c, c.Param("id"))
	if err != nil {
		return err
	}
	j, p, err := s.jobLike(c, old, req.Version)
	if err != nil {
		return err
	}
	if req.Input != nil {
		if j.input, err = inputOf(req.Input); err != nil {
			return err
		}
	}
	if j.input, err = changed(j.input, req.Change); err != nil {
		return err
	}
	records, err := readRecords(c, s.store, old.ID)
	if err != nil {
		return err
	}
	if j.prefix, err = before(records, req.Place); err != nil {
		return err
	}
	j.id = store.NewRunID()
	if err := s.comesTo(c, j, p, req.Place); err != nil {
		return err
	}
	j.origin = store.Origin{Run: old.ID, Kind: store.FromOf}
	j.kept = true
	return s.answerRun(c, j, p, req.Wait == nil || *req.Wait)
}

// changed is an input with other values for some names.
func changed(input engine.Value, change map[string]json.RawMessage) (engine.Value, error) {
	if len(change) == 0 {
		return input, nil
	}
	b, err := engine.AppendPlainJSON(nil, input)
	if err != nil {
		return input, err
	}
	var values map[string]json.RawMessage
	if err := json.Unmarshal(b, &values); err != nil {
		return input, badRequest("bad_input", "The input of this run has no names, so it can only be replaced as a whole.")
	}
	if values == nil { // the run began without an input
		values = map[string]json.RawMessage{}
	}
	for name, value := range change {
		values[name] = value
	}
	if b, err = json.Marshal(values); err != nil {
		return input, err
	}
	return inputOf(b)
}

// before are the records that stand before an effect.
func before(records []engine.Record, place engine.Place) ([]engine.Record, error) {
	given, found := []engine.Record{}, false
	for _, r := range records {
		found = found || r.Place == place
		if r.Done && r.Place.Before(place) {
			given = append(given, r)
		}
	}
	if !found {
		return nil, &store.NotFoundError{What: "effect", Name: string(place)}
	}
	return given, nil
}

// taken is a journal that holds what came before, and keeps nothing.
type taken map[engine.Place]engine.Record

func (g taken) Find(p engine.Place) (engine.Record, bool) { r, ok := g[p]; return r, ok }

func (taken) Intend(context.Context, []engine.Record) error { return nil }

func (taken) Keep(context.Context, []engine.Record) error { return nil }

var errCame = errors.New("server: the replay came to what nobody has done")

// comesTo tells whether a run comes to a place by what is given, and wants nothing
// else first.
func (s *Server) comesTo(ctx context.Context, j job, p *engine.Program, place engine.Place) error {
	m, err := engine.New(p, engine.Start{Entry: j.entry, Input: j.input, Limits: s.runs.limits, RunID: j.id})
	if err != nil {
		return err
	}
	known := taken{}
	for _, r := range j.prefix {
		known[r.Place] = r
	}
	var mu sync.Mutex
	first := engine.Place("")
	reach := func(_ context.Context, c engine.Call) (engine.Outcome, error) {
		mu.Lock()
		defer mu.Unlock()
		if first == "" || c.Place.Before(first) {
			first = c.Place
		}
		return engine.Outcome{}, errCame
	}
	within, cancel := context.WithTimeout(ctx, s.runs.timeout)
	defer cancel()
	y, err := engine.Host{Journal: known, Perform: reach}.Drive(within, m)
	why := "it ends before it comes to this effect."
	switch {
	case errors.Is(err, errCame) && first == place:
		return nil
	case errors.Is(err, errCame):
		why = "it asks for something else before it comes to this effect."
	case err != nil:
		return err
	case y.Err != nil:
		why = "it fails before it comes to this effect: " + m.Secrets().MaskText(y.Err.Message)
	}
	more := map[string]any{}
	if y.Err != nil && y.Err.Block != "" {
		more["block"] = y.Err.Block
	}
	return &problem{http.StatusConflict, string(engine.Diverged), "The flow can't go on from here with this input and version: " + why, more}
}
