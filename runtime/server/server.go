// Package server is Blockflow's HTTP server: the API of the editor, webhooks,
// the user service and the editor itself, on one port. Here the rooms of the
// runtime meet.
package server

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime"
	"blockflow/runtime/access"
	"blockflow/runtime/store"
	"blockflow/runtime/traces"
	"blockflow/runtime/users"
)

// Options say what a server is made of. Store, Access and Users are required.
type Options struct {
	Store      *store.Store
	Access     *access.Access
	Users      *users.Service
	Scripts    blocks.Scripts     // how custom code is run
	Traces     *traces.Tracer     // nil traces nothing
	HTTP       http.RoundTripper  // of the HTTP blocks; nil reaches public addresses only
	Connection runtime.Connection // of the users blocks; the zero value is Users
	Editor     fs.FS              // the editor's files; nil serves a page that says how to build it
	DemoUsers  []byte             // the file that SeedDemo was given, or nil
	Templates  fs.FS              // flow files that new flows can begin as; nil means none
	Limits     engine.Limits      // of every run
	Timeout    time.Duration      // of every run; 0 means 5 minutes
	Logger     *slog.Logger       // nil means slog.Default
	Places     int                // runs at a time; 0 means 256
	Live       Live               // what can be changed later
	Allowed    []string           // private addresses that HTTP reaches, told to owners
	Now        func() time.Time   // the clock; nil means time.Now
}

// A Server serves flows. Close it to stop its runs; they go on when the next
// server starts on the same store.
type Server struct {
	store  *store.Store
	access *access.Access
	users  *users.Service
	editor fs.FS
	demo   []byte
	log    *slog.Logger

	templates  []template
	runs       *conductor
	metrics    *metrics
	health     health
	hooks      hookRoutes
	live       atomic.Pointer[Live]
	choosing   sync.Mutex // guards the next two, of which live is made
	configured Live
	chosen     choice
	senders    senders
	draining   chan struct{} // closed when the server is about to stop
	drained    sync.Once
	hookKey    []byte // of the test addresses
	allowed    []string
	handler    http.Handler
}

// New makes a server and goes on with the runs that were cut off when the last
// one stopped.
func New(ctx context.Context, o Options) (*Server, error) {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	templates, err := readTemplates(o.Templates)
	if err != nil {
		return nil, err
	}
	s := &Server{templates: templates, store: o.Store, access: o.Access, users: o.Users, editor: o.Editor, demo: o.DemoUsers, log: o.Logger, allowed: o.Allowed}
	keys := o.Users.Keys()
	api, err := o.Connection.UsersAPI(runtime.Embedded{Transport: listener{o.Users.Transport(), s}, AppID: keys.AppID, CloudCodeKey: keys.BL})
	if err != nil {
		return nil, err
	}
	s.draining = make(chan struct{})
	if s.chosen, err = choiceIn(ctx, o.Store); err != nil {
		if isStorage(err) {
			return nil, err
		}
		s.log.Error("the settings that were chosen in the editor can't be read; those of the start hold", "err", err)
	}
	s.Set(o.Live)
	if s.hookKey, err = testKey(ctx, o.Store); err != nil {
		return nil, err
	}
	s.metrics = newMetrics()
	s.runs = newConductor(o, &blocks.Kit{Users: api, HTTP: httpTransport(o), Scripts: o.Scripts}, s.metrics)
	s.watchStore()
	s.handler = s.routes()
	if err := s.limitFlows(ctx); err != nil {
		return nil, err
	}
	if err := s.runs.recover(ctx); err != nil {
		if !isStorage(err) {
			return nil, err
		}
		s.log.Error("the runs that were cut off can't be gone on with yet, and no others begin", "err", err)
		s.runs.unready.Store(&err)
		s.runs.all.Add(1)
		go s.runs.recoverLater(err)
	}
	if err := s.hearUsers(ctx); err != nil {
		return nil, err
	}
	s.runs.all.Add(2)
	go s.runs.watch(s.fireSchedules)
	go s.prunes()
	return s, nil
}

// Handler returns what the server answers with.
func (s *Server) Handler() http.Handler { return s.handler }

