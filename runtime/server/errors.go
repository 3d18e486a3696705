package server

import (
	"context"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"blockflow/engine"
	"blockflow/runtime/store"
)

// A problem is an error as a client of the API sees it:
// {"error":{"code","message", …}}.
type problem struct {
	status  int
	code    string
	message string
	more    map[string]any
}

func (p *problem) Error() string { return p.message }

var errBroken = &problem{http.StatusInternalServerError, "broken", "Something went wrong here. The operator's log has more.", nil}

func badRequest(code, message string) error {
	return &problem{http.StatusBadRequest, code, message, nil}
}

// handle makes a handler of a function that may fail. Here is decided how errors
// look; one that isn't known is the operator's business.
func (s *Server) handle(f func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		err := f(c)
		if err == nil {
			return
		}
		p := problemOf(err)
		if p == errBroken {
			s.log.Error("a request failed", "route", c.FullPath(), "err", err)
		}
		answer(c, p)
	}
}

// damaged is the code of what can't be read because its bytes were changed.
const damaged = "damaged"

// retryAfter is when somebody who was turned away may come again, in seconds.
const retryAfter = "5"

func answer(c *gin.Context, p *problem) {
	body := gin.H{"code": p.code, "message": p.message}
	for k, v := range p.more {
		body[k] = v
	}
	if p.status == http.StatusServiceUnavailable {
		c.Header("Retry-After", retryAfter)
	}
	c.AbortWithStatusJSON(p.status, gin.H{"error": body})
}

func problemOf(err error) *problem {
	var (
		known    *problem
		conflict *store.ConflictError
		taken    *store.HookTakenError
		name     *store.NameError
		state    *store.StateError
		corrupt  *store.CorruptError
		storage  *store.StorageError
		faults   engine.Problems
		fault    *engine.Error
		tooLarge *http.MaxBytesError
	)
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &conflict):
		return &problem{http.StatusConflict, "conflict", err.Error(), gin.H{"current": gin.H{
			"revision": conflict.Current.Revision, "flow": rawJSON(conflict.Current.File),
		}}}
	case errors.As(err, &taken):
		return &problem{http.StatusConflict, "hook_taken", err.Error(), nil}
	case errors.As(err, &name):
		return &problem{http.StatusUnprocessableEntity, "bad_name", err.Error(), nil}
	case errors.As(err, &state):
		return &problem{http.StatusConflict, "wrong_state", state.Reason, gin.H{"status": state.Status}}
	case errors.As(err, &corrupt):
		return &problem{http.StatusInternalServerError, damaged, corrupt.Error(), nil}
	case errors.As(err, &storage):
		return &problem{http.StatusServiceUnavailable, string(storage.Kind), storage.Sentence(), nil}
	case errors.Is(err, errStopping), errors.Is(err, store.ErrClosed):
		return &problem{http.StatusServiceUnavailable, "stopping", "The server is stopping. Try again in a moment.", nil}
	case errors.Is(err, store.ErrNotFound):
		return &problem{http.StatusNotFound, "not_found", err.Error(), nil}
	case errors.As(err, &faults):
		return &problem{http.StatusUnprocessableEntity, "bad_flow", faults[0].Message, gin.H{"problems": faults}}
	case errors.As(err, &fault):
		return &problem{http.StatusUnprocessableEntity, string(fault.Code), fault.Message, gin.H{"block": fault.Block, "type": fault.Type}}
	case errors.As(err, &tooLarge):
		return &problem{http.StatusRequestEntityTooLarge, "too_big", "The request's body is too large.", nil}
	case errors.Is(err, context.Canceled):
		return &problem{http.StatusServiceUnavailable, "stopping", "The server is stopping. Try again in a moment.", nil}
	}
	return errBroken
}
