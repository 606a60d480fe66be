package flow

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"diditdesk/internal/kyc"
)

// The two generations of the API (api/workflows.md §0).
const (
	Current = "current" // features[] with a config a step, versions
	First   = "first"   // a flag a step, settings at the top, no versions
)

var (
	// ErrBranches is a graph that a list of steps cannot say: sending one would
	// flatten it (api/workflows.md §9).
	ErrBranches = errors.New("this workflow has branches; the API takes plain lists of steps only, so it can be changed in the vendor's console alone")
	// ErrIncomplete is a row that names its steps without their settings: sending
	// it back would reset them all.
	ErrIncomplete = errors.New("only the steps of this workflow are known, not their settings; read its detail first")
	// ErrFixed is an edit that the first generation has no way to send.
	ErrFixed = errors.New("this account's API keeps a fixed set of steps in a fixed order")
)

// Workflow is a typed view on a Doc: a row of the list, a detail, an answer or a
// request body, of either generation (api/workflows.md §3, §6, §7). It holds
// nothing beside the Doc, so either may be edited.
type Workflow struct {
	Doc *Doc
}

// ParseWorkflow reads one; the errors are ParseDoc's, and one for a document that
// is no object.
func ParseWorkflow(raw []byte) (*Workflow, error) {
	d, err := ParseDoc(raw)
	if err != nil {
		return nil, err
	}
	if d.root.kind != Object {
		return nil, &SyntaxError{Line: 1, Column: 1, Words: "a workflow is an object: it begins with {"}
	}
	return &Workflow{Doc: d}, nil
}

// Clone is a copy that shares nothing.
func (w *Workflow) Clone() *Workflow { return &Workflow{Doc: w.Doc.Clone()} }

// Generation is Current or First.
func (w *Workflow) Generation() string {
	if w.form() == flagForm {
		return First
	}
	return Current
}

// Label is the name people gave it, at most 50 characters.
func (w *Workflow) Label() string { return w.top("workflow_label").Text() }

// SetLabel renames it.
func (w *Workflow) SetLabel(label string) error { return w.set("workflow_label", textNode(label)) }

// Default says whether it is the application's default.
func (w *Workflow) Default() bool {
	is, _ := w.top("is_default").Bool()
	return is
}

// SetDefault marks it; the API takes the mark from the one that had it.
func (w *Workflow) SetDefault(is bool) error { return w.set("is_default", boolNode(is)) }

// MaxRetryAttempts is 0 to 10; 0 blocks after the first decline. Nil: not said.
func (w *Workflow) MaxRetryAttempts() *int { return w.number("max_retry_attempts") }

// SetMaxRetryAttempts sets it; nil leaves it to the API.
func (w *Workflow) SetMaxRetryAttempts(n *int) error { return w.setNumber("max_retry_attempts", n) }

// RetryWindowDays is 1 to 365; nil: no window, or not said.
func (w *Workflow) RetryWindowDays() *int { return w.number("retry_window_days") }

// SetRetryWindowDays sets it; nil means no window and is sent as null.
func (w *Workflow) SetRetryWindowDays(n *int) error {
	if n == nil {
		return w.set("retry_window_days", &node{kind: Null, text: "null"})
	}
	return w.setNumber("retry_window_days", n)
}

// ExpirationSeconds is the raw session_expiration_time; its unit is nowhere told,
// 604800 and 1440 are both seen (api/workflows.md §12).
func (w *Workflow) ExpirationSeconds() *int { return w.number("session_expiration_time") }

// SetExpirationSeconds sets it; nil leaves it to the API.
func (w *Workflow) SetExpirationSeconds(n *int) error {
	return w.setNumber("session_expiration_time", n)
}

// Type is workflow_type, "" when it is not said.
func (w *Workflow) Type() string { return w.top("workflow_type").Text() }

// VersionID is the uuid of this version, "" in a request body.
func (w *Workflow) VersionID() string { return w.top("uuid").Text() }

// Limits are the thresholds drawn on scores; the first step of a kind counts. The
// first generation's only AML limit is the one above which it declines.
func (w *Workflow) Limits() kyc.Limits {
	var l kyc.Limits
	into := map[string]**float64{
		"face_match_score_decline_threshold": &l.FaceDecline, "face_match_score_review_threshold": &l.FaceReview,
		"face_liveness_score_decline_threshold": &l.LivenessDecline, "face_liveness_score_review_threshold": &l.LivenessReview,
		"aml_score_approve_threshold": &l.AMLApprove, "aml_score_review_threshold": &l.AMLReview,
	}
	for _, s := range w.items() {
		for key, at := range into {
			if f, ok := (Value{s.config.get(key)}).Float(); ok && *at == nil {
				*at = &f
			}
		}
		if f, ok := (Value{s.config.get("aml_decline_threshold")}).Float(); ok && l.AMLReview == nil {
			l.AMLReview = &f
		}
	}
	return l
}

func (w *Workflow) top(key string) Value { return Value{w.Doc.root.get(key)} }

func (w *Workflow) set(key string, n *node) error { return w.Doc.put(key, n) }

func (w *Workflow) number(key string) *int {
	n, ok := w.top(key).Int()
	if !ok {
		return nil
	}
	i := int(n)
	return &i
}

func (w *Workflow) setNumber(key string, n *int) error {
	if n == nil {
		return w.Doc.Delete(key)
	}
	return w.set(key, numberNode(strconv.Itoa(*n)))
}

// Definition is what of w is under change control, in request form: the current
// form with whole configs, or the flag form. What only the server writes (ids,
// prices, dates, the graph) is left out, and of a row also its status. The errors
// are ErrBranches and ErrIncomplete.
func (w *Workflow) Definition() (*Workflow, error) {
	d, err := w.definition()
	if err != nil {
		return nil, err
	}
	return d.Clone(), nil
}

// definition is Definition, for reading only: it shares its values with w.
func (w *Workflow) definition() (*Workflow, error) {
	if w.Branches() {
		return nil, ErrBranches
	}
	if !w.complete() {
		return nil, ErrIncomplete
	}
	root := &node{kind: Object, line: w.Doc.root.line}
	first, row := w.form() == flagForm, w.top("uuid").Exists()
	for i, k := range w.Doc.root.keys {
		switch {
		case first && serverKey(k.key), !first && !requestKey(k.key), row && k.key == "status":
		case k.key == "features" && !first:
			root.set("features", w.featureList())
		default:
			root.keys = append(root.keys, k)
			root.kids = append(root.kids, w.Doc.root.kids[i])
		}
	}
	if !first && root.get("features") == nil {
		root.set("features", w.featureList())
	}
	return &Workflow{Doc: &Doc{root: root}}, nil
}

// Body is what to send in a POST or PATCH: the Definition as JSON. A PATCH with
// features replaces all of them, so every config goes whole (api/workflows.md §2).
func (w *Workflow) Body() (json.RawMessage, error) {
	d, err := w.definition()
	if err != nil {
		return nil, fmt.Errorf("the body of %q: %w", w.Label(), err)
	}
	return d.Doc.Raw(), nil
}

// BodyAs is Body with a status of its own: "published" makes a new version,
// "draft" keeps a draft one; only the current generation knows it.
func (w *Workflow) BodyAs(status string) (json.RawMessage, error) {
	d, err := w.definition()
	if err != nil {
		return nil, fmt.Errorf("the body of %q: %w", w.Label(), err)
	}
	if w.form() != flagForm {
		d.Doc.root.set("status", textNode(status))
	}
	return d.Doc.Raw(), nil
}
