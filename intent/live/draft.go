package live

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
	"github.com/honeyguide-chat/honeyguide/knowledge/treefile"
)

// Names under which problems of a draft's two parts are reported.
const (
	TreeName  = "tree.yaml"
	TestsName = "tests.tsv"
)

// Draft is what an editor wants to put live.
type Draft struct {
	Source []byte // the tree as YAML
	Tests  []byte // the release's test set as TSV; may be empty
	Author string
	Note   string
	// Base is the number of the release that the author worked on; publishing
	// fails where another one is live. 0 publishes whatever is live.
	Base uint64
}

// Problems returns everything that is wrong with the draft. Only a draft
// without any can be published.
func (d *Draft) Problems() []knowledge.Problem {
	_, problems := d.check()
	return problems
}

// parsed is a draft in the form that a release is built from.
type parsed struct {
	file      *treefile.File
	tree      *knowledge.Tree
	questions []lint.Question
	problems  []knowledge.Problem // of the form; what it means is not judged
}

func (d *Draft) parse() parsed {
	p := parsed{file: treefile.Parse(TreeName, d.Source)}
	p.tree = knowledge.NewTree(p.file.Document)
	p.problems = p.file.Problems
	if len(d.Tests) > 0 {
		questions, bad := treefile.ReadQuestions(TestsName, bytes.NewReader(d.Tests))
		p.questions, p.problems = questions, append(p.problems, bad...)
	}
	return p
}

// check parses the draft and returns everything that is wrong with it.
func (d *Draft) check() (parsed, []knowledge.Problem) {
	p := d.parse()
	problems := p.file.Lint(p.tree)
	problems = append(problems, p.problems[len(p.file.Problems):]...)
	return p, append(problems, lint.CheckQuestions(p.tree, p.questions)...)
}

// Tests returns what a test set teaches a matcher: all of it but the wishes for
// a human, which are recognised before anything is matched.
func Tests(questions []lint.Question) []intent.Test {
	var out []intent.Test
	for _, q := range questions {
		switch {
		case len(q.Expect) == 1 && q.Expect[0] == lint.ExpectHuman:
			// Nothing to be learnt from it.
		case len(q.Expect) == 1 && q.Expect[0] == lint.ExpectNone:
			out = append(out, intent.Test{Utterance: q.Text})
		default:
			out = append(out, intent.Test{Utterance: q.Text, Nodes: q.Expect})
		}
	}
	return out
}

// Digest names the content: hex SHA-256 of Source, a zero byte and Tests.
func (d *Draft) Digest() string {
	h := sha256.New()
	h.Write(d.Source)
	h.Write([]byte{0})
	h.Write(d.Tests)
	return hex.EncodeToString(h.Sum(nil))
}
