package ui

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestDiffKeepsBothTexts: what stayed and went is the old text, what stayed and came is the new one.
func TestDiffKeepsBothTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := rapid.StringMatching(`([a-c]{1,2} ?){0,12}`).Draw(t, "before"), rapid.StringMatching(`([a-c]{1,2} ?){0,12}`).Draw(t, "after")
		was, is := "", ""
		for _, p := range words(before, after) {
			if p.op != '+' {
				was += p.text
			}
			if p.op != '-' {
				is += p.text
			}
		}
		if was != before || is != after {
			t.Fatalf("%q → %q came out as %q → %q", before, after, was, is)
		}
	})
}

func TestDiffOfLongTextsStaysCheap(t *testing.T) {
	long := strings.Repeat("word ", 5000)
	if got := words(long, long+"end"); len(got) != 2 || got[0].op != '-' || got[1].op != '+' {
		t.Errorf("%d pieces", len(got))
	}
}

func TestTree(t *testing.T) {
	n, err := ParseTree([]byte(`{"b":1.50,"a":{"x":[true,null,"s"]},"z":{}}`))
	if err != nil {
		t.Fatal(err)
	}
	if len(n.Fields) != 3 || n.Fields[0].Key != "b" || n.Fields[0].Text != "1.50" {
		t.Errorf("order or spelling lost: %+v", n)
	}
	if items := n.Fields[1].Fields[0].Items; len(items) != 3 || items[0].Text != "yes" || items[1].Text != "" || items[2].Text != "s" {
		t.Errorf("list: %+v", items)
	}
	for _, bad := range []string{``, `{`, `{"a"`, `[1,`, `{"a":}`} {
		if _, err := ParseTree([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

// TestTreeIsBounded: hostile depth and size are cut and said to be cut (F10).
func TestTreeIsBounded(t *testing.T) {
	deep, err := ParseTree([]byte(strings.Repeat(`[`, 5000) + strings.Repeat(`]`, 5000)))
	if err != nil {
		t.Fatal(err)
	}
	depth := 0
	for n := deep; ; n = n.Items[0] {
		if depth++; len(n.Items) == 0 {
			if !n.Cut {
				t.Error("cut without saying so")
			}
			break
		}
	}
	if depth > maxTreeDepth+2 {
		t.Errorf("%d deep", depth)
	}
	wide, err := ParseTree([]byte(`[` + strings.Repeat(`1,`, 9999) + `1]`))
	if err != nil || len(wide.Items) > maxTreeNodes+1 || !wide.Cut {
		t.Errorf("%d items, cut %v, %v", len(wide.Items), wide.Cut, err)
	}
}

func FuzzParseTree(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b":null}]}`, `[[[]]]`, `"x"`, `{"a":`} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, s string) {
		_, _ = ParseTree([]byte(s)) // must come back, whatever it says
	})
}

func TestHumane(t *testing.T) {
	for key, want := range map[string]string{"first_name": "First name", "firstName": "First name", "AML": "AML", "id": "Id", "": "", "nfc-chip": "Nfc chip"} {
		if got := Humane(key); got != want {
			t.Errorf("%q became %q, want %q", key, got, want)
		}
	}
}

func TestTimes(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Hour: "just now", 0: "just now", 4 * time.Second: "4 s ago", 59 * time.Minute: "59 min ago", 6 * time.Hour: "6 h ago",
		25 * time.Hour: "1 day ago", 49 * time.Hour: "2 days ago", 90 * 24 * time.Hour: "3 months ago",
	} {
		if got := Ago(d); got != want {
			t.Errorf("Ago(%v) = %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{-time.Hour: "now", 58 * time.Minute: "58 m", 6*time.Hour + 12*time.Minute: "6 h 12 m", 64 * time.Minute: "1 h 04 m", 76 * time.Hour: "3 d 4 h"} {
		if got := Age(d); got != want {
			t.Errorf("Age(%v) = %q, want %q", d, got, want)
		}
	}
	at := time.Date(2026, 9, 2, 8, 15, 0, 0, time.UTC)
	p := TimeProps{At: at, Now: at.AddDate(0, 0, 1), Zone: time.FixedZone("CEST", 7200), Full: true}
	if p.text() != "2 Sep, 10:15" || p.title() != "2 Sep 2026, 10:15:00 CEST · 2026-09-02 08:15:00 UTC" {
		t.Errorf("%q, %q", p.text(), p.title())
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1\u202f000", 1234567: "1\u202f234\u202f567", -1000: "-1\u202f000", -100: "-100"} {
		if got := Count(n); got != want {
			t.Errorf("%d became %q", n, got)
		}
	}
}

// TestChartsStayInside: bars never leave the drawing and the parts of a donut fill it once, whatever the figures.
func TestChartsStayInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-5, 1e9), 0, 40)
		p := ChartProps{Series: []Series{{Values: values.Draw(t, "a")}, {Values: values.Draw(t, "b")}}}
		p.Labels = make([]string, max(len(p.Series[0].Values), len(p.Series[1].Values)))
		for s := range p.Series {
			for _, b := range p.bars(s) {
				x, y, w, h := parse(t, b.x), parse(t, b.y), parse(t, b.width), parse(t, b.height)
				if x < 0 || y < 0 || x+w > 100.1 || y+h > 101 {
					t.Fatalf("bar %+v leaves the drawing", b)
				}
			}
		}
		sum := 0.0
		for _, s := range p.slices() {
			first, _, _ := strings.Cut(s.dash, " ")
			sum += parse(t, first)
		}
		if sum != 0 && (sum < 99.9 || sum > 100.1) {
			t.Fatalf("parts add up to %v", sum)
		}
	})
}

func parse(t *rapid.T, s string) float64 {
	v, err := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestScoreZones: the stretches cover the track once, in order, whatever limits come from upstream.
func TestScoreZones(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := ScoreProps{HasLimits: true, Decline: rapid.Float64Range(-50, 150).Draw(t, "decline"), Review: rapid.Float64Range(-50, 150).Draw(t, "review"), HighIsBad: rapid.Bool().Draw(t, "high")}
		at := 0.0
		for _, z := range p.zones() {
			if z.from != at || z.to < z.from {
				t.Fatalf("zones %+v", p.zones())
			}
			at = z.to
		}
		if at != 100 {
			t.Fatalf("zones end at %v", at)
		}
	})
}
