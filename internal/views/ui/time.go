package ui

import (
	"strconv"
	"time"
)

// TimeProps is a moment as a person sees it: relative or in their zone, with both zones in the title.
type TimeProps struct {
	At   time.Time
	Now  time.Time
	Zone *time.Location // UTC unless told
	Full bool           // the date and the clock instead of "4 h ago"
}

func (p TimeProps) local() time.Time {
	if p.Zone == nil {
		return p.At.UTC()
	}
	return p.At.In(p.Zone)
}

func (p TimeProps) text() string {
	switch {
	case p.At.IsZero():
		return "–"
	case p.Full || p.Now.IsZero():
		return p.stamp()
	}
	return Ago(p.Now.Sub(p.At))
}

// stamp leaves the year out while it is the present one.
func (p TimeProps) stamp() string {
	t := p.local()
	if !p.Now.IsZero() && t.Year() == p.Now.Year() {
		return t.Format("2 Jan, 15:04")
	}
	return t.Format("2 Jan 2006, 15:04")
}

func (p TimeProps) title() string {
	utc := p.At.UTC().Format("2006-01-02 15:04:05 UTC")
	if t := p.local(); t.Location() != time.UTC {
		return t.Format("2 Jan 2006, 15:04:05 MST") + " · " + utc
	}
	return utc
}

// Ago says how long ago something was; what lies ahead (a clock that differs) is "just now".
func Ago(d time.Duration) string {
	switch {
	case d < time.Second:
		return "just now"
	case d < time.Minute:
		return strconv.Itoa(int(d.Seconds())) + " s ago"
	case d < time.Hour:
		return strconv.Itoa(int(d.Minutes())) + " min ago"
	case d < 24*time.Hour:
		return strconv.Itoa(int(d.Hours())) + " h ago"
	case d < 60*24*time.Hour:
		return days(int(d.Hours()/24)) + " ago"
	}
	return strconv.Itoa(int(d.Hours()/24/30)) + " months ago"
}

// Age says how long something waits, in two units: "6 h 12 m", "3 d 4 h".
func Age(d time.Duration) string {
	m := int(max(d, 0).Minutes())
	switch {
	case m < 1:
		return "now"
	case m < 60:
		return strconv.Itoa(m) + " m"
	case m < 24*60:
		return strconv.Itoa(m/60) + " h " + pad(m%60) + " m"
	}
	return strconv.Itoa(m/60/24) + " d " + strconv.Itoa(m/60%24) + " h"
}

func pad(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return strconv.Itoa(n) + " days"
}

// Count writes a whole number with thin spaces between thousands, so it never breaks over lines.
func Count(n int) string {
	s := strconv.Itoa(n)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}
