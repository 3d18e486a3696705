package runtime

import (
	"encoding/json"
	"fmt"

	"blockflow/engine"
)

// record is an engine.Record as JSON, in files and in the store.
type record struct {
	Place   engine.Place    `json:"place"`
	Block   string          `json:"block"`
	Kind    string          `json:"kind"`
	Digest  string          `json:"digest"`
	Args    json.RawMessage `json:"args,omitempty"`
	Status  string          `json:"status"` // answered, refused, or begun
	Value   json.RawMessage `json:"value,omitempty"`
	Refusal *engine.Error   `json:"error,omitempty"`
}

// Statuses of a record.
const (
	answered = "answered"
	refused  = "refused"
	begun    = "begun"
)

// EncodeRecord writes a record as one JSON object, secrets in its outcome masked
// if secrets aren't nil.
func EncodeRecord(r engine.Record, secrets *engine.Secrets) ([]byte, error) {
	out := record{Place: r.Place, Block: r.Block, Kind: r.Kind, Digest: r.Digest, Status: begun}
	args, err := engine.AppendJSON(nil, r.Args)
	if err != nil {
		return nil, err
	}
	out.Args = args
	switch {
	case r.Done && r.Err != nil:
		e := *r.Err
		if secrets != nil {
			e.Message = secrets.MaskText(e.Message)
		}
		out.Status, out.Refusal = refused, &e
	case r.Done:
		v := r.Value
		if secrets != nil {
			v = secrets.Mask(v)
		}
		out.Status = answered
		if out.Value, err = engine.AppendJSON(nil, v); err != nil {
			return nil, err
		}
	}
	return json.Marshal(out)
}

// DecodeRecord is the reverse of EncodeRecord.
func DecodeRecord(data []byte) (engine.Record, error) {
	var in record
	if err := json.Unmarshal(data, &in); err != nil {
		return engine.Record{}, fmt.Errorf("a record of the journal isn't readable: %w", err)
	}
	r := engine.Record{Place: in.Place, Block: in.Block, Kind: in.Kind, Digest: in.Digest, Done: in.Status != begun}
	var err error
	if len(in.Args) > 0 {
		if r.Args, err = engine.ParseJSON(in.Args); err != nil {
			return r, err
		}
	}
	switch in.Status {
	case refused:
		if in.Refusal == nil {
			return r, fmt.Errorf("the journal's record %s is refused, but has no error", in.Place)
		}
		r.Err = in.Refusal
	case answered:
		r.Value, err = engine.ParseJSON(in.Value)
	case begun:
	default:
		err = fmt.Errorf("the journal's record %s has the unknown status %q", in.Place, in.Status)
	}
	return r, err
}
