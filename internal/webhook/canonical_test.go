package webhook

import (
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"
)

// reference is the canonical form written a second time, from the words of
// api/sessions.md §8.4 alone: from values and not from a parsed tree, by joining
// texts, escapes by looking at UTF-16, whole numbers by exact arithmetic.
func reference(v any, ascii bool) string {
	switch v := v.(type) {
	case map[string]any:
		type pair struct {
			points []rune
			text   string
		}
		var pairs []pair
		for key, value := range v {
			pairs = append(pairs, pair{[]rune(key), quoteByUnits(key, ascii) + ":" + reference(value, ascii)})
		}
		sort.Slice(pairs, func(i, j int) bool {
			a, b := pairs[i].points, pairs[j].points
			for k := 0; k < len(a) && k < len(b); k++ {
				if a[k] != b[k] {
					return a[k] < b[k]
				}
			}
			return len(a) < len(b)
		})
		var texts []string
		for _, p := range pairs {
			texts = append(texts, p.text)
		}
		return "{" + strings.Join(texts, ",") + "}"
	case []any:
		var texts []string
		for _, item := range v {
			texts = append(texts, reference(item, ascii))
		}
		return "[" + strings.Join(texts, ",") + "]"
	case string:
		return quoteByUnits(v, ascii)
	case float64:
		exact, _ := new(big.Float).SetFloat64(v).Rat(nil)
		if exact.IsInt() {
			return exact.Num().String()
		}
		for digits := 1; ; digits++ { // the shortest that reads back the same
			text := strconv.FormatFloat(v, 'g', digits, 64)
			if back, _ := strconv.ParseFloat(text, 64); back == v {
				return plainDigits(text)
			}
		}
	case bool:
		return map[bool]string{true: "true", false: "false"}[v]
	case *big.Int:
		return v.String()
	}
	return "null"
}

// plainDigits writes what 'g' made with an exponent without one.
func plainDigits(text string) string {
	exact, _ := new(big.Rat).SetString(text)
	out := exact.FloatString(40)
	return strings.TrimRight(out, "0")
}

func quoteByUnits(s string, ascii bool) string {
	special := map[uint16]string{'"': `\"`, '\\': `\\`, 8: `\b`, 9: `\t`, 10: `\n`, 12: `\f`, 13: `\r`}
	var out strings.Builder
	units := utf16.Encode([]rune(s))
	for i := 0; i < len(units); i++ {
		u := units[i]
		escape, has := special[u]
		switch {
		case has:
			out.WriteString(escape)
		case u < 32, ascii && u > 126:
			hex := strconv.FormatUint(uint64(u), 16)
			out.WriteString(`\u` + strings.Repeat("0", 4-len(hex)) + hex)
		case utf16.IsSurrogate(rune(u)):
			out.WriteRune(utf16.DecodeRune(rune(u), rune(units[i+1])))
			i++
		default:
			out.WriteRune(rune(u))
		}
	}
	return `"` + out.String() + `"`
}

// values draws trees as a sender may have them.
func values() *rapid.Generator[any] {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "<&>", "\u2028\u2029", "é\u0301", "😀\x7f", "\x00\x1f\b\f\n\r\t\"\\/", "\uffff\U00010000"}))
	leaf := rapid.OneOf(
		rapid.Map(text, func(s string) any { return s }),
		rapid.Map(rapid.Float64Range(-1e15, 1e15), func(f float64) any { return clip(f) }),
		rapid.Map(rapid.IntRange(-1_000_000, 1_000_000), func(n int) any { return float64(n) }),
		rapid.Map(rapid.IntRange(-100_000, 100_000), func(n int) any { return float64(n) / 100 }),
		rapid.Map(rapid.Int64(), func(n int64) any { return new(big.Int).Mul(big.NewInt(n), big.NewInt(1_000_000_007)) }),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Just[any](nil),
	)
	branch := rapid.OneOf(
		rapid.Map(rapid.SliceOfN(leaf, 0, 4), func(l []any) any { return l }),
		rapid.Map(rapid.MapOfN(text, leaf, 0, 5), func(m map[string]any) any { return m }),
		leaf,
	)
	return rapid.Map(rapid.MapOfN(text, branch, 0, 6), func(m map[string]any) any { return m })
}

// clip keeps floats where every spelling of them is without an exponent.
func clip(f float64) float64 {
	if f > -1e-5 && f < 1e-5 {
		return 0
	}
	return f
}

// sent writes a value as a sender may: floats with their fraction, odd spacing, some
// characters escaped without need.
func sent(t *rapid.T, v any) string {
	gap := rapid.SampledFrom([]string{"", " ", "\n\t"}).Draw(t, "gap")
	switch v := v.(type) {
	case map[string]any:
		var texts []string
		for _, key := range rapid.Permutation(slices.Sorted(maps.Keys(v))).Draw(t, "order") {
			texts = append(texts, gap+sent(t, key)+gap+":"+sent(t, v[key]))
		}
		return "{" + strings.Join(texts, ",") + gap + "}"
	case []any:
		var texts []string
		for _, item := range v {
			texts = append(texts, sent(t, item)+gap)
		}
		return "[" + strings.Join(texts, ",") + "]"
	case float64:
		text := strconv.FormatFloat(v, 'f', -1, 64)
		if !strings.Contains(text, ".") && rapid.Bool().Draw(t, "as float") {
			text += ".0"
		}
		return text
	case *big.Int:
		return v.String()
	}
	plain, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

// T17: however an event is spelled, the canonical form is that of an independent
// writer, and what is stored says the same.
func TestT17CanonicalFormAgreesWithAnotherWriter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := values().Draw(t, "event")
		body := sent(t, v)
		tree, err := parse([]byte(body))
		if err != nil {
			t.Fatalf("%q: %v", body, err)
		}
		for _, ascii := range []bool{false, true} {
			if got, want := string(canonical(tree, ascii)), reference(v, ascii); got != want {
				t.Fatalf("of %q\n got %q\nwant %q", body, got, want)
			}
		}
		stored, err := parse(written(tree))
		if err != nil || string(canonical(stored, false)) != reference(v, false) {
			t.Fatalf("%q is stored as %q: %v", body, written(tree), err)
		}
	})
}

func TestNumbersAreSpelledAsSigned(t *testing.T) {
	for in, want := range map[string]string{
		"92": "92", "92.0": "92", "-92.00": "-92", "1.50": "1.5", "0.1": "0.1", "-0": "0", "-0.0": "0", "1e2": "100", "12345678901234567890": "12345678901234567890",
		"123456789012345678901234567890.5": "1.2345678901234568e+29", "1e20": "100000000000000000000", "0.0000001": "1e-7", "1e999": "1e999",
	} {
		if got := number(json.Number(in)); got != want {
			t.Errorf("%s is spelled %s, want %s", in, got, want)
		}
	}
}
