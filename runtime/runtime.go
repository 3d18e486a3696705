// Package runtime is what runs flows: it gives a machine of package engine its
// world and its journal, and tells what came of it. The rooms below it each do
// one thing and don't know each other; they meet in runtime/server and in cmd.
//
//	runtime/users   the user service, a Backendless of one's own
//	runtime/store   flows, versions, runs and journals in SQLite
//	runtime/access  who may use the editor and its API
//	runtime/server  the HTTP server
package runtime

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"blockflow/engine"
)

// Statuses of a run.
const (
	Running   = "running"
	Succeeded = "succeeded"
	Failed    = "failed"
	Cancelled = "cancelled"
)

// A Report is what became of a run, in the form that the CLI and the API give.
// Secrets in it are masked.
type Report struct {
	Status     string          `json:"status"`
	Result     json.RawMessage `json:"result"`
	Log        []string        `json:"log"`
	Error      *Fault          `json:"error"`
	Effects    int             `json:"effects"`
	Steps      int64           `json:"steps"`
	DurationMS int64           `json:"duration_ms"`
}

// A Fault is an error in a report.
type Fault struct {
	Code    engine.Code `json:"code"`
	Message string      `json:"message"`
	Block   string      `json:"block"`
	Type    string      `json:"type"`
}

// Run drives a machine to its end under host and reports. Its error means that
// the run has not ended and can be resumed from its journal.
func Run(ctx context.Context, m *engine.Machine, host engine.Host) (Report, error) {
	started := time.Now()
	y, err := host.Drive(ctx, m)
	if err != nil {
		return Report{}, err
	}
	r := report(m, y)
	r.DurationMS = time.Since(started).Milliseconds()
	return r, nil
}

func report(m *engine.Machine, y engine.Yield) Report {
	r := Report{Status: Succeeded, Log: m.Log(), Effects: m.Effects(), Steps: m.Steps(), Result: json.RawMessage("null")}
	if y.Err == nil {
		result, err := engine.AppendPlainJSON(nil, m.Secrets().Mask(y.Result))
		if err == nil {
			r.Result = result
			return r
		}
		y.Err = err.(*engine.Error)
	}
	r.Status = Failed
	if y.Err.Code == engine.Cancelled {
		r.Status = Cancelled
	}
	if y.Err.Cause != nil {
		slog.Error("a block failed", "code", y.Err.Code, "block", y.Err.Block, "type", y.Err.Type, "cause", m.Secrets().MaskText(y.Err.Cause.Error()))
	}
	r.Error = FaultOf(y.Err, m.Secrets())
	return r
}

// FaultOf is an error as people may see it.
func FaultOf(e *engine.Error, secrets *engine.Secrets) *Fault {
	return &Fault{e.Code, secrets.MaskText(e.Message), e.Block, e.Type}
}

// Rejected is the report of a run that could not begin.
func Rejected(e *engine.Error) Report {
	return Report{Status: Failed, Result: json.RawMessage("null"), Log: []string{}, Error: &Fault{e.Code, e.Message, e.Block, e.Type}}
}
