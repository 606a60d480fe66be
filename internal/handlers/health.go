package handlers

import (
	"context"
	"net/http"
	"time"
)

// readyWithin is shorter than the patience of those who ask.
const readyWithin = 2 * time.Second

// healthShow says that the process is there and answers; it asks nobody.
func healthShow(r *request) error { return r.String(http.StatusOK, "ok\n") }

// readyShow says whether this instance can serve: the database answers and has
// its tables. Didit's troubles do not count: lists and pages work without it. Why
// not goes to the log alone; strangers learn nothing (T33).
func readyShow(r *request) error {
	ctx, cancel := context.WithTimeout(r.Request().Context(), readyWithin)
	defer cancel()
	if err := r.server.Store.Ready(ctx); err != nil {
		r.server.Log.Warn("not ready", "err", err)
		return r.String(http.StatusServiceUnavailable, "not ready\n")
	}
	return r.String(http.StatusOK, "ready\n")
}
