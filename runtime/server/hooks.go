package server

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"blockflow/blocks"
	"blockflow/engine"
	"blockflow/runtime"
	"blockflow/runtime/store"
	"blockflow/runtime/traces"
)

const (
	hookPrefix = "/hooks/"
	testPrefix = "/hooks-test/"
)

// hookRoutes are the live webhooks and, beside them, the test addresses of
// drafts, which nobody can guess.
func (s *Server) hookRoutes(r gin.IRouter) {
	r.Any(hookPrefix+"*path", s.handle(s.hook))
	r.Any(testPrefix+":flow/:key/*path", s.handle(s.testHook))
}

func (s *Server) hook(c *gin.Context) error {
	routes, err := s.publishedHooks(c)
	if err != nil {
		return err
	}
	segments, ok := requestSegments(c.Request.URL, hookPrefix)
	return s.callHook(c, routes, segments, ok)
}

// testHook calls a webhook of a flow's draft.
func (s *Server) testHook(c *gin.Context) error {
	flow := c.Param("flow")
	if !hmac.Equal([]byte(c.Param("key")), []byte(s.testKeyOf(flow))) {
		return noSuchHook(c)
	}
	f, err := s.store.Flow(c, flow)
	if err != nil {
		return err
	}
	file, err := s.linked(c, f.File)
	if err != nil {
		return err
	}
	hash := store.DocumentHash(file)
	p, err := s.runs.programs.get(hash, func() ([]byte, error) { return file, nil })
	if err != nil {
		return err
	}
	var routes []hookRoute
	for _, e := range p.Entries {
		if e.Type == blocks.WhenWebhook {
			routes = append(routes, hookRoute{flow: flow, document: hash, file: file, program: p, entry: e, segments: hookSegments(e)})
		}
	}
	segments, ok := requestSegments(c.Request.URL, testPrefix+flow+"/"+c.Param("key")+"/")
	return s.callHook(c, routes, segments, ok)
}

func noSuchHook(c *gin.Context) error {
	return &store.NotFoundError{What: "webhook", Name: c.Request.Method + " " + firstLine(valid(c.Request.URL.Path))}
}

// testKey is what test addresses are made with; it is made once, and again if it
// can't be read any more.
func testKey(ctx context.Context, s *store.Store) ([]byte, error) {
	const setting = "hooks.test-key"
	key, err := s.Setting(ctx, setting)
	var corrupt *store.CorruptError
	if !errors.Is(err, store.ErrNotFound) && !errors.As(err, &corrupt) {
		return key, err
	}
	key = make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return key, s.SetSecretSetting(ctx, setting, key)
}

