package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"blockflow/engine"
	"blockflow/runtime"
	"blockflow/runtime/store"
)

// The four ways to do a run again. All leave the old run as it was.
//
//	retry   goes on at the effect that failed: what came before is taken from the
//	        old journal and doesn't happen again
//	repeat  begins anew with the old input, or an edited one
//	from    goes on at any effect, with another input or version if that comes there
//	        in the same way (fromeffect.go)
//	replay  runs a version, the draft say, on the old journal: nothing happens in
//	        the world, and where the flow would do something else it ends

func (s *Server) againRoutes(r gin.IRouter) {
	r.POST("/runs/:id/retry", s.handle(s.retryRun))
	r.POST("/runs/:id/repeat", s.handle(s.repeatRun))
	r.POST("/runs/:id/from", s.handle(s.runFrom))
	r.POST("/runs/:id/replay", s.handle(s.replayRun))
	r.POST("/runs/retry", s.handle(s.retryMany))
	r.GET("/runs/:id/export", s.handle(s.exportRun))
	r.GET("/deadletters", s.handle(s.deadLetters))
	r.DELETE("/deadletters/:id", s.handle(s.settle))
}

type againRequest struct {
	Input   json.RawMessage `json:"input"`
	Version string          `json:"version"` // "" for that of the old run, draft, or published
	Wait    *bool           `json:"wait"`    // whether to answer when the run has ended; default true
}

func (s *Server) retryRun(c *gin.Context) error {
	var req againRequest
	if err := readJSON(c, largestInput, &req); err != nil {
		return err
	}
	if req.Input != nil {
		return badRequest("bad_request", "A retry goes on with the old input. To change it, repeat the run.")
	}
	j, p, err := s.retryOf(c, c.Param("id"), req.Version)
	if err != nil {
		return err
	}
	return s.answerRun(c, j, p, req.Wait == nil || *req.Wait)
}

// retryOf prepares the retry of a run that failed or was cancelled.
func (s *Server) retryOf(ctx context.Context, id, version string) (job, *engine.Program, error) {
	old, err := s.store.Run(ctx, id)
	if err != nil {
		return job{}, nil, err
	}
	switch old.Status {
	case store.Failed, store.Cancelled:
	case store.Succeeded:
		return job{}, nil, &problem{http.StatusConflict, "succeeded", "This run succeeded, so there is nothing to retry. Repeat it to run it once more.", nil}
	default:
		return job{}, nil, &problem{http.StatusConflict, "not_ended", "This run hasn't ended yet. Cancel it first.", nil}
	}
	j, p, err := s.jobLike(ctx, old, version)
	if err != nil {
		return job{}, nil, err
	}
	records, err := readRecords(ctx, s.store, id)
	if err != nil {
		return job{}, nil, err
	}
	j.prefix = replayable(records, faultIn(old.Error))
	j.origin = store.Origin{Run: id, Kind: store.RetryOf}
	j.kept = true
	return j, p, nil
}

// replayable are the records that a retry takes over: all that have an outcome,
// but for the refusal that the run failed of. A refusal before that was caught
// by the flow, and is a fact like any other.
func replayable(records []engine.Record, failed *runtime.Fault) []engine.Record {
	out := []engine.Record{}
	last := len(records) - 1
	for i, r := range records {
		ofThis := failed != nil && i == last && r.Err != nil && r.Block == failed.Block && r.Err.Code == failed.Code
		if r.Done && !ofThis {
			out = append(out, r)
		}
	}
	return out
}

// replays takes over the records of another run.
func (j *journal) replays(records []engine.Record) error {
	entries, err := encodeEntries(records)
	if err != nil {
		return err
	}
	j.later = entries
	for _, r := range records {
		j.known[r.Place] = kept{Record: r}
	}
	return nil
}

// jobLike prepares a run like an old one: the same input and entry, and the same
// version unless another is asked for.
func (s *Server) jobLike(ctx context.Context, old store.Run, version string) (job, *engine.Program, error) {
	j := job{flow: old.Flow, version: old.Version, hash: old.Document, trigger: "manual"}
	if version != "" {
		var err error
		if j, err = s.jobFor(ctx, old.Flow, version); err != nil {
			return j, nil, err
		}
		j.trigger = "manual"
	}
	p, err := s.runs.programs.get(j.hash, func() ([]byte, error) { return s.fileOf(ctx, j) })
	if err != nil {
		return j, nil, err
	}
	entry, ok := p.Entry(old.Entry, "")
	if !ok {
		return j, nil, &problem{http.StatusConflict, string(engine.Diverged), "This version of the flow doesn't have the hat that the run began with.", nil}
	}
	j.entry = entry
	j.input, err = engine.ParseJSON(old.Input)
	return j, p, err
}

