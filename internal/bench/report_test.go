package bench

import (
	"fmt"
	"io"
	"runtime"
	"text/tabwriter"
	"time"
)

// report is all that was measured in one run.
type report struct {
	sizes   map[int]figures
	first   visit // the sign-in page, which everybody's first visit is
	visit   visit // the list
	next    int   // bytes of the list's next page
	process process
	fill    fill
}

// aim is one figure beside what it should be.
type aim struct {
	what string
	got  float64
	want float64
	most bool // want is the most it may be; else the least
	unit string
}

func (a aim) met() bool { return a.most && a.got <= a.want || !a.most && a.got >= a.want }

func (r *report) print(w io.Writer, p plan) {
	fmt.Fprintf(w, "\n%s, %d processors, %s\n", runtime.Version(), runtime.NumCPU(), time.Now().UTC().Format("2 January 2006"))
	for _, n := range p.sizes {
		fmt.Fprintf(w, "\n## %s sessions\n\n", thousands(n))
		r.sizes[n].print(w)
	}
	fmt.Fprint(w, "\n## Aims\n\n")
	t := tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
	fmt.Fprint(t, "| what\t| measured\t| aim\t| met\t|\n|---\t|---\t|---\t|---\t|\n")
	missed := 0
	for _, a := range r.aims(p) {
		sign, met := "≥", "yes"
		if a.most {
			sign = "≤"
		}
		if !a.met() {
			met = "**no**"
			missed++
		}
		fmt.Fprintf(t, "| %s\t| %.4g%s\t| %s %g%s\t| %s\t|\n", a.what, a.got, a.unit, sign, a.want, a.unit, met)
	}
	_ = t.Flush()
	fmt.Fprintf(w, "\n%d aims missed. The program held %.1f MB before its load.\n", missed, float64(r.process.idle)/1024)
}

// print is one table: a line for each page and number of connections.
func (f figures) print(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
	fmt.Fprint(t, "| page\t| connections\t| req/s\t| p50 ms\t| p95 ms\t| KB\t| req/s gzip\t| p50\t| p95\t| KB\t| floor req/s\t| p50\t| p95\t| KB\t| of floor\t| gzip of floor\t|\n")
	fmt.Fprint(t, "|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|\n")
	for _, page := range []string{list, filtered, common, rare, deep, detail} {
		for _, conns := range []int{1, 8} {
			plain, zip, floor := f[key{page, conns, "plain"}], f[key{page, conns, "gzip"}], f[key{page, conns, "floor"}]
			fmt.Fprintf(t, "| %s\t| %d\t| %s\t| %s\t| %s\t| %.2f\t| %.2f\t|\n", page, conns, plain, zip, floor, plain.perSecond/floor.perSecond, zip.perSecond/floor.perSecond)
		}
	}
	_ = t.Flush()
}

func (f figure) String() string {
	return fmt.Sprintf("%.0f\t| %.2f\t| %.2f\t| %.1f", f.perSecond, millis(f.p50), millis(f.p95), float64(f.bytes)/1000)
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (r *report) aims(p plan) []aim {
	var out []aim
	for _, n := range p.sizes {
		out = append(out, r.sizes[n].aims(thousands(n)+": ")...)
	}
	small, large := r.sizes[p.sizes[0]], r.sizes[p.sizes[len(p.sizes)-1]]
	for _, page := range []string{list, filtered, common, rare, deep, detail} {
		if len(p.sizes) == 1 {
			break
		}
		out = append(out, aim{page + ", p95 at the largest size, of the smallest", ratio(large[key{page, 1, "plain"}].p95, small[key{page, 1, "plain"}].p95), 1.5, true, " ×"})
	}
	out = append(out,
		aim{"first visit (signing in), without the font", float64(r.first.bytes) / 1000, 45, true, " KB"},
		aim{"the list with nothing kept from before, without the font", float64(r.visit.bytes) / 1000, 45, true, " KB"},
		aim{"the font", float64(r.visit.font) / 1000, 50, true, " KB"},
		aim{"first visit, requests", float64(r.visit.requests), 8, true, ""},
		aim{"next page, one request", float64(r.next) / 1000, 6, true, " KB"},
		aim{"start on a warm database", r.process.start.Seconds(), 0.15, true, " s"},
		aim{"resident memory after load", float64(r.process.at) / 1024, 40, true, " MB"},
		aim{fmt.Sprintf("first fill of %s sessions", thousands(r.fill.sessions)), r.fill.took.Seconds(), 120 * float64(r.fill.sessions) / 100_000, true, " s"},
	)
	return out
}

// aims of one size.
func (f figures) aims(at string) []aim {
	of := func(page string, conns int, how string) figure { return f[key{page, conns, how}] }
	plain, zip, floor := of(list, 8, "plain"), of(list, 8, "gzip"), of(list, 8, "floor")
	one := of(list, 1, "plain")
	return []aim{
		{at + "list, of the floor", plain.perSecond / floor.perSecond, 0.40, false, " ×"},
		{at + "list compressed, of the floor", zip.perSecond / floor.perSecond, 0.25, false, " ×"},
		{at + "list p50, of the floor's", ratio(one.p50, of(list, 1, "floor").p50), 2, true, " ×"},
		{at + "list p95 at 8 connections, of the floor's", ratio(plain.p95, floor.p95), 2.5, true, " ×"},
		{at + "filtered, of the list's time", ratio(of(filtered, 1, "plain").p50, one.p50), 1.2, true, " ×"},
		{at + "search, many match, of the list's time", ratio(of(common, 1, "plain").p50, one.p50), 3, true, " ×"},
		{at + "search, one matches, of the list's time", ratio(of(rare, 1, "plain").p50, one.p50), 3, true, " ×"},
		{at + "page 1000, of the list's time", ratio(of(deep, 1, "plain").p50, one.p50), 1.25, true, " ×"},
	}
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }
