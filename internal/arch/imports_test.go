package arch

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport is who may import whom, of ours; dependencies point one way. The
// emulator and the client share nothing, so that a wrong tag cannot agree with
// itself, and views never see a row or a wire value.
var mayImport = map[string][]string{
	"kyc":          nil,
	"diditclient":  nil,
	"sandbox":      nil,
	"config":       nil,
	"static":       nil,
	"migrations":   nil,
	"arch":         nil,
	"wire":         {"kyc", "diditclient"},
	"audit":        {"kyc"},
	"flow":         {"kyc"},
	"store":        {"kyc", "audit", "migrations"},
	"mirror":       {"kyc", "store", "diditclient", "wire"},
	"webhook":      {"store", "diditclient"},
	"auth":         {"kyc", "store", "audit"}, // a sign-in and its audit entry are one transaction (P2)
	"desk":         {"kyc", "store", "audit", "diditclient", "wire", "flow"},
	"jobs":         {"kyc", "store", "desk"},
	"views/ui":     {"kyc", "static"},
	"views":        {"kyc", "static", "views/ui"},
	"handlers":     {"kyc", "flow", "store", "desk", "jobs", "auth", "audit", "webhook", "mirror", "views", "views/ui", "static"},
	"devdb":        {"migrations"},
	"devdb/dbtest": {"devdb", "migrations"},
	"bench":        {"*"},
	"e2e":          {"*"},
	"cmd/web":      {"*"},
}

// testsMayImport holds for any _test.go beside its package's own list: real
// parts instead of mocks.
var testsMayImport = []string{"devdb/dbtest", "sandbox"}

// keptIn names the only packages that may import a thing from outside, so that
// leaving it one day means changing those.
var keptIn = map[string][]string{
	"github.com/labstack/echo":        {"handlers"},
	"github.com/jackc/pgx":            {"store", "migrations", "devdb", "devdb/dbtest", "config", "jobs"},
	"database/sql":                    nil,
	"github.com/riverqueue/river":     {"jobs", "migrations"},
	"github.com/caarlos0/env":         {"config"},
	"github.com/gorilla/sessions":     {"auth", "handlers"},
	"github.com/prometheus":           {"cmd/web", "handlers"},
	"github.com/failsafe-go":          {"diditclient"},
	"github.com/pressly/goose":        {"migrations"},
	"github.com/Shopify/toxiproxy":    nil,
	"github.com/chromedp":             nil,
	"github.com/a-h/templ":            {"views", "views/ui", "handlers"},
	"golang.org/x/crypto/argon2":      {"auth"},
	"golang.org/x/oauth2":             {"diditclient"},
	"diditdesk/internal/devdb/dbtest": nil,
}

// testsAlsoImport is what single packages need to build the real thing they test.
var testsAlsoImport = map[string][]string{
	"jobs":     {"audit", "diditclient", "wire"}, // a whole desk for the workers
	"handlers": {"diditclient"},                  // the whole desk over HTTP
	"store":    {"devdb"},                        // a cluster to stop and start (F25 to F30)
}

func TestImportsPointOneWay(t *testing.T) {
	goFiles(t, func(s source) {
		allowed, listed := mayImport[s.pkg]
		if !listed {
			t.Errorf("%s: package %s has no line in mayImport", s.path, s.pkg)
			return
		}
		for _, spec := range s.syntax.Imports {
			full, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			ours, is := strings.CutPrefix(full, module)
			name := strings.TrimPrefix(ours, "internal/")
			switch {
			case !is, slices.Contains(allowed, name), slices.Contains(allowed, "*"):
			case s.test && (name == s.pkg || slices.Contains(testsMayImport, name) || slices.Contains(testsAlsoImport[s.pkg], name)):
			default:
				t.Errorf("%s: %s may not import %s", s.line(spec), s.pkg, name)
			}
		}
	})
}

func TestOutsidePartsStayInTheirPackage(t *testing.T) {
	goFiles(t, func(s source) {
		if s.test {
			return
		}
		for _, spec := range s.syntax.Imports {
			for prefix, keepers := range keptIn {
				if strings.HasPrefix(spec.Path.Value, `"`+prefix) && !slices.Contains(keepers, s.pkg) {
					t.Errorf("%s: %s is for %v alone", s.line(spec), spec.Path.Value, keepers)
				}
			}
		}
	})
}