// Drain prepares for Close: no run begins any more, but what comes in is still
// taken and kept; streams end; /readyz says that others should serve.
func (s *Server) Drain() {
	s.drained.Do(func() {
		close(s.draining)
		s.runs.queue.close()
	})
}

// Close stops all runs where they are and waits for them.
func (s *Server) Close() {
	s.Drain()
	s.runs.close()
}

func (s *Server) routes() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.UseRawPath = true
	if err := r.SetTrustedProxies(nil); err != nil {
		panic(err) // nil is always understood
	}
	r.Use(s.measured, s.recovered, secured)

	r.GET("/healthz", s.alive)
	r.GET("/readyz", s.ready)
	r.GET("/metrics", s.metricsFor)
	r.Use(s.limited)
	protocol := gin.WrapH(s.users.Handler())
	for _, path := range []string{"/api/users", "/api/users/*path", "/api/data/*path", "/api/files/*path", "/api/messaging/*path", "/api/info"} {
		r.Any(path, protocol)
	}
	s.hookRoutes(r)

	r.GET("/api/session", gin.WrapF(s.access.ServeSession))
	r.POST("/api/session", gin.WrapF(s.access.ServeSession))
	r.DELETE("/api/session", gin.WrapF(s.access.ServeSession))
	r.POST("/api/setup", gin.WrapF(s.access.ServeSetup))

	r.Any("/api/tokens", gin.WrapF(s.access.ServeTokens)) // it checks by itself who asks
	r.Any("/api/tokens/*id", gin.WrapF(s.access.ServeTokens))

	r.Any("/api/people", gin.WrapF(s.access.ServePeople)) // likewise
	r.Any("/api/people/*name", gin.WrapF(s.access.ServePeople))

	api := r.Group("/api", s.signedIn, s.permitted)
	api.GET("/blocks", s.handle(newVocabularies().serve))
	s.flowRoutes(api)
	s.beginningRoutes(api)
	s.runRoutes(api)
	s.againRoutes(api)
	s.operatingRoutes(api)
	s.versionRoutes(api)
	s.secretRoutes(api)
	s.userAdminRoutes(api)
	if err := s.openAPIRoutes(api); err != nil {
		panic(err) // the document is part of the program, and the tests read it
	}
	api.GET("/settings", s.handle(s.showSettings))
	api.PUT("/settings", s.handle(s.chooseSettings))
	api.GET("/audit", s.handle(s.auditLog))
	api.GET("/usertable", s.handle(s.userTable))
	api.POST("/usertable/reset", s.handle(s.resetDemo))

	r.NoRoute(s.elsewhere)
	r.NoMethod(s.handle(func(c *gin.Context) error {
		return &problem{http.StatusMethodNotAllowed, "wrong_method", "This address doesn't take " + c.Request.Method + ".", nil}
	}))
	return r
}

// elsewhere serves the user service in its form with app id and key, and the
// editor.
func (s *Server) elsewhere(c *gin.Context) {
	if keyedForm(c.Request.URL.Path) {
		c.Status(http.StatusOK) // gin has already decided on 404
		s.users.Handler().ServeHTTP(c.Writer, c.Request)
		return
	}
	s.serveEditor(c)
}

// keyedForm recognises /<app id>/<key>/users/…, also with an unknown app id: the
// user service has an answer for that.
func keyedForm(path string) bool {
	parts := strings.SplitN(path, "/", 5)
	return len(parts) > 3 && parts[1] != "" && parts[2] != "" && (parts[3] == "users" || parts[3] == "data" || parts[3] == "files" || parts[3] == "messaging" || parts[3] == "info")
}

// signedIn lets only editors pass.
func (s *Server) signedIn(c *gin.Context) {
	through := false
	s.access.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		through = true
		c.Request = r
	})).ServeHTTP(c.Writer, c.Request)
	if !through {
		c.Abort()
	}
}

// recovered answers a request whose handler failed badly: the cause goes to the
// operator, not to the client.
func (s *Server) recovered(c *gin.Context) {
	defer func() {
		if cause := recover(); cause != nil {
			s.log.Error("a request failed", "path", c.FullPath(), "cause", cause)
			answer(c, errBroken)
		}
	}()
	c.Next()
}

const contentPolicy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"media-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

func secured(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	c.Next()
}
