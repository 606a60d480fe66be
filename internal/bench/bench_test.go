package bench

import (
	"fmt"
	"os"
	"testing"
	"time"
)

// plan is how much is measured.
type plan struct {
	sizes  []int         // sessions in the mirror, ascending
	each   time.Duration // one figure's measuring time
	filled int           // sessions of the first fill
}

// planned reads DESK_BENCH: "quick" is the smallest size alone.
func planned() plan {
	if os.Getenv("DESK_BENCH") == "quick" {
		return plan{sizes: []int{10_000}, each: 600 * time.Millisecond, filled: 10_000}
	}
	return plan{sizes: []int{10_000, 100_000, 1_000_000}, each: 900 * time.Millisecond, filled: 100_000}
}

// BenchmarkDesk runs the plan once and prints a report. Nothing in it fails for
// being slow: it tells what was met and what was missed.
func BenchmarkDesk(b *testing.B) {
	p, began := planned(), time.Now()
	out := &report{sizes: map[int]figures{}}
	d := newDesk(b)
	floor := newFloor(b, d.dsn)
	step(began, "emulator mirrored")
	for _, n := range p.sizes {
		d.seed(n)
		step(began, "%s sessions seeded", thousands(n))
		out.sizes[n] = d.measure(b, floor, n, p.each)
		step(began, "%s sessions measured", thousands(n))
	}
	out.first, out.visit, out.next = d.visit("/signin", ""), d.visit("/sessions", d.cookie), d.next()
	out.process = d.process(b, p)
	step(began, "program measured")
	out.fill = firstFill(b, p.filled)
	step(began, "first fill measured")
	out.print(os.Stdout, p)
}

// measure times every page at one size: desk and floor in turn, so that what
// else the machine does meets both.
func (d *desk) measure(b *testing.B, floor *floor, n int, each time.Duration) figures {
	got := figures{}
	for _, p := range d.pages(n) {
		for _, conns := range []int{1, 8} {
			sides := []side{
				{key{p.name, conns, "plain"}, d.web.URL, d.cookie, p.paths, false},
				{key{p.name, conns, "gzip"}, d.web.URL, d.cookie, p.paths, true},
				{key{p.name, conns, "floor"}, floor.web.URL, d.cookie, p.floor, false},
			}
			if err := inTurn(b.Context(), sides, each, got); err != nil {
				b.Fatalf("%s, %d connections: %v", p.name, conns, err)
			}
		}
	}
	return got
}

// step tells, while it runs, what was done and how long it took.
func step(began time.Time, format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%6.1f s  %s\n", time.Since(began).Seconds(), fmt.Sprintf(format, args...))
}
