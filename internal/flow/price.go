package flow

import (
	"slices"
	"strconv"
	"strings"
)

// PriceSample is what one known workflow costs, as the API tells it.
type PriceSample struct {
	Features []string // wire names, any order
	Price    string   // decimal, "0.33"
}

// Estimate is a price range in dollars a finished session, decimals as texts.
type Estimate struct {
	Min, Max string
	Known    bool
	Summed   bool // put together from differences between workflows, not read off one
	Samples  int  // how many known workflows it rests on
}

// Price estimates from the prices of the customer's own workflows: those with the
// same steps, else the sum of what each step adds where that can be told. The
// vendor's published prices are never taken for the customer's.
func Price(w *Workflow, samples []PriceSample) Estimate {
	var wires []string
	for _, it := range w.items() {
		wires = append(wires, it.wire)
	}
	if len(wires) == 0 {
		return Estimate{}
	}
	if e := exactPrice(wires, samples); e.Known {
		return e
	}
	return summedPrice(wires, samples)
}

func exactPrice(wires []string, samples []PriceSample) Estimate {
	want := setOf(wires)
	var e Estimate
	var low, high int64
	for _, s := range samples {
		price, ok := micros(s.Price)
		if !ok || setOf(s.Features) != want {
			continue
		}
		if e.Samples == 0 {
			low, high = price, price
		}
		low, high = min(low, price), max(high, price)
		e.Samples++
	}
	if e.Samples > 0 {
		e.Known, e.Min, e.Max = true, dollars(low), dollars(high)
	}
	return e
}

// setOf names a set of steps.
func setOf(wires []string) string {
	names := make([]string, len(wires))
	for i, w := range wires {
		names[i] = wireName(w)
	}
	slices.Sort(names)
	return strings.Join(names, "+")
}

// summedPrice adds up single steps. Two workflows that disagree about a step make
// a range.
func summedPrice(wires []string, samples []PriceSample) Estimate {
	steps := stepPrices(samples)
	var low, high int64
	for _, wire := range wires {
		p, ok := steps[wire]
		if !ok {
			return Estimate{}
		}
		low, high = low+p.low, high+p.high
	}
	return Estimate{Min: dollars(low), Max: dollars(high), Known: true, Summed: true, Samples: len(samples)}
}

type stepPrice struct{ low, high int64 }

// stepPrices finds what single steps cost: first workflows of one step, then again
// and again those in which all steps but one are known.
func stepPrices(samples []PriceSample) map[string]stepPrice {
	known := map[string]stepPrice{}
	for range len(samples) + 1 {
		found := map[string]stepPrice{}
		for _, s := range samples {
			if wire, p, ok := lastUnknown(s, known); ok {
				if was, again := found[wire]; again {
					p = stepPrice{min(p.low, was.low), max(p.high, was.high)}
				}
				found[wire] = p
			}
		}
		if len(found) == 0 {
			break
		}
		for wire, p := range found {
			known[wire] = p
		}
	}
	return known
}

func lastUnknown(s PriceSample, known map[string]stepPrice) (wire string, p stepPrice, ok bool) {
	price, ok := micros(s.Price)
	if !ok {
		return "", p, false
	}
	p = stepPrice{price, price}
	for _, name := range s.Features {
		name = wireName(name)
		one, is := known[name]
		switch {
		case is:
			p = stepPrice{p.low - one.high, p.high - one.low}
		case wire != "":
			return "", p, false
		default:
			wire = name
		}
	}
	return wire, p, wire != "" && p.low >= 0
}

// mostMicros is a thousand million dollars, so that sums of prices never overflow.
const mostMicros = 1e15

// micros reads a decimal as millionths, exactly; false for what does not fit.
func micros(s string) (int64, bool) {
	whole, fraction, _ := strings.Cut(strings.TrimSpace(s), ".")
	if len(fraction) > 6 {
		if strings.Trim(fraction[6:], "0") != "" {
			return 0, false
		}
		fraction = fraction[:6]
	}
	digits := whole + fraction + strings.Repeat("0", 6-len(fraction))
	if whole == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil && n <= mostMicros
}

// dollars writes millionths with at least two decimals.
func dollars(n int64) string {
	s := strconv.FormatInt(n, 10)
	s = strings.Repeat("0", max(0, 7-len(s))) + s
	whole, fraction := s[:len(s)-6], strings.TrimRight(s[len(s)-6:], "0")
	return whole + "." + fraction + strings.Repeat("0", max(0, 2-len(fraction)))
}

// TimesPrice multiplies a price by a number of sessions, for the cost of a change;
// false when the price is no decimal or the product too large.
func TimesPrice(price string, sessions int) (string, bool) {
	p, ok := micros(price)
	n := int64(sessions)
	if !ok || n < 0 || n > 0 && p > (1<<62)/n {
		return "", false
	}
	return dollars(p * n), true
}
