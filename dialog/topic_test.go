package dialog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

// What an utterance may lean on: the node last reached, for some turns, and in a
// walk only where the reply asks something.
func TestTopicOfMatches(t *testing.T) {
	tests := []struct {
		name string
		said []string
		want []knowledge.NodeID // one a match
	}{
		{"nothing yet", []string{"量子纠缠"}, []knowledge.NodeID{""}},
		{"what was answered", []string{"怎么申请退货", "要几天"}, []knowledge.NodeID{"", "returns.how"}},
		{"for some turns", []string{"怎么申请退货", "谢谢", "谢谢", "谢谢", "要几天"}, []knowledge.NodeID{"", "", "", "", "returns.how"}},
		{"not for ever", []string{"怎么申请退货", "谢谢", "谢谢", "谢谢", "谢谢", "要几天"}, []knowledge.NodeID{"", "", "", "", "", ""}},
		{"the latest", []string{"怎么申请退货", "运费险怎么赔", "要几天"}, []knowledge.NodeID{"", "returns.how", "freight.insurance"}},
		{"what was picked", []string{"退货运费谁出", "要几天"}, []knowledge.NodeID{"freight.who_pays"}},
		{"a walk keeps its topic young", []string{"七天无理由怎么算", "9999", "8", "丰巢", "有", "要几天"}, []knowledge.NodeID{"", "", "returns.days"}},
		{"thanks lean on nothing", []string{"怎么申请退货", "谢谢"}, []knowledge.NodeID{"", ""}},
		{"a reply leans on the question", []string{"充值没到账", "量子纠缠"}, []knowledge.NodeID{"", ""}},
		{"a question back leans on the topic", []string{"充值没到账", "那要多久呢"}, []knowledge.NodeID{"", "topup"}},
		{"an English one", []string{"充值没到账", "What about the deadline"}, []knowledge.NodeID{"", "topup"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, shopTree())
			session := w.start()
			for _, text := range tt.said {
				w.say(session, text)
			}
			if diff := cmp.Diff(tt.want, w.knowledge.live.Load().topics); diff != "" {
				t.Errorf("topics of the matches of %q (-want +got):\n%s", tt.said, diff)
			}
		})
	}
}
