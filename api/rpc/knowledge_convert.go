package rpc

import (
	knowledgev1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/knowledge/v1"
	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

func releaseToProto(r *knowledge.Release, t intent.Thresholds) *knowledgev1.Release {
	return &knowledgev1.Release{
		Number:     r.Number,
		CreateTime: timeToProto(r.Created),
		Author:     r.Author,
		Note:       r.Note,
		Nodes:      clamp32(r.Nodes),
		Questions:  clamp32(r.Questions),
		Digest:     r.Digest,
		Sure:       t.Sure,
		Unsure:     t.Unsure,
	}
}

// problemsToProto returns the problems as messages. They quote what the editor
// wrote, which may be anything.
func problemsToProto(problems []knowledge.Problem) []*knowledgev1.Problem {
	problems = problems[:min(len(problems), knowledge.MaxProblems)]
	out := make([]*knowledgev1.Problem, 0, len(problems))
	for _, p := range problems {
		out = append(out, &knowledgev1.Problem{
			Line:    clamp32(p.Line),
			Column:  clamp32(p.Column),
			Rule:    p.Rule,
			Message: shorten(p.Message),
			Path:    shorten(p.Path),
			File:    p.File,
		})
	}
	return out
}

func explanationToProto(why *intent.Explanation, tree *knowledge.Tree) *knowledgev1.ExplainMatchResponse {
	told := &knowledgev1.ExplainMatchResponse{
		Normalized: why.Normalized,
		Verdict:    why.Verdict.String(),
		None:       why.None,
		Sure:       why.Thresholds.Sure,
		Unsure:     why.Thresholds.Unsure,
		Part:       why.Part,
	}
	for i, c := range why.Candidates {
		candidate := candidateToProto(c, tree)
		if i < len(why.Evidence) {
			candidate.Signals = why.Evidence[i].Signals
			candidate.Negative = why.Evidence[i].Negative
		}
		told.Candidates = append(told.Candidates, candidate)
	}
	for _, c := range why.Others {
		told.Others = append(told.Others, candidateToProto(c, tree))
	}
	return told
}

func candidateToProto(c intent.Candidate, tree *knowledge.Tree) *knowledgev1.Candidate {
	told := &knowledgev1.Candidate{
		Node:        string(c.Node),
		Probability: c.Probability,
		Question:    c.Question,
		Exact:       c.Exact,
	}
	if node := tree.Node(c.Node); node != nil {
		told.Title = node.Title
	}
	return told
}
