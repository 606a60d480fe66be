package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	firstNumber = 1_000_000 // of the generated sessions; the emulator's are below
	decided     = 50        // one in so many has a decision document beside it
	spread      = 365 * 24 * time.Hour
)

// model is a mirrored session of the emulator: what a generated one is made
// after. Status, workflow, outcomes, warnings and scores are taken as they are.
type model struct {
	Status, WorkflowID         string
	WorkflowVersion            int
	FullName, Country, DocType string
	Features                   json.RawMessage
	States, Warnings           []string
	Face, Liveness             *float64
	Hits                       int
	Search                     string // folded
}

// name is one word of somebody's name, and what a search finds it by.
type name struct{ plain, folded string }

// seed brings the mirror to n sessions, newest now, the rest over a year.
func (d *desk) seed(n int) {
	ctx := d.b.Context()
	var have int
	d.must(d.raw.QueryRow(ctx, `select count(*) from sessions`).Scan(&have))
	d.must(d.dropIndexes(ctx))
	g := &generator{rng: rand.New(rand.NewPCG(7, uint64(n))), now: time.Now(), from: have - ownWorld, made: have - ownWorld, stop: n - ownWorld}
	g.models = d.models(ctx)
	g.first, g.last = nameParts(g.models)
	_, err := d.raw.CopyFrom(ctx, pgx.Identifier{"sessions"}, columns, g)
	d.must(err)
	d.must(d.finish(ctx, have-ownWorld))
}

func (d *desk) models(ctx context.Context) []model {
	rows, err := d.raw.Query(ctx, `
		select status, workflow_id, workflow_version, full_name, country, document_type, features, feature_states, warnings, face_score, liveness_score, aml_hits, search
		from sessions
		where number < $1
		order by id`, firstNumber)
	d.must(err)
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[model])
	d.must(err)
	return out
}

// nameParts takes first and last words of names apart, so that they can be put
// together anew: some fifty thousand different people.
func nameParts(models []model) (first, last []name) {
	for _, m := range models {
		words, folded := strings.Fields(m.FullName), strings.Fields(m.Search)
		if len(words) < 2 || len(folded) < len(words) {
			continue
		}
		end := len(words) - 1
		first = append(first, name{words[0], folded[0]})
		last = append(last, name{words[end], folded[end]})
	}
	return first, last
}

// generator is a pgx.CopyFromSource: the same models and numbers every time.
type generator struct {
	rng         *rand.Rand
	now         time.Time
	models      []model
	first, last []name
	from        int // how many there were before
	made, stop  int
}

var columns = []string{"id", "number", "status", "workflow_id", "workflow_version", "vendor_data", "full_name", "country", "document_type",
	"document_number", "email", "phone", "environment", "features", "feature_states", "warnings", "face_score", "liveness_score", "aml_hits",
	"created_at", "updated_at", "status_since", "decision_at", "synced_at", "row_hash", "search", "starts"}

func (g *generator) Next() bool { g.made++; return g.made <= g.stop }

func (g *generator) Err() error { return nil }

func (g *generator) Values() ([]any, error) {
	m := g.models[g.rng.IntN(len(g.models))]
	number := int64(firstNumber + g.made)
	vendor := fmt.Sprintf("customer-%07d", g.rng.IntN(5_000_000))
	var full, folded, email string
	if m.FullName != "" {
		a, b := g.first[g.rng.IntN(len(g.first))], g.last[g.rng.IntN(len(g.last))]
		full, folded = a.plain+" "+b.plain, a.folded+" "+b.folded
		email = strings.ReplaceAll(folded, " ", ".") + fmt.Sprintf("%d@example.com", g.rng.IntN(1000))
	}
	phone := fmt.Sprintf("+120255501%02d", g.rng.IntN(100))
	document := fmt.Sprintf("%c%08d", 'A'+g.rng.IntN(26), g.rng.IntN(100_000_000))
	// In order of their numbers, as they arrive: neighbours in time are neighbours in the table.
	created := g.now.Add(-time.Duration(float64(spread) * float64(g.stop-g.made+1) / float64(g.stop-g.from+1)))
	since := created.Add(time.Duration(g.rng.IntN(3600)) * time.Second)
	search := strings.TrimSpace(strings.Join([]string{folded, vendor, email, phone, fmt.Sprint(number)}, " ")) + "\n" + strings.ToLower(document)
	return []any{g.uuid(), number, m.Status, m.WorkflowID, m.WorkflowVersion, vendor, full, m.Country, m.DocType,
		document, email, phone, "sandbox", m.Features, m.States, m.Warnings, m.Face, m.Liveness, m.Hits,
		created, since, since, g.now, g.now, []byte("generated"), search, starts(append(strings.Fields(folded), vendor, fmt.Sprint(number)))}, nil
}

func (g *generator) uuid() string {
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", g.rng.Uint32(), g.rng.Uint32()&0xffff, g.rng.Uint32()&0xfff, g.rng.Uint32()&0xfff, g.rng.Uint64()&0xffffffffffff)
}

// starts is what one or two typed letters match.
func starts(words []string) []string {
	var out []string
	for _, w := range words {
		letters := []rune(w)
		for n := 1; n <= min(2, len(letters)); n++ {
			out = append(out, string(letters[:n]))
		}
	}
	return out
}

// dropIndexes keeps their definitions in a table: rows are copied several times
// faster into a table without them.
func (d *desk) dropIndexes(ctx context.Context) error {
	_, err := d.raw.Exec(ctx, `
		do $$
		declare def record;
		begin
			drop table if exists public.bench_indexes;
			create table public.bench_indexes as
				select indexname as name, indexdef as line
				from pg_indexes
				where schemaname = 'public' and tablename = 'sessions' and indexname <> 'sessions_pkey';
			for def in select name from public.bench_indexes loop
				execute format('drop index %I', def.name);
			end loop;
		end $$`)
	return err
}

// finish builds the indexes, puts decision documents and traits beside one
// session in fifty, and leaves the tables as autovacuum would.
func (d *desk) finish(ctx context.Context, after int) error {
	_, err := d.raw.Exec(ctx, `
		set maintenance_work_mem = '512MB';
		do $$
		declare def record;
		begin
			for def in select line from public.bench_indexes loop
				execute def.line;
			end loop;
			drop table public.bench_indexes;
		end $$`)
	if err != nil {
		return err
	}
	const docs = `with docs as (select row_number() over (order by session_id) - 1 as n, count(*) over () as docs, c.* from decisions c join sessions m on m.id = c.session_id where m.number < 1000000) `
	const fresh = ` from sessions s join docs on docs.n = s.number % docs.docs`
	for _, statement := range []string{
		docs + `insert into decisions (session_id, raw, doc, hash, synced_at) select s.id, docs.raw, docs.doc, docs.hash, s.decision_at` + fresh + ` where s.number > $1 and s.number % $2 = 0`,
		docs + `insert into session_traits (kind, value, session_id, created_at) select t.kind, t.value || '/' || s.number % 100000, s.id, s.created_at` + fresh + `
			join session_traits t on t.session_id = docs.session_id where s.number > $1 and s.number % $2 = 0`,
	} {
		if _, err := d.raw.Exec(ctx, statement, firstNumber+after, decided); err != nil {
			return err
		}
	}
	for _, table := range []string{`vacuum analyze sessions`, `vacuum analyze decisions`, `vacuum analyze session_traits`} {
		if _, err := d.raw.Exec(ctx, table); err != nil {
			return err
		}
	}
	return nil
}
