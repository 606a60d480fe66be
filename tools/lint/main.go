// Command lint is the checks that go vet lacks, to be run by it:
// go vet -vettool=bin/lint ./... keeps results in the build cache.
package main

import (
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
		bodyclose.Analyzer,
		errorlint.NewAnalyzer(),
		noctx.Analyzer,
		rowserr.NewAnalyzer("github.com/jackc/pgx/v5"),
		analyzer.NewAnalyzer(),
		constsql,
		spelling,
	}
	for _, check := range staticcheck.Analyzers {
		checks = append(checks, check.Analyzer)
	}
	unitchecker.Main(checks...)
}
