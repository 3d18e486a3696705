package store

import (
	"bytes"
	"errors"
	"reflect"
	"testing"
	"time"
)

func TestAWholeJournalComesBackAsItWas(t *testing.T) {
	at := time.UnixMilli(1_700_000_000_000)
	long := bytes.Repeat([]byte("x"), 300)
	for name, entries := range map[string][]Entry{
		"no entries":                 nil,
		"one with all its parts":     {{Place: "1", Block: "b", Kind: "users.update", Digest: "d", Args: []byte("[1]"), Attempts: []byte("[]"), Outcome: []byte("{}")}},
		"absent parts beside empty":  {{Place: "3.2.1", Args: []byte{}, Outcome: long}, {Place: "4", Kind: "respond"}},
		"parts of exactly 127 bytes": {{Place: "1", Args: long[:127], Attempts: long[:126], Outcome: long[:128]}},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range entries {
				entries[i].Done, entries[i].Intended, entries[i].Recorded = true, at, at
			}
			data := appendWhole(entries)
			if entries == nil {
				if data != nil {
					t.Errorf("no entries are %x", data)
				}
				return
			}
			got, err := parseWhole(data, at)
			if err != nil || !reflect.DeepEqual(got, entries) {
				t.Errorf("got %+v, %v", got, err)
			}
			for n := range data {
				if got, err := parseWhole(data[:n], at); err == nil && len(got) >= len(entries) {
					t.Errorf("%d of %d bytes gave %+v", n, len(data), got)
				}
			}
		})
	}
}

func FuzzParseWhole(f *testing.F) {
	f.Add([]byte{wholeForm, 2, '1', 1, 1, 1, 0, 0, 1})
	f.Add([]byte{wholeForm, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := parseWhole(data, time.Time{})
		if err != nil {
			return
		}
		again, err := parseWhole(appendWhole(entries), time.Time{})
		if len(entries) > 0 && (err != nil || !reflect.DeepEqual(again, entries)) {
			t.Errorf("%+v became %+v, %v", entries, again, err)
		}
	})
}

func TestARunWrittenWithItsEndHasItsJournal(t *testing.T) {
	s := open(t, t.TempDir())
	run := Run{RunInfo: RunInfo{ID: NewRunID(), Flow: "f"}, File: []byte("{}")}
	entries := []Entry{{Place: "1", Block: "b", Kind: "k", Digest: "d", Args: []byte("[]"), Outcome: []byte("secret"), Done: true}}
	if err := s.SaveRun(t.Context(), run, entries, Outcome{Status: Succeeded}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Journal(t.Context(), run.ID)
	if err != nil || len(got) != 1 || got[0].Kind != "k" || string(got[0].Outcome) != "secret" || !got[0].Done || got[0].Recorded.IsZero() {
		t.Errorf("%+v, %v", got, err)
	}
	if err := s.Record(t.Context(), run.ID, []Entry{{Place: "2", Done: true}}); err == nil {
		t.Error("its journal took another entry")
	}
	if err := s.write(t.Context(), func(x *tx) error { return x.do(`UPDATE runs SET journal = substr(journal, 1, 60)`) }); err != nil {
		t.Fatal(err)
	}
	var corrupt *CorruptError
	if _, err := s.Journal(t.Context(), run.ID); !errors.As(err, &corrupt) {
		t.Errorf("a damaged one gave %v", err)
	}
}
