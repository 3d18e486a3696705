package access

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"blockflow/runtime/store"
)

// An Error is a refusal, in words for the person who sees it.
type Error struct {
	Status     int           // HTTP status
	Code       string        // for programs: "wrong_password", …
	Message    string        // one sentence
	RetryAfter time.Duration // how long to wait, for 429
}

func (e *Error) Error() string { return e.Message }

var (
	errSignIn      = &Error{Status: 401, Code: "sign_in_needed", Message: "Sign in first."}
	errToken       = &Error{Status: 401, Code: "bad_token", Message: "This API token is not valid. Make a new one in the editor or with blockflow token create."}
	errOrigin      = &Error{Status: 403, Code: "cross_origin", Message: "This request came from a page of another site, so nothing was done."}
	errPassword    = &Error{Status: 401, Code: "wrong_password", Message: "This is not the password. Try again."}
	errOldPassword = &Error{Status: 422, Code: "wrong_password", Message: "This is not your password until now. Try again."}
	errNoSetup     = &Error{Status: 409, Code: "setup_needed", Message: "No password is set yet. Open the one-time link that the server printed when it started."}
	errLink        = &Error{Status: 403, Code: "bad_setup_link", Message: "This link is used up or was replaced by a newer one. Sign in, or open the newest link that the server printed."}
	errShort       = &Error{Status: 422, Code: "bad_password", Message: "Choose a password of at least 8 characters and at most 1024 bytes."}
	errName        = &Error{Status: 422, Code: "bad_name", Message: "Give the token a name of 1 to 100 characters."}
	errScope       = &Error{Status: 422, Code: "bad_scope", Message: "A token's scopes are read, run, edit and admin."}
	errForbidden   = &Error{Status: 403, Code: "not_permitted", Message: "Your role, or this token's scopes, don't permit this. Ask an owner."}
	errPersonName  = &Error{Status: 422, Code: "bad_name", Message: "A person's name is 1 to 100 small letters, digits and . _ @ -, such as ada or ada@example.com."}
	errRole        = &Error{Status: 422, Code: "bad_role", Message: "A role is owner, editor or viewer."}
	errPersonThere = &Error{Status: 409, Code: "exists", Message: "There is a person of this name already."}
	errNoPerson    = &Error{Status: 404, Code: "not_found", Message: "There is no such person."}
	errLastOwner   = &Error{Status: 409, Code: "last_owner", Message: "Somebody must remain owner. Make another person owner first."}
	errNoToken     = &Error{Status: 404, Code: "not_found", Message: "There is no such token."}
	errBody        = &Error{Status: 400, Code: "bad_request", Message: "The request's body must be a JSON object with the fields that this address takes."}
	errMethod      = &Error{Status: 405, Code: "method_not_allowed", Message: "This address doesn't take this method."}
	errInternal    = &Error{Status: 500, Code: "internal", Message: "Something went wrong inside the server. Its log says what."}
)

func tooManyTries(wait time.Duration) *Error {
	return &Error{
		Status: 429, Code: "too_many_tries", RetryAfter: wait,
		Message: "There were too many tries with a wrong password. Wait " + waiting(wait) + ", then try again.",
	}
}

func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

func waiting(d time.Duration) string {
	switch s := seconds(d); {
	case s == 1:
		return "a second"
	case s < 90:
		return strconv.Itoa(s) + " seconds"
	default:
		return strconv.Itoa((s+59)/60) + " minutes"
	}
}

// WriteError answers with err in the API's form,
// {"error":{"code":…,"message":…}}. What is no *Error is told to the log, and to
// the client only as far as it helps: that the disk is full, for example.
func (a *Access) WriteError(w http.ResponseWriter, r *http.Request, err error) {
	var refusal *Error
	var storage *store.StorageError
	switch {
	case errors.As(err, &refusal):
	case errors.As(err, &storage):
		a.log.ErrorContext(r.Context(), "The store failed.", "path", r.URL.Path, "error", err)
		refusal = &Error{Status: 503, Code: string(storage.Kind), Message: storage.Sentence()}
	default:
		a.log.ErrorContext(r.Context(), "A request failed.", "path", r.URL.Path, "error", err)
		refusal = errInternal
	}
	if refusal.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(seconds(refusal.RetryAfter)))
	}
	writeJSON(w, refusal.Status, map[string]any{"error": map[string]any{"code": refusal.Code, "message": refusal.Message}})
}

func isRefusal(err error) bool {
	var refusal *Error
	return errors.As(err, &refusal)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // fails only if the client has gone
}
