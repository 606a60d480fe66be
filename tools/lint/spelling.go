package main

import (
	"go/ast"
	"go/token"

	"github.com/golangci/misspell"
	"golang.org/x/tools/go/analysis"
)

// spelling finds words that are commonly misspelt, in comments and strings.
var spelling = &analysis.Analyzer{
	Name: "spelling",
	Doc:  "report commonly misspelt words in comments and strings",
	Run:  checkSpelling,
}

func checkSpelling(pass *analysis.Pass) (any, error) {
	words := misspell.New()
	words.RemoveRule([]string{"signin", "signins"}) // a table of ours
	words.Compile()
	check := func(at token.Pos, text string) {
		_, wrong := words.Replace(text)
		for _, w := range wrong {
			pass.Reportf(at, "%q is misspelt: %q", w.Original, w.Corrected)
		}
	}
	for _, file := range pass.Files {
		for _, group := range file.Comments {
			check(group.Pos(), group.Text())
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
				check(text.Pos(), text.Value)
			}
			return true
		})
	}
	return nil, nil
}
