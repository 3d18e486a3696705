package engine

import "fmt"

// An Error is what a person reads on the block that failed.
type Error struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`         // what is wrong and what to do, one plain sentence each
	Block   string `json:"block"`           // the id of the block, "" while unknown or if no block is to blame
	Type    string `json:"type"`            // and its type
	Place   string `json:"place,omitempty"` // "line:column" in the file, where there is no block to name
	Cause   error  `json:"-"`               // for the operator's log; never shown, never journaled
}

// Fail makes an error that doesn't know its block yet. Code that means a block
// never says where it is: the compiler and the machine bind the place.
func Fail(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

func (e *Error) Error() string {
	switch {
	case e.Block != "":
		return fmt.Sprintf("%s [%s %s]", e.Message, e.Type, e.Block)
	case e.Place != "":
		return fmt.Sprintf("%s [%s]", e.Message, e.Place)
	}
	return e.Message
}

func (e *Error) Unwrap() error { return e.Cause }

// at returns the error bound to a block, or itself if it already names one. It
// copies, because an error may come out of a journal that must not change.
func (e *Error) at(n *Node) *Error {
	if e.Block != "" || n == nil {
		return e
	}
	bound := *e
	bound.Block, bound.Type = n.ID, n.Type
	return &bound
}

// value is the error as a flow sees it in a try block.
func (e *Error) value() Value {
	return ObjectOf([]string{"code", "message", "block", "type"},
		[]Value{Text(string(e.Code)), Text(e.Message), Text(e.Block), Text(e.Type)})
}

// errorOf is the reverse of value, for an error thrown again after *finally*.
func errorOf(v Value) *Error {
	get := func(key string) string {
		x, _ := v.Get(key)
		s, _ := x.AsText()
		return s
	}
	return &Error{Code: Code(get("code")), Message: get("message"), Block: get("block"), Type: get("type")}
}

// ErrorOf reads an error as a flow sees it, so that it can go on as it was; ok
// reports whether v is one.
func ErrorOf(v Value) (e *Error, ok bool) {
	e = errorOf(v)
	return e, e.Code != "" && e.Message != ""
}

// A Halt ends the run whatever the flow says about errors: a bound was reached,
// or the journal diverged. It is a type of its own, so that no try block can
// catch it by mistake.
type Halt struct{ Reason *Error }

func (h Halt) Error() string { return h.Reason.Error() }

func (h Halt) Unwrap() error { return h.Reason }

// halt makes a Halt that doesn't know its block yet.
func halt(code Code, format string, args ...any) Halt { return Halt{Fail(code, format, args...)} }

// Problems are all the faults of a flow, each with its block or its place.
type Problems []*Error

func (p Problems) Error() string {
	if len(p) == 1 {
		return p[0].Error()
	}
	return fmt.Sprintf("%s (and %d more)", p[0].Error(), len(p)-1)
}
