package users

import (
	"errors"
	"fmt"
	"net/http"
)

// An Error is a refusal as Backendless's clients know it. Clients tell refusals
// apart by Code; Status is what HTTP says beside it.
type Error struct {
	Code    int    // one of Backendless's numbers, see codes.go
	Status  int    // HTTP status
	Message string // one plain sentence for a person
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// refuse makes the Error for a code. The status follows from the code, so that
// one code never comes with two statuses.
func refuse(code int, format string, args ...any) *Error {
	return &Error{Code: code, Status: statusOf(code), Message: fmt.Sprintf(format, args...)}
}

// statusOf gives the pairs seen from the real server; everything else is 400.
func statusOf(code int) int {
	switch code {
	case codeWrongLogin:
		return http.StatusUnauthorized
	case codeRegistrationOff:
		return http.StatusForbidden
	case codeIdentityExists, codeIdentityTaken:
		return http.StatusConflict
	default:
		return http.StatusBadRequest
	}
}

// errClosed is the answer to any call after Close.
var errClosed = errors.New("the user service is closed")
