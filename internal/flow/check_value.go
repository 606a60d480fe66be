package flow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// value checks one setting's type and range.
func (c *checker) value(path string, step int, k Key, n *node) {
	if wrong := k.Fault(Value{n}); wrong != "" {
		where := ""
		if step >= 0 {
			where = StepLabel(c.items[step].wire) + ": "
		}
		c.add(path, step, Refused, "%s%s %s", where, k.Label, wrong)
	}
}

// Fault says what is wrong with a value for this key, as the end of a sentence
// that begins with its label; "" when nothing is.
func (k Key) Fault(v Value) string {
	switch {
	case v.Kind() == Null && k.NotNull:
		return "cannot be empty. Choose a value, or take the key out."
	case v.Kind() == Null:
		return ""
	}
	switch k.Kind {
	case KindBool:
		if v.Kind() != Bool {
			return "is yes or no: true or false."
		}
	case KindInt, KindNumber, KindPercent:
		return k.numberFault(v)
	case KindEnum, KindAction, KindAction2:
		if v.Kind() != String || !slices.Contains(k.Enum, strings.ToUpper(v.Text())) {
			return "is one of " + strings.Join(k.Enum, ", ") + "."
		}
	case KindText:
		if v.Kind() != String && v.Kind() != Number {
			return "is a text."
		}
	case KindList:
		if v.Kind() != Array {
			return "is a list."
		}
	case KindObject:
		if v.Kind() != Object {
			return "is an object."
		}
	}
	return ""
}

func (k Key) numberFault(v Value) string {
	if _, is := v.Int(); k.Kind == KindInt && (v.Kind() != Number || !is) {
		return "is a whole number" + k.rangeWords() + "."
	}
	if v.Kind() != Number {
		return "is a number" + k.rangeWords() + "."
	}
	f, ok := v.Float()
	if !ok || k.Min != nil && f < *k.Min || k.Max != nil && f > *k.Max {
		return fmt.Sprintf("is %s. It goes%s.", v.Text(), k.rangeWords())
	}
	return ""
}

func (k Key) rangeWords() string {
	if k.Min == nil || k.Max == nil {
		return ""
	}
	return " from " + shortFloat(*k.Min) + " to " + shortFloat(*k.Max)
}

func shortFloat(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// pair is two numbers that must stand in order.
type pair struct {
	low, high string
	strict    bool
	text      string
}

// pairs lists them for a step; what they say is the second half of a sentence.
func pairs(wire string) []pair {
	review := func(low, high, what string) pair {
		return pair{low, high, false, what + " declines under %s but reviews only under %s, so nothing would go to review as meant. Let the review limit be the higher one."}
	}
	order := func(low, high, what string) pair {
		return pair{low, high, false, what + " begins at %s and ends at %s. Let the first be the lower one."}
	}
	face := []pair{
		review("face_liveness_score_decline_threshold", "face_liveness_score_review_threshold", "Liveness"),
		review("face_quality_decline_threshold", "face_quality_review_threshold", "Selfie quality"),
		order("face_luminance_min_threshold", "face_luminance_max_threshold", "Brightness"),
	}
	switch wire {
	case "OCR":
		return []pair{
			order("minimum_age", "maximum_age", "The allowed age"),
			review("document_liveness_screen_replay_decline_threshold", "document_liveness_screen_replay_review_threshold", "The check for screens"),
			review("document_liveness_printed_copy_decline_threshold", "document_liveness_printed_copy_review_threshold", "The check for print-outs"),
			review("document_liveness_portrait_replace_decline_threshold", "document_liveness_portrait_replace_review_threshold", "The check for swapped portraits"),
			review("document_selfie_portrait_match_decline_threshold", "document_selfie_portrait_match_review_threshold", "The selfie with the document"),
		}
	case "LIVENESS":
		return face
	case "AGE_ESTIMATION":
		return append(face, order("borderline_minimum_age_threshold", "borderline_maximum_age_threshold", "The unsure age"))
	case "FACE_MATCH":
		return []pair{review("face_match_score_decline_threshold", "face_match_score_review_threshold", "Face match")}
	case "AML":
		return []pair{
			{"aml_score_approve_threshold", "aml_score_review_threshold", false, "AML approves under %s but declines over %s. Let the limit for declining be the higher one."},
			{"kyb_score_approve_threshold", "kyb_score_review_threshold", false, "AML approves companies under %s but declines over %s. Let the limit for declining be the higher one."},
		}
	case "BANK_VERIFICATION":
		return []pair{{"bank_partial_match_floor", "bank_name_match_threshold", true, "Part of a match begins at %s and a match at %s. Let the match begin higher."}}
	}
	return nil
}

// limits checks numbers that belong together. A limit that is not said counts with
// its documented default.
func (c *checker) limits(i int, it item) {
	number := func(name string) (float64, bool) {
		if f, ok := (Value{it.config.get(name)}).Float(); ok {
			return f, true
		}
		k, _ := KeyFor(it.wire, name)
		f, err := strconv.ParseFloat(k.Default, 64)
		return f, err == nil
	}
	said := func(name string) bool { return it.config.get(name) != nil }
	for _, p := range pairs(it.wire) {
		low, okLow := number(p.low)
		high, okHigh := number(p.high)
		if !okLow || !okHigh || !said(p.low) && !said(p.high) || low < high || low == high && !p.strict {
			continue
		}
		at := p.high
		if !said(at) {
			at = p.low
		}
		c.add(c.at(i, at), i, Warning, p.text, shortFloat(low), shortFloat(high))
	}
}
