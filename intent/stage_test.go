package intent_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/honeyguide-chat/honeyguide/intent"
	"github.com/honeyguide-chat/honeyguide/knowledge"
)

func smallTests() []intent.Test {
	return []intent.Test{
		{Utterance: "钱啥时候退回来", Nodes: []knowledge.NodeID{"refund.when"}}, {Utterance: "邮费我掏吗", Nodes: []knowledge.NodeID{"freight.who"}},
		{Utterance: "讲个笑话"}, {Utterance: "票怎么要", Nodes: []knowledge.NodeID{"invoice.how"}},
	}
}

func buildWithout(t *testing.T, stages ...intent.Stage) *intent.Matcher {
	t.Helper()
	m, err := intent.Build(t.Context(), knowledge.NewTree(small()), intent.Options{Without: stages, Tests: smallTests()})
	if err != nil {
		t.Fatalf("Build without %v = %v", stages, err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	return m
}

// TestWithout checks that leaving a stage out changes a match, and that what it
// brings is gone.
func TestWithout(t *testing.T) {
	all := buildWithout(t)
	for _, tt := range []struct {
		stage     intent.Stage
		utterance string
		signals   []string // that must be 0
		doubts    []string
	}{
		{intent.StageTypos, "退款多久道账呢", nil, nil},
		{intent.StageFold, "订单号12345678901多久退款", nil, nil},
		{intent.StageSynonyms, "店家怎么不发", nil, nil},
		{intent.StagePieces, "退款要几天", []string{"model"}, []string{"model"}},
		{intent.StageWords, "退款要几天", []string{"words"}, []string{"words"}},
		{intent.StageNearest, "退款要几天", []string{"best", "mean3"}, []string{"best"}},
		{intent.StageCentroid, "退款要几天", []string{"centroid"}, nil},
		{intent.StageCoverage, "退款要几天", []string{"asked", "found", "node"}, []string{"covered", "node"}},
		{intent.StageArea, "退款要几天", []string{"area"}, nil},
		{intent.StageNegatives, "七天价保怎么算呢", nil, nil},
		{intent.StageExact, "怎么开发票", nil, nil},
		{intent.StageClauses, "退款多久到账？还有，退货运费谁出？", nil, nil},
		{intent.StageBackground, "退款要几天", nil, nil},
		{intent.StageHeldOut, "退款要几天", nil, nil},
		{intent.StageTests, "退款要几天", nil, nil},
	} {
		t.Run(string(tt.stage), func(t *testing.T) {
			m := buildWithout(t, tt.stage)
			before, after := explain(t, all, tt.utterance), explain(t, m, tt.utterance)
			if cmp.Equal(before, after) {
				t.Errorf("Explain(%q) is the same without %s", tt.utterance, tt.stage)
			}
			for _, e := range after.Evidence {
				for _, name := range tt.signals {
					if e.Signals[name] != 0 {
						t.Errorf("%s: signal %s = %v, want 0", e.Node, name, e.Signals[name])
					}
				}
			}
			for _, name := range tt.doubts {
				if after.Doubt[name] != 0 {
					t.Errorf("doubt %s = %v, want 0", name, after.Doubt[name])
				}
			}
		})
	}
}

func explain(t *testing.T, m *intent.Matcher, utterance string) *intent.Explanation {
	t.Helper()
	x, err := m.Explain(t.Context(), utterance, "", noon)
	if err != nil {
		t.Fatalf("Explain(%q) = %v", utterance, err)
	}
	return x
}

func TestWithoutIsPartOfTheModel(t *testing.T) {
	var model bytes.Buffer
	if err := buildWithout(t).Save(&model); err != nil {
		t.Fatal(err)
	}
	_, err := intent.Load(t.Context(), knowledge.NewTree(small()), intent.Options{Without: []intent.Stage{intent.StageArea}, Tests: smallTests()}, &model)
	if !errors.Is(err, intent.ErrForeign) {
		t.Errorf("Load without a stage of what was saved with it = %v, want %v", err, intent.ErrForeign)
	}
}

func TestWithoutWhatIsNoStage(t *testing.T) {
	_, err := intent.Build(t.Context(), knowledge.NewTree(small()), intent.Options{Without: []intent.Stage{"areas"}})
	if err == nil || !strings.Contains(err.Error(), `"areas"`) || !strings.Contains(err.Error(), "typos, fold, ") {
		t.Errorf("Build without areas = %v, want an error with it and the names", err)
	}
}
