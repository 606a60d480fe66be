package diditclient

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	longestPause = time.Minute     // the API's own window is 60 s: longer is absurd
	usualPause   = 5 * time.Second // when nothing sensible is said (api/basics.md, Rate limits)
)

// retryAfter reads Retry-After: seconds, a date, or nonsense (F2).
func retryAfter(h http.Header) time.Duration {
	s := strings.TrimSpace(h.Get("Retry-After"))
	wait := usualPause
	if secs, err := strconv.ParseFloat(s, 64); err == nil && !math.IsNaN(secs) {
		wait = longestPause
		if secs < longestPause.Seconds() {
			wait = time.Duration(secs * float64(time.Second))
		}
	} else if at, err := http.ParseTime(s); err == nil {
		wait = at.Sub(dateOf(h))
	}
	if wait <= 0 {
		return usualPause
	}
	return min(wait, longestPause)
}

// dateOf is the server's own clock where it says so: ours may be off.
func dateOf(h http.Header) time.Time {
	if at, err := http.ParseTime(h.Get("Date")); err == nil {
		return at
	}
	return time.Now()
}
