package flow_test

import (
	"testing"

	"diditdesk/internal/flow"
)

func TestPrices(t *testing.T) {
	samples := []flow.PriceSample{
		{[]string{"OCR", "LIVENESS", "FACE_MATCH", "IP_ANALYSIS"}, "0.33"},
		{[]string{"ocr", "LIVENESS", "FACE_MATCH", "AML", "IP_ANALYSIS"}, "0.65"},
		{[]string{"PHONE_VERIFICATION"}, "0.055"},
		{[]string{"PHONE_VERIFICATION", "IP_ANALYSIS"}, "0.085"},
		{[]string{"AGE_ESTIMATION"}, "0.10"},
		{[]string{"AGE_ESTIMATION"}, "0.1200000"},
		{[]string{"AGE_ESTIMATION", "EMAIL_VERIFICATION"}, "0.20"},
		{[]string{"NFC"}, "free"},
		{[]string{"OCR"}, ""},
	}
	for steps, want := range map[string]flow.Estimate{
		`"LIVENESS","OCR","FACE_MATCH","IP_ANALYSIS"`: {Min: "0.33", Max: "0.33", Known: true, Samples: 1},
		`"AGE_ESTIMATION"`:                            {Min: "0.10", Max: "0.12", Known: true, Samples: 2},
		`"IP_ANALYSIS"`:                               {Min: "0.03", Max: "0.03", Known: true, Summed: true, Samples: 9},
		`"AGE_ESTIMATION","PHONE_VERIFICATION"`:       {Min: "0.155", Max: "0.175", Known: true, Summed: true, Samples: 9},
		`"EMAIL_VERIFICATION"`:                        {Min: "0.08", Max: "0.10", Known: true, Summed: true, Samples: 9},
		`"NFC"`:                                       {},
		`"OCR","NFC"`:                                 {},
	} {
		if got := flow.Price(parse(t, `{"version":1,"features":[`+steps+`]}`), samples); got != want {
			t.Errorf("%s: %+v, want %+v", steps, got, want)
		}
	}
	if got := flow.Price(parse(t, `{"features":[]}`), samples); got.Known {
		t.Errorf("no steps cost %+v", got)
	}
}

func TestPricesTimesSessions(t *testing.T) {
	for _, c := range []struct {
		price    string
		sessions int
		want     string
		ok       bool
	}{
		{"0.33", 1200, "396.00", true}, {"0.065", 3, "0.195", true}, {"1", 0, "0.00", true},
		{"-1", 3, "", false}, {"0.33", -1, "", false}, {"1e3", 1, "", false}, {"99999999999999999999", 1, "", false}, {"999999999", 1 << 40, "", false},
	} {
		if got, ok := flow.TimesPrice(c.price, c.sessions); got != c.want || ok != c.ok {
			t.Errorf("%s × %d: %s, %v", c.price, c.sessions, got, ok)
		}
	}
}
