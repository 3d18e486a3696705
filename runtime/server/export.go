package server

import (
	"bytes"
	"net/http"

	"github.com/gin-gonic/gin"

	"blockflow/runtime"
)

// exportRun gives a run as a journal file: to replay it on another machine, or to
// keep it beside a flow as a test. Its secrets are masked.
func (s *Server) exportRun(c *gin.Context) error {
	r, err := s.store.Run(c, c.Param("id"))
	if err != nil {
		return err
	}
	secrets, err := s.secretsOf(c, r.ID)
	if err != nil {
		return err
	}
	records, err := readRecords(c, s.store, r.ID)
	if err != nil {
		return err
	}
	m, _, _, err := s.runs.load(c, r.ID)
	if err != nil {
		return err
	}
	p, err := s.runs.programs.get(r.Document, func() ([]byte, error) { return s.store.Document(c, r.Document) })
	if err != nil {
		return err
	}
	var file bytes.Buffer
	journal := runtime.JournalFile{Flow: r.Flow, Program: p.Digest(), Entry: r.Entry, Input: m.Input(), Records: records}
	if err := journal.Encode(&file, secrets); err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="`+r.ID+`.ndjson"`)
	c.Data(http.StatusOK, "application/x-ndjson", file.Bytes())
	return nil
}
