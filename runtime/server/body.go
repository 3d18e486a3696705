package server

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"blockflow/engine"
)

// rawJSON puts JSON into an answer as it is.
func rawJSON(b []byte) json.RawMessage {
	if len(b) == 0 {
		return json.RawMessage("null")
	}
	return b
}

// readBody reads a request's body up to a number of bytes.
func readBody(c *gin.Context, most int64) ([]byte, error) {
	return io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, most))
}

// readJSON decodes a body of the API into v. Unknown keys are refused: a
// misspelt one would otherwise be lost without a word.
func readJSON(c *gin.Context, most int64, v any) error {
	if err := demandJSON(c); err != nil {
		return err
	}
	d := json.NewDecoder(http.MaxBytesReader(c.Writer, c.Request.Body, most))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return err
	case errors.Is(err, io.EOF):
		return nil // no body means all defaults
	case err != nil:
		return badRequest("bad_json", "The request's body isn't the JSON that this address takes: "+err.Error()+".")
	case d.More():
		return badRequest("bad_json", "The request's body holds more than one JSON value.")
	}
	return nil
}

// demandJSON refuses a body of another content type, so that a web form of
// another site can't pass for a call of the API.
func demandJSON(c *gin.Context) error {
	if c.Request.ContentLength == 0 {
		return nil
	}
	kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err != nil || kind != "application/json" {
		return &problem{http.StatusUnsupportedMediaType, "wrong_content_type", "Send the body with the header Content-Type: application/json.", nil}
	}
	return nil
}

// number reads a query parameter between two bounds.
func number(c *gin.Context, name string, otherwise, least, most int) (int, error) {
	text := c.Query(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, badRequest("bad_query", "The parameter "+name+" must be a number from "+strconv.Itoa(least)+" to "+strconv.Itoa(most)+".")
	}
	return n, nil
}

// inputOf reads a run's input out of a request.
func inputOf(raw json.RawMessage) (engine.Value, error) {
	if len(raw) == 0 {
		return engine.Null, nil
	}
	return engine.ParseForeignJSON(raw)
}

// moment reads a query parameter that holds a time; the zero time if it is empty.
func moment(c *gin.Context, name string) (time.Time, error) {
	text := c.Query(name)
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return t, badRequest("bad_query", "The parameter "+name+" must be a time like 2026-01-31T12:00:00Z.")
	}
	return t, nil
}

func itoa(n int) string { return strconv.Itoa(n) }

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// isOrigin tells whether a text is the origin of web pages, as browsers send it.
func isOrigin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.Scheme+"://"+u.Host == text
}
