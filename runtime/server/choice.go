package server

import (
	"context"
	"encoding/json"
	"time"

	"github.com/gin-gonic/gin"

	"blockflow/runtime/store"
)

// A choice is what an owner decided in the editor in place of the operator's
// flags. What is nil is as configured.
type choice struct {
	KeepDays  *int     `json:"keepDays,omitempty"`
	KeepRuns  *int     `json:"keepRuns,omitempty"`
	HookWait  *float64 `json:"hookWait,omitempty"` // seconds
	HookBytes *int64   `json:"hookBytes,omitempty"`
	Rate      *float64 `json:"rate,omitempty"`
}

// chosenSetting is where the store has the choice.
const chosenSetting = "live"

func choiceIn(ctx context.Context, s *store.Store) (choice, error) {
	var c choice
	data, err := s.Setting(ctx, chosenSetting)
	if err != nil {
		return c, notFound(err)
	}
	if err := json.Unmarshal(data, &c); err != nil {
		return choice{}, err
	}
	return c, nil
}

// over are the settings that are in force.
func (c choice) over(l Live) Live {
	if c.KeepDays != nil {
		l.KeepDays = *c.KeepDays
	}
	if c.KeepRuns != nil {
		l.KeepRuns = *c.KeepRuns
	}
	if c.HookWait != nil {
		l.HookWait = time.Duration(*c.HookWait * float64(time.Second))
	}
	if c.HookBytes != nil {
		l.HookBytes = *c.HookBytes
	}
	if c.Rate != nil {
		l.Rate = *c.Rate
	}
	return l
}

// Bounds of what can be chosen. A rate below one a second would lock the owner
// out of changing it again.
const (
	mostKeepDays  = 36_500
	mostKeepRuns  = 1 << 30
	mostHookWait  = 3600 // seconds
	mostHookBytes = 64 << 20
	leastRate     = 1
	mostRate      = 1e6
)

func (c choice) check() error {
	bad := func(text string) error { return badRequest("bad_setting", text) }
	switch {
	case c.KeepDays != nil && (*c.KeepDays < 0 || *c.KeepDays > mostKeepDays):
		return bad("keepDays is from 0 (for ever) to " + itoa(mostKeepDays) + ".")
	case c.KeepRuns != nil && (*c.KeepRuns < 0 || *c.KeepRuns > mostKeepRuns):
		return bad("keepRuns is from 0 (all) to " + itoa(mostKeepRuns) + ".")
	case c.HookWait != nil && (*c.HookWait < 1 || *c.HookWait > mostHookWait):
		return bad("hookWait is from 1 to " + itoa(mostHookWait) + " seconds.")
	case c.HookBytes != nil && (*c.HookBytes < 1 || *c.HookBytes > mostHookBytes):
		return bad("hookBytes is from 1 to " + itoa(mostHookBytes) + ".")
	case c.Rate != nil && *c.Rate != 0 && (*c.Rate < leastRate || *c.Rate > mostRate):
		return bad("rate is 0 (no limit), or from 1 to 1000000 requests a second.")
	}
	return nil
}

// chooseSettings keeps what an owner chooses; what isn't sent is as configured.
func (s *Server) chooseSettings(c *gin.Context) error {
	var next choice
	if err := readJSON(c, 64<<10, &next); err != nil {
		return err
	}
	if err := next.check(); err != nil {
		return err
	}
	data, err := json.Marshal(next)
	if err != nil {
		return err
	}
	s.choosing.Lock()
	if err = s.store.SetSetting(c, chosenSetting, data); err == nil {
		s.chosen = next
		s.putInForce()
	}
	s.choosing.Unlock()
	if err != nil {
		return err
	}
	return s.showSettings(c)
}
