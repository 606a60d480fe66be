package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

func TestFreeText(t *testing.T) {
	s := open(t)
	put(t, s,
		session(1, func(x *kyc.Session) { x.FullName, x.VendorData = "Zoë Ångström", "acct/77%_x" }),
		session(2, func(x *kyc.Session) { x.FullName, x.Phone = "Łukasz Müller-Groß", "+12025550147" }),
		session(3, func(x *kyc.Session) { x.FullName, x.Email = "Élodie D'Arc", "elodie@example.com" }),
		session(4, func(x *kyc.Session) { x.FullName, x.ID = "山田 太郎", "deadbeef-0000-4000-8000-000000000004" }),
	)
	for text, want := range map[string][]int{
		"zoe":                           {1},
		"ZOË":                           {1},
		"angstrom zoë":                  {1},
		"strom":                         {1},
		"lukasz":                        {2},
		"MULLER-GROSS":                  {2},
		"müller  lu":                    {2},
		"d'arc":                         {3},
		"elodie@EXAMPLE":                {3},
		"202 555 0147":                  {2},
		"+1 (202) 555-01 47":            {2},
		"5550147":                       {2},
		"1003":                          {3},
		"cust-000":                      {4, 3, 2}, // a substring of the vendor data
		"%_x":                           {1},       // signs of patterns mean themselves
		"_____":                         {},
		"z":                             {1},
		"zo":                            {1},
		"an":                            {1},
		"ng":                            {}, // two letters match beginnings only
		"10":                            {4, 3, 2, 1},
		"太郎":                            {4},
		"deadbeef":                      {4},
		"deadbeef-0000":                 {4},
		"nobody":                        {},
		"q":                             {},
		"   ":                           {4, 3, 2, 1},
		"zoe\x00":                       {1},
		"\xff\xfezoe":                   {1},
		"x\u0301\u0301\u0301zoe müller": {},
	} {
		if got := numbers(t, s, store.SessionFilter{Text: text}); !cmp.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestLookupSession(t *testing.T) {
	s := open(t)
	put(t, s, session(7))
	for text, want := range map[string]string{
		id(7):                                   id(7),
		" 00000000-0000-4000-8000-000000000007": id(7),
		"1007":                                  id(7),
		"#1007":                                 id(7),
		"1008":                                  "",
		"00000000-0000-4000-8000-00000000000f":  "",
		"cust-0007":                             "",
		"99999999999999999999":                  "",
		"":                                      "",
	} {
		got, ok, err := s.LookupSession(t.Context(), text)
		if err != nil || got != want || ok != (want != "") {
			t.Errorf("%q: %q %t %v, want %q", text, got, ok, err, want)
		}
	}
}
