package server

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"blockflow/runtime/store"
)

// chartPart is what the API tells of the runs that were begun in one part of a
// chart's time.
type chartPart struct {
	At         time.Time `json:"at"`
	Succeeded  int       `json:"succeeded"`
	Failed     int       `json:"failed"`
	Cancelled  int       `json:"cancelled"`
	Unfinished int       `json:"unfinished"`
	MedianMS   float64   `json:"median_ms"` // of those that succeeded or failed
	SlowMS     float64   `json:"slow_ms"`   // that all but the slowest twentieth took at most
}

const (
	chartTime  = 24 * time.Hour
	chartParts = 48
)

// runChart counts runs over time: by default those of the last day, by the half
// hour.
func (s *Server) runChart(c *gin.Context) error {
	parts, err := number(c, "parts", chartParts, 1, 500)
	if err != nil {
		return err
	}
	span := store.ChartSpan{Flow: c.Query("flow"), Trigger: c.Query("trigger"), Buckets: parts}
	if span.Until, err = moment(c, "until"); err != nil {
		return err
	}
	if span.Since, err = moment(c, "since"); err != nil {
		return err
	}
	if span.Until.IsZero() {
		span.Until = s.runs.now().Truncate(time.Second).Add(time.Second)
	}
	if span.Since.IsZero() {
		span.Since = span.Until.Add(-chartTime)
	}
	if !span.Since.Before(span.Until) {
		return badRequest("bad_query", "The chart ends before it begins: since must be earlier than until.")
	}
	chart, err := s.store.RunChart(c, span)
	if err != nil {
		return err
	}
	list := []chartPart{}
	for _, b := range chart {
		list = append(list, chartPart{b.At, b.Succeeded, b.Failed, b.Cancelled, b.Unfinished, milliseconds(b.Median), milliseconds(b.Slow)})
	}
	c.JSON(http.StatusOK, gin.H{"since": span.Since.UTC(), "until": span.Until.UTC(), "parts": list})
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
