package bench

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// key names one figure: which page, over how many connections, and "plain",
// "gzip" or "floor".
type key struct {
	page  string
	conns int
	how   string
}

// figure is what came of it.
type figure struct {
	perSecond float64
	p50, p95  time.Duration
	bytes     int // one answer's body as sent
}

type figures map[key]figure

// side is one of those that take turns.
type side struct {
	key    key
	origin string
	cookie string
	paths  []string // asked for one after the other
	gzip   bool
}

// turns is into how many pieces each figure's time is cut.
const turns = 6

// inTurn measures all sides for the same time each, piece by piece.
func inTurn(ctx context.Context, sides []side, each time.Duration, into figures) error {
	all := make([]samples, len(sides))
	for turn := range turns + 1 {
		for i, s := range sides {
			got, err := s.load(ctx, each/turns)
			if err != nil {
				return fmt.Errorf("%s: %w", s.key.how, err)
			}
			if turn > 0 { // the first is to warm up
				all[i] = all[i].and(got)
			}
		}
	}
	for i, s := range sides {
		into[s.key] = all[i].figure()
	}
	return nil
}

type samples struct {
	took  []time.Duration
	over  time.Duration
	bytes int
}

func (s samples) and(o samples) samples {
	return samples{append(s.took, o.took...), s.over + o.over, o.bytes}
}

func (s samples) figure() figure {
	slices.Sort(s.took)
	at := func(p float64) time.Duration { return s.took[min(len(s.took)-1, int(p*float64(len(s.took))))] }
	return figure{perSecond: float64(len(s.took)) / s.over.Seconds(), p50: at(0.50), p95: at(0.95), bytes: s.bytes}
}

// load keeps the side's connections busy for so long: each sends its next
// request when the answer to the last is read. Any answer but 200 is an error.
func (s side) load(ctx context.Context, during time.Duration) (samples, error) {
	ctx, cancel := context.WithTimeout(ctx, during+30*time.Second)
	defer cancel()
	parts, errs := make([]samples, s.key.conns), make([]error, s.key.conns)
	var running sync.WaitGroup
	began := time.Now()
	for i := range s.key.conns {
		running.Go(func() { parts[i], errs[i] = s.connection(ctx, began.Add(during), i) })
	}
	running.Wait()
	out := samples{over: time.Since(began)}
	for i := range parts {
		if errs[i] != nil {
			return out, errs[i]
		}
		out.took = append(out.took, parts[i].took...)
		out.bytes = parts[i].bytes
	}
	return out, nil
}

func (s side) connection(ctx context.Context, until time.Time, first int) (samples, error) {
	var out samples
	c, err := dial(ctx, s.origin)
	if err != nil {
		return out, err
	}
	defer c.Close()
	requests := s.requests()
	for i := first; len(out.took) == 0 || time.Now().Before(until); i++ {
		began := time.Now()
		n, err := c.ask(requests[i%len(requests)])
		if err != nil {
			return out, fmt.Errorf("%s: %w", s.paths[i%len(s.paths)], err)
		}
		out.took, out.bytes = append(out.took, time.Since(began)), n
	}
	return out, nil
}

// requests are written once: the generator shares the machine with what it
// measures and must cost little.
func (s side) requests() []string {
	host := strings.TrimPrefix(s.origin, "http://")
	encoding := "identity"
	if s.gzip {
		encoding = "gzip, deflate, br"
	}
	var out []string
	for _, path := range s.paths {
		out = append(out, "GET "+path+" HTTP/1.1\r\nHost: "+host+"\r\nCookie: "+s.cookie+"\r\nAccept-Encoding: "+encoding+
			"\r\nAccept: text/html\r\nUser-Agent: bench\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n\r\n")
	}
	return out
}

// line is one kept-open connection.
type line struct {
	net.Conn
	in *bufio.Reader
}

func dial(ctx context.Context, origin string) (*line, error) {
	u, err := url.Parse(origin)
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	return &line{conn, bufio.NewReaderSize(conn, 64<<10)}, conn.SetDeadline(deadline)
}

func (l *line) ask(request string) (bytes int, err error) {
	if _, err := io.WriteString(l, request); err != nil {
		return 0, err
	}
	resp, err := http.ReadResponse(l.in, nil)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("answered %s", resp.Status)
	}
	return int(n), err
}
