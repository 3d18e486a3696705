package blocks

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"

	"blockflow/engine"
)

const (
	mostAnswer    = 4 << 20 // bytes
	mostRedirects = 5
)

// An httpExchange is a request that a flow wants to send, checked.
type httpExchange struct {
	method, url string
	header      http.Header
	body        []byte
	encoding    string
	timeout     time.Duration
}

func (x *httpExchange) reads() bool { return x.method == http.MethodGet || x.method == http.MethodHead }

// MayRepeat reports whether a call may be performed again although nobody knows
// whether it was: the block says so.
func MayRepeat(c engine.Call) bool {
	if c.Effect.Kind != requestEffect.Kind || len(c.Args) <= argHow {
		return false
	}
	v, _ := c.Args[argHow].Get("ifUnsure")
	s, _ := v.AsText()
	return s == "again"
}

// notSent are headers that belong to the connection.
var notSent = map[string]bool{
	"Host": true, "Content-Length": true, "Transfer-Encoding": true, "Connection": true, "Keep-Alive": true,
	"Upgrade": true, "Te": true, "Trailer": true, "Proxy-Connection": true, "Proxy-Authorization": true, "Expect": true,
}

// newExchange checks the arguments of the effects.
func newExchange(args []engine.Value) (*httpExchange, error) {
	x := &httpExchange{header: http.Header{}}
	method, ok := args[argMethod].AsText()
	x.method = strings.ToUpper(method)
	if !ok || !httpguts.ValidHeaderFieldName(x.method) || x.method == "CONNECT" || x.method == "TRACE" || len(x.method) > 20 {
		return nil, engine.Fail(engine.WrongValue, "%.30q is no method of HTTP. Choose one such as GET or POST.", method)
	}
	if err := x.address(args[argURL], args[argQuery]); err != nil {
		return nil, err
	}
	how := func(key string) engine.Value { v, _ := args[argHow].Get(key); return v }
	bodyAs, _ := how("bodyAs").AsText()
	if err := x.content(args[argBody], bodyAs); err != nil {
		return nil, err
	}
	if err := x.headers(args[argHeaders]); err != nil {
		return nil, err
	}
	x.encoding, _ = how("encoding").AsText()
	seconds, _ := how("timeout").AsNumber()
	x.timeout = time.Duration(seconds * float64(time.Second))
	return x, nil
}

func (x *httpExchange) address(at, query engine.Value) error {
	text, _ := at.AsText()
	text = strings.TrimSpace(text)
	if text == "" || text == "https://" || text == "http://" {
		return engine.Fail(engine.WrongValue, "Url must be specified.") // as Codeless says it
	}
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return engine.Fail(engine.WrongValue, "%.100q isn't a web address.", text)
	case u.Scheme != "http" && u.Scheme != "https":
		return engine.Fail(engine.WrongValue, "A web address begins with http:// or https://, not %.20q.", u.Scheme+"://")
	case u.User != nil:
		return engine.Fail(engine.WrongValue, "Take name and password out of the address and put them into a header *Authorization*.")
	}
	u.Fragment = ""
	if query.IsNull() {
		x.url = u.String()
		return nil
	}
	if query.Kind() != engine.KindObject {
		return engine.Fail(engine.WrongType, "The query must be an object, but here is %s.", query.Kind())
	}
	pairs, err := formPairs(query)
	if err != nil {
		return err
	}
	if u.RawQuery != "" && pairs != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += pairs
	x.url = u.String()
	return nil
}

