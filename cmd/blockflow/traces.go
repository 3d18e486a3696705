package main

import (
	"context"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"blockflow/runtime/traces"
)

// openTraces makes the tracer that the settings or OpenTelemetry's own variables
// ask for, nil if none do.
func openTraces(endpoint string) (*traces.Tracer, error) {
	if endpoint == "" {
		endpoint = os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT")
	}
	if endpoint == "" || strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") {
		return nil, nil
	}
	headers := map[string]string{}
	for pair := range strings.SplitSeq(os.Getenv("OTEL_EXPORTER_OTLP_HEADERS"), ",") {
		name, value, ok := strings.Cut(pair, "=")
		plain, err := url.PathUnescape(strings.TrimSpace(value))
		if name = strings.TrimSpace(name); ok && name != "" && err == nil {
			headers[name] = plain
		}
	}
	t, err := traces.New(traces.Options{Endpoint: endpoint, Headers: headers})
	if err != nil {
		return nil, unusable("%s", err)
	}
	return t, nil
}

// sendingLeft bounds how long stopping waits for a collector.
const sendingLeft = 3 * time.Second

func closeTraces(t *traces.Tracer) {
	ctx, cancel := context.WithTimeout(context.Background(), sendingLeft)
	defer cancel()
	if err := t.Close(ctx); err != nil {
		slog.Warn("the last traces could not be sent", "err", err)
	}
}
