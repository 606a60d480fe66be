package arch

import (
	"bytes"
	"fmt"
	"go/ast"
	"strings"
	"testing"
)

const (
	maxFile = 400 // lines
	maxFunc = 75
)

// long says why something may be longer: a path, or a path and a function.
var long = map[string]string{}

func TestFilesAndFunctionsAreShort(t *testing.T) {
	used := map[string]bool{}
	check := func(key string, lines, limit int) {
		if lines <= limit {
			return
		}
		used[key] = true
		if _, ok := long[key]; !ok {
			t.Errorf("%s has %d lines, more than %d: split it, or say in this test why not", key, lines, limit)
		}
	}
	goFiles(t, func(s source) {
		if s.generated {
			return
		}
		check(s.path, s.set.Position(s.syntax.End()).Line, maxFile)
		for _, decl := range s.syntax.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok {
				lines := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1
				check(fmt.Sprintf("%s %s", s.path, f.Name.Name), lines, maxFunc)
			}
		}
	})
	ours := func(name string) bool {
		return strings.HasSuffix(name, ".templ") ||
			(strings.HasPrefix(name, "static/") && !strings.HasPrefix(name, "static/vendor/") &&
				(strings.HasSuffix(name, ".css") || strings.HasSuffix(name, ".js")))
	}
	walk(t, ours, func(name string, body []byte) { check(name, bytes.Count(body, []byte("\n")), maxFile) })
	for key := range long {
		if !used[key] {
			t.Errorf("%s is short enough by now: take its entry away", key)
		}
	}
}
