package handlers

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

// meter counts requests. Its labels come from fixed sets only, the route's pattern
// and the status: an id or a name in a label would leave the desk with the metrics
// (T33, promise 8).
type meter struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	waiting  prometheus.Gauge
}

func newMeter(to prometheus.Registerer) *meter {
	m := &meter{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "desk_requests_total", Help: "Requests answered, by route and status."}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "desk_request_seconds", Help: "Time to answer, in seconds, by route.", Buckets: []float64{.001, .002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 8},
		}, []string{"route"}),
		waiting: prometheus.NewGauge(prometheus.GaugeOpts{Name: "desk_requests_in_flight", Help: "Requests being answered now."}),
	}
	if to != nil {
		to.MustRegister(m.requests, m.seconds, m.waiting)
	}
	return m
}

// measure stands inside the router, where the route's pattern is known.
func (m *meter) measure(pattern string, next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		m.waiting.Inc()
		defer m.waiting.Dec()
		err := next(c)
		status := c.Response().Status
		if err != nil {
			status = statusOf(asError(err).Kind)
		}
		m.requests.WithLabelValues(pattern, strconv.Itoa(status)).Inc()
		m.seconds.WithLabelValues(pattern).Observe(time.Since(began).Seconds())
		return err
	}
}
