package sandbox

import (
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"strings"
)

// isControl tells the emulator's own switches from the API. Media are links the
// API gave out, so they are not switches.
func isControl(path string) bool {
	return (path == "/" || path == "/_sandbox" || strings.HasPrefix(path, "/_sandbox/")) && !strings.HasPrefix(path, mediaPath)
}

func isAPI(path string) bool { return strings.HasPrefix(path, "/v3/") }

// control serves /_sandbox/…; no key is asked for: the emulator is for tests
// and demonstrations on one's own machine.
func (s *Server) control(r *request) answer {
	switch word := r.Method + " " + strings.TrimSuffix(r.path, "/"); {
	case word == "GET /_sandbox" || word == "GET ":
		return s.index()
	case word == "GET /_sandbox/faults":
		return ok(s.faults.list())
	case word == "POST /_sandbox/faults":
		return s.orderFaults(r)
	case word == "DELETE /_sandbox/faults":
		s.faults.clear()
		return noContent()
	case word == "GET /_sandbox/calls":
		return ok(s.Calls())
	case word == "DELETE /_sandbox/calls":
		s.ClearCalls()
		return noContent()
	case word == "POST /_sandbox/tamper":
		return s.orderTamper(r)
	case word == "DELETE /_sandbox/tamper":
		s.ClearTampers()
		return noContent()
	case word == "POST /_sandbox/media":
		return s.orderMedia(r)
	case word == "GET /_sandbox/prices":
		return s.showPrices()
	case word == "PUT /_sandbox/prices":
		return s.orderPrices(r)
	case strings.HasPrefix(word, "POST /_sandbox/sessions/"):
		return s.orderSession(r, strings.TrimPrefix(word, "POST /_sandbox/sessions/"))
	}
	return failure(notFound())
}

// orderFaults takes one fault or a list of them.
func (s *Server) orderFaults(r *request) answer {
	var faults []Fault
	if err := json.Unmarshal(r.body, &faults); err != nil {
		var one Fault
		if err := json.Unmarshal(r.body, &one); err != nil {
			return failure(detail(http.StatusBadRequest, err.Error()))
		}
		faults = []Fault{one}
	}
	for _, f := range faults {
		if !f.valid() {
			return failure(badChoice("mode", f.Mode))
		}
	}
	s.faults.add(faults...)
	return created(s.faults.list())
}

func (s *Server) orderTamper(r *request) answer {
	var t Tamper
	if err := json.Unmarshal(r.body, &t); err != nil {
		return failure(detail(http.StatusBadRequest, err.Error()))
	}
	s.AddTamper(t)
	return noContent()
}

func (s *Server) orderMedia(r *request) answer {
	var order struct {
		SessionID   string `json:"session_id"`
		Name        string `json:"name"`
		ContentType string `json:"content_type"`
		Body        []byte `json:"body_base64"`
	}
	if err := json.Unmarshal(r.body, &order); err != nil {
		return failure(detail(http.StatusBadRequest, err.Error()))
	}
	s.ReplaceMedia(order.SessionID, order.Name, order.ContentType, order.Body)
	return noContent()
}

// patch is what a test laid over a session's answers.
type patch struct{ decision, row map[string]any }

// orderSession sets a session's status, as a change made elsewhere, and what
// its decision and list row are to say.
func (s *Server) orderSession(r *request, id string) answer {
	var order struct {
		Status string         `json:"status"`
		Patch  map[string]any `json:"patch"`
		Row    map[string]any `json:"row"`
	}
	if err := json.Unmarshal(r.body, &order); err != nil {
		return failure(detail(http.StatusBadRequest, err.Error()))
	}
	s.Patch(id, order.Patch, order.Row)
	if !s.changeElsewhere(id, order.Status, r) {
		return failure(notFound())
	}
	return noContent()
}

func (s *Server) changeElsewhere(id, status string, r *request) bool {
	found := false
	s.change(func() {
		sess := s.world.byID[id]
		if found = sess != nil; !found || status == "" {
			return
		}
		before := sess.Status
		sess.Status, sess.UpdatedAt = status, r.now
		s.record(sess, Activity{
			Type: "STATUS_UPDATED", ActorDisplay: "reviewer@example.com", ActorEmail: "reviewer@example.com",
			ActorType: "CONSOLE_USER", NewStatus: status, PreviousStatus: before, CreatedAt: r.now,
		})
		s.notifyStatus(sess, r.base, r.now)
	})
	return found
}

// Patch lays keys over a session's decision and list row, on top of earlier
// ones: hostile strings, unknown fields, wrong types.
func (s *Server) Patch(sessionID string, decision, row map[string]any) {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	p := s.state.patches[sessionID]
	next := patch{decision: maps.Clone(p.decision), row: maps.Clone(p.row)}
	if next.decision == nil {
		next = patch{map[string]any{}, map[string]any{}}
	}
	maps.Copy(next.decision, decision)
	maps.Copy(next.row, row)
	s.state.patches[sessionID] = next
}

func (s *Server) patchOf(sessionID string) patch {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return s.state.patches[sessionID]
}

// patchRow lays a patch over a row: its own keys, and the decision's where the
// row has the same one.
func (s *Server) patchRow(sessionID string, row any) any {
	p := s.patchOf(sessionID)
	if len(p.decision)+len(p.row) == 0 {
		return row
	}
	value, err := decodeJSON(encodeJSON(row))
	object, isObject := value.(map[string]any)
	if err != nil || !isObject {
		return row
	}
	for key, value := range p.decision {
		if _, given := object[key]; given {
			object[key] = value
		}
	}
	maps.Copy(object, p.row)
	return object
}

func (s *Server) index() answer {
	count := 0
	s.read(func() { count = len(s.world.sessions) })
	page := fmt.Sprintf(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Didit sandbox</title>
<h1>Didit sandbox</h1><p>An emulator of the v3 API (generation: %s) with %d sessions.</p>
<ul><li><a href="/_sandbox/calls">Calls received</a> (DELETE empties)
<li><a href="/_sandbox/faults">Faults in force</a> (POST one or a list, DELETE clears)
<li><a href="/_sandbox/prices">Prices of steps</a> (PUT replaces the table)
<li>POST /_sandbox/tamper bends answers, DELETE clears
<li>POST /_sandbox/sessions/{id} sets a session's status and what its answers say
<li>POST /_sandbox/media replaces a picture</ul></html>`,
		html.EscapeString(s.cfg.API), count)
	return answer{status: http.StatusOK, raw: []byte(page), contentType: "text/html; charset=utf-8"}
}
