package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// constsql is T26: text from outside never becomes SQL. The SQL of a pgx call
// is a constant, or put together from constants and quoted names only. A type
// named "statement" carries SQL around: a string variable does not become one
// by itself, and converting one is reported here.
var constsql = &analysis.Analyzer{
	Name: "constsql",
	Doc:  "report SQL that is not made of constants, and pgx's simple protocol",
	Run:  checkSQL,
}

// builders may turn what they are given into SQL, each for the reason beside it.
// Names are as types.Func.FullName gives them.
var builders = map[string]string{
	"(github.com/jackc/pgx/v5.Identifier).Sanitize": "pgx's own quoting of names",
	"diditdesk/internal/devdb/dbtest.quote":         "calls Sanitize",
	"(*diditdesk/internal/store.query).add":         "takes statements, and adds only the numbers of parameters",
	"(*diditdesk/internal/store.query).sql":         "gives what add collected",
}

// carrier is the defined string type that only constants become.
const carrier = "statement"

// takesSQL tells at which argument a pgx method takes its SQL.
var takesSQL = map[string]int{"Exec": 1, "Query": 1, "QueryRow": 1, "Prepare": 2, "Queue": 0}

func checkSQL(pass *analysis.Pass) (any, error) {
	s := sqlCheck{pass}
	for _, file := range pass.Files {
		if strings.HasSuffix(pass.Fset.Position(file.Pos()).Filename, "_test.go") {
			continue // nothing from outside reaches a test
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				return !s.builder(s.pass.TypesInfo.Defs[n.Name])
			case *ast.CallExpr:
				s.call(n)
			case *ast.Ident:
				if n.Name == "QueryExecModeSimpleProtocol" {
					pass.Reportf(n.Pos(), "the simple protocol puts values into the SQL text")
				}
			}
			return true
		})
	}
	return nil, nil
}

type sqlCheck struct{ pass *analysis.Pass }

func (s sqlCheck) call(call *ast.CallExpr) {
	if to := s.pass.TypesInfo.Types[call.Fun]; to.IsType() {
		if isCarrier(to.Type) && !s.safe(call.Args[0]) {
			s.pass.Reportf(call.Pos(), "a %s is made of text that is not constant", carrier)
		}
		return
	}
	if at, ok := s.sqlArgument(call); ok && !s.safe(call.Args[at]) {
		s.pass.Reportf(call.Args[at].Pos(), "this SQL is not made of constants")
	}
}

// sqlArgument knows pgx's methods by name and shape, because packages put
// interfaces of their own before them.
func (s sqlCheck) sqlArgument(call *ast.CallExpr) (int, bool) {
	method := s.callee(call)
	if method == nil || method.Signature().Recv() == nil {
		return 0, false
	}
	at, known := takesSQL[method.Name()]
	params := method.Signature().Params()
	if !known || params.Len() <= at || len(call.Args) <= at {
		return 0, false
	}
	text, ok := params.At(at).Type().Underlying().(*types.Basic)
	return at, ok && text.Kind() == types.String
}

func (s sqlCheck) callee(call *ast.CallExpr) *types.Func {
	var name *ast.Ident
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.SelectorExpr:
		name = fun.Sel
	case *ast.Ident:
		name = fun
	default:
		return nil
	}
	callee, _ := s.pass.TypesInfo.Uses[name].(*types.Func)
	return callee
}

// safe tells whether an expression can only hold text that we wrote.
func (s sqlCheck) safe(e ast.Expr) bool {
	known := s.pass.TypesInfo.Types[e]
	if known.Value != nil || isCarrier(known.Type) {
		return true
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		return e.Op == token.ADD && s.safe(e.X) && s.safe(e.Y)
	case *ast.CallExpr:
		if s.pass.TypesInfo.Types[e.Fun].IsType() { // string(statement)
			return s.safe(e.Args[0])
		}
		return s.builder(s.callee(e))
	}
	return false
}

func (s sqlCheck) builder(of types.Object) bool {
	f, ok := of.(*types.Func)
	if !ok || f == nil {
		return false
	}
	_, allowed := builders[f.FullName()]
	return allowed
}

func isCarrier(t types.Type) bool {
	named, ok := t.(*types.Named)
	return ok && named.Obj().Name() == carrier
}
