package sandbox

import (
	"maps"
	"sync"
)

// Tamper changes what matching calls answer, after they were carried out: for
// hostile text, unknown fields, rows twice, a next link to nowhere (F11, F12).
type Tamper struct {
	Method   string         `json:"method,omitempty"`
	Path     string         `json:"path"`                // as in Fault
	Merge    map[string]any `json:"merge,omitempty"`     // into the answer's top level
	RowMerge map[string]any `json:"row_merge,omitempty"` // into each of results
	Rows     []any          `json:"rows,omitempty"`      // instead of results
	Body     any            `json:"body,omitempty"`      // instead of everything
	Times    int            `json:"times,omitempty"`     // 0 is until cleared
}

type tamperBox struct {
	mu     sync.Mutex
	orders []*tamperOrder
}

type tamperOrder struct {
	Tamper
	hit int
}

func (b *tamperBox) add(t Tamper) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.orders = append(b.orders, &tamperOrder{Tamper: t})
}

func (b *tamperBox) clear() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.orders = nil
}

func (b *tamperBox) match(method, path string) (Tamper, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range b.orders {
		if o.Times > 0 && o.hit >= o.Times || o.Method != "" && o.Method != method || !pathMatches(o.Path, path) {
			continue
		}
		o.hit++
		return o.Tamper, true
	}
	return Tamper{}, false
}

// apply changes a good JSON answer; errors stay as they are.
func (b *tamperBox) apply(r *request, a answer) answer {
	t, found := b.match(r.Method, r.path)
	if !found || a.raw != nil || a.status >= 300 {
		return a
	}
	if t.Body != nil {
		a.body = t.Body
		return a
	}
	value, err := decodeJSON(encodeJSON(a.body))
	body, isObject := value.(map[string]any)
	if err != nil || !isObject {
		return a
	}
	if t.Rows != nil {
		body["results"] = t.Rows
	}
	rows, _ := body["results"].([]any)
	for _, item := range rows {
		if row, isRow := item.(map[string]any); isRow {
			maps.Copy(row, t.RowMerge)
		}
	}
	maps.Copy(body, t.Merge)
	a.body = body
	return a
}

// AddTamper adds one order to change answers.
func (s *Server) AddTamper(t Tamper) { s.tampers.add(t) }

// ClearTampers takes all of them back.
func (s *Server) ClearTampers() { s.tampers.clear() }
