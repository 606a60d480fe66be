package store

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
)

const (
	// maxSearch bounds a free-text search, in characters.
	maxSearch = 200

	// searchLife is how long a search can be opened after its last use.
	searchLife = 90 * 24 * time.Hour

	searchIDLength = 8 // of base32: 40 bits
)

// Search is a free-text search kept on the server, so that its address carries
// an id and no name (promise 8). Whoever may see records may open it by its id;
// the page that shows it audits what it shows.
type Search struct {
	ID      string
	StaffID int64 // whose it is
	Text    string
}

// SaveSearch keeps a text and gives its id; the same person's same text keeps its
// id. kyc.Invalid when there is nothing in it or too much.
func (q queries) SaveSearch(ctx context.Context, sealer *audit.Sealer, staffID int64, text string, now time.Time) (string, error) {
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n == 0 || n > maxSearch {
		return "", kyc.Invalidf("q", "Type between 1 and %d characters.", maxSearch)
	}
	sum := sealer.Keyed("search", strconv.FormatInt(staffID, 10), text)
	for range 3 {
		id := newSearchID()
		kept, err := writeOne(ctx, q, "store.SaveSearch", `
			insert into searches (id, sum, staff_id, text, created_at, used_at)
			values ($1, $2, $3, $4, $5, $5)
			on conflict (sum) do update set used_at = excluded.used_at
			returning id`, scanOne[string], id, sum, staffID, sealer.SealField(searchPlace(id), []byte(text)), now)
		if !kyc.Is(err, kyc.Conflict) { // an id that was taken: draw again
			return kept, err
		}
	}
	return "", kyc.E(kyc.Internal, "store.SaveSearch", "no free id")
}

// Search opens a kept search; kyc.NotFound when there is none, or it is too old.
func (q queries) Search(ctx context.Context, sealer *audit.Sealer, id string, now time.Time) (Search, error) {
	const op = "store.Search"
	type row struct {
		staffID int64
		sealed  []byte
	}
	if len(id) != searchIDLength {
		return Search{}, kyc.E(kyc.NotFound, op, "This search does not exist, or no longer.")
	}
	found, err := readOne(ctx, q, op, `select staff_id, text from searches where id = $1 and used_at > $2`,
		func(r pgx.CollectableRow) (f row, err error) { return f, r.Scan(&f.staffID, &f.sealed) }, id, now.Add(-searchLife))
	if err != nil {
		return Search{}, err
	}
	text, err := sealer.OpenField(searchPlace(id), found.sealed)
	if errors.Is(err, audit.ErrOtherKey) { // kept before DESK_SECRET was changed: lost
		return Search{}, &kyc.Error{Kind: kyc.NotFound, Op: op, Message: "This search can no longer be opened.", Err: err}
	}
	if err != nil {
		return Search{}, kyc.Wrap(kyc.Internal, op, err)
	}
	return Search{ID: id, StaffID: found.staffID, Text: string(text)}, nil
}

// SweepSearches deletes what can no longer be opened.
func (q queries) SweepSearches(ctx context.Context, now time.Time) error {
	_, err := q.exec(ctx, "store.SweepSearches", `delete from searches where used_at <= $1`, now.Add(-searchLife))
	return err
}

func newSearchID() string {
	var random [searchIDLength * 5 / 8]byte
	_, _ = rand.Read(random[:]) // never fails
	return strings.ToLower(base32.StdEncoding.EncodeToString(random[:]))
}

func searchPlace(id string) audit.Place {
	return audit.Place{Table: "searches", Column: "text", Row: id}
}
