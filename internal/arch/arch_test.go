// Package arch holds no code: its tests read the project's source and say where
// it leaves the rules that the compiler does not know.
package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
)

// module is the prefix of our own import paths.
const module = "diditdesk/"

// source is one Go file of ours, parsed.
type source struct {
	path      string // from the top of the project, with slashes
	pkg       string // its folder, without internal/
	test      bool
	generated bool
	syntax    *ast.File
	set       *token.FileSet
}

// line is where a node stands, as editors understand it.
func (s source) line(n ast.Node) string {
	at := s.set.Position(n.Pos())
	at.Filename = s.path
	return at.String()
}

func project() fs.FS { return os.DirFS("../..") }

// skipped are the folders that hold nothing of ours.
func skipped(dir string) bool {
	switch path.Base(dir) {
	case ".git", ".data", "bin", "node_modules":
		return true
	}
	return false
}

// walk calls do with every file of the project that match accepts.
func walk(t *testing.T, match func(name string) bool, do func(name string, body []byte)) {
	t.Helper()
	files := 0
	err := fs.WalkDir(project(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if skipped(name) {
				return fs.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() || !match(name) {
			return nil
		}
		body, err := fs.ReadFile(project(), name)
		if err != nil {
			return err
		}
		files++
		do(name, body)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files == 0 {
		t.Fatal("no file was looked at")
	}
}

// goFiles calls do with every Go file of the main module.
func goFiles(t *testing.T, do func(source)) {
	t.Helper()
	ours := func(name string) bool {
		return strings.HasSuffix(name, ".go") && !strings.HasPrefix(name, "tools/") && !strings.Contains(name, "testdata/")
	}
	walk(t, ours, func(name string, body []byte) {
		set := token.NewFileSet()
		syntax, err := parser.ParseFile(set, name, body, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			return
		}
		do(source{
			path:      name,
			pkg:       strings.TrimPrefix(path.Dir(name), "internal/"),
			test:      strings.HasSuffix(name, "_test.go"),
			generated: ast.IsGenerated(syntax),
			syntax:    syntax,
			set:       set,
		})
	})
}
