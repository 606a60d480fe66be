package sandbox

import (
	"math"
	"math/rand/v2"
	"sort"
	"time"
)

// slot is one session to invent: when it was made and how it ended.
type slot struct {
	at     time.Time
	status string
	byHand bool // a person decided, not the workflow
}

// worldSpan is how far back the invented sessions reach.
const worldSpan = 90 * 24 * time.Hour

// share says how many in a thousand sessions end a certain way, and how old
// such sessions can be. What is left of the thousand is Approved.
type share struct {
	status         string
	perMille       int
	newest, oldest time.Duration
	spread         bool // ages grow by a factor, from minutes to days
}

// shares: a session stays Not Started for its life of a week and then expires,
// an open one is abandoned after hours, a document runs out only later.
var shares = []share{
	{"In Review", 55, 4 * time.Minute, 13 * 24 * time.Hour, true},
	{"Declined", 115, 2 * time.Hour, worldSpan, false},
	{"Not Started", 27, 9 * time.Minute, 6 * 24 * time.Hour, true},
	{"In Progress", 18, time.Minute, 100 * time.Minute, true},
	{"Awaiting User", 5, 20 * time.Hour, 5 * 24 * time.Hour, false},
	{"Abandoned", 42, 5 * time.Hour, worldSpan, false},
	{"Expired", 32, sessionLife + time.Hour, worldSpan, false},
	{"Kyc Expired", 27, 25 * 24 * time.Hour, worldSpan, false},
	{"Resubmitted", 20, 9 * time.Hour, 6 * 24 * time.Hour, false},
}

// timeline plans n sessions, oldest first: at least one of every status as soon
// as there is room, office hours fuller than nights, weekends thin.
func (w *World) timeline(n int) []slot {
	r := w.rng
	list := make([]slot, 0, n)
	for i := range shares {
		s := &shares[i]
		count := max(1, (n*s.perMille+500)/1000)
		for k := range count {
			if len(list) < n {
				list = append(list, slot{at: s.moment(r, w.start, k, count), status: s.status})
			}
		}
	}
	rest := share{status: "Approved", newest: 25 * time.Minute, oldest: worldSpan}
	for len(list) < n {
		list = append(list, slot{at: rest.moment(r, w.start, 0, 1), status: rest.status})
	}
	for i := range list {
		hand := list[i].status == "Approved" && r.IntN(100) < 9 || list[i].status == "Declined" && r.IntN(100) < 35
		list[i].byHand = hand && w.start.Sub(list[i].at) > 20*time.Hour
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].at.Before(list[j].at) })
	return list
}

// moment draws the creation time of the k-th of count sessions of a share.
func (s *share) moment(r *rand.Rand, now time.Time, k, count int) time.Time {
	if s.spread {
		step := (float64(k) + r.Float64()) / float64(count)
		age := float64(s.newest) * math.Pow(float64(s.oldest)/float64(s.newest), step)
		return now.Add(-time.Duration(age)).Truncate(time.Microsecond)
	}
	for range 20 {
		at := officeHour(r, now.Add(-s.newest-time.Duration(r.Int64N(int64(s.oldest-s.newest)))))
		age := now.Sub(at)
		weekend := at.Weekday() == time.Saturday || at.Weekday() == time.Sunday
		if age >= s.newest && age <= s.oldest && (!weekend || r.IntN(3) == 0) {
			return at
		}
	}
	return now.Add(-(s.newest + s.oldest) / 2).Add(time.Duration(r.IntN(1e9)) * time.Microsecond)
}

// hours is how full each hour of a day is.
const hours = "111112468999899987654322"

// officeHour keeps the day and draws the hour anew.
func officeHour(r *rand.Rand, t time.Time) time.Time {
	total := 0
	for i := range len(hours) {
		total += int(hours[i] - '0')
	}
	n := r.IntN(total)
	hour := 0
	for n -= int(hours[0] - '0'); n >= 0; n -= int(hours[hour] - '0') {
		hour++
	}
	return date(t).Add(time.Duration(hour)*time.Hour + time.Duration(r.Int64N(int64(time.Hour)))).Truncate(time.Microsecond)
}
