package ui

import (
	"strconv"
	"strings"
)

// Series is one row of numbers of a chart, one for each label.
type Series struct {
	Name   string
	Tone   Tone
	Values []float64 // not negative
}

// ChartProps describes a chart. Every chart is an SVG drawn with classes and a table that says the same to readers.
type ChartProps struct {
	Title  string   // caption of the table
	Labels []string // one for each value
	Series []Series // stacked in order
	Unit   string   // "sessions"
	Hrefs  []string // Donut only: where each value leads
	Small  bool     // without axis and labels
}

// highest is the tallest stack, never 0 so that nothing divides by it.
func (p ChartProps) highest() float64 {
	top := 0.0
	for i := range p.Labels {
		top = max(top, p.stack(i))
	}
	if top == 0 {
		return 1
	}
	return top
}

func (p ChartProps) stack(i int) float64 {
	sum := 0.0
	for _, s := range p.Series {
		sum += s.at(i)
	}
	return sum
}

func (s Series) at(i int) float64 {
	if i < len(s.Values) && s.Values[i] > 0 {
		return s.Values[i]
	}
	return 0
}

// bar is one rectangle in percent of the drawing.
type bar struct{ x, y, width, height string }

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

// bars places the values of one series on top of those before it. A value above 0 is at least one half percent high, so
// that it can be seen.
func (p ChartProps) bars(series int) []bar {
	top, slot := p.highest(), 100/float64(max(len(p.Labels), 1))
	var out []bar
	for i := range p.Labels {
		v := p.Series[series].at(i)
		if v == 0 {
			continue
		}
		under := 0.0
		for _, s := range p.Series[:series] {
			under += s.at(i)
		}
		h := max(v/top*100, .5)
		y := max(100-under/top*100-h, 0)
		out = append(out, bar{decimal(float64(i)*slot+slot*.12) + "%", decimal(y) + "%", decimal(slot*.76) + "%", decimal(h) + "%"})
	}
	return out
}

// line is the points of the first series in a box of 100 by 100, for a polyline.
func (p ChartProps) line() string {
	var b strings.Builder
	top := p.highest()
	step := 100 / float64(max(len(p.Labels)-1, 1))
	for i := range p.Labels {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(decimal(float64(i)*step) + "," + decimal(96-p.stack(i)/top*92))
	}
	return b.String()
}

// area closes the line to the floor.
func (p ChartProps) area() string { return "0,100 " + p.line() + " 100,100" }

// slice is one part of a donut: where it starts and how long it is, of 100.
type slice struct {
	label, share, dash, start string
	value                     float64
	tone                      Tone
	href                      string
}

// slices reads one value of each series, in order. A slice of nothing keeps its line in the legend.
func (p ChartProps) slices() []slice {
	total := 0.0
	for _, s := range p.Series {
		total += s.at(0)
	}
	at := 0.0
	out := make([]slice, 0, len(p.Series))
	for i, s := range p.Series {
		v := s.at(0)
		part := 0.0
		if total > 0 {
			part = v / total * 100
		}
		sl := slice{label: s.Name, share: number(part) + " %", dash: decimal(part) + " " + decimal(100-part), start: decimal(-at), value: v, tone: s.Tone}
		if i < len(p.Hrefs) {
			sl.href = p.Hrefs[i]
		}
		out = append(out, sl)
		at += part
	}
	return out
}

// figure writes a value of a chart: whole numbers with separators, others with one decimal.
func figure(v float64) string {
	if v == float64(int(v)) {
		return Count(int(v))
	}
	return number(v)
}

func toneClass(block string, t Tone) string {
	if t == Neutral {
		return block + "--neutral"
	}
	return block + "--" + string(t)
}
