package store

import (
	"encoding/binary"
	"errors"
	"time"
)

// A whole journal is one value: a byte that says how it is written, then for each
// entry the parts below, each with its length plus one before it, or 0 where it is
// nil. It is written once, with the end of its run, and never changed.
const wholeForm = 1

var errWhole = errors.New("the journal's form isn't known")

func (e *Entry) parts() (texts []*string, values []*[]byte) {
	return []*string{&e.Place, &e.Block, &e.Kind, &e.Digest}, []*[]byte{&e.Args, &e.Attempts, &e.Outcome}
}

// appendWhole returns nil for no entries.
func appendWhole(entries []Entry) []byte {
	if len(entries) == 0 {
		return nil
	}
	size := 1
	for _, e := range entries {
		size += 40 + len(e.Place) + len(e.Block) + len(e.Kind) + len(e.Digest) + len(e.Args) + len(e.Attempts) + len(e.Outcome)
	}
	out := append(make([]byte, 0, size), wholeForm)
	for _, e := range entries {
		texts, values := e.parts()
		for _, t := range texts {
			out = append(binary.AppendUvarint(out, uint64(len(*t))+1), *t...)
		}
		for _, v := range values {
			if *v == nil {
				out = append(out, 0)
			} else {
				out = append(binary.AppendUvarint(out, uint64(len(*v))+1), *v...)
			}
		}
	}
	return out
}

// parseWhole reads what appendWhole wrote, at a time.
func parseWhole(data []byte, at time.Time) ([]Entry, error) {
	if len(data) == 0 || data[0] != wholeForm {
		return nil, errWhole
	}
	var entries []Entry
	for rest := data[1:]; len(rest) > 0; {
		e := Entry{Done: true, Intended: at, Recorded: at} // whoever writes it has all outcomes
		texts, values := e.parts()
		for _, t := range texts {
			var part []byte
			var ok bool
			if part, rest, ok = cutPart(rest); !ok {
				return nil, errWhole
			}
			*t = string(part)
		}
		for _, v := range values {
			var ok bool
			if *v, rest, ok = cutPart(rest); !ok {
				return nil, errWhole
			}
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func cutPart(data []byte) (part, rest []byte, ok bool) {
	size, n := binary.Uvarint(data)
	if n <= 0 || size > uint64(len(data)-n)+1 {
		return nil, nil, false
	}
	if size == 0 {
		return nil, data[n:], true
	}
	end := n + int(size-1)
	return data[n:end:end], data[end:], true
}
