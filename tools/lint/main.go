// Command lint is the checks that go vet lacks, to be run by it:
// go vet -vettool=bin/lint ./... keeps results in the build cache.
package main

import (
	"go/ast"
	"go/token"
	"strings"

	"github.com/jingyugao/rowserrcheck/passes/rowserr"
	"github.com/polyfloyd/go-errorlint/errorlint"
	"github.com/ryanrolds/sqlclosecheck/pkg/analyzer"
	"github.com/sonatard/noctx"
	"github.com/timakin/bodyclose/passes/bodyclose"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"
	"honnef.co/go/tools/staticcheck"
)

func main() {
	checks := []*analysis.Analyzer{
		errorlint.NewAnalyzer(),
		rowserr.NewAnalyzer("github.com/jackc/pgx/v5"),
		analyzer.NewAnalyzer(),
		constsql,
		spelling,
		// A test's process ends soon, and a recorder's body needs no closing.
		within(notTest, bodyclose.Analyzer),
		within(notTest, noctx.Analyzer),
	}
	for _, check := range staticcheck.Analyzers {
		checks = append(checks, within(handWritten, check.Analyzer))
	}
	unitchecker.Main(checks...)
}

// within drops what a check reports in files that keep refuses. It changes the
// check itself: a copy would be a second analyzer with the same facts.
func within(keep func(*token.File, *ast.File) bool, check *analysis.Analyzer) *analysis.Analyzer {
	run := check.Run
	check.Run = func(pass *analysis.Pass) (any, error) {
		kept := map[*token.File]bool{}
		for _, file := range pass.Files {
			at := pass.Fset.File(file.FileStart)
			kept[at] = keep(at, file)
		}
		report := pass.Report
		pass.Report = func(d analysis.Diagnostic) {
			if kept[pass.Fset.File(d.Pos)] {
				report(d)
			}
		}
		return run(pass)
	}
	return check
}

func notTest(at *token.File, _ *ast.File) bool { return !strings.HasSuffix(at.Name(), "_test.go") }

// handWritten leaves templ's output alone: nobody can mend it.
func handWritten(_ *token.File, file *ast.File) bool { return !ast.IsGenerated(file) }
