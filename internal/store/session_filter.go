package store

import (
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// SessionFilter says which sessions, in which order, and which page of them.
// Conditions of different fields all hold; values of one field are alternatives.
type SessionFilter struct {
	Statuses    []kyc.Status
	Workflows   []string // workflow ids
	Countries   []string // alpha-3
	Warnings    []string // risk codes
	Features    []FeatureFilter
	From, To    time.Time // created at or after From and before To; zero = open
	Text        string    // free text, see searchTerms
	Kind        string    // user, business; "" = both
	Vendor      string    // exact vendor_data
	IncludeGone bool      // also what vanished upstream

	Sort   SortKey // "" = newest first, whatever Desc says
	Desc   bool
	After  *SessionCursor // the page after this one …
	Before bool           // … or the one before it
	Limit  int            // 1–200; 0 = 50
}

// FeatureFilter is a step, and its outcome; Status "" = whatever it was.
type FeatureFilter struct {
	Feature kyc.Feature
	Status  string
}

// feature_states holds "LIVENESS" and "LIVENESS=In Review" for each step.
func (f FeatureFilter) state() string {
	if f.Status == "" {
		return clean(string(f.Feature))
	}
	return clean(string(f.Feature) + "=" + f.Status)
}

func featureStates(features []kyc.FeatureStatus) []string {
	out := []string{}
	for _, f := range features {
		out = append(out, FeatureFilter{Feature: f.Feature}.state(), FeatureFilter(f).state())
	}
	return out
}

// query collects fragments of SQL, constants all of them, and their arguments.
type query struct {
	text   strings.Builder
	args   []any
	skewed bool // a plan made without looking at the arguments would be a bad one
}

// add appends a fragment; each ? in it becomes the next parameter.
func (b *query) add(fragment statement, args ...any) {
	for _, a := range args {
		before, after, _ := strings.Cut(string(fragment), "?")
		b.args = append(b.args, a)
		b.text.WriteString(before + "$" + strconv.Itoa(len(b.args)))
		fragment = statement(after)
	}
	b.text.WriteString(string(fragment))
}

// sql gives the statement, and the arguments with the way to plan them: a skewed
// query is planned anew each time, with its arguments in view.
func (b *query) sql() (statement, []any) {
	if b.skewed {
		return statement(b.text.String()), append([]any{pgx.QueryExecModeCacheDescribe}, b.args...)
	}
	return statement(b.text.String()), b.args
}

// where adds the filter's conditions.
func (f SessionFilter) where(b *query) {
	if f.IncludeGone {
		b.add(` where true`)
	} else {
		b.add(` where s.gone_at is null`)
	}
	f.whereIn(b)
	if !f.From.IsZero() {
		b.add(` and s.created_at >= ?`, f.From)
	}
	if !f.To.IsZero() {
		b.add(` and s.created_at < ?`, f.To)
	}
	if f.Kind != "" {
		b.add(` and s.kind = ?`, clean(f.Kind))
	}
	if f.Vendor != "" {
		b.add(` and s.vendor_data = ?`, clean(f.Vendor))
	}
	b.skewed = b.skewed || !f.From.IsZero() || !f.To.IsZero() || f.Kind != "" || f.Vendor != ""
	whereText(b, f.Text)
}

func (f SessionFilter) whereIn(b *query) {
	b.addChoice(` and s.status = ?`, ` and s.status = any(?)`, texts(f.Statuses))
	b.addChoice(` and s.country = ?`, ` and s.country = any(?)`, texts(f.Countries))
	b.addChoice(` and s.workflow_id = ?`, ` and s.workflow_id = any(?)`, texts(f.Workflows))
	b.skewed = b.skewed || len(f.Workflows) > 0 // no index has it together with status or country
	if len(f.Warnings) > 0 {
		b.addList(` and s.warnings && ?`, texts(f.Warnings))
	}
	if len(f.Features) > 0 {
		var states []string
		for _, feature := range f.Features {
			states = append(states, feature.state())
		}
		b.addList(` and s.feature_states && ?`, states)
	}
}

// addChoice asks for any of the values. A single one is compared directly: only
// then does an index give the order too.
func (b *query) addChoice(one, several statement, values []string) {
	switch len(values) {
	case 0:
	case 1:
		b.add(one, values[0])
	default:
		b.addList(several, values)
	}
}

func (b *query) addList(fragment statement, values []string) {
	b.add(fragment, values)
	b.skewed = true
}

func texts[T ~string](in []T) []string {
	out := make([]string, 0, len(in))
	for _, v := range in {
		out = append(out, clean(string(v)))
	}
	return out
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
