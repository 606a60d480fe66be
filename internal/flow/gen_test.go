package flow_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"diditdesk/internal/flow"
)

// parse reads a workflow that must be readable.
func parse(t rapid.TB, raw string) *flow.Workflow {
	t.Helper()
	w, err := flow.ParseWorkflow([]byte(raw))
	if err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return w
}

// body is what would be sent.
func body(t rapid.TB, w *flow.Workflow) string {
	t.Helper()
	raw, err := w.Body()
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// leaves flattens JSON into path → token by encoding/json alone, so that it shares
// nothing with what is tested.
func leaves(t rapid.TB, raw []byte) map[string]string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	out := map[string]string{}
	flatten("", v, out)
	return out
}

func flatten(path string, v any, out map[string]string) {
	switch v := v.(type) {
	case map[string]any:
		out[path] = "{}"
		for k, kid := range v {
			flatten(path+"/"+k, kid, out)
		}
	case []any:
		out[path] = fmt.Sprintf("[%d]", len(v))
		for i, kid := range v {
			flatten(fmt.Sprintf("%s/%d", path, i), kid, out)
		}
	default:
		out[path] = fmt.Sprintf("%T %v", v, v)
	}
}

// changedLeaves are the paths at which two documents differ.
func changedLeaves(t rapid.TB, before, after []byte) []string {
	t.Helper()
	b, a := leaves(t, before), leaves(t, after)
	var paths []string
	for p, v := range b {
		if a[p] != v {
			paths = append(paths, p)
		}
	}
	for p := range a {
		if _, ok := b[p]; !ok {
			paths = append(paths, p)
		}
	}
	return paths
}

var (
	genKey    = rapid.StringMatching(`[a-z]{1,3}[A-Z ."\\é]?`)
	genNumber = rapid.SampledFrom([]string{"0", "-0", "70", "70.0", "7e1", "1E+2", "0.330", "-12.50", "123456789012345678901234567890", "1e999"})
	genText   = rapid.SampledFrom([]string{`""`, `"a"`, `"\u00e9 \/ \"x\""`, `"<&>"`, `"日本"`, `"REVIEW"`})
)

// genJSON makes a value, oddly spelled where JSON lets one.
func genJSON(t *rapid.T, depth int) string {
	kind := rapid.IntRange(0, 6).Draw(t, "kind")
	if depth <= 0 {
		kind %= 4
	}
	switch kind {
	case 0:
		return genNumber.Draw(t, "number")
	case 1:
		return genText.Draw(t, "text")
	case 2:
		return rapid.SampledFrom([]string{"true", "false"}).Draw(t, "bool")
	case 3:
		return "null"
	case 4:
		var kids []string
		for range rapid.IntRange(0, 3).Draw(t, "len") {
			kids = append(kids, genJSON(t, depth-1))
		}
		return "[" + strings.Join(kids, ",") + "]"
	}
	var kids []string
	for _, k := range rapid.SliceOfNDistinct(genKey, 0, 4, rapid.ID[string]).Draw(t, "keys") {
		key, _ := json.Marshal(k)
		kids = append(kids, string(key)+":"+genJSON(t, depth-1))
	}
	return "{" + strings.Join(kids, ",") + "}"
}

// genSetting makes a documented setting with a value it allows, or now and then
// one nobody knows.
func genSetting(t *rapid.T, k flow.Key) string {
	switch k.Kind {
	case flow.KindBool:
		return rapid.SampledFrom([]string{"true", "false"}).Draw(t, "bool")
	case flow.KindInt, flow.KindPercent, flow.KindNumber:
		low, high := 0, 100
		if k.Min != nil {
			low, high = int(*k.Min), int(*k.Max)
		}
		return fmt.Sprint(rapid.IntRange(low, high).Draw(t, "number"))
	case flow.KindText:
		return `"some words"`
	case flow.KindList:
		return `["a","b"]`
	case flow.KindObject:
		return `{"NOR":{"P":{"enabled":1,"sides":1,"subtypes":["x"]},"DL":{"enabled":0}},"ESP":{"ID":{"enabled":1}}}`
	}
	return `"` + rapid.SampledFrom(k.Enum).Draw(t, "choice") + `"`
}

func genConfig(t *rapid.T, wire string, lower bool) []string {
	var pairs []string
	for _, k := range flow.CatalogueFor(wire) {
		if k.First || k.Name == "status_rules" || rapid.IntRange(0, 3).Draw(t, "take") > 0 {
			continue
		}
		v := genSetting(t, k)
		if lower && k.Choice() {
			v = strings.ToLower(v)
		}
		pairs = append(pairs, fmt.Sprintf("%q:%s", k.Name, v))
	}
	return pairs
}

// genCurrent makes a body of today's API: a request, or a detail with its server's
// fields; steps as objects, with keys nobody knows.
func genCurrent(t *rapid.T) string {
	var steps []string
	for _, wire := range rapid.SliceOfN(rapid.SampledFrom(flow.Wires()), 1, 4).Draw(t, "steps") {
		config := append(genConfig(t, wire, false), `"key_of_tomorrow":`+genJSON(t, 2))
		steps = append(steps, fmt.Sprintf(`{"feature":%q,"config":{%s},"also_new":%s}`, wire, strings.Join(config, ","), genJSON(t, 1)))
	}
	parts := []string{`"workflow_label":"Courier check"`, `"features":[` + strings.Join(steps, ",") + `]`,
		`"max_retry_attempts":3`, `"retry_window_days":null`, `"is_default":false`, `"session_expiration_time":604800.0`}
	if rapid.Bool().Draw(t, "row") {
		parts = append(parts, `"uuid":"93b1d6f0-2c58-4e7a-b0a4-5e6d7f8091a2"`, `"version":1`, `"status":"published"`, `"total_price":"0.25"`, `"x_new":`+genJSON(t, 1))
	}
	return "{" + strings.Join(rapid.Permutation(parts).Draw(t, "order"), ",") + "}"
}

// genFirst makes a body of the first generation, with a key nobody knows.
func genFirst(t *rapid.T) string {
	flags := []string{"is_ocr_enabled", "is_nfc_enabled", "is_liveness_enabled", "is_face_match_enabled", "is_aml_enabled", "is_ip_analysis_enabled"}
	parts := []string{`"workflow_label":"Courier check"`, `"workflow_type":"kyc"`, `"max_retry_attempts":3`, `"key_of_tomorrow":` + genJSON(t, 2)}
	for _, f := range flags {
		parts = append(parts, fmt.Sprintf("%q:%v", f, rapid.Bool().Draw(t, f)))
	}
	for _, wire := range []string{"LIVENESS", "FACE_MATCH"} {
		parts = append(parts, genConfig(t, wire, true)...)
	}
	if rapid.Bool().Draw(t, "row") {
		parts = append(parts, `"uuid":"93b1d6f0-2c58-4e7a-b0a4-5e6d7f8091a2"`, `"total_price":"0.25"`, `"is_editable":false`)
	}
	return "{" + strings.Join(rapid.Permutation(parts).Draw(t, "order"), ",") + "}"
}
