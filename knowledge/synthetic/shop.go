// Package synthetic invents shops of any size to measure speed with: Chinese
// questions about products, in words and lengths like those of real shops, and
// utterances of customers to put to them. Nobody's knowledge is in them, and
// how well they are matched says nothing about a real shop.
package synthetic

import (
	"fmt"
	"math/rand/v2"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// Options say what shop to make. The same options make the same shop.
type Options struct {
	Seed       uint64
	Questions  int // of the whole tree, 1 to knowledge.MaxQuestions
	PerNode    int // questions of a node, the last one may have fewer; 1 to 100
	Utterances int // of customers, 0 to 100,000
}

// Utterance is what a customer says, with the node that he means.
type Utterance struct {
	Text string
	Node knowledge.NodeID
}

// Shop is a tree and what its customers say. No two questions of the tree are
// equal by textnorm.Key, and no utterance equals a question.
type Shop struct {
	Tree *knowledge.Tree
	// Utterances are in an order that mixes the nodes.
	Utterances []Utterance
}

// Limits of Options.
const (
	maxPerNode    = 100
	maxUtterances = 100_000
)

// issuesPerProduct is how many nodes a product has. They share its name, so
// that the nearest wrong node is near.
const issuesPerProduct = 20

// New makes a shop.
func New(o Options) (*Shop, error) {
	switch {
	case o.Questions < 1 || o.Questions > knowledge.MaxQuestions:
		return nil, fmt.Errorf("synthetic: %d questions are not 1 to %d", o.Questions, knowledge.MaxQuestions)
	case o.PerNode < 1 || o.PerNode > maxPerNode:
		return nil, fmt.Errorf("synthetic: %d questions a node are not 1 to %d", o.PerNode, maxPerNode)
	case o.Utterances < 0 || o.Utterances > maxUtterances:
		return nil, fmt.Errorf("synthetic: %d utterances are not 0 to %d", o.Utterances, maxUtterances)
	}
	subjects := subjects(o.Seed)
	nodes := (o.Questions + o.PerNode - 1) / o.PerNode
	if nodes > len(subjects) {
		return nil, fmt.Errorf("synthetic: %d questions, %d a node, make %d nodes; there are words for %d", o.Questions, o.PerNode, nodes, len(subjects))
	}
	w := newWriter(o.Seed)
	doc := knowledge.Document{Title: "合成商店", Locale: "zh-CN", Dictionary: names(), Synonyms: synonyms()}
	for i, left := 0, o.Questions; i < nodes; i++ {
		s := subjects[i]
		questions, err := w.questions(s, min(o.PerNode, left))
		if err != nil {
			return nil, err
		}
		left -= len(questions)
		doc.Nodes = append(doc.Nodes, &knowledge.Node{
			ID: s.id, Title: s.product.name + s.issue.title,
			Question: questions[0], Similar: questions[1:],
			Answer: "关于" + s.product.name + "的“" + s.issue.title + "”，请看商品页的说明。",
		})
	}
	shop := &Shop{Tree: knowledge.NewTree(doc)}
	for range o.Utterances {
		s := subjects[w.rand.IntN(nodes)]
		text, err := w.utterance(s)
		if err != nil {
			return nil, err
		}
		shop.Utterances = append(shop.Utterances, Utterance{text, s.id})
	}
	return shop, nil
}

// product is a thing that is sold, with its names.
type product struct {
	kind   kind
	name   string
	others []string
}

// subject is what a node is about.
type subject struct {
	id      knowledge.NodeID
	product product
	issue   issue
}

// subjects returns what the nodes of any shop are about, in the order in which
// a growing shop takes them up: product by product.
func subjects(seed uint64) []subject {
	r := rand.New(rand.NewPCG(seed, 1))
	products := products()
	r.Shuffle(len(products), func(i, j int) { products[i], products[j] = products[j], products[i] })
	var out []subject
	for i, p := range products {
		issues := append(append([]issue(nil), kindIssues[p.kind]...), generalIssues...)
		r.Shuffle(len(issues), func(i, j int) { issues[i], issues[j] = issues[j], issues[i] })
		for _, x := range issues[:issuesPerProduct] {
			id := fmt.Sprintf("%s.p%d.%s", p.kind, i, x.id)
			out = append(out, subject{knowledge.NodeID(id), p, x})
		}
	}
	return out
}
