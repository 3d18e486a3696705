package server

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime/access"
	"blockflow/runtime/store"
)

func (s *Server) flowRoutes(r gin.IRouter) {
	r.GET("/flows", s.handle(s.listFlows))
	r.GET("/flows/:name", s.handle(s.getFlow))
	r.PUT("/flows/:name", s.handle(s.saveFlow)) // the draft; 409 if someone saved in between
	r.DELETE("/flows/:name", s.handle(s.deleteFlow))
	r.POST("/flows/:name/publish", s.handle(s.publishFlow))
	r.GET("/flows/:name/inputs", s.handle(s.flowInputs))
	r.POST("/validate", s.handle(s.validate))
}

// publishedInfo is null for a flow that was never published.
type publishedInfo struct {
	Version int       `json:"version"`
	At      time.Time `json:"at"`
}

func published(v *store.VersionInfo) *publishedInfo {
	if v == nil {
		return nil
	}
	return &publishedInfo{v.Version, v.At}
}

func (s *Server) listFlows(c *gin.Context) error {
	flows, err := s.store.ListFlows(c)
	if err != nil {
		return err
	}
	list := []gin.H{}
	for _, f := range flows {
		info := gin.H{
			"name": f.Name, "title": f.Title, "description": f.Description, "tags": f.Tags, "revision": f.Revision,
			"updated": f.Updated, "published": published(f.Published), "problems": f.Problems, "lastRun": nil,
		}
		if f.LastRun != nil {
			info["lastRun"] = gin.H{"id": f.LastRun.ID, "status": f.LastRun.Status, "started": f.LastRun.Started}
		}
		list = append(list, info)
	}
	c.JSON(http.StatusOK, gin.H{"flows": list})
	return nil
}

func (s *Server) getFlow(c *gin.Context) error {
	f, err := s.store.Flow(c, c.Param("name"))
	if err != nil {
		return err
	}
	problems, err := s.problemsIn(c, f.File)
	if err != nil {
		return err
	}
	c.Header("ETag", etag(f.Revision))
	c.JSON(http.StatusOK, gin.H{
		"name": f.Name, "revision": f.Revision, "flow": rawJSON(f.File),
		"published": published(f.Published), "problems": problems,
	})
	return nil
}

func etag(revision int) string { return `"` + strconv.Itoa(revision) + `"` }

// saveFlow keeps drafts that don't run yet, too: someone is composing them. What
// isn't a workspace at all is refused.
func (s *Server) saveFlow(c *gin.Context) error {
	if err := demandJSON(c); err != nil {
		return err
	}
	body, err := readBody(c, engine.MaxFileBytes)
	if err != nil {
		return err
	}
	doc, err := engine.Parse(body)
	if err != nil {
		return err
	}
	o := store.SaveOptions{By: who(c), Title: doc.Title, Description: doc.Description, Tags: doc.Tags}
	if o.IfRevision, o.MustBeNew, err = precondition(c); err != nil {
		return err
	}
	problems, err := s.problemsIn(c, body)
	if err != nil {
		return err
	}
	o.Problems = len(problems)
	name := c.Param("name")
	revision, err := s.store.SaveDraft(c, name, doc.Format(), o)
	if err != nil {
		return err
	}
	c.Header("ETag", etag(revision))
	c.JSON(http.StatusOK, gin.H{"name": name, "revision": revision, "problems": problems})
	return nil
}

func precondition(c *gin.Context) (revision *int, mustBeNew bool, err error) {
	mustBeNew = c.GetHeader("If-None-Match") == "*"
	match := c.GetHeader("If-Match")
	if match == "" || match == "*" {
		return nil, mustBeNew, nil
	}
	n, err := strconv.Atoi(strings.Trim(match, `"`))
	if err != nil {
		return nil, false, badRequest("bad_revision", "If-Match must hold the revision that you loaded, such as \"7\".")
	}
	return &n, mustBeNew, nil
}

func (s *Server) deleteFlow(c *gin.Context) error {
	if err := s.store.DeleteFlow(c, c.Param("name")); err != nil {
		return err
	}
	s.hooks.changed()
	c.Status(http.StatusNoContent)
	return nil
}

func (s *Server) publishFlow(c *gin.Context) error {
	return s.publish(c, func(f store.Flow) (*engine.Program, []byte, error) { return s.compileDraft(c, f.File) })
}

// publish gives a flow another version: the program and the file that find finds.
func (s *Server) publish(c *gin.Context, find func(store.Flow) (*engine.Program, []byte, error)) error {
	var req struct {
		Note string `json:"note"`
	}
	if err := readJSON(c, 64<<10, &req); err != nil {
		return err
	}
	f, err := s.store.Flow(c, c.Param("name"))
	if err != nil {
		return err
	}
	p, file, err := find(f)
	if err != nil {
		return err
	}
	o := publishing(p, f.Revision, who(c), req.Note, s.runs.now())
	o.File = file
	v, err := s.store.Publish(c, f.Name, o)
	if err != nil {
		return err
	}
	s.hooks.changed()
	s.runs.alarm.set(time.Time{})
	c.JSON(http.StatusOK, gin.H{"version": v.Version})
	return nil
}

func (s *Server) flowInputs(c *gin.Context) error {
	f, err := s.store.Flow(c, c.Param("name"))
	if err != nil {
		return err
	}
	p, _, err := s.compileDraft(c, f.File)
	if err != nil {
		return err
	}
	list := []gin.H{}
	if e, ok := p.Entry("", blocks.WhenRun); ok {
		for _, in := range e.Inputs {
			preset, err := engine.AppendPlainJSON(nil, in.Default)
			if err != nil {
				return err
			}
			list = append(list, gin.H{"name": in.Name, "type": in.Type, "default": rawJSON(preset), "hint": in.Hint, "needed": in.Needed})
		}
	}
	c.JSON(http.StatusOK, gin.H{"inputs": list})
	return nil
}

func (s *Server) validate(c *gin.Context) error {
	body, err := readBody(c, engine.MaxFileBytes)
	if err != nil {
		return err
	}
	problems, err := s.problemsIn(c, body)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"problems": problems})
	return nil
}

// compile reads and compiles a flow file; its error is engine.Problems.
func compile(file []byte) (*engine.Program, error) {
	doc, err := engine.Parse(file)
	if err != nil {
		return nil, err
	}
	p, problems := engine.Compile(doc, blocks.Vocabulary())
	if len(problems) == 0 {
		problems = hatProblems(p)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return p, nil
}

func listed(p engine.Problems) engine.Problems {
	if p == nil {
		return engine.Problems{}
	}
	return p
}

// who names the person behind a request, for histories.
func who(c *gin.Context) string {
	p, _ := access.PrincipalFrom(c.Request.Context())
	return p.String()
}
