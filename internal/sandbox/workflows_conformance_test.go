package sandbox

import (
	"strings"
	"testing"
)

// The rows of api/workflows.md, a case each.

// wantRefused sends a body and compares the whole 400, or its part when it ends in "…".
func (g *rig) wantRefused(t *testing.T, method, path, body, want string) {
	t.Helper()
	r := g.call(method, path, body)
	part, open := strings.CutSuffix(want, "…")
	if r.status != 400 || string(r.raw) != want && !(open && strings.HasPrefix(string(r.raw), part)) {
		t.Errorf("%s %s\n = %d %.300s\nwant 400 %s", method, body, r.status, r.raw, want)
	}
}

func TestWorkflowEndpoints(t *testing.T) { // §1
	g := start(t, Config{})
	const body = `{"workflow_label":"Courier check","features":[{"feature":"OCR"},{"feature":"LIVENESS"}]}`
	one := g.call("POST", "/v3/workflows/", body).want(201).object()
	two := g.call("POST", "/v3/workflows/", body).want(201).object()
	if one["uuid"] == two["uuid"] {
		t.Error("POST is not idempotent, but gave the same workflow twice")
	}
	path := "/v3/workflows/" + one["uuid"].(string) + "/"
	g.call("GET", path, nil).want(200)
	g.call("PATCH", path, `{"workflow_label":"B"}`).want(200)
	g.call("PUT", path, `{}`).want(405)
	if r := g.call("DELETE", path, nil).want(204); len(r.raw) != 0 {
		t.Errorf("a body: %s", r.raw)
	}
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		g.call(method, path, nil).want(404).wantBody(`{"detail":"Not found."}`)
	}
	rows := g.call("GET", "/v3/workflows/?limit=1&offset=0", nil).rows()
	if len(rows) != 1 || rows[0]["uuid"] != two["uuid"] {
		t.Errorf("newest first: %v", rows)
	}
	for key, want := range map[string]int{"": 403, "nonsense": 401} { // §8, §12 Auth failure
		g.send("POST", "/v3/workflows/", body, map[string]string{"x-api-key": key}).want(want)
	}
}

func TestWorkflowFields(t *testing.T) { // §3
	g := start(t, Config{API: APICurrent})
	const ocr = `"features":[{"feature":"OCR"}]`
	made := g.call("POST", "/v3/workflows/", `{`+ocr+`}`).want(201).object()
	for key, want := range map[string]any{
		"status": "published", "is_default": false, "is_white_label_enabled": false, "max_retry_attempts": 3.0,
		"retry_window_days": 7.0, "session_expiration_time": 604800.0, "version": 1.0,
	} {
		if made[key] != want {
			t.Errorf("%s is %v by default, want %v", key, made[key], want)
		}
	}
	if made["workflow_label"] == "" {
		t.Error("no automatic label")
	}
	for name, c := range map[string][2]string{
		"label too long": {`"workflow_label":"` + strings.Repeat("é", 51) + `"`, `{"workflow_label":["Ensure this field has no more than 50 characters."]}`},
		"label blank":    {`"workflow_label":" "`, `{"workflow_label":["This field may not be blank."]}`},
		"status":         {`"status":"live"`, `{"status":["\"live\" is not a valid choice."]}`},
		"default":        {`"is_default":"x"`, `{"is_default":["Must be a valid boolean."]}`},
		"white label":    {`"is_white_label_enabled":1`, `{"is_white_label_enabled":["Must be a valid boolean."]}`},
		"desktop":        {`"is_desktop_allowed":[]`, `{"is_desktop_allowed":["Must be a valid boolean."]}`},
		"retries 11":     {`"max_retry_attempts":11`, `{"max_retry_attempts":["Ensure this value is less than or equal to 10."]}`},
		"retries -1":     {`"max_retry_attempts":-1`, `{"max_retry_attempts":["Ensure this value is greater than or equal to 0."]}`},
		"retries 1.5":    {`"max_retry_attempts":1.5`, `{"max_retry_attempts":["A valid integer is required."]}`},
		"window 0":       {`"retry_window_days":0`, `{"retry_window_days":["Ensure this value is greater than or equal to 1."]}`},
		"window 366":     {`"retry_window_days":366`, `{"retry_window_days":["Ensure this value is less than or equal to 365."]}`},
		"expiry":         {`"session_expiration_time":"soon"`, `{"session_expiration_time":["A valid integer is required."]}`},
		"attributes":     {`"response_attributes":{"OCR":"all"}`, `{"response_attributes":{"OCR":["Expected a list of items but got type \"str\"."]}}`},
		"unknown":        {`"color":"red"`, `{"color":["Unknown field."]}`},
		"workflow_type":  {`"workflow_type":"kyc"`, `{"workflow_type":["Unknown field."]}`},
		"a flag":         {`"is_aml_enabled":true`, `{"is_aml_enabled":["Unknown field."]}`},
		"graph":          {`"workflow_graph":{}`, `{"workflow_graph":["Unknown field."]}`},
		"two of them":    {`"branches":[],"is_default":7`, `{"branches":["Unknown field."],"is_default":["Must be a valid boolean."]}`},
		"webhooks":       {`"webhooks":[]`, `{"webhooks":["Unknown field."]}`},
	} {
		t.Run(name, func(t *testing.T) { g.wantRefused(t, "POST", "/v3/workflows/", `{`+ocr+`,`+c[0]+`}`, c[1]) })
	}
	for _, right := range []string{`"retry_window_days":null`, `"max_retry_attempts":0`, `"response_attributes":{"OCR":["full_name"],"AML":[],"NFC":null}`, `"is_desktop_allowed":true`} {
		g.call("POST", "/v3/workflows/", `{`+ocr+`,`+right+`}`).want(201)
	}
}

