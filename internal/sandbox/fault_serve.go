package sandbox

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"time"
)

// serveFaulty misbehaves as ordered and returns the status that was sent, 0
// when there was none: some modes only close the connection.
func (s *Server) serveFaulty(w http.ResponseWriter, r *request, f Fault) int {
	switch f.Mode {
	case faultHang:
		s.hang(r, f)
		hangUp(w, false)
	case faultReset:
		hangUp(w, true)
	case faultActThenClose:
		s.answer(r)
		pause(r.Context(), time.Duration(f.DelayMS)*time.Millisecond)
		hangUp(w, false)
	case faultStatus, faultGarbage:
		return s.serveGarbage(w, f)
	case faultTruncate:
		return s.serveHalf(w, r)
	case faultSlow:
		return s.serveSlow(w, r, f)
	}
	return 0
}

// hang waits until the client goes, the faults are cleared, the server closes,
// or the given time is over.
func (s *Server) hang(r *request, f Fault) {
	var over <-chan time.Time
	if f.DelayMS > 0 {
		over = time.After(time.Duration(f.DelayMS) * time.Millisecond)
	}
	select {
	case <-r.Context().Done():
	case <-s.faults.release():
	case <-s.done.Done():
	case <-over:
	}
}

// hangUp closes the connection without an answer, with a TCP reset if asked.
func hangUp(w http.ResponseWriter, reset bool) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return // not over a connection of its own: an empty answer is all we can do
	}
	if tcp, isTCP := conn.(*net.TCPConn); isTCP && reset {
		tcp.SetLinger(0)
	}
	conn.Close()
}

// serveGarbage answers with a body that is not the API's, or with an error.
func (s *Server) serveGarbage(w http.ResponseWriter, f Fault) int {
	status := f.Status
	if status == 0 {
		status = http.StatusOK
		if f.Mode == faultStatus {
			status = http.StatusInternalServerError
		}
	}
	body := garbageBody(f, status)
	for name, value := range body.header {
		w.Header().Set(name, value)
	}
	if after := f.retryAfter(); after != "" {
		w.Header().Set("Retry-After", after)
	}
	w.WriteHeader(status)
	if err := body.send(w); err != nil {
		s.log.Debug("sandbox: garbage not taken", "err", err)
	}
	return status
}

// serveHalf promises the whole body and sends half of it.
func (s *Server) serveHalf(w http.ResponseWriter, r *request) int {
	a := s.answer(r)
	body, _ := a.head(w)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.status)
	w.Write(body[:len(body)/2])
	http.NewResponseController(w).Flush()
	hangUp(w, false)
	return a.status
}

// serveSlow answers late, and drop by drop when a rate is given.
func (s *Server) serveSlow(w http.ResponseWriter, r *request, f Fault) int {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(s.done, cancel)()
	pause(ctx, time.Duration(f.DelayMS)*time.Millisecond)
	a := s.answer(r)
	if f.BytesPerSecond <= 0 {
		s.write(w, a)
		return a.status
	}
	body, _ := a.head(w)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.status)
	bite := max(1, f.BytesPerSecond/10) // ten a second look like a thin line
	for len(body) > 0 && ctx.Err() == nil {
		n := min(bite, len(body))
		w.Write(body[:n])
		http.NewResponseController(w).Flush()
		body = body[n:]
		pause(ctx, time.Second/10)
	}
	return a.status
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
