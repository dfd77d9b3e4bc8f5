package rpc

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/handoff"
)

func TestPacketToProto(t *testing.T) {
	got := packetToProto(&handoff.Packet{
		Reason: "ASKED_ENOUGH", Locale: "zh-CN", Release: 7, Utterance: "退款多久到账，还有运费谁出", Node: "refund",
		Candidates: []handoff.Candidate{{Node: "refund", Title: "退款", Probability: 0.75}},
		Also:       []handoff.Question{{Node: "freight", Title: "运费"}, {Node: "invoice", Title: "发票"}},
		Asked:      []handoff.Asked{{Question: "谁签收的？", Reply: "快递柜"}},
		Slots:      []handoff.Slot{{ID: "days", Title: "天数", Value: "8", Label: "8 天"}},
	})
	want := &handoffv1.Packet{
		Reason: "ASKED_ENOUGH", Locale: "zh-CN", Release: 7, Utterance: "退款多久到账，还有运费谁出", Node: "refund",
		Candidates: []*handoffv1.Candidate{{Node: "refund", Title: "退款", Probability: 0.75}},
		Also:       []*handoffv1.Question{{Node: "freight", Title: "运费"}, {Node: "invoice", Title: "发票"}},
		Asked:      []*handoffv1.Asked{{Question: "谁签收的？", Reply: "快递柜"}},
		Slots:      []*handoffv1.Slot{{Id: "days", Title: "天数", Value: "8", Label: "8 天"}},
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("packetToProto (-want +got):\n%s", diff)
	}
}
