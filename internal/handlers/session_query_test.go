package handlers

import (
	"net/url"
	"slices"
	"testing"

	"diditdesk/internal/views/ui"
)

func TestAnEmptyQueueSaysSoOnlyWhenNothingNarrowsIt(t *testing.T) {
	for address, title := range map[string]string{
		"status=In+Review":             "Nothing waits",
		"status=In+Review&country=XXX": "No session matches",
		"status=Approved":              "No session matches",
	} {
		v, err := url.ParseQuery(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := emptyList("/queue", parseSessionQuery(v)); got.Title != title {
			t.Errorf("%s: %q", address, got.Title)
		}
	}
}

func TestAFilterByAFeatureNamesItsStatus(t *testing.T) {
	q := parseSessionQuery(url.Values{"feature": {"nonsense,OCR:Declined", "<script>"}})
	if !slices.Equal(q.Features, []string{"OCR:Declined"}) {
		t.Errorf("%q", q.Features)
	}
}

// What waits longest has the greatest age: the mark of the column is the other
// way round than the order of the times.
func TestTheAgeColumnMarksAges(t *testing.T) {
	for sort, want := range map[string]ui.Sort{"waiting": ui.Descending, "-waiting": ui.Ascending} {
		if col := sortable("/queue", sessionQuery{Sort: sort}, "Age", "waiting", true); col.Sort != want {
			t.Errorf("%s: %q", sort, col.Sort)
		}
	}
}

func TestASelectionNamesASessionOnce(t *testing.T) {
	if got := selected([]string{"A1", "b2", "a1"}); !slices.Equal(got, []string{"a1", "b2"}) {
		t.Errorf("%q", got)
	}
}
