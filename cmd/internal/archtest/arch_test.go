package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "github.com/honeyguide-chat/honeyguide/"
	root   = "../../.." // of the module, from this package
)

// layers lists the package trees from the bottom up. A package may import its
// own tree and the layers below it: never a layer above, never a sibling.
var layers = [][]string{
	{"testdata"},
	{"knowledge/shop"},
	{"knowledge"},
	{"intent", "handoff"},
	{"dialog"},
	{"api"},
	{"cmd"},
}

// fenced names the only trees that may import a dependency.
var fenced = map[string][]string{
	"github.com/redis/go-redis/v9":                 {"knowledge/redisstore", "handoff/redisqueue", "dialog/redisstore", "testdata/redistest", "cmd/internal/app", "cmd/internal/load"},
	"go.etcd.io/bbolt":                             {"knowledge/boltstore", "handoff/boltqueue", "dialog/boltstore", "cmd/internal/app", "cmd/internal/load"},
	"github.com/blevesearch/bleve/v2":              {"knowledge/index"},
	"github.com/blevesearch/bleve_index_api":       {"knowledge/index"},
	"github.com/blevesearch/scorch_segment_api/v2": {"knowledge/index"},
	"github.com/blevesearch/zapx":                  {"knowledge/index"},
	"github.com/RoaringBitmap":                     {"knowledge/index"},
	"github.com/go-ego/gse":                        {"knowledge/segment"},
	"cel.dev/cel-go":                               {"knowledge/condition"},
	"go.yaml.in/yaml":                              {"knowledge/treefile", "cmd/honeyguide"},
	"connectrpc.com":                               {"api/web"},
	"google.golang.org/grpc":                       {"api", "cmd"},
	"google.golang.org/protobuf":                   {"api", "cmd"},
	"net/http":                                     {"api/web", "api/metrics", "cmd", "intent/embed/endpoint", "intent/embed/pack/npm"},
	"github.com/sony/gobreaker":                    {"intent/embed/endpoint"},
	"github.com/hashicorp/golang-lru":              {"intent/embed/endpoint", "intent/recent", "dialog/internal/recent"},
	"github.com/prometheus":                        {"api/metrics"},
	"flag":                                         {"cmd"},
	"github.com/spf13":                             {"cmd"},
	"github.com/viterin/vek":                       {"intent/embed"},
	"github.com/tidwall/btree":                     {"handoff/routing"},
}

// roots are the domain packages, which know no technology but text handling.
var roots = []string{"knowledge", "intent", "handoff", "dialog"}

// TestImports reads the source itself instead of running "go list": go test
// would not notice that a subprocess's answer has changed, and would go on
// reporting a cached pass.
func TestImports(t *testing.T) {
	files := 0
	eachFile(t, func(name, from string, fset *token.FileSet, file *ast.File) {
		files++
		for _, spec := range file.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			at := fset.Position(spec.Pos())
			if to, ok := strings.CutPrefix(imp, module); ok && !mayImport(from, to) {
				t.Errorf("%s: %s must not import %s: not below it", at, from, to)
			}
			if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(from, "test") {
				continue
			}
			for dep, allowed := range fenced {
				if within(imp, dep) && !anyWithin(from, allowed) {
					t.Errorf("%s: only %v may import %s", at, allowed, dep)
				}
			}
			if slices.Contains(roots, from) && strings.Contains(imp, ".") && !strings.HasPrefix(imp, module) && !strings.HasPrefix(imp, "golang.org/x/") {
				t.Errorf("%s: the domain root %s must not import %s", at, from, imp)
			}
			if strings.HasSuffix(path.Base(imp), "test") && strings.HasPrefix(imp, module) {
				t.Errorf("%s: %s is for tests only", at, imp)
			}
		}
	})
	if files < 100 {
		t.Errorf("read %d files, want the whole module", files)
	}
}

// TestTopFolders keeps the list of domains what it is meant to be.
func TestTopFolders(t *testing.T) {
	want := []string{"api", "cmd", "dialog", "handoff", "intent", "knowledge", "testdata"}
	got := make(map[string]bool)
	eachFile(t, func(_, from string, _ *token.FileSet, _ *ast.File) {
		top, _, _ := strings.Cut(from, "/")
		got[top] = true
	})
	for name := range got {
		if !slices.Contains(want, name) {
			t.Errorf("unexpected top folder %s: say in docs/architecture.md which domain it holds, and add it here", name)
		}
	}
}

// TestEveryPackageHasAComment, so that a reader learns from the first line
// where he is.
func TestEveryPackageHasAComment(t *testing.T) {
	documented := make(map[string]bool)
	eachFile(t, func(name, from string, _ *token.FileSet, file *ast.File) {
		if !strings.HasSuffix(name, "_test.go") && !strings.HasPrefix(from, "api/gen/") {
			documented[from] = documented[from] || file.Doc != nil
		}
	})
	for pkg, ok := range documented {
		if !ok {
			t.Errorf("package %s has no package comment", pkg)
		}
	}
}

func eachFile(t *testing.T, f func(name, from string, fset *token.FileSet, file *ast.File)) {
	t.Helper()
	fset := token.NewFileSet()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && name != root {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		file, err := parser.ParseFile(fset, name, nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		f(name, path.Dir(filepath.ToSlash(rel)), fset, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func mayImport(from, to string) bool {
	fromTree, fromLayer := place(from)
	toTree, toLayer := place(to)
	return fromTree == toTree || toLayer < fromLayer
}

// place returns the most specific tree that holds pkg, and its layer.
func place(pkg string) (tree string, layer int) {
	layer = -1
	for i, trees := range layers {
		for _, name := range trees {
			if within(pkg, name) && len(name) > len(tree) {
				tree, layer = name, i
			}
		}
	}
	return tree, layer
}

func within(pkg, dir string) bool { return pkg == dir || strings.HasPrefix(pkg, dir+"/") }

func anyWithin(pkg string, dirs []string) bool {
	return slices.ContainsFunc(dirs, func(dir string) bool { return within(pkg, dir) })
}
