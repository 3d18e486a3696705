package server

import (
	"net/http"
	"net/netip"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"blockflow/engine"
	"blockflow/runtime"
	"blockflow/runtime/access"
)

// metrics are what GET /metrics tells. No label comes from a request or a flow,
// so that nobody outside decides how many there are.
type metrics struct {
	registry *prometheus.Registry
	started  *prometheus.CounterVec // by trigger
	finished *prometheus.CounterVec // by status
	seconds  prometheus.Histogram
	running  prometheus.Gauge
	effects  *prometheus.CounterVec // by kind and outcome
	effect   *prometheus.HistogramVec
	requests *prometheus.HistogramVec // by route, method and status class
	hooks    *prometheus.CounterVec   // by what became of the event
	pruned   prometheus.Counter
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		started:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "blockflow_runs_started_total", Help: "Runs begun, by what began them."}, []string{"trigger"}),
		finished: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "blockflow_runs_ended_total", Help: "Runs ended, by status."}, []string{"status"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "blockflow_run_seconds", Help: "Time from when a run was begun or last taken up to its end.", Buckets: prometheus.ExponentialBuckets(0.0005, 4, 10),
		}),
		running: prometheus.NewGauge(prometheus.GaugeOpts{Name: "blockflow_runs_running", Help: "Runs that are being driven now."}),
		effects: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "blockflow_effects_total", Help: "Effects performed, by kind and outcome."}, []string{"kind", "outcome"}),
		effect: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "blockflow_effect_seconds", Help: "Time that an effect took, by kind.", Buckets: prometheus.ExponentialBuckets(0.0005, 4, 10),
		}, []string{"kind"}),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "blockflow_http_seconds", Help: "Time to answer a request, by route and status class.", Buckets: prometheus.ExponentialBuckets(0.0005, 4, 9),
		}, []string{"route", "class"}),
		hooks:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "blockflow_webhooks_total", Help: "Calls of webhooks, by what became of them."}, []string{"outcome"}),
		pruned: prometheus.NewCounter(prometheus.CounterOpts{Name: "blockflow_runs_pruned_total", Help: "Runs deleted because they were too old or too many."}),
	}
	m.registry.MustRegister(m.started, m.finished, m.seconds, m.running, m.effects, m.effect, m.requests, m.hooks, m.pruned,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watch adds numbers that are looked up when somebody asks.
func (m *metrics) watch(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

func (m *metrics) began(trigger string) { m.started.WithLabelValues(trigger).Inc() }

func (m *metrics) ended(r runtime.Report) {
	m.finished.WithLabelValues(r.Status).Inc()
	m.seconds.Observe(float64(r.DurationMS) / 1000)
}

func (m *metrics) performed(kind string, began time.Time, o engine.Outcome, err error) {
	outcome := "answered"
	switch {
	case err != nil:
		outcome = "none"
	case o.Err != nil:
		outcome = "refused"
	}
	m.effects.WithLabelValues(kind, outcome).Inc()
	m.effect.WithLabelValues(kind).Observe(time.Since(began).Seconds())
}

// metricsFor is /metrics. From this machine it is open to the monitoring that
// runs beside the server; from elsewhere it needs a token or a session.
func (s *Server) metricsFor(c *gin.Context) {
	if !fromHere(c.Request) {
		if p, err := s.access.Check(c.Request); err != nil || !p.May(access.Read) {
			answer(c, errHookToken)
			return
		}
	}
	promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}).ServeHTTP(c.Writer, c.Request)
}

// fromHere tells whether a request comes from this machine and not through a
// proxy on it.
func fromHere(r *http.Request) bool {
	a, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && a.Addr().Unmap().IsLoopback() && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}