func TestWorkflowFeatureLists(t *testing.T) { // §3, §8: the shapes of a 400
	g := start(t, Config{API: APICurrent})
	form := `{"feature":"QUESTIONNAIRE","config":{"questionnaire_uuid":"` + questionnaireID + `"}}`
	kyb := `{"feature":"KYB_REGISTRY"}`
	for name, c := range map[string][2]string{
		"none":                       {`{}`, `{"features":["This field is required."]}`},
		"empty":                      {`{"features":[]}`, `{"features":["This list may not be empty."]}`},
		"null":                       {`{"features":null}`, `{"features":["This field may not be null."]}`},
		"joined text":                {`{"features":"OCR + AML"}`, `{"features":["Expected a list of items but got type \"str\"."]}`},
		"names":                      {`{"features":["OCR"]}`, `{"features":[["Each entry must be an object."]]}`},
		"no feature":                 {`{"features":[{"config":{}}]}`, `{"features":[{"feature":["This field is required."]}]}`},
		"lower case":                 {`{"features":[{"feature":"ocr"}]}`, `{"features":[{"feature":["\"ocr\" is not a valid choice."]}]}`},
		"config a list":              {`{"features":[{"feature":"OCR","config":[]}]}`, `{"features":[{"config":["Expected a dictionary of items but got type \"list\"."]}]}`},
		"match before OCR":           {`{"features":[{"feature":"FACE_MATCH"},{"feature":"OCR"}]}`, `{"features":[["FACE_MATCH requires OCR earlier in the workflow."]]}`},
		"match without OCR":          {`{"features":[{"feature":"LIVENESS"},{"feature":"FACE_MATCH"}]}`, `{"features":[{},["FACE_MATCH requires OCR earlier in the workflow."]]}`},
		"NFC":                        {`{"features":[{"feature":"NFC"}]}`, `{"features":[["NFC requires OCR…`},
		"database":                   {`{"features":[{"feature":"DATABASE_VALIDATION"},{"feature":"OCR"}]}`, `{"features":[["DATABASE_VALIDATION requires OCR…`},
		"AML of a person":            {`{"features":[{"feature":"LIVENESS"},{"feature":"AML"}]}`, `{"features":[{},["AML requires OCR…`},
		"documents without registry": {`{"features":[{"feature":"KYB_DOCUMENTS","config":{"kyb_required_document_groups":["OWNERSHIP_STRUCTURE"]}},` + kyb + `]}`, `{"features":[["KYB_DOCUMENTS requires KYB_REGISTRY…`},
		"people without registry":    {`{"features":[{"feature":"KYB_KEY_PEOPLE"}]}`, `{"features":[["KYB_KEY_PEOPLE requires KYB_REGISTRY…`},
		"questionnaire_uuid":         {`{"features":[{"feature":"OCR"},{"feature":"QUESTIONNAIRE"}]}`, `{"features":[{},{"config":{"questionnaire_uuid":["This field is required."]}}]}`},
		"document groups":            {`{"features":[` + kyb + `,{"feature":"KYB_DOCUMENTS","config":{"kyb_required_document_groups":[]}}]}`, `{"features":[{},{"config":{"kyb_required_document_groups":["This field is required."]}}]}`},
		"LIVENESS in KYB":            {`{"features":[` + kyb + `,{"feature":"LIVENESS"}]}`, `{"features":[{},["LIVENESS is not available in a KYB workflow."]]}`},
		"no document type":           {`{"features":[{"feature":"OCR","config":{"documents_allowed":{"NLD":{"P":{"enabled":0}}}}}]}`, `{"features":[{"config":{"documents_allowed":["Enable at least one document type of one country."]}}]}`},
		"no such country":            {`{"features":[{"feature":"OCR","config":{"documents_allowed":{"ZZZ":{"P":{"enabled":1}}}}}]}`, `{"features":[{"config":{"documents_allowed":{"ZZZ":["Use an ISO 3166-1 alpha-3 code."]}}}]}`},
		"no such type":               {`{"features":[{"feature":"OCR","config":{"documents_allowed":{"NLD":{"XY":{"enabled":1}}}}}]}`, `{"features":[{"config":{"documents_allowed":{"NLD":{"XY":["\"XY\" is not a valid choice."]}}}}]}`},
	} {
		t.Run(name, func(t *testing.T) { g.wantRefused(t, "POST", "/v3/workflows/", c[0], c[1]) })
	}
	for name, steps := range map[string]string{
		"questionnaire alone":   form,
		"AML with a name":       `{"feature":"AML","config":{"aml_field_sources":{"full_name":{"source":"expected_data","key":"full_name"}}}}`,
		"AML of a company":      kyb + `,{"feature":"AML","config":{"aml_entity_type":"company"}},` + form,
		"match after OCR":       `{"feature":"OCR"},{"feature":"NFC"},{"feature":"LIVENESS"},{"feature":"FACE_MATCH"},{"feature":"AML"}`,
		"later features":        `{"feature":"GEOLOCATION"},{"feature":"BANK_VERIFICATION"},{"feature":"SIGNATURE","config":{"signature_level":"aes"}}`,
		"one kind twice":        `{"feature":"DOCUMENT_AI"},{"feature":"DOCUMENT_AI","label":"second"}`,
		"documents of one land": `{"feature":"OCR","config":{"documents_allowed":{"NLD":{"P":{"enabled":1,"sides":1,"subtypes":["ORDINARY"]},"DL":{"enabled":0}}}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			g.call("POST", "/v3/workflows/", `{"features":[`+steps+`]}`).want(201)
		})
	}
}

func TestWorkflowErrors(t *testing.T) { // §8
	g := start(t, Config{})
	wf := "/v3/workflows/" + g.workflow("Retail onboarding") + "/"
	g.wantRefused(t, "POST", "/v3/workflows/", `{"features":`, `{"detail":"JSON parse error…`)
	g.wantRefused(t, "POST", "/v3/workflows/", `[]`, `{"non_field_errors":["Invalid data. Expected a dictionary."]}`)
	g.wantRefused(t, "PATCH", wf, `{"status":"draft"}`, `{"status":["Cannot revert a published version to draft."]}`)
	g.wantRefused(t, "PATCH", wf, `{"nonsense":1}`, `{"nonsense":["Unknown field."]}`)
	g.call("PATCH", "/v3/workflows/c4a1b0de-6f27-4c0b-8f3c-22d95a7e6b30/", `{"nonsense":1}`).want(404).wantBody(`{"detail":"Not found."}`)
	for range 300 {
		if g.call("DELETE", "/v3/workflows/c4a1b0de-6f27-4c0b-8f3c-22d95a7e6b30/", nil).status == 429 {
			break
		}
	}
	r := g.call("DELETE", wf, nil).want(429)
	if r.header.Get("Retry-After") == "" || r.object()["detail"] == nil {
		t.Errorf("429 with %v %s", r.header, r.raw)
	}
}
