package bench

import (
	"bytes"
	"context"
	"crypto/sha256"
	"html"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"diditdesk/internal/kyc"
)

// floor serves the same lists with nothing but net/http, pgx and a buffer: no
// router, no middleware, no audit, no masking, no frame, no counts. It is what the
// work that cannot be left out costs.
type floor struct {
	pool *pgxpool.Pool
	web  *httptest.Server
}

func newFloor(b *testing.B, dsn string) *floor {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		b.Fatal(err)
	}
	config.MaxConns = conns
	f := &floor{}
	if f.pool, err = pgxpool.NewWithConfig(b.Context(), config); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(f.pool.Close)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /list", f.page(func(*http.Request) (string, []any) { return floorList + floorOrder, nil }))
	mux.HandleFunc("GET /filtered", f.page(func(r *http.Request) (string, []any) {
		q := r.URL.Query()
		return floorList + ` and s.status = $1 and s.country = any($2)` + floorOrder, []any{q.Get("status"), q["country"]}
	}))
	mux.HandleFunc("GET /search", f.page(func(r *http.Request) (string, []any) {
		return floorList + ` and s.search like $1` + floorOrder, []any{"%" + r.URL.Query().Get("q") + "%"}
	}))
	mux.HandleFunc("GET /deep", f.page(func(r *http.Request) (string, []any) {
		return floorList + ` and (s.created_at, s.id) < ((select created_at from sessions where id = $1), $1)` + floorOrder, []any{r.URL.Query().Get("after")}
	}))
	mux.HandleFunc("GET /session", f.session)
	f.web = httptest.NewServer(mux)
	b.Cleanup(f.web.Close)
	return f
}

// The statements are those of store: the same columns, tables, conditions, order.
const (
	floorColumns = `select s.id::text, s.number, s.kind, s.status, s.workflow_id, coalesce(w.label, ''), s.workflow_version, s.vendor_data, s.full_name, s.country,
		s.document_type, s.document_number, s.email, s.phone, s.environment, s.features, s.warnings, s.face_score, s.liveness_score, s.aml_hits,
		s.created_at, s.updated_at, s.status_since, s.expires_at, s.decision_at, s.synced_at, s.gone_at, s.version
		from sessions s
		left join workflows w on w.id = s.workflow_id`
	floorList   = floorColumns + ` where s.gone_at is null`
	floorOrder  = ` order by s.created_at desc, s.id desc limit 51`
	floorSignIn = `select s.id, coalesce(s.staff_id, 0), coalesce(t.name, ''), coalesce(t.role, ''), t.disabled_at is not null,
		coalesce(t.theme, ''), coalesce(t.time_zone, ''), s.data, s.address, s.agent, s.created_at, s.seen_at, s.fresh_at, s.expires_at, s.ended_at
		from signins s
		left join staff t on t.id = s.staff_id
		where s.token_hash = $1`
)

// signedIn looks the cookie up as auth does.
func (f *floor) signedIn(r *http.Request) (bool, error) {
	c, err := r.Cookie("desk")
	if err != nil {
		return false, nil
	}
	sum := sha256.Sum256([]byte(c.Value))
	var id, staff int64
	var name, role, theme, zone, address, agent string
	var disabled bool
	var data []byte
	var created, seen, fresh, expires time.Time
	var ended *time.Time
	err = f.pool.QueryRow(r.Context(), floorSignIn, sum[:]).Scan(&id, &staff, &name, &role, &disabled, &theme, &zone, &data, &address, &agent, &created, &seen, &fresh, &expires, &ended)
	return staff != 0 && !disabled && ended == nil && time.Now().Before(expires), err
}

func (f *floor) page(ask func(*http.Request) (string, []any)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ok, err := f.signedIn(r)
		if err != nil || !ok {
			http.Error(w, "not signed in", http.StatusForbidden)
			return
		}
		sql, args := ask(r)
		items, err := f.sessions(r.Context(), sql, args)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		var out bytes.Buffer
		out.WriteString(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Sessions</title></head><body><table><tbody>`)
		for _, s := range items[:min(50, len(items))] {
			floorRow(&out, s)
		}
		out.WriteString(`</tbody></table></body></html>`)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(out.Bytes())
	}
}

func (f *floor) sessions(ctx context.Context, sql string, args []any) ([]kyc.Session, error) {
	rows, err := f.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s kyc.Session, err error) {
		var expires, decision, gone *time.Time
		return s, row.Scan(&s.ID, &s.Number, &s.Kind, &s.Status, &s.WorkflowID, &s.WorkflowLabel, &s.WorkflowVersion, &s.VendorData, &s.FullName, &s.Country,
			&s.DocumentType, &s.DocumentNumber, &s.Email, &s.Phone, &s.Environment, &s.Features, &s.Warnings, &s.FaceScore, &s.LivenessScore, &s.AMLHits,
			&s.CreatedAt, &s.UpdatedAt, &s.StatusSince, &expires, &decision, &s.SyncedAt, &gone, &s.Version)
	})
}

// floorRow is a row of the desk's list, cell for cell.
func floorRow(out *bytes.Buffer, s kyc.Session) {
	text := func(parts ...string) {
		for i, p := range parts {
			if i%2 == 1 {
				p = html.EscapeString(p)
			}
			out.WriteString(p)
		}
	}
	const icon = `<svg class="icon" width="16" height="16" aria-hidden="true"><use href="/static/icons.svg#check"></use></svg>`
	text(`<tr><td class="cell-main"><a href="/sessions/`, s.ID, `" data-row dir="auto">`, s.FullName, `</a><span class="cell-sub" dir="auto">`, s.VendorData,
		`</span></td><td class="cell-status"><span class="pill" data-tone="good">`+icon+`<span>`, string(s.Status), `</span></span></td><td class="cell-why">`)
	for _, w := range s.Warnings[:min(2, len(s.Warnings))] {
		text(``, w, `; `)
	}
	text(`</td><td class="cell-checks"><ul class="checks">`)
	for _, c := range s.Features[:min(6, len(s.Features))] {
		text(`<li class="checks__mark" data-tone="good" title="`, string(c.Feature)+": "+c.Status, `">`+icon+`<span class="visually-hidden">`, string(c.Feature)+": "+c.Status, `</span></li>`)
	}
	text(`</ul></td><td class="cell-extra">`, s.WorkflowLabel, `</td><td class="cell-extra">`, s.Country, `</td><td class="cell-extra num">`, strconv.FormatInt(s.Number, 10),
		`</td><td class="cell-end num"><span title="`, s.CreatedAt.Format(time.RFC3339), `">`, time.Since(s.CreatedAt).Round(time.Minute).String(), `</span></td></tr>`)
}

// session is the session and its decision as stored, shown as it is.
func (f *floor) session(w http.ResponseWriter, r *http.Request) {
	ok, err := f.signedIn(r)
	if err != nil || !ok {
		http.Error(w, "not signed in", http.StatusForbidden)
		return
	}
	id := r.URL.Query().Get("id")
	items, err := f.sessions(r.Context(), floorColumns+` where s.id = $1`, []any{id})
	var doc, raw []byte
	if err == nil {
		err = f.pool.QueryRow(r.Context(), `select doc, raw from decisions where session_id = $1`, id).Scan(&doc, &raw)
	}
	if err != nil || len(items) == 0 {
		http.Error(w, "no such session", http.StatusNotFound)
		return
	}
	var out bytes.Buffer
	out.WriteString(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Session</title></head><body><table>`)
	floorRow(&out, items[0])
	out.WriteString(`</table><pre>` + html.EscapeString(string(doc)) + `</pre></body></html>`)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(out.Bytes())
}
