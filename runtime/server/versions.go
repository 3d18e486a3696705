package server

import (
	"context"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"blockflow/engine"
	"blockflow/runtime/compare"
	"blockflow/runtime/store"
)

func (s *Server) versionRoutes(r gin.IRouter) {
	r.GET("/flows/:name/versions", s.handle(s.listVersions))
	r.GET("/flows/:name/versions/:version", s.handle(s.getVersion))
	r.POST("/flows/:name/versions/:version/restore", s.handle(s.restoreVersion)) // as the draft
	r.POST("/flows/:name/versions/:version/publish", s.handle(s.publishAgain))   // as the version that triggers run
	r.GET("/flows/:name/compare", s.handle(s.compareVersions))                   // ?from=1&to=draft
}

type versionInfo struct {
	Version int    `json:"version"`
	At      string `json:"at"`
	By      string `json:"by"`
	Note    string `json:"note"`
	Live    bool   `json:"live"` // triggers run this one
}

func (s *Server) listVersions(c *gin.Context) error {
	f, err := s.store.Flow(c, c.Param("name"))
	if err != nil {
		return err
	}
	versions, err := s.store.Versions(c, f.Name)
	if err != nil {
		return err
	}
	list := []versionInfo{}
	for _, v := range versions {
		list = append(list, shownVersion(v, f))
	}
	c.JSON(http.StatusOK, gin.H{
		"versions": list, "draft": gin.H{"revision": f.Revision, "updated": f.Updated, "by": f.UpdatedBy},
	})
	return nil
}

func shownVersion(v store.VersionInfo, f store.Flow) versionInfo {
	return versionInfo{v.Version, v.At.Format("2006-01-02T15:04:05.000Z07:00"), v.By, v.Note, f.Published != nil && f.Published.Version == v.Version}
}

func (s *Server) getVersion(c *gin.Context) error {
	f, err := s.store.Flow(c, c.Param("name"))
	if err != nil {
		return err
	}
	n, err := versionNumber(c.Param("version"))
	if err != nil {
		return err
	}
	v, err := s.store.Version(c, f.Name, n)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, struct {
		versionInfo
		Flow any `json:"flow"`
	}{shownVersion(v.VersionInfo, f), rawJSON(v.File)})
	return nil
}

func versionNumber(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, badRequest("bad_version", "A version is a number from 1 on.")
	}
	return n, nil
}

// restoreVersion makes an old version the draft again. It is saved like any
// change: the draft before is in the history if it was published, and a change
// that somebody made in the meantime is refused with If-Match.
func (s *Server) restoreVersion(c *gin.Context) error {
	n, err := versionNumber(c.Param("version"))
	if err != nil {
		return err
	}
	f, err := s.store.Flow(c, c.Param("name"))
	if err != nil {
		return err
	}
	v, err := s.store.Version(c, f.Name, n)
	if err != nil {
		return err
	}
	doc, err := engine.Parse(v.File)
	if err != nil {
		return err
	}
	file := doc.With(nil) // a draft has its libraries as they are now
	problems, err := s.problemsIn(c, file)
	if err != nil {
		return err
	}
	o := store.SaveOptions{By: who(c), Title: doc.Title, Description: doc.Description, Tags: doc.Tags, Problems: len(problems)}
	if o.IfRevision, o.MustBeNew, err = precondition(c); err != nil {
		return err
	}
	revision, err := s.store.SaveDraft(c, f.Name, file, o)
	if err != nil {
		return err
	}
	c.Header("ETag", etag(revision))
	c.JSON(http.StatusOK, gin.H{"name": f.Name, "revision": revision, "problems": problems})
	return nil
}

// publishAgain makes an old version the one that triggers run, as it was with the
// library flows of its time, under a new number: versions never change. The draft
// stays as it is, so that going back costs nobody's work.
func (s *Server) publishAgain(c *gin.Context) error {
	n, err := versionNumber(c.Param("version"))
	if err != nil {
		return err
	}
	return s.publish(c, func(f store.Flow) (*engine.Program, []byte, error) {
		old, err := s.store.Version(c, f.Name, n)
		if err != nil {
			return nil, nil, err
		}
		p, err := s.runs.programs.get(old.Document, func() ([]byte, error) { return old.File, nil })
		return p, old.File, err
	})
}

// compareVersions tells what is different between two versions, block by block.
func (s *Server) compareVersions(c *gin.Context) error {
	from, err := s.fileNamed(c, c.Param("name"), c.DefaultQuery("from", "published"))
	if err != nil {
		return err
	}
	to, err := s.fileNamed(c, c.Param("name"), c.DefaultQuery("to", "draft"))
	if err != nil {
		return err
	}
	d, err := compare.Files(from, to)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, d)
	return nil
}

// fileNamed is a flow file by what a person calls it: a number, published or
// draft.
func (s *Server) fileNamed(ctx context.Context, flow, name string) ([]byte, error) {
	f, err := s.store.Flow(ctx, flow)
	if err != nil {
		return nil, err
	}
	n := 0
	switch {
	case name == "draft":
		return f.File, nil
	case name == "published" && f.Published == nil:
		return nil, &problem{http.StatusConflict, "not_published", "This flow was never published, so there is nothing to compare with.", nil}
	case name == "published":
		n = f.Published.Version
	default:
		if n, err = versionNumber(name); err != nil {
			return nil, err
		}
	}
	v, err := s.store.Version(ctx, flow, n)
	return v.File, err
}
