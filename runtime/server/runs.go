package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime"
	"blockflow/runtime/store"
)

func (s *Server) runRoutes(r gin.IRouter) {
	r.POST("/flows/:name/run", s.handle(s.startRun)) // answers when the run has ended
	r.GET("/runs", s.handle(s.listRuns))
	r.GET("/runs/chart", s.handle(s.runChart))    // counts over time
	r.GET("/runs/export", s.handle(s.exportRuns)) // as CSV
	r.GET("/runs/:id", s.handle(s.getRun))
	r.DELETE("/runs/:id", s.handle(s.deleteRun))
	r.GET("/runs/:id/journal", s.handle(s.runJournal))
	r.GET("/runs/:id/changes", s.handle(s.runChanges)) // what it did to user records
	r.GET("/runs/:id/trace", s.handle(s.runTrace))     // by replay
	r.GET("/runs/:id/events", s.handle(s.runEvents))   // the trace while it runs
	r.POST("/runs/:id/cancel", s.handle(s.cancelRun))
	s.momentRoutes(r)
	s.debugRoutes(r)
	s.comparingRoutes(r)
}

// runInfo is a run as the API shows it, first in the form of the CLI.
type runInfo struct {
	ID      string    `json:"id"`
	Flow    string    `json:"flow"`
	Version any       `json:"version"` // a number, or "draft"
	Trigger string    `json:"trigger"`
	Started time.Time `json:"started"`
	runtime.Report
	state
}

// state is what else is known of a run in the store.
type state struct {
	Ended     *time.Time  `json:"ended"`     // null before
	WaitUntil *time.Time  `json:"waitUntil"` // of a waiting run
	Origin    *originInfo `json:"origin"`    // the run it came from
}

type originInfo struct {
	Run  string           `json:"run"`
	Kind store.OriginKind `json:"kind"`
}

// summary is a run in a list: without what may be large.
type summary struct {
	ID         string         `json:"id"`
	Flow       string         `json:"flow"`
	Version    any            `json:"version"`
	Trigger    string         `json:"trigger"`
	Started    time.Time      `json:"started"`
	Status     store.Status   `json:"status"`
	Error      *runtime.Fault `json:"error"`
	Effects    int            `json:"effects"`
	Steps      int            `json:"steps"`
	DurationMS int64          `json:"duration_ms"`
	state
}

func stateOf(r store.RunInfo) state {
	var s state
	if !r.Ended.IsZero() {
		s.Ended = &r.Ended
	}
	if !r.WaitUntil.IsZero() {
		s.WaitUntil = &r.WaitUntil
	}
	if r.Origin.Run != "" {
		s.Origin = &originInfo{r.Origin.Run, r.Origin.Kind}
	}
	return s
}

func summaries(runs []store.RunInfo) []summary {
	list := []summary{}
	for _, r := range runs {
		list = append(list, summary{
			r.ID, r.Flow, versionOf(r.Version), r.Trigger, r.Started, r.Status, faultIn(r.Error), r.Effects, r.Steps, r.Duration.Milliseconds(), stateOf(r),
		})
	}
	return list
}

func shownRun(r store.Run) runInfo {
	return runInfo{r.ID, r.Flow, versionOf(r.Version), r.Trigger, r.Started, runtime.Report{
		Status: string(r.Status), Result: rawJSON(r.Result), Error: faultIn(r.Error),
		Effects: r.Effects, Steps: int64(r.Steps), DurationMS: r.Duration.Milliseconds(), Log: logIn(r.Log),
	}, stateOf(r.RunInfo)}
}

func versionOf(n int) any {
	if n == 0 {
		return "draft"
	}
	return n
}

const largestInput = 4 << 20 // bytes

type runRequest struct {
	Input   json.RawMessage `json:"input"`
	Version string          `json:"version"` // draft, published, or "" for published if there is one
	Wait    *bool           `json:"wait"`    // whether to answer when the run has ended; default true
	Debug   *debugRequest   `json:"debug"`   // where it stands still; such a run isn't waited for
}

func (s *Server) startRun(c *gin.Context) error {
	var req runRequest
	if err := readJSON(c, largestInput, &req); err != nil {
		return err
	}
	j, err := s.jobFor(c, c.Param("name"), req.Version)
	if err != nil {
		return err
	}
	if j.input, err = inputOf(req.Input); err != nil {
		return err
	}
	p, err := s.runs.programs.get(j.hash, func() ([]byte, error) { return s.fileOf(c, j) })
	if err != nil {
		return err
	}
	entry, ok := p.Entry("", blocks.WhenRun)
	if !ok {
		if entry, ok = p.Entry("", ""); !ok || entry.Type != "" {
			return &problem{http.StatusUnprocessableEntity, string(engine.NothingToRun), "This flow has no “when run” hat, so it can't be started by hand.", nil}
		}
	}
	j.entry, j.trigger = entry, "manual"
	wait := req.Wait == nil || *req.Wait
	if req.Debug != nil {
		if err := req.Debug.check(); err != nil {
			return err
		}
		j.trigger, j.debug, wait = debugTrigger, req.Debug, false
	}
	return s.answerRun(c, j, p, wait)
}