func (s *Server) testKeyOf(flow string) string {
	mac := hmac.New(sha256.New, s.hookKey)
	mac.Write([]byte(flow))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// hookAddresses tells where a flow's webhooks are: live ones of the published
// version, test addresses of the draft.
func (s *Server) hookAddresses(c *gin.Context) error {
	f, err := s.store.Flow(c, c.Param("name"))
	if err != nil {
		return err
	}
	live, err := s.store.Hooks(c, f.Name)
	if err != nil {
		return err
	}
	list := []gin.H{}
	if p, _, err := s.compileDraft(c, f.File); err == nil {
		for _, e := range p.Entries {
			if e.Type != blocks.WhenWebhook {
				continue
			}
			path := strings.Join(hookSegments(e), "/")
			isLive := slices.ContainsFunc(live, func(h store.Hook) bool {
				return h.Block == e.Block && h.Path == anyNames(hookSegments(e)) && h.Method == e.Fields[blocks.WebhookMethod]
			})
			list = append(list, gin.H{
				"block": e.Block, "method": e.Fields[blocks.WebhookMethod], "path": hookPrefix + path, "live": isLive,
				"test": testPrefix + f.Name + "/" + s.testKeyOf(f.Name) + "/" + path,
			})
		}
	}
	c.JSON(http.StatusOK, gin.H{"hooks": list})
	return nil
}

// callHook finds the webhook that a request means, lets its caller in, and runs
// the flow. The event is on disk before anyone is told that it was accepted.
func (s *Server) callHook(c *gin.Context, routes []hookRoute, segments []string, ok bool) error {
	c.Header("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'") // what a flow answers is no page of ours
	method := c.Request.Method
	preflight := method == http.MethodOptions && c.GetHeader("Access-Control-Request-Method") != ""
	if preflight {
		method = c.GetHeader("Access-Control-Request-Method")
	}
	for _, r := range routes {
		params, matches := r.matches(method, segments)
		if !ok || !matches {
			continue
		}
		s.allowOrigin(c, r, preflight)
		if preflight {
			c.Status(http.StatusNoContent)
			return nil
		}
		err := r.unusable()
		if err == nil {
			err = s.runHook(c, r, params)
		}
		s.metrics.hooks.WithLabelValues(hookOutcome(err)).Inc()
		return err
	}
	return noSuchHook(c)
}

func hookOutcome(err error) string {
	if err == nil {
		return "accepted"
	}
	switch p := problemOf(err); {
	case p.status < 500:
		return "refused"
	}
	return "failed"
}

// allowOrigin lets pages of other sites call, as far as the flow's policy says,
// by exact comparison. Cookies are never allowed: a webhook doesn't know them.
func (s *Server) allowOrigin(c *gin.Context, r hookRoute, preflight bool) {
	allowed := s.runs.policies.of(c, r.flow).Origins
	if len(allowed) == 0 {
		return
	}
	c.Writer.Header().Add("Vary", "Origin")
	origin := c.GetHeader("Origin")
	if origin == "" || !slices.Contains(allowed, origin) && !slices.Contains(allowed, "*") {
		return
	}
	c.Header("Access-Control-Allow-Origin", origin)
	c.Header("Access-Control-Expose-Headers", "Blockflow-Run, Location")
	if preflight {
		c.Header("Access-Control-Allow-Methods", c.GetHeader("Access-Control-Request-Method"))
		c.Header("Access-Control-Allow-Headers", "Content-Type, Authorization, Idempotency-Key, "+blocks.TokenHeader+", X-Signature, X-Timestamp")
		c.Header("Access-Control-Max-Age", "600")
	}
}

func (s *Server) runHook(c *gin.Context, r hookRoute, params map[string]string) error {
	who, err := s.callerOf(c, r)
	if err != nil {
		return err
	}
	data, err := readBody(c, s.live.Load().HookBytes)
	if err != nil {
		return err
	}
	key, err := who.signed(c.Request, data)
	if err != nil {
		return err
	}
	body, err := hookBody(c.Request, data)
	if err != nil {
		return err
	}
	j := job{flow: r.flow, version: r.version, hash: r.document, file: r.file, entry: r.entry, trigger: "webhook", input: body}
	if r.version == 0 {
		j.trigger = "test"
	}
	if s.runs.traces != nil {
		j.trace = traces.Parent(c.GetHeader("Traceparent"))
	}
	if r.entry.Fields[blocks.WebhookThen] != "RUN" {
		j.input = requestValue(c.Request, body, params)
	} else if len(data) > 0 && body.Kind() != engine.KindObject && !body.IsNull() {
		return &problem{http.StatusUnsupportedMediaType, "wrong_content_type", "Send the inputs as a JSON object, with the header Content-Type: application/json, or as a form.", nil}
	}
	if j.key, err = eventKey(c.Request, r, key); err != nil {
		return err
	}
	later := r.entry.Fields[blocks.WebhookAnswer] == "LATER"
	j.kept = later
	t, err := s.runs.begin(j, r.program)
	var taken *store.KeyTakenError
	switch {
	case errors.As(err, &taken):
		return s.answerAgain(c, taken.Run, later)
	case err != nil:
		return err
	case later:
		return acceptedHook(c, t.id)
	}
	return s.answerHook(c, t)
}

// eventKey names the event, if its sender does.
func eventKey(r *http.Request, route hookRoute, signature string) (*store.EventKey, error) {
	scope := route.flow + "\x00" + route.entry.Block
	if route.version == 0 {
		scope += "\x00draft"
	}
	switch given := r.Header.Values("Idempotency-Key"); {
	case len(given) > 1 || len(given) == 1 && (given[0] == "" || len(given[0]) > 255):
		return nil, badRequest("bad_idempotency_key", "The header Idempotency-Key must hold one key of 1 to 255 bytes.")
	case len(given) == 1:
		return &store.EventKey{Scope: scope, Key: "key:" + given[0]}, nil
	case signature != "":
		return &store.EventKey{Scope: scope, Key: signature}, nil
	}
	return nil, nil
}

func acceptedHook(c *gin.Context, run string) error {
	c.Header("Location", "/api/runs/"+run)
	c.Header("Blockflow-Run", run)
	c.JSON(http.StatusAccepted, gin.H{"id": run, "url": "/api/runs/" + run})
	return nil
}

// answerHook waits for what the flow says to the caller. After the deadline, or
// when the run is put away, the caller gets the run's address instead.
func (s *Server) answerHook(c *gin.Context, t *ticket) error {
	deadline := time.NewTimer(s.live.Load().HookWait)
	defer deadline.Stop()
	select {
	case <-t.answered:
		return writeResponse(c, t.id, t.response())
	case <-t.let:
	case <-deadline.C:
		if err := t.notKept(); isStorage(err) { // it can't be promised
			s.runs.tickets.stop(t.id)
			return err
		}
		return acceptedHook(c, t.id)
	case <-c.Request.Context().Done():
		return nil // nobody is there to be answered; the run goes on
	}
	if r := t.response(); r != nil {
		return writeResponse(c, t.id, r)
	}
	switch {
	case errors.Is(t.err, errAway):
		return acceptedHook(c, t.id)
	case errors.Is(t.err, errCancelled):
		return s.answerAgain(c, t.id, false)
	case t.err != nil:
		return t.err
	}
	return writeReport(c, t.id, t.report)
}

func writeReport(c *gin.Context, run string, r runtime.Report) error {
	c.Header("Blockflow-Run", run)
	if r.Status != runtime.Succeeded {
		return &problem{http.StatusInternalServerError, string(r.Error.Code), r.Error.Message, gin.H{"block": r.Error.Block, "type": r.Error.Type, "run": run}}
	}
	c.Data(http.StatusOK, "application/json; charset=utf-8", rawJSON(r.Result))
	return nil
}

func writeResponse(c *gin.Context, run string, r *blocks.Response) error {
	c.Header("Blockflow-Run", run)
	for _, h := range r.Headers {
		c.Header(h[0], h[1])
	}
	c.Status(r.Status)
	c.Writer.WriteHeaderNow()
	if r.Status != http.StatusNoContent && r.Status != http.StatusNotModified && c.Request.Method != http.MethodHead {
		_, _ = c.Writer.Write(r.Body) // fails only if the caller has gone
	}
	return nil
}

// answerAgain answers an event that has come before as its run answered, or will.
func (s *Server) answerAgain(c *gin.Context, run string, later bool) error {
	c.Header("Blockflow-Repeated", "true")
	if later {
		return acceptedHook(c, run)
	}
	if t := s.runs.tickets.get(run); t != nil {
		return s.answerHook(c, t)
	}
	kept, err := s.store.Run(c, run)
	if err != nil {
		return err
	}
	said, err := s.runs.said(c, run)
	switch {
	case err != nil:
		return err
	case said != nil:
		return writeResponse(c, run, said)
	case !kept.Status.Ended():
		return acceptedHook(c, run)
	}
	return writeReport(c, run, shownRun(kept).Report)
}

// said replays a run to find what it responded, nil if it hasn't.
func (c *conductor) said(ctx context.Context, run string) (*blocks.Response, error) {
	m, j, _, err := c.load(ctx, run)
	if err != nil {
		return nil, err
	}
	var found *blocks.Response
	host := engine.Host{Journal: listening{j, func(p engine.Place) {
		if found != nil {
			return
		}
		for _, call := range m.Next(1).Calls { // it asks the same again until it is answered
			if call.Place == p && call.Effect.Kind == respondKind {
				if r, err := blocks.ResponseOf(call.Args); err == nil {
					found = &r
				}
			}
		}
	}}}
	within, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	_, err = host.Drive(within, m)
	return found, err
}

// listening is a journal that tells which places are asked for.
type listening struct {
	*journal
	asked func(engine.Place)
}

// Find is engine.Journal's.
func (l listening) Find(p engine.Place) (engine.Record, bool) {
	if r, ok := l.known[p]; ok && r.Kind == respondKind {
		l.asked(p)
	}
	return l.journal.Find(p)
}
