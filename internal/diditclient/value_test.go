package diditclient

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// F11: a number as text, a float for an integer, every way of writing a time.
func TestScalars(t *testing.T) {
	type all struct {
		Block
		T  Text    `json:"t"`
		N  Number  `json:"n"`
		F  Flag    `json:"f"`
		FP *Flag   `json:"fp"`
		At Time    `json:"at"`
		O  Object  `json:"o"`
		D  Detail  `json:"d"`
		S  Strings `json:"s"`
	}
	read := func(s string) all {
		var a all
		if err := readObject([]byte(s), &a); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		a.Block = Block{}
		return a
	}
	yes := Flag(true)
	at := func(s string) Time {
		v, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return Time{v}
	}
	for in, want := range map[string]all{
		`{"t":"x","n":1,"f":true,"fp":true}`:        {T: "x", N: "1", F: true, FP: &yes},
		`{"t":12,"n":"1.50","f":"true","fp":null}`:  {T: "12", N: "1.50", F: true},
		`{"t":true,"n":4107.0,"f":1}`:               {T: "true", N: "4107.0", F: true},
		`{"t":null,"n":null,"f":null,"at":null}`:    {},
		`{"n":9007199254740993}`:                    {N: "9007199254740993"},
		`{"at":"2026-09-02T10:15:30.123456Z"}`:      {At: at("2026-09-02T10:15:30.123456Z")},
		`{"at":"2026-09-02T12:15:30+02:00"}`:        {At: at("2026-09-02T10:15:30Z")},
		`{"at":"2026-09-02T10:15:30"}`:              {At: at("2026-09-02T10:15:30Z")},
		`{"at":"2026-09-02 10:15:30"}`:              {At: at("2026-09-02T10:15:30Z")},
		`{"at":"2026-09-02"}`:                       {At: at("2026-09-02T00:00:00Z")},
		`{"at":1788344130}`:                         {At: at("2026-09-02T10:15:30Z")},
		`{"at":"0001-01-01T00:00:00Z"}`:             {},
		`{"at":"9999-12-31T23:59:59.999999Z"}`:      {At: at("9999-12-31T23:59:59.999999Z")},
		`{"o":"{\"a\":1}","d":"words","s":"one"}`:   {O: Object{"a": json.Number("1")}, D: Detail{"text": "words"}, S: Strings{"one"}},
		`{"o":{"a":"b"},"d":{"a":"b"},"s":["a",2]}`: {O: Object{"a": "b"}, D: Detail{"a": "b"}, S: Strings{"a", "2"}},
		`{"s":{"EST":2,"CZE":1}}`:                   {S: Strings{"EST", "CZE"}},
	} {
		if diff := cmp.Diff(want, read(in)); diff != "" {
			t.Errorf("%s\n%s", in, diff)
		}
	}
}

func TestNumber(t *testing.T) {
	for in, want := range map[Number]int64{"": 0, "12": 12, "12.9": 12, "9007199254740993": 9007199254740993, "1e3": 1000, "1e40": 0, "-3": -3} {
		if got := in.Int(); got != want {
			t.Errorf("%q: %d, want %d", in, got, want)
		}
	}
	if Number("").Float() != nil || *Number("0").Float() != 0 {
		t.Error("absent and nought are not told apart")
	}
}

// F11: a field in a shape that cannot be read goes to Extra and harms no other.
func TestWrongShapesStandInExtra(t *testing.T) {
	v := decode[IDVerification](t, []byte(`{"first_name":{"en":"Ola"},"age":"about 40","status":"Approved","date_of_birth":["1990"],
		"warnings":"none","matches":null,"mrz":[1],"extra_fields":{"a":1},"unheard_of":{"x":[1,2]},"nothing":null}`))
	want := map[string]json.RawMessage{
		"first_name": json.RawMessage(`{"en":"Ola"}`), "age": json.RawMessage(`"about 40"`), "date_of_birth": json.RawMessage(`["1990"]`),
		"warnings": json.RawMessage(`"none"`), "mrz": json.RawMessage(`[1]`), "unheard_of": json.RawMessage(`{"x":[1,2]}`),
	}
	if diff := cmp.Diff(want, v.Extra); diff != "" {
		t.Error(diff)
	}
	if v.Status != "Approved" || v.FirstName != "" || v.Age != "" || len(v.ExtraFields) != 1 {
		t.Errorf("the rest was lost: %+v", v)
	}
}

// A part of a small object without a name keeps the whole object in sight.
func TestUnnamedPartsStandInExtra(t *testing.T) {
	v := decode[PhoneVerification](t, []byte(`{"carrier":{"name":"Example Mobile","type":"mobile","ported":true}}`))
	if v.Carrier.Name != "Example Mobile" || string(v.Extra["carrier"]) == "" {
		t.Errorf("got %+v, %s", v.Carrier, v.Extra)
	}
	v = decode[PhoneVerification](t, []byte(`{"carrier":{"name":"Example Mobile","type":null,"ported":null}}`))
	if v.Extra != nil {
		t.Errorf("got %s", v.Extra)
	}
}

func TestValidationsInThreeShapes(t *testing.T) {
	for in, want := range map[string]string{
		`{"validations":[{"service_name":"R","validation":{"full_name":"full_match"},"outcome_code":"MATCH"}]}`: "MATCH",
		`{"validations":[{"validation":{"full_name":"full_match"},"source_data":{"a":1}}]}`:                     "",
		`{"validations":{"full_name":"full_match"}}`:                                                            "",
	} {
		v := decode[DatabaseValidation](t, []byte(in))
		if len(v.Validations) != 1 || v.Validations[0].Fields["full_name"] != "full_match" || string(v.Validations[0].Outcome) != want || v.Extra != nil {
			t.Errorf("%s: %+v, %s", in, v.Validations, v.Extra)
		}
	}
}

func TestDistanceInThreeShapes(t *testing.T) {
	for in, want := range map[string]Number{`1.4`: "1.4", `{"distance":12.5,"direction":"NE"}`: "12.5", `null`: ""} {
		if got := decode[Distance](t, []byte(in)); got.Km != want {
			t.Errorf("%s: %q", in, got.Km)
		}
	}
}

func TestLocalized(t *testing.T) {
	for in, want := range map[string]string{`"Work"`: "Work", `{"en":"Work","et":"Töö"}`: "Töö", `{"fr":"T","de":"A"}`: "A", `null`: ""} {
		if got := decode[Localized](t, []byte(in)).In("et"); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}
