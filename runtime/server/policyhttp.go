package server

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"
)

func (s *Server) operatingRoutes(r gin.IRouter) {
	r.GET("/flows/:name/policy", s.handle(s.getPolicy))
	r.PUT("/flows/:name/policy", s.handle(s.setPolicy))
	r.GET("/flows/:name/hooks", s.handle(s.hookAddresses))
	r.GET("/schedules", s.handle(s.listSchedules))
	r.GET("/queue", s.handle(s.showQueue))
}

func (s *Server) getPolicy(c *gin.Context) error {
	f, err := s.store.Flow(c, c.Param("name"))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, s.runs.policies.of(c, f.Name).shown())
	return nil
}

// shown has a list where there is none.
func (p policy) shown() policy {
	if p.Origins == nil {
		p.Origins = []string{}
	}
	return p
}

func (s *Server) setPolicy(c *gin.Context) error {
	var p policy
	if err := readJSON(c, 64<<10, &p); err != nil {
		return err
	}
	if err := p.check(); err != nil {
		return err
	}
	f, err := s.store.Flow(c, c.Param("name"))
	if err != nil {
		return err
	}
	if p.OnFailure != "" {
		if _, err := s.store.Flow(c, p.OnFailure); err != nil {
			return err
		}
	}
	if err := s.runs.policies.set(c, f.Name, p); err != nil {
		return err
	}
	s.runs.queue.limit(f.Name, p.Concurrency)
	c.JSON(http.StatusOK, p.shown())
	return nil
}

// limitFlows tells the queue what the policies say.
func (s *Server) limitFlows(ctx context.Context) error {
	flows, err := s.store.ListFlows(ctx)
	if err != nil {
		return err
	}
	for _, f := range flows {
		s.runs.queue.limit(f.Name, s.runs.policies.of(ctx, f.Name).Concurrency)
	}
	return nil
}

// showQueue tells what runs now and what waits for a place, flow by flow.
func (s *Server) showQueue(c *gin.Context) error {
	running, most, lines := s.runs.queue.state()
	queued, _, waiting, dead, err := s.store.Counts(c)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"running": running, "limit": most, "queued": queued, "waiting": waiting, "deadLetters": dead, "flows": lines})
	return nil
}
