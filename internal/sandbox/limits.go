package sandbox

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// bucket names one counter of api/sessions.md §9.3.
type bucket string

const (
	bucketRead     bucket = "generic-get"
	bucketWrite    bucket = "generic-write"
	bucketCreate   bucket = "session-create"
	bucketDecision bucket = "session-decision"
	bucketPDF      bucket = "generate-pdf"
	bucketEdit     bucket = "update-data"

	limitWindow = time.Minute
)

// limiter counts requests in a sliding window, per bucket and caller.
type limiter struct {
	mu     sync.Mutex
	limits map[bucket]int
	seen   map[string][]time.Time // oldest first
}

func newLimiter(first bool) *limiter {
	limits := map[bucket]int{bucketRead: 600, bucketWrite: 300, bucketCreate: 600, bucketPDF: 50, bucketEdit: 10}
	if first {
		limits = map[bucket]int{bucketRead: 300, bucketWrite: 300, bucketCreate: 600, bucketDecision: 100, bucketPDF: 100}
	}
	return &limiter{limits: limits, seen: map[string][]time.Time{}}
}

// room is what is left in one bucket after the request was counted.
type room struct {
	limit, left int
	wait        time.Duration // until one more fits; 0 when it does
	reset       time.Time     // when the oldest counted request leaves the window
}

// take counts a request, or says how long until it would fit. A refused
// request is not counted.
func (l *limiter) take(b bucket, caller string, now time.Time) room {
	l.mu.Lock()
	defer l.mu.Unlock()
	limit, bounded := l.limits[b]
	if !bounded {
		return room{limit: 1 << 30, left: 1 << 30, reset: now}
	}
	id := string(b) + " " + caller
	seen := l.seen[id]
	for len(seen) > 0 && !seen[0].After(now.Add(-limitWindow)) {
		seen = seen[1:]
	}
	if len(seen) >= limit {
		l.seen[id] = seen
		reset := seen[0].Add(limitWindow)
		return room{limit: limit, wait: reset.Sub(now), reset: reset}
	}
	seen = append(seen, now)
	l.seen[id] = seen
	return room{limit: limit, left: limit - len(seen), reset: seen[0].Add(limitWindow)}
}

// throttle counts the request in its buckets. The headers come with every
// answer in the first documents, only with a 429 today (api/basics.md, Rate limits).
func (s *Server) throttle(r *request, rt route) (http.Header, error) {
	if s.cfg.NoLimits || !isAPI(r.path) {
		return nil, nil
	}
	caller := r.key
	if caller == keyNone || caller == keyUnknown {
		caller = r.peer()
	}
	var tightest room
	for i, b := range bucketsOf(rt) {
		got := s.limits.take(b, caller, r.now)
		if got.wait > 0 {
			f := throttled(got.wait)
			f.header = got.headers()
			return nil, f
		}
		if i == 0 || got.left < tightest.left {
			tightest = got
		}
	}
	if s.first() {
		return tightest.headers(), nil
	}
	return nil, nil
}

func (r room) headers() http.Header {
	h := http.Header{}
	h.Set("X-RateLimit-Limit", strconv.Itoa(r.limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(r.left))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(r.reset.Unix(), 10))
	return h
}

// bucketsOf: endpoint limits apply on top of the overall one, but creating a
// session, which allows more than the overall one, is counted alone.
func bucketsOf(rt route) []bucket {
	overall := bucketWrite
	if rt.method == http.MethodGet {
		overall = bucketRead
	}
	switch rt.bucket {
	case "":
		return []bucket{overall}
	case bucketCreate:
		return []bucket{bucketCreate}
	}
	return []bucket{overall, rt.bucket}
}