// eachPair goes through an object's values, a list giving its name several times.
func eachPair(object engine.Value, do func(name, value string) error) error {
	for _, name := range object.Keys() {
		v, _ := object.Get(name)
		items, isList := v.AsList()
		if !isList {
			items = []engine.Value{v}
		}
		for _, item := range items {
			if item.IsNull() {
				continue
			}
			s, err := plainText(item)
			if err != nil {
				return err
			}
			if err := do(name, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// plainText is a text, a number, yes or no as they are, anything else as JSON.
func plainText(v engine.Value) (string, error) {
	switch v.Kind() {
	case engine.KindList, engine.KindObject, engine.KindDate:
		b, err := engine.AppendPlainJSON(nil, v)
		return strings.Trim(string(b), `"`), err
	}
	s, err := engine.ToText(v)
	return strings.ToValidUTF8(s, "\ufffd"), err
}

func formPairs(object engine.Value) (string, error) {
	var b strings.Builder
	err := eachPair(object, func(name, value string) error {
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(name) + "=" + url.QueryEscape(value))
		return nil
	})
	return b.String(), err
}

func (x *httpExchange) content(body engine.Value, as string) (err error) {
	if body.IsNull() {
		return nil
	}
	if (as == "form" || as == "multipart") && body.Kind() != engine.KindObject {
		return engine.Fail(engine.WrongType, "A form is made of an object, but the body is %s.", body.Kind())
	}
	s, isText := body.AsText()
	switch {
	case as == "form":
		var pairs string
		pairs, err = formPairs(body)
		x.body = []byte(pairs)
		x.header.Set("Content-Type", "application/x-www-form-urlencoded")
	case as == "multipart":
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		if err = w.SetBoundary("blockflow-part-of-a-form-5f3759df"); err == nil { // always the same: the call's digest is of what is sent
			err = eachPair(body, w.WriteField)
		}
		err = errors.Join(err, w.Close())
		x.body = b.Bytes()
		x.header.Set("Content-Type", w.FormDataContentType())
	case isText && as == "auto":
		x.body = []byte(strings.ToValidUTF8(s, "\ufffd"))
		x.header.Set("Content-Type", "text/plain; charset=utf-8")
	default:
		x.body, err = engine.AppendPlainJSON(nil, body)
		x.header.Set("Content-Type", "application/json")
	}
	return err
}

func (x *httpExchange) headers(given engine.Value) error {
	if given.IsNull() {
		return nil
	}
	if given.Kind() != engine.KindObject {
		return engine.Fail(engine.WrongType, "The headers must be an object of texts, but here is %s.", given.Kind())
	}
	seen := map[string]bool{}
	return eachPair(given, func(name, value string) error {
		key := http.CanonicalHeaderKey(name)
		switch {
		case !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value):
			return engine.Fail(engine.WrongValue, "The header %.40q has a name or a value that HTTP doesn't allow.", name)
		case notSent[key]:
			return engine.Fail(engine.WrongValue, "The header %s belongs to the connection; leave it out.", key)
		}
		if !seen[key] {
			x.header.Del(key)
			seen[key] = true
		}
		x.header.Add(key, value)
		return nil
	})
}

// performHTTP sends a request.
func performHTTP(ctx context.Context, kit *Kit, c engine.Call) (engine.Value, error) {
	x, err := newExchange(c.Args)
	if err != nil {
		return engine.Null, err
	}
	within, cancel := context.WithTimeout(ctx, x.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(within, x.method, x.url, bytes.NewReader(x.body))
	if err != nil {
		return engine.Null, engine.Fail(engine.WrongValue, "This isn't a web address that can be asked.")
	}
	req.Header = x.header
	if !x.reads() && req.Header.Get("Idempotency-Key") == "" {
		req.Header.Set("Idempotency-Key", c.Key)
	}
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", "Blockflow")
	}
	var transport http.RoundTripper = publicOnly
	if kit.HTTP != nil {
		transport = kit.HTTP
	}
	client := &http.Client{Transport: transport, CheckRedirect: func(_ *http.Request, via []*http.Request) error {
		if len(via) > mostRedirects {
			return errors.New("too many redirects")
		}
		return nil
	}}
	res, err := client.Do(req)
	if err != nil {
		return engine.Null, notAnswered(ctx, within, err)
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer+1))
	if err != nil {
		return engine.Null, notAnswered(ctx, within, err)
	}
	if len(data) > mostAnswer {
		return engine.Null, engine.Fail(engine.LimitOutcome, "The service's answer is longer than %d bytes.", mostAnswer)
	}
	return x.answer(res, data)
}

// notAnswered says why there is no answer. The cause stays in the operator's log.
func notAnswered(ctx, within context.Context, err error) error {
	host := "The service"
	var at *url.Error
	if errors.As(err, &at) {
		if u, parsed := url.Parse(at.URL); parsed == nil {
			host = u.Host
		}
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, errForbidden):
		return engine.Fail(Forbidden, "%s has an address on this machine or in a private network, which is closed to flows. The operator can open it.", host)
	case within.Err() != nil:
		return &engine.Error{Code: engine.Unreachable, Message: host + " didn't answer in time.", Cause: err}
	case strings.Contains(err.Error(), "too many redirects"):
		return engine.Fail(engine.WrongValue, "%s redirects more than %d times.", host, mostRedirects)
	}
	return &engine.Error{Code: engine.Unreachable, Message: host + " can't be reached. Is the address right?", Cause: err}
}

// answer makes a value of a response.
func (x *httpExchange) answer(res *http.Response, data []byte) (engine.Value, error) {
	headers := engine.Object()
	for _, name := range slices.Sorted(maps.Keys(res.Header)) {
		headers.Set(strings.ToLower(name), engine.Text(strings.ToValidUTF8(strings.Join(res.Header[name], ", "), "\ufffd")))
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	var body engine.Value
	switch {
	case x.encoding == "base64":
		body = engine.Text(base64.StdEncoding.EncodeToString(data))
	case len(data) == 0:
	case !utf8.Valid(data):
		return engine.Null, engine.Fail(engine.WrongType, "The answer isn't text in UTF-8. Choose the encoding base64.")
	default:
		body = engine.Text(string(data))
		if kind == "application/json" || strings.HasSuffix(kind, "+json") {
			if v, err := engine.ParseForeignJSON(data); err == nil {
				body = v
			}
		}
	}
	return engine.ObjectOf([]string{"status", "headers", "body"}, []engine.Value{engine.Number(float64(res.StatusCode)), headers, body}), nil
}
