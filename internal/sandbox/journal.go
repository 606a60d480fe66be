package sandbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// journal keeps what changed the world, so that a world made again from its seed
// can be brought to where it was: the same requests, in the same order, at the same
// times, give the same ids (World.rng is one stream).
type journal struct {
	mu   sync.Mutex
	file *os.File
}

// journalLine is one request that was carried out. It holds no credentials.
type journalLine struct {
	At     time.Time `json:"at"`
	Method string    `json:"method"`
	URI    string    `json:"uri"`
	Type   string    `json:"type,omitempty"`
	Body   []byte    `json:"body,omitempty"`
}

// keep writes a request down when it changed something. Looking at the hosted page
// does: it begins the session.
func (j *journal) keep(r *request, status int) error {
	hosted := strings.HasPrefix(r.path, "/session/") || strings.HasPrefix(r.path, "/u/")
	if j == nil || status >= 400 || (r.Method == http.MethodGet && !hosted) || strings.HasPrefix(r.path, "/auth/") || strings.HasPrefix(r.path, "/v3/webhook/") {
		return nil
	}
	line, err := json.Marshal(journalLine{At: r.now, Method: r.Method, URI: r.URL.RequestURI(), Type: r.Header.Get("Content-Type"), Body: r.body})
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	_, err = j.file.Write(append(line, '\n'))
	return err
}

// OpenJournal replays what the file holds and keeps writing to it. Call it before
// the server takes requests; without it a restart forgets.
func (s *Server) OpenJournal(path string) error {
	if err := s.replay(path); err != nil {
		return fmt.Errorf("sandbox journal %s: %w", path, err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	s.journal = &journal{file: file}
	return nil
}

// longestLine bounds one request of the journal; bodies stop at bodyLimit, and
// base64 makes them a third longer.
const longestLine = 2*bodyLimit + 4096

func (s *Server) replay(path string) error {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	quiet := s.hooks.silence() // what was told once is not told again
	defer quiet()
	lines := bufio.NewScanner(file)
	lines.Buffer(make([]byte, 64<<10), longestLine)
	for lines.Scan() {
		var l journalLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil // the last line of a process that was killed: nothing after it counts
		}
		if err := s.again(l); err != nil {
			return err
		}
	}
	return lines.Err()
}

func (s *Server) again(l journalLine) error {
	r, err := http.NewRequestWithContext(s.done, l.Method, l.URI, bytes.NewReader(l.Body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", l.Type)
	req := &request{Request: r, path: r.URL.EscapedPath(), body: l.Body, now: l.At, base: s.cfg.PublicURL, key: "key"}
	rt, err := s.route(req)
	if err != nil {
		return err
	}
	_, _ = rt.handle(s, req) // it was carried out once; a refusal now leaves the world as it is
	return nil
}
