package wire

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
)

func workflowOf(t interface{ Fatal(...any) }, raw string) kyc.Workflow {
	var w diditclient.Workflow
	if err := json.Unmarshal([]byte(raw), &w); err != nil {
		t.Fatal(err)
	}
	return Workflow(w)
}

// What the flag form leaves unsaid: the type's own step, the limit with another name.
func TestWorkflowFlags(t *testing.T) {
	for raw, want := range map[string][]kyc.Feature{
		`{"workflow_type":"address_verification"}`:                                                             {kyc.ProofOfAddress},
		`{"workflow_type":"phone_verification","is_phone_verification_enabled":true}`:                          {kyc.Phone},
		`{"workflow_type":"biometric_authentication","is_liveness_enabled":true,"is_face_match_enabled":true}`: {kyc.Liveness, kyc.FaceMatch},
		`{"workflow_type":"kyc","is_liveness_enabled":true}`:                                                   {kyc.IDVerification, kyc.Liveness},
		`{"workflow_type":"kyc","is_ocr_enabled":false,"is_liveness_enabled":true}`:                            {kyc.Liveness},
		`{"workflow_label":"a row that tells nothing"}`:                                                        nil,
	} {
		if got := workflowOf(t, raw).Features; !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", raw, got, want)
		}
	}
	w := workflowOf(t, `{"aml_decline_threshold":80}`)
	if w.Limits.AMLReview == nil || *w.Limits.AMLReview != 80 || w.Limits.AMLApprove != nil {
		t.Errorf("%+v", w.Limits)
	}
}

// Steps of a graph come in the order they are met; a graph that leads in a circle
// ends.
func TestWorkflowGraphOrder(t *testing.T) {
	w := workflowOf(t, `{"workflow_graph":{"start_node":"z","nodes":{"a":{"feature":"AML","next":"z"},"z":{"feature":"LIVENESS","next":"m"},
		"m":{"feature":"OCR","next":"a"},"b":{"feature":"NFC"},"end":{"node_type":"status"}}}}`)
	if want := []kyc.Feature{kyc.Liveness, kyc.IDVerification, kyc.AML, kyc.NFC}; !slices.Equal(w.Features, want) {
		t.Errorf("%v", w.Features)
	}
}

// Whichever generation tells a limit, and whatever stands around it: it is found,
// and the body is kept to the byte.
func TestPropertyWorkflowLimits(t *testing.T) {
	places := map[string]string{
		"flags":    `{"%s":%s,%s}`,
		"features": `{"features":[{"feature":"OCR"},{"feature":"LIVENESS","config":{"other":null,"%s":%s},%s}]}`,
		"graph":    `{"features":"OCR","workflow_graph":{"start_node":"a","nodes":{"a":{"feature":"OCR","next":"b"},"b":{"config":{"%s":%s},%s}}}}`,
		"the null above": `{"features":[{"feature":"LIVENESS","config":{"face_liveness_score_review_threshold":null}},` +
			`{"feature":"AML","config":{"%s":%s},%s}]}`,
	}
	read := map[string]func(kyc.Limits) *float64{
		"face_match_score_decline_threshold":    func(l kyc.Limits) *float64 { return l.FaceDecline },
		"face_match_score_review_threshold":     func(l kyc.Limits) *float64 { return l.FaceReview },
		"face_liveness_score_decline_threshold": func(l kyc.Limits) *float64 { return l.LivenessDecline },
		"face_liveness_score_review_threshold":  func(l kyc.Limits) *float64 { return l.LivenessReview },
		"aml_score_approve_threshold":           func(l kyc.Limits) *float64 { return l.AMLApprove },
		"aml_score_review_threshold":            func(l kyc.Limits) *float64 { return l.AMLReview },
	}
	rapid.Check(t, func(rt *rapid.T) {
		place := rapid.SampledFrom([]string{"flags", "features", "graph", "the null above"}).Draw(rt, "place")
		key := rapid.SampledFrom([]string{"face_match_score_decline_threshold", "face_match_score_review_threshold", "face_liveness_score_decline_threshold",
			"face_liveness_score_review_threshold", "aml_score_approve_threshold", "aml_score_review_threshold"}).Draw(rt, "key")
		n := rapid.IntRange(0, 100).Draw(rt, "limit")
		text := rapid.SampledFrom([]string{"%d", "%d.0", `"%d"`, `"%d.50"`}).Draw(rt, "spelling")
		unknown := `"new_` + rapid.StringMatching(`[a-z]{1,5}`).Draw(rt, "unknown") + `":[1.50,{"a":null}]`
		raw := fmt.Sprintf(places[place], key, fmt.Sprintf(text, n), unknown)
		w := workflowOf(rt, raw)
		want := float64(n)
		if strings.Contains(text, ".50") {
			want += 0.5
		}
		if got := read[key](w.Limits); got == nil || *got != want {
			rt.Fatalf("%s: %v, want %v", raw, got, want)
		}
		if string(w.Raw) != raw {
			rt.Fatalf("kept %s", w.Raw)
		}
	})
}