// answerRun begins a run and answers with what came of it: 200 when it has ended;
// 202 at once if nobody wants to wait, or when it is put away until later. A
// client that goes away doesn't stop the run.
func (s *Server) answerRun(c *gin.Context, j job, p *engine.Program, wait bool) error {
	if !wait {
		j.kept = true
		t, err := s.runs.begin(j, p)
		if err != nil {
			return err
		}
		return s.accepted(c, t.id)
	}
	started := time.Now()
	t, err := s.runs.run(c, j, p)
	switch {
	case errors.Is(err, errAway), errors.Is(err, errCancelled):
		return s.accepted(c, t.id)
	case err != nil:
		return err
	}
	info := runInfo{t.id, j.flow, versionOf(j.version), j.trigger, started.UTC(), t.report, stateOf(store.RunInfo{Origin: j.origin, Ended: time.Now().UTC()})}
	c.JSON(http.StatusOK, info)
	return nil
}

// accepted answers with a run that goes on without the caller.
func (s *Server) accepted(c *gin.Context, id string) error {
	r, err := s.store.Run(c, id)
	if err != nil {
		return err
	}
	c.Header("Location", "/api/runs/"+id)
	status := http.StatusAccepted
	if r.Status.Ended() {
		status = http.StatusOK
	}
	c.JSON(status, shownRun(r))
	return nil
}

// jobFor finds which file to run.
func (s *Server) jobFor(ctx context.Context, name, which string) (job, error) {
	f, err := s.store.Flow(ctx, name)
	if err != nil {
		return job{}, err
	}
	switch {
	case which != "" && which != "draft" && which != "published":
		return job{}, badRequest("bad_version", "The version must be \"draft\" or \"published\".")
	case which == "published" && f.Published == nil:
		return job{}, &problem{http.StatusConflict, "not_published", "This flow was never published. Publish it, or run the draft.", nil}
	case which == "draft" || f.Published == nil:
		file, err := s.linked(ctx, f.File)
		return job{flow: name, hash: store.DocumentHash(file), file: file}, err
	}
	return job{flow: name, version: f.Published.Version, hash: f.Published.Document}, nil
}

func (s *Server) fileOf(ctx context.Context, j job) ([]byte, error) {
	if j.file != nil {
		return j.file, nil
	}
	return s.store.Document(ctx, j.hash)
}

func (s *Server) deleteRun(c *gin.Context) error {
	if err := s.store.DeleteRun(c, c.Param("id")); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

func faultIn(data []byte) *runtime.Fault {
	if len(data) == 0 {
		return nil
	}
	var f runtime.Fault
	if json.Unmarshal(data, &f) != nil {
		return &runtime.Fault{Code: engine.Broken, Message: "The error that was kept of this run can't be read."}
	}
	return &f
}

func (s *Server) getRun(c *gin.Context) error {
	r, err := s.store.Run(c, c.Param("id"))
	if err != nil {
		return err
	}
	m, _, _, err := s.runs.load(c, r.ID)
	if err != nil {
		return err
	}
	input, err := engine.AppendPlainJSON(nil, m.Secrets().Mask(m.Input()))
	if err != nil {
		return err
	}
	document, err := s.store.Document(c, r.Document)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, struct {
		runInfo
		Input    json.RawMessage `json:"input"`
		Document json.RawMessage `json:"document"`
	}{shownRun(r), input, document})
	return nil
}

func logIn(data []byte) []string {
	lines := []string{}
	if len(data) > 0 && json.Unmarshal(data, &lines) != nil {
		return []string{"The log that was kept of this run can't be read."}
	}
	return lines
}

func (s *Server) runJournal(c *gin.Context) error {
	secrets, err := s.secretsOf(c, c.Param("id"))
	if err != nil {
		return err
	}
	kept, err := readEntries(c, s.store, c.Param("id"))
	if err != nil {
		return err
	}
	entries := make([]json.RawMessage, len(kept))
	for i, e := range kept {
		record, err := decodeEntry(e)
		if err != nil {
			return err
		}
		if entries[i], err = shown(record, secrets); err != nil {
			return err
		}
		if e.Attempts != nil { // tries that failed and were followed by another
			entries[i] = append(append(append(entries[i][:len(entries[i])-1], `,"attempts":`...), e.Attempts...), '}')
		}
	}
	c.JSON(http.StatusOK, gin.H{"entries": entries})
	return nil
}

// secretsOf replays a run to learn what its secrets are: they are nowhere
// written down in the clear.
func (s *Server) secretsOf(c *gin.Context, id string) (*engine.Secrets, error) {
	m, j, _, err := s.runs.load(c, id)
	if err != nil {
		return nil, err
	}
	_, err = engine.Host{Journal: j}.Drive(c, m)
	return m.Secrets(), err
}

func (s *Server) runChanges(c *gin.Context) error {
	r, err := s.store.Run(c, c.Param("id"))
	if err != nil {
		return err
	}
	records, err := readRecords(c, s.store, r.ID)
	if err != nil {
		return err
	}
	changes, err := s.users.Changes(c, r.ID+":")
	if err != nil {
		return err
	}
	list := []gin.H{}
	for _, x := range changes {
		place := x.Key[len(r.ID)+1:]
		block := ""
		for _, record := range records {
			if string(record.Place) == place {
				block = record.Block
			}
		}
		list = append(list, gin.H{"place": place, "block": block, "objectId": x.ObjectID, "before": rawJSON(x.Before), "after": rawJSON(x.After)})
	}
	c.JSON(http.StatusOK, gin.H{"changes": list})
	return nil
}
