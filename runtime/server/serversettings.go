package server

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// serverSettings are what bounds this server. They are flags of `blockflow serve`
// under the same names with dashes; owners may choose others in place of some.
type serverSettings struct {
	Concurrency int      `json:"concurrency"` // runs at a time
	RunTimeout  float64  `json:"runTimeout"`  // seconds
	RunSteps    int64    `json:"runSteps"`
	RunMemory   int64    `json:"runMemory"` // bytes
	HookWait    float64  `json:"hookWait"`  // seconds
	HookBytes   int64    `json:"hookBytes"`
	KeepDays    int      `json:"keepDays"`   // 0: for ever
	KeepRuns    int      `json:"keepRuns"`   // 0: all
	Rate        float64  `json:"rate"`       // requests a second from one address; 0: no limit
	HTTPAllow   []string `json:"httpAllow"`  // private addresses that flows may call
	Chosen      choice   `json:"chosen"`     // by an owner
	Configured  choice   `json:"configured"` // what would be in force without
}

// showSettings tells owners what bounds this server.
func (s *Server) showSettings(c *gin.Context) error {
	s.choosing.Lock()
	configured, chosen := s.configured, s.chosen
	s.choosing.Unlock()
	wait := seconds(configured.HookWait)
	live, limits := s.live.Load(), s.runs.limits.Effective()
	_, places, _ := s.runs.queue.state()
	allowed := append([]string{}, s.allowed...)
	c.JSON(http.StatusOK, serverSettings{
		places, seconds(s.runs.timeout), limits.Steps, limits.Memory, seconds(live.HookWait), live.HookBytes,
		live.KeepDays, live.KeepRuns, live.Rate, allowed, chosen,
		choice{&configured.KeepDays, &configured.KeepRuns, &wait, &configured.HookBytes, &configured.Rate},
	})
	return nil
}

func seconds(d time.Duration) float64 { return d.Seconds() }
