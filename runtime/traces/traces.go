// Package traces tells an OpenTelemetry collector what runs did: a span for each
// run and one for each effect that it performed. The ids of a run's spans follow
// from its own, so a run that is put away, or that another process goes on with,
// stays in one trace. Values never get into a span.
package traces

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Options say where spans go.
type Options struct {
	// Endpoint is a collector's address for OTLP over HTTP, such as
	// http://localhost:4318; v1/traces is added.
	Endpoint string
	// Headers go with each request to it, for example a key.
	Headers map[string]string
	// Client sends; nil means one with a time limit of ten seconds.
	Client *http.Client
	Log    *slog.Logger
}

// A Tracer collects spans and sends them in batches. What can't be sent is
// dropped and logged: nothing waits for a collector. A nil Tracer does nothing.
type Tracer struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
}

// New makes a tracer. Its error says what is wrong with the endpoint.
func New(o Options) (*Tracer, error) {
	to, err := url.Parse(o.Endpoint)
	if err != nil || to.Scheme != "http" && to.Scheme != "https" || to.Host == "" {
		return nil, fmt.Errorf("the address of the OpenTelemetry collector must begin with http:// or https://, such as http://localhost:4318")
	}
	to = to.JoinPath("v1", "traces")
	e := &exporter{to: to.String(), headers: o.Headers, client: o.Client, log: o.Log}
	if e.client == nil {
		e.client = &http.Client{Timeout: 10 * time.Second}
	}
	if e.log == nil {
		e.log = slog.Default()
	}
	p := sdk.NewTracerProvider(
		sdk.WithBatcher(e), sdk.WithIDGenerator(givenIDs{}),
		sdk.WithResource(resource.NewSchemaless(attribute.String("service.name", "blockflow"))),
	)
	return &Tracer{p, p.Tracer("blockflow")}, nil
}

// Close sends what is left.
func (t *Tracer) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}

// A Run is what the span of a run tells.
type Run struct {
	ID, Flow, Trigger, Status string
	Version                   int    // 0 is a draft
	Parent                    string // the header traceparent that its event came with, or ""
	Code, Block               string // of the error, if it failed
	Effects                   int
	Start, End                time.Time
}

// Ended tells of a run that has ended.
func (t *Tracer) Ended(r Run) {
	if t == nil {
		return
	}
	version := fmt.Sprint(r.Version)
	if r.Version == 0 {
		version = "draft"
	}
	ctx := parentOf(r.Parent)
	above := trace.SpanContextFromContext(ctx)
	ids := ids{span: spanID("run", r.ID), trace: traceID(r.ID, above)}
	_, span := t.tracer.Start(context.WithValue(ctx, idsKey{}, ids), "run "+r.Flow,
		trace.WithTimestamp(r.Start), trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
			attribute.String("blockflow.run", r.ID), attribute.String("blockflow.flow", r.Flow), attribute.String("blockflow.version", version),
			attribute.String("blockflow.trigger", r.Trigger), attribute.String("blockflow.status", r.Status), attribute.Int("blockflow.effects", r.Effects),
		))
	end(span, r.Code, r.Block, r.End)
}

// An Effect is what the span of an effect tells.
type Effect struct {
	Run, Parent      string // the run, and its Parent
	Place, Kind      string
	Block, BlockType string
	Code             string // of the refusal, if it was refused
	Start, End       time.Time
}

// Performed tells of an effect that was performed, or refused.
func (t *Tracer) Performed(e Effect) {
	if t == nil {
		return
	}
	above := t.spanOf(e.Run, e.Parent, spanID("run", e.Run))
	ids := ids{span: effectID(e.Run, e.Place), trace: above.TraceID()}
	ctx := context.WithValue(trace.ContextWithRemoteSpanContext(context.Background(), above), idsKey{}, ids)
	_, span := t.tracer.Start(ctx, e.Kind,
		trace.WithTimestamp(e.Start), trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
			attribute.String("blockflow.run", e.Run), attribute.String("blockflow.place", e.Place),
			attribute.String("blockflow.block", e.Block), attribute.String("blockflow.block_type", e.BlockType),
		))
	end(span, e.Code, "", e.End)
}

func end(span trace.Span, code, block string, at time.Time) {
	if code != "" {
		span.SetStatus(codes.Error, code)
		span.SetAttributes(attribute.String("error.type", code))
	}
	if block != "" {
		span.SetAttributes(attribute.String("blockflow.block", block))
	}
	span.End(trace.WithTimestamp(at))
}

// Header is the header traceparent for what an effect sends.
func (t *Tracer) Header(run, parent, place string) string {
	if t == nil {
		return ""
	}
	carrier := propagation.MapCarrier{}
	ctx := trace.ContextWithSpanContext(context.Background(), t.spanOf(run, parent, effectID(run, place)))
	propagation.TraceContext{}.Inject(ctx, carrier)
	return carrier.Get("traceparent")
}

// spanOf is one of a run's spans, in its trace.
func (t *Tracer) spanOf(run, parent string, id trace.SpanID) trace.SpanContext {
	above := trace.SpanContextFromContext(parentOf(parent))
	flags := trace.FlagsSampled
	if above.IsValid() {
		flags = above.TraceFlags()
	}
	return trace.NewSpanContext(trace.SpanContextConfig{TraceID: traceID(run, above), SpanID: id, TraceFlags: flags, Remote: true})
}

// Parent returns a header traceparent if it is one, else "".
func Parent(header string) string {
	if trace.SpanContextFromContext(parentOf(header)).IsValid() {
		return strings.ToLower(header)
	}
	return ""
}

func parentOf(header string) context.Context {
	return propagation.TraceContext{}.Extract(context.Background(), propagation.MapCarrier{"traceparent": header})
}

func traceID(run string, above trace.SpanContext) (id trace.TraceID) {
	if above.IsValid() {
		return above.TraceID()
	}
	sum := sha256.Sum256([]byte("trace\x00" + run))
	copy(id[:], sum[:])
	return id
}

func effectID(run, place string) trace.SpanID { return spanID("effect", run+"\x00"+place) }

func spanID(kind, of string) (id trace.SpanID) {
	sum := sha256.Sum256([]byte(kind + "\x00" + of))
	copy(id[:], sum[:])
	return id
}

// ids are those of the span that begins.
type ids struct {
	trace trace.TraceID
	span  trace.SpanID
}

type idsKey struct{}

// givenIDs takes a span's ids from the context.
type givenIDs struct{}

// NewIDs is sdk.IDGenerator's.
func (givenIDs) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	given, _ := ctx.Value(idsKey{}).(ids)
	return given.trace, given.span
}

// NewSpanID is sdk.IDGenerator's.
func (givenIDs) NewSpanID(ctx context.Context, _ trace.TraceID) trace.SpanID {
	given, _ := ctx.Value(idsKey{}).(ids)
	return given.span
}