// jobAgain reads a request to do a run again: the old run, and a job like it with
// the version and the input that are asked for.
func (s *Server) jobAgain(c *gin.Context) (req againRequest, old store.Run, j job, p *engine.Program, err error) {
	if err = readJSON(c, largestInput, &req); err != nil {
		return req, old, j, nil, err
	}
	if old, err = s.store.Run(c, c.Param("id")); err != nil {
		return req, old, j, nil, err
	}
	if j, p, err = s.jobLike(c, old, req.Version); err == nil && req.Input != nil {
		j.input, err = inputOf(req.Input)
	}
	return req, old, j, p, err
}

func (s *Server) repeatRun(c *gin.Context) error {
	req, old, j, p, err := s.jobAgain(c)
	if err != nil {
		return err
	}
	j.origin = store.Origin{Run: old.ID, Kind: store.RepeatOf}
	j.kept = true
	return s.answerRun(c, j, p, req.Wait == nil || *req.Wait)
}

// replayRun answers what a version of the flow would do on a run's journal, as
// far as that goes: with the report and the events of the new run.
func (s *Server) replayRun(c *gin.Context) error {
	_, old, j, p, err := s.jobAgain(c)
	if err != nil {
		return err
	}
	m, err := engine.New(p, engine.Start{Entry: j.entry, Input: j.input, Limits: s.runs.limits, RunID: old.ID})
	if err != nil {
		return err
	}
	log, err := loadJournal(c, s.store, s.runs.kinds, old.ID)
	if err != nil {
		return err
	}
	w := window{limit: mostEvents, events: []event{}}
	m.Trace(func(e engine.Event) { w.tell(m, e) })
	ctx, cancel := context.WithTimeout(c, s.runs.timeout)
	defer cancel()
	report, err := runtime.Run(ctx, m, engine.Host{Journal: log})
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, struct {
		Version any `json:"version"`
		runtime.Report
		Total  int     `json:"total"`
		Events []event `json:"events"`
	}{versionOf(j.version), report, w.total, w.events})
	return nil
}

const mostAtOnce = 500 // runs in one request

// retryMany retries runs: those that are named, or a flow's dead letters, or all.
// They go into the queue; the answer says what became of each.
func (s *Server) retryMany(c *gin.Context) error {
	var req struct {
		IDs         []string `json:"ids"`
		DeadLetters bool     `json:"deadLetters"`
		Flow        string   `json:"flow"`
		Version     string   `json:"version"`
	}
	if err := readJSON(c, largestInput, &req); err != nil {
		return err
	}
	ids := req.IDs
	switch {
	case len(ids) > mostAtOnce:
		return badRequest("bad_request", "Name at most "+itoa(mostAtOnce)+" runs at a time.")
	case len(ids) > 0 && (req.DeadLetters || req.Flow != ""), len(ids) == 0 && !req.DeadLetters:
		return badRequest("bad_request", "Say which runs: either \"ids\", or \"deadLetters\": true, with \"flow\" for those of one flow.")
	case req.DeadLetters:
		dead, err := s.store.DeadLetters(c, req.Flow, mostAtOnce)
		if err != nil {
			return err
		}
		for _, r := range dead {
			ids = append(ids, r.ID)
		}
	}
	list := []gin.H{}
	for _, id := range ids {
		j, p, err := s.retryOf(c, id, req.Version)
		j.trigger = "retry" // nobody sees each: one that fails again is a dead letter again
		var t *ticket
		if err == nil {
			t, err = s.runs.begin(j, p)
		}
		if err != nil {
			known := problemOf(err)
			list = append(list, gin.H{"id": id, "retry": nil, "error": gin.H{"code": known.code, "message": known.message}})
			continue
		}
		list = append(list, gin.H{"id": id, "retry": t.id, "error": nil})
	}
	c.JSON(http.StatusAccepted, gin.H{"runs": list})
	return nil
}

func (s *Server) deadLetters(c *gin.Context) error {
	limit, err := number(c, "limit", 50, 1, mostAtOnce)
	if err != nil {
		return err
	}
	runs, err := s.store.DeadLetters(c, c.Query("flow"), limit)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"runs": summaries(runs)})
	return nil
}

// settle takes a failed run out of the dead letters: somebody has dealt with it.
func (s *Server) settle(c *gin.Context) error {
	was, err := s.store.Settle(c, c.Param("id"))
	if err != nil {
		return err
	}
	if !was {
		return &store.NotFoundError{What: "dead letter", Name: c.Param("id")}
	}
	c.Status(http.StatusNoContent)
	return nil
}

// notFound is nil for an error that only says that there is no such thing.
func notFound(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}
