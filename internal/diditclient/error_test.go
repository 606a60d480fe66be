package diditclient

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every shape of api/basics.md, Errors.
func TestErrorBodies(t *testing.T) {
	for body, want := range map[string]said{
		`{"detail":"Not found."}`:                                    {words: "Not found."},
		`{"detail":"Part of a report.","code":"in_filed_report"}`:    {words: "Part of a report.", code: "in_filed_report"},
		`{"message":"No."}`:                                          {words: "No."},
		`{"error":"No."}`:                                            {words: "No."},
		`{"vendor_data":["This field is required."]}`:                {words: "This field is required.", field: "vendor_data", fields: map[string]string{"vendor_data": "This field is required."}},
		`{"expected_details":{"date_of_birth":["Use YYYY-MM-DD."]}}`: {words: "Use YYYY-MM-DD.", field: "expected_details.date_of_birth", fields: map[string]string{"expected_details.date_of_birth": "Use YYYY-MM-DD."}},
		`{"form_elements":[{"element_type":["Required."]},{}]}`:      {words: "Required.", field: "form_elements[0].element_type", fields: map[string]string{"form_elements[0].element_type": "Required."}},
		`{"features":[["Each entry must be an object."]]}`:           {words: "Each entry must be an object.", field: "features[0]", fields: map[string]string{"features[0]": "Each entry must be an object."}},
		`["Give session_numbers."]`:                                  {words: "Give session_numbers.", fields: map[string]string{"": "Give session_numbers."}},
		`{"non_field_errors":["One.","Two."]}`:                       {words: "One. Two.", field: "non_field_errors", fields: map[string]string{"non_field_errors": "One. Two."}},
		`{"detail":"Not allowed.","allowed":["A","B"]}`:              {words: "Not allowed."},
		`{"detail":"Unknown key.","field":"color","allowed":["A"]}`:  {words: "Unknown key.", field: "color", fields: map[string]string{"color": "Unknown key."}},
		`{"features":[{},{},{"config":{"code_size":["Too big."]}}]}`: {words: "Too big.", field: "features[2].config.code_size", fields: map[string]string{"features[2].config.code_size": "Too big."}},
		`{"features":[{},["Put OCR first."],{"config":{"methods":{"NLD":{"id_lookup":["No."]}}}}]}`: {words: "Put OCR first.", field: "features[1]", fields: map[string]string{
			"features[1]": "Put OCR first.", "features[2].config.methods.NLD.id_lookup": "No."}},
		`{"b":["first in the body"],"a":["second"]}`: {words: "first in the body", field: "b", fields: map[string]string{"a": "second", "b": "first in the body"}},
		`{"detail":null,"error":{"deep":"words"}}`:   {words: "words", field: "error.deep", fields: map[string]string{"error.deep": "words"}},
		"<html>502</html>":                           {}, "": {}, "null": {},
	} {
		got := readErrorBody([]byte(body))
		if want.fields == nil {
			want.fields = map[string]string{}
		}
		if got.fields == nil {
			got.fields = map[string]string{}
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(said{})); diff != "" {
			t.Errorf("%s\n%s", body, diff)
		}
	}
}

func TestErrorBodiesAreBounded(t *testing.T) {
	long := readErrorBody([]byte(`{"detail":"` + strings.Repeat("é", 5000) + `"}`))
	if len(long.words) > maxWords+4 {
		t.Errorf("%d bytes of words", len(long.words))
	}
	many := readErrorBody([]byte(`{"a":[` + strings.Repeat(`{"b":"x"},`, 500) + `{}]}`))
	if len(many.fields) > maxFields {
		t.Errorf("%d fields", len(many.fields))
	}
}

func TestErrorKinds(t *testing.T) {
	for _, tc := range []struct {
		status int
		body   string
		want   ErrorKind
	}{
		{301, "", Malformed}, {400, `{"vendor_data":["x"]}`, Refused}, {400, `{"detail":"Not enough credits."}`, NoCredit},
		{401, `{"detail":"x"}`, Credentials}, {402, "", NoCredit}, {403, `{"detail":"x"}`, Credentials},
		{403, `{"detail":"x","code":"contract_billing_suspended"}`, NoCredit}, {403, `{"error":"Insufficient credits"}`, NoCredit},
		{404, "", NotFound}, {405, "", Refused}, {409, `{"code":"in_filed_report"}`, Conflict}, {410, "", NotFound},
		{422, `{"detail":"x"}`, Refused}, {429, "", Throttled}, {500, "<html>", Server}, {503, "", Server},
	} {
		if got := answerError(tc.status, http.Header{}, []byte(tc.body)); got.Kind != tc.want {
			t.Errorf("%d %s: %s, want %s", tc.status, tc.body, got.Kind, tc.want)
		}
	}
}

// A report asked for too early is refused; that says nothing about the key.
func TestPDFTooEarly(t *testing.T) {
	c := overTCP(t, answering(403, `{"detail":"Session is not finished."}`))
	if _, err := c.PDF(t.Context(), session); kindOfError(err) != Refused {
		t.Errorf("got %v", err)
	}
	if c.Health().CredentialsRefused {
		t.Error("the key is blamed")
	}
}
