package static

import (
	"io/fs"
	"math"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestStyleRules holds what style.md asks of every sheet: one layer, named by its folder, no ids, no !important, nesting
// of three at most, no inline pictures (the policy of the pages forbids data: addresses).
func TestStyleRules(t *testing.T) {
	hexOrURL := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|url\([^)]*\)|"[^"]*"`)
	err := fs.WalkDir(files, "css", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src := string(cssComment.ReplaceAll(read(name), nil))
		plain := hexOrURL.ReplaceAllString(src, "")
		if strings.Contains(plain, "#") {
			t.Errorf("%s: selects by id", name)
		}
		if strings.Contains(src, "!important") {
			t.Errorf("%s: !important", name)
		}
		if strings.Contains(src, "data:") || strings.Contains(src, "http") && !strings.Contains(name, "print.css") {
			t.Errorf("%s: loads from elsewhere", name)
		}
		if strings.Count(src, "{") != strings.Count(src, "}") {
			t.Errorf("%s: braces do not match", name)
		}
		if name != "css/layers.css" {
			wantLayer(t, name, src)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func wantLayer(t *testing.T, name, src string) {
	t.Helper()
	layer := strings.TrimSuffix(path.Base(name), ".css")
	if dir := path.Base(path.Dir(name)); dir != "css" {
		layer = dir
	}
	if got := strings.Count(src, "@layer "); got != 1 || !strings.Contains(src, "@layer "+layer+" {") {
		t.Errorf("%s: want the one layer %q", name, layer)
	}
	if !strings.Contains(string(read("css/layers.css")), layer) {
		t.Errorf("%s: layers.css does not name %q", name, layer)
	}
	// One brace for the layer, one for a media query, then three of nesting.
	depth, deepest := 0, 0
	for _, r := range src {
		switch r {
		case '{':
			depth++
			deepest = max(deepest, depth)
		case '}':
			depth--
		}
	}
	if deepest > 5 {
		t.Errorf("%s: nested %d deep", name, deepest)
	}
}

// TestContrast walks the token table in both themes: words 4.5:1, borders of controls and marks 3:1 (WCAG 1.4.3, 1.4.11).
func TestContrast(t *testing.T) {
	tokens := readTokens(t)
	words := map[string][]string{
		"text":       {"page", "surface", "well", "raised", "accent-wash", "good-wash", "warn-wash", "bad-wash", "info-wash"},
		"text-2":     {"page", "surface", "well", "raised", "accent-wash", "bad-wash"},
		"text-3":     {"page", "surface", "well", "accent-wash"},
		"accent":     {"page", "surface", "accent-wash"},
		"good":       {"page", "surface", "good-wash"},
		"warn":       {"page", "surface", "warn-wash"},
		"bad":        {"page", "surface", "raised", "bad-wash"},
		"info":       {"page", "surface", "info-wash"},
		"accent-ink": {"accent"}, "good-ink": {"good"}, "bad-ink": {"bad"},
	}
	marks := map[string][]string{
		"control": {"page", "surface"}, "accent": {"page", "surface", "well"}, "good": {"surface"}, "warn": {"surface"}, "bad": {"surface"},
	}
	for _, theme := range []int{light, dark} {
		check(t, tokens, theme, words, 4.5)
		check(t, tokens, theme, marks, 3)
	}
}

const (
	light = iota
	dark
)

func check(t *testing.T, tokens map[string]string, theme int, pairs map[string][]string, least float64) {
	t.Helper()
	for front, backs := range pairs {
		for _, back := range backs {
			a, b := colour(t, tokens, front, theme), colour(t, tokens, back, theme)
			if got := ratio(a, b); got < least {
				t.Errorf("theme %d: --%s on --%s is %.2f:1, want %.1f:1", theme, front, back, got, least)
			}
		}
	}
}

func readTokens(t *testing.T) map[string]string {
	t.Helper()
	tokens := map[string]string{}
	for _, m := range regexp.MustCompile(`--([a-z0-9-]+):\s*([^;]+);`).FindAllStringSubmatch(string(read("css/tokens.css")), -1) {
		tokens[m[1]] = m[2]
	}
	if len(tokens) < 40 {
		t.Fatalf("%d tokens read, the table is longer", len(tokens))
	}
	return tokens
}

var (
	pair  = regexp.MustCompile(`^light-dark\((.+?\)?), ?(#.+|oklch\(.+?\))\)$`)
	oklch = regexp.MustCompile(`^oklch\(([0-9.]+)% ([0-9.]+) ([0-9.]+)\)$`)
)

// colour follows var() and light-dark() to linear sRGB.
func colour(t *testing.T, tokens map[string]string, name string, theme int) [3]float64 {
	t.Helper()
	value := tokens[name]
	for strings.HasPrefix(value, "var(--") {
		value = tokens[strings.TrimSuffix(strings.TrimPrefix(value, "var(--"), ")")]
	}
	if m := pair.FindStringSubmatch(value); m != nil {
		value = m[1+theme]
	}
	if value == "#fff" {
		return [3]float64{1, 1, 1}
	}
	m := oklch.FindStringSubmatch(value)
	if m == nil {
		t.Fatalf("--%s: cannot read %q", name, value)
	}
	var v [3]float64
	for i := range v {
		f, err := strconv.ParseFloat(m[i+1], 64)
		if err != nil {
			t.Fatal(err)
		}
		v[i] = f
	}
	return linear(v[0]/100, v[1], v[2]*math.Pi/180)
}

// linear turns OKLCH into linear sRGB by the matrices of the CSS Color 4 text; what lies outside is cut.
func linear(l, c, h float64) [3]float64 {
	a, b := c*math.Cos(h), c*math.Sin(h)
	x, y, z := l+.3963377774*a+.2158037573*b, l-.1055613458*a-.0638541728*b, l-.0894841775*a-1.2914855480*b
	x, y, z = x*x*x, y*y*y, z*z*z
	cut := func(v float64) float64 { return min(max(v, 0), 1) }
	return [3]float64{
		cut(4.0767416621*x - 3.3077115913*y + .2309699292*z),
		cut(-1.2684380046*x + 2.6097574011*y - .3413193965*z),
		cut(-.0041960863*x - .7034186147*y + 1.7076147010*z),
	}
}

func ratio(a, b [3]float64) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + .05) / (min(la, lb) + .05)
}

func luminance(c [3]float64) float64 { return .2126*c[0] + .7152*c[1] + .0722*c[2] }
