package runtime

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"blockflow/engine"
)

// A JournalFile is a run as a file: one JSON object a line, the first about the
// run, the others its effects in order. Secrets are masked in it, so it can be
// shown and kept in git; a replay sees the masks in their place.
type JournalFile struct {
	Flow    string
	Program string // digest of what ran
	Entry   string // the hat's block id
	Input   engine.Value
	Records []engine.Record
}

type journalHead struct {
	Format  string          `json:"blockflow"`
	Version int             `json:"version"`
	Flow    string          `json:"flow"`
	Program string          `json:"program"`
	Entry   string          `json:"entry"`
	Input   json.RawMessage `json:"input"`
}

const journalFormat, journalVersion = "journal", 1

// Write writes the file. It replaces an existing one only when it is whole.
func (j JournalFile) Write(path string, secrets *engine.Secrets) error {
	var b bytes.Buffer
	if err := j.Encode(&b, secrets); err != nil {
		return err
	}
	next := path + ".new"
	if err := os.WriteFile(next, b.Bytes(), 0o600); err != nil {
		return err
	}
	return os.Rename(next, path)
}

// Encode writes what is in the file to b.
func (j JournalFile) Encode(b *bytes.Buffer, secrets *engine.Secrets) error {
	input, err := engine.AppendJSON(nil, secrets.Mask(j.Input))
	if err != nil {
		return err
	}
	head, err := json.Marshal(journalHead{journalFormat, journalVersion, j.Flow, j.Program, j.Entry, input})
	if err != nil {
		return err
	}
	b.Write(append(head, '\n'))
	for _, r := range j.Records {
		line, err := EncodeRecord(r, secrets)
		if err != nil {
			return err
		}
		b.Write(append(line, '\n'))
	}
	return nil
}

// longestLine of a journal file in bytes: the largest outcome, and a little.
const longestLine = 32 << 20

// ReadJournalFile reads what Write wrote.
func ReadJournalFile(path string) (JournalFile, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return JournalFile{}, err
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, longestLine)
	var head journalHead
	if !lines.Scan() || json.Unmarshal(lines.Bytes(), &head) != nil || head.Format != journalFormat {
		return JournalFile{}, fmt.Errorf("%s isn't a journal: `blockflow run --journal` writes one", path)
	}
	if head.Version != journalVersion {
		return JournalFile{}, fmt.Errorf("%s has the journal version %d; this blockflow reads %d", path, head.Version, journalVersion)
	}
	j := JournalFile{Flow: head.Flow, Program: head.Program, Entry: head.Entry}
	if j.Input, err = engine.ParseJSON(head.Input); err != nil {
		return j, fmt.Errorf("%s: the input: %w", path, err)
	}
	for n := 2; lines.Scan(); n++ {
		r, err := DecodeRecord(lines.Bytes())
		if err != nil {
			return j, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		j.Records = append(j.Records, r)
	}
	return j, lines.Err()
}
