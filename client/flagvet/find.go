package flagvet

import (
	"go/ast"
	"go/constant"
	"go/types"
	"regexp"

	"golang.org/x/tools/go/analysis"
)

// The import paths of the SDKs.
const (
	clientPath      = "github.com/flagledger/flagledger/client"
	openFeaturePath = "github.com/open-feature/go-sdk/openfeature"
)

// kind is what a call gives.
type kind int

const (
	other kind = iota // something that holds the value, or nothing
	boolean
	text
	integer
	number
)

// clientMethods are those of client.Client whose first argument names a flag.
func clientMethods() map[string]kind {
	return map[string]kind{
		"IsEnabled": boolean, "Bool": boolean, "String": text, "Int": integer, "Number": number,
		"BoolDetails": other, "StringDetails": other, "IntDetails": other, "NumberDetails": other,
		"JSON": other, "JSONDetails": other, "Peek": other, "Expose": other,
	}
}

// openFeatureMethods are those of OpenFeature's client whose second argument does.
func openFeatureMethods() map[string]kind {
	return map[string]kind{
		"Boolean": boolean, "BooleanValue": boolean, "String": text, "StringValue": text,
		"Int": integer, "IntValue": integer, "Float": number, "FloatValue": number, "Object": other, "ObjectValue": other,
		"BooleanValueDetails": other, "StringValueDetails": other, "IntValueDetails": other, "FloatValueDetails": other, "ObjectValueDetails": other,
	}
}

// use is a call that evaluates a flag.
type use struct {
	call *ast.CallExpr
	key  string
	arg  ast.Expr
	kind kind
}

// finder finds uses in one package.
type finder struct {
	pass        *analysis.Pass
	client      map[string]kind
	openFeature map[string]kind
}

func (f *finder) use(call *ast.CallExpr) (use, bool) {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return use{}, false
	}
	method, ok := f.pass.TypesInfo.Uses[selector.Sel].(*types.Func)
	if !ok || method.Pkg() == nil || method.Signature().Recv() == nil {
		return use{}, false
	}
	at, methods := 0, f.client
	switch method.Pkg().Path() {
	case clientPath:
	case openFeaturePath:
		at, methods = 1, f.openFeature
	default:
		return use{}, false
	}
	kind, ok := methods[method.Name()]
	if !ok || len(call.Args) <= at {
		return use{}, false
	}
	value := f.pass.TypesInfo.Types[call.Args[at]].Value
	if value == nil || value.Kind() != constant.String {
		return use{}, false
	}
	return use{call, constant.StringVal(value), call.Args[at], kind}, true
}

// ofSDK matches the packages of the SDKs, whose functions make contexts and do
// nothing else.
var ofSDK = regexp.MustCompile(`^(github\.com/flagledger/flagledger/(client|evaluator)|github\.com/open-feature/go-sdk/openfeature)$`)

// pure tells whether evaluating an expression does nothing.
func pure(info *types.Info, e ast.Expr) bool {
	harmless := true
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if !info.Types[n.Fun].IsType() && !fromSDK(info, n.Fun) {
				harmless = false
			}
		case *ast.UnaryExpr:
			harmless = harmless && n.Op.String() != "<-"
		case *ast.FuncLit:
			return false
		}
		return harmless
	})
	return harmless
}

func fromSDK(info *types.Info, fun ast.Expr) bool {
	selector, ok := ast.Unparen(fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	f, ok := info.Uses[selector.Sel].(*types.Func)
	if !ok || f.Pkg() == nil || f.Signature().Recv() != nil {
		return false
	}
	return ofSDK.MatchString(f.Pkg().Path()) || f.FullName() == "context.Background" || f.FullName() == "context.TODO"
}
