package arch

import (
	"go/ast"
	"testing"
)

// exempt says, with the reason, where a habit may be left.
var exempt = map[string]string{
	"internal/devdb/dbtest/dbtest.go: init": "turns a test binary into the database's supervisor; spares every package a TestMain",
	"internal/devdb/supervisor.go: Sleep":   "the grace of a throwaway cluster, in a process that does nothing else",
	"internal/devdb/server.go: Sleep":       "waits for a server that is not our child to end",
}

// polling is the name of test helpers that ask again until a deadline; they may
// sleep between two questions.
const polling = "eventually"

// TestHabits: nothing runs before main, no test skips or sleeps, and no code
// sleeps where it could not be told to stop.
func TestHabits(t *testing.T) {
	used := map[string]bool{}
	report := func(s source, n ast.Node, habit string) {
		key := s.path + ": " + habit
		if _, ok := exempt[key]; ok {
			used[key] = true
			return
		}
		t.Errorf("%s: %s", s.line(n), habit)
	}
	goFiles(t, func(s source) {
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			if f, ok := n.(*ast.FuncDecl); ok && f.Name.Name == polling {
				return false
			}
			if habit := badHabit(n, s.test); habit != "" && !s.generated {
				report(s, n, habit)
			}
			return true
		})
	})
	for key := range exempt {
		if !used[key] {
			t.Errorf("the exemption %q is not needed any more", key)
		}
	}
}

// badHabit names what is wrong with a node, or nothing.
func badHabit(n ast.Node, test bool) string {
	switch n := n.(type) {
	case *ast.FuncDecl:
		if n.Name.Name == "init" && n.Recv == nil {
			return "init"
		}
	case *ast.SelectorExpr:
		of, _ := n.X.(*ast.Ident)
		switch name := n.Sel.Name; {
		case of == nil:
		case of.Name == "time" && name == "Sleep":
			return "Sleep"
		case test && (name == "Skip" || name == "Skipf" || name == "SkipNow"):
			return "Skip"
		case test && of.Name == "testing" && name == "Short":
			return "Skip"
		}
	}
	return ""
}
