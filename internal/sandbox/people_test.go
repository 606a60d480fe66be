package sandbox

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestPeopleFitTheirCountry(t *testing.T) {
	w := testWorld(400, 1)
	reserved := []netip.Prefix{
		netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"),
		netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("2001:db8::/32"),
	}
	for _, p := range w.people {
		c := countryOf(p.Country)
		if p.home != c || p.FullName == "" || p.Document.Number == "" {
			t.Errorf("%s of %s has no name or papers", p.VendorData, p.Country)
		}
		if !p.Document.ExpiresAt.After(testNow) || p.Document.IssuedAt.After(testNow) {
			t.Errorf("%s: papers from %s to %s", p.FullName, p.Document.IssuedAt, p.Document.ExpiresAt)
		}
		if age := years(p.BirthDate, testNow); age < 18 || age > 90 {
			t.Errorf("%s is %d years old", p.FullName, age)
		}
		if len(p.Phone) < 8 || len(p.Phone) > 16 || p.Phone[0] != '+' {
			t.Errorf("%s has the phone %s", p.FullName, p.Phone)
		}
		name, host, _ := strings.Cut(p.Email, "@")
		if name == "" || !strings.HasPrefix(host, "example.") && host != "mail.test" {
			t.Errorf("%s has the e-mail %s", p.FullName, p.Email)
		}
		if ip, err := netip.ParseAddr(p.IP); err != nil || !within(reserved, ip) {
			t.Errorf("%s comes from %s", p.FullName, p.IP)
		}
	}
}

func within(list []netip.Prefix, ip netip.Addr) bool {
	for _, p := range list {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

func TestWorldHasNamesThatFormsGetWrong(t *testing.T) {
	w := testWorld(400, 1)
	var long, short, single, rightToLeft, foreign, odd int
	for _, p := range w.people {
		switch {
		case len(p.FullName) > 90:
			long++
		case len([]rune(p.LastName)) == 1:
			short++
		case p.LastName == "":
			single++
		}
		if strings.ContainsFunc(p.NativeName, func(r rune) bool { return r >= 0x590 && r < 0x700 }) {
			rightToLeft++
		}
		if p.NativeName != "" {
			foreign++
		}
		if strings.ContainsAny(p.VendorData, "@/%&") || plain(p.VendorData) != p.VendorData || len(p.VendorData) != len([]rune(p.VendorData)) {
			odd++
		}
	}
	if long == 0 || short == 0 || single == 0 || rightToLeft < 5 || foreign < 40 || odd < 8 {
		t.Errorf("long %d, one letter %d, single %d, right to left %d, other scripts %d, odd ids %d", long, short, single, rightToLeft, foreign, odd)
	}
}

func TestCountryTableIsWhole(t *testing.T) {
	w := testWorld(1, 1)
	for i := range countries {
		c := &countries[i]
		if len(c.alpha3) != 3 || len(c.alpha2) != 2 || c.weight < 1 || countryOf(c.alpha3) != c {
			t.Errorf("%s: bad codes", c.name)
		}
		if _, err := time.Parse("-0700", c.offset); err != nil {
			t.Errorf("%s: offset %s", c.name, c.offset)
		}
		for _, name := range strings.Fields(c.male + " " + c.female + " " + c.family + " " + c.cities + " " + c.streets) {
			latin, _, _ := strings.Cut(name, "=")
			if s := plain(latin); len(s) != len([]rune(s)) {
				t.Errorf("%s: %s cannot be written plainly: %s", c.name, latin, s)
			}
		}
		if a := c.address(w.rng); a.City == "" || a.Lat == 0 || a.Country2 != c.alpha2 {
			t.Errorf("%s: address %+v", c.name, a)
		}
		if d := c.document(w.rng, testNow.AddDate(-30, 0, 0), testNow); d.Number == "" || d.Type == "" {
			t.Errorf("%s: document %+v", c.name, d)
		}
	}
}

func TestPhonesAreKeptApart(t *testing.T) {
	for _, code := range []string{"USA", "NOR", "GBR", "ISL"} {
		c, seen := countryOf(code), map[string]bool{}
		for n := range 10 {
			seen[c.phoneNumber(n)] = true
		}
		if len(seen) != 10 {
			t.Errorf("%s: ten people have %d numbers", code, len(seen))
		}
	}
	if got := countryOf("USA").phoneNumber(47); got != "+12025550147" {
		t.Errorf("the 47th American has %s", got)
	}
}
