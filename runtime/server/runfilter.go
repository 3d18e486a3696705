package server

import (
	"context"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"blockflow/runtime/store"
)

// runFilter reads which runs a request is about.
func runFilter(c *gin.Context) (f store.RunFilter, search string, err error) {
	f = store.RunFilter{Flow: c.Query("flow"), Status: store.Status(c.Query("status")), Trigger: c.Query("trigger"), Before: c.Query("before")}
	if f.Since, err = moment(c, "since"); err != nil {
		return f, "", err
	}
	f.Until, err = moment(c, "until")
	return f, strings.ToLower(strings.TrimSpace(c.Query("search"))), err
}

func (s *Server) listRuns(c *gin.Context) error {
	limit, err := number(c, "limit", 50, 1, 500)
	if err != nil {
		return err
	}
	f, search, err := runFilter(c)
	if err != nil {
		return err
	}
	page, err := s.pageOfRuns(c, f, search, limit)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"runs": summaries(page.Runs), "next": page.Next})
	return nil
}

// mostSearched bounds how many runs one request looks through: what they say is
// encrypted, so no index knows it. The page's Next goes on from there.
const mostSearched = 10_000

// pageOfRuns is a page of runs that have words in their id, flow, trigger or
// error.
func (s *Server) pageOfRuns(ctx context.Context, f store.RunFilter, search string, limit int) (store.RunPage, error) {
	f.Limit = limit
	if search == "" {
		return s.store.Runs(ctx, f)
	}
	f.Limit = 1
	var found store.RunPage
	for looked := 0; looked < mostSearched; {
		f.Limit = min(500, f.Limit*8) // a page that is full soon costs little
		page, err := s.store.Runs(ctx, f)
		if err != nil {
			return found, err
		}
		for i, r := range page.Runs {
			if !mentions(r, search) {
				continue
			}
			if found.Runs = append(found.Runs, r); len(found.Runs) < limit {
				continue
			}
			if found.Next, err = s.store.PlaceOf(ctx, r.ID); err != nil || i == len(page.Runs)-1 && page.Next == "" {
				found.Next = ""
			}
			return found, err
		}
		looked += len(page.Runs)
		if found.Next = page.Next; page.Next == "" {
			break
		}
		f.Before = page.Next
	}
	return found, nil
}

func mentions(r store.RunInfo, search string) bool {
	text := r.ID + "\n" + r.Flow + "\n" + r.Trigger
	if fault := faultIn(r.Error); fault != nil {
		text += "\n" + string(fault.Code) + "\n" + fault.Message
	}
	return strings.Contains(strings.ToLower(text), search)
}

// mostExported bounds a file of runs.
const mostExported = 100_000

// exportRuns streams the runs that a filter finds as CSV, the newest first.
func (s *Server) exportRuns(c *gin.Context) error {
	f, search, err := runFilter(c)
	if err != nil {
		return err
	}
	page, err := s.pageOfRuns(c, f, search, 500)
	if err != nil {
		return err
	}
	c.Header("Content-Type", "text/csv; charset=utf-8")
	c.Header("Content-Disposition", `attachment; filename="runs.csv"`)
	w := csv.NewWriter(c.Writer)
	err = w.Write([]string{"id", "flow", "version", "trigger", "status", "started", "duration_ms", "effects", "steps", "error_code", "error_message"})
	for n := 0; err == nil; {
		for _, x := range summaries(page.Runs) {
			code, message := "", ""
			if x.Error != nil {
				code, message = string(x.Error.Code), x.Error.Message
			}
			version, _ := x.Version.(string)
			if v, ok := x.Version.(int); ok {
				version = strconv.Itoa(v)
			}
			err = w.Write([]string{
				x.ID, x.Flow, version, x.Trigger, string(x.Status), x.Started.Format(time.RFC3339Nano), strconv.FormatInt(x.DurationMS, 10),
				strconv.Itoa(x.Effects), strconv.Itoa(x.Steps), code, textCell(message),
			})
			if err != nil {
				break
			}
		}
		w.Flush()
		if n += len(page.Runs); err != nil || page.Next == "" || n >= mostExported {
			break
		}
		f.Before = page.Next
		page, err = s.pageOfRuns(c, f, search, 500)
	}
	if err != nil && c.Err() == nil {
		s.log.Error("the export of runs was cut off", "err", err)
	}
	return nil
}

// textCell puts a ' before a text that a spreadsheet would take for a formula.
func textCell(text string) string {
	if first, _ := utf8.DecodeRuneInString(text); text != "" && strings.ContainsRune("'=+-@\t\r\n＝＋－＠", first) {
		return "'" + text
	}
	return text
}
