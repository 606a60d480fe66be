package handlers

import (
	"fmt"
	"time"
)

// clock turns times into words for one person: their zone, the page's now.
type clock struct {
	now  time.Time
	zone *time.Location
}

// age is how long ago in the two largest units: "6 h 12 m", "3 d 4 h", "now".
func (c clock) age(t time.Time) string {
	d := c.now.Sub(t)
	switch {
	case t.IsZero():
		return "–"
	case d < time.Minute:
		return "now"
	case d < time.Hour:
		return fmt.Sprintf("%d m", int(d.Minutes()))
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h %02d m", int(d.Hours()), int(d.Minutes())%60)
	case d < 100*24*time.Hour:
		return fmt.Sprintf("%d d %d h", int(d.Hours())/24, int(d.Hours())%24)
	}
	return fmt.Sprintf("%d d", int(d.Hours())/24)
}

// short is a time near enough to need no year: "2 Sep, 10:15"; older ones get it.
func (c clock) short(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	t = t.In(c.zone)
	if t.Year() != c.now.In(c.zone).Year() {
		return t.Format("2 Jan 2006, 15:04")
	}
	return t.Format("2 Jan, 15:04")
}

// utc is the exact time for a title.
func (c clock) utc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// exact is the time for a row's title, to the minute: the person's and UTC, said
// once where they are the same.
func (c clock) exact(t time.Time) string {
	utc := t.UTC().Format("2006-01-02 15:04 UTC")
	if c.zone == time.UTC {
		return utc
	}
	return c.short(t) + " · " + utc
}

// machine is the time for <time datetime>.
func (c clock) machine(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// day is a date in words from YYYY-MM-DD; anything else comes back as it is.
func (c clock) day(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return t.Format("2 Jan 2006")
}
