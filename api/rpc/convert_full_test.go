package rpc

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"

	dialogv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/dialog/v1"
	handoffv1 "github.com/honeyguide-chat/honeyguide/api/gen/honeyguide/handoff/v1"
	"github.com/honeyguide-chat/honeyguide/dialog"
	"github.com/honeyguide-chat/honeyguide/handoff"
	"github.com/honeyguide-chat/honeyguide/handoff/level"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// wantFull reports the fields of a message that are not set: a converter has
// forgotten them.
func wantFull(t *testing.T, m protoreflect.Message, path string, but ...protoreflect.Name) {
	t.Helper()
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		at := path + "." + string(f.Name())
		switch {
		case !m.Has(f):
			skip := false
			for _, name := range but {
				skip = skip || name == f.Name()
			}
			if !skip {
				t.Errorf("%s is not set", at)
			}
		case f.Message() == nil || f.IsMap() || f.Message().ParentFile().Package() == "google.protobuf":
		case f.IsList():
			wantFull(t, m.Get(f).List().Get(0).Message(), at, but...)
		default:
			wantFull(t, m.Get(f).Message(), at, but...)
		}
	}
}

func TestTicketToProtoTellsEverything(t *testing.T) {
	got := ticketToProto(&handoff.Ticket{
		ID: "t1", Session: "s1", State: handoff.Held, Needs: handoff.Needs{Skill: "refund", Proficiency: 3, Language: "zh"},
		Priority: 5, Weight: 2, Tags: []string{"vip"}, Agent: "zoe", Outcome: "solved",
		Created: noon, Queued: noon, Claimed: noon, Ended: noon, Front: true,
		Packet: handoff.Packet{
			Reason: "REQUESTED", Locale: "zh-CN", Release: 7, Utterance: "退款", Node: "refund",
			Candidates: []handoff.Candidate{{Node: "refund", Title: "退款", Probability: 0.5}},
			Asked:      []handoff.Asked{{Question: "谁签收的？", Reply: "快递柜"}}, Also: []handoff.Question{{Node: "fee", Title: "运费"}},
			Slots: []handoff.Slot{{ID: "days", Title: "天数", Value: "8", Label: "8 天"}},
		},
		Offer: &handoff.Offer{Agent: "yan", Until: noon}, Missed: []string{"bo"}, Prefer: "zoe", PreferUntil: noon,
		Message: true, Estimate: time.Minute, Notes: []handoff.Note{{Agent: "zoe", Text: "note", Time: noon, After: 3}},
		Survey: &handoff.Survey{Score: 5, Comment: "好", Time: noon}, Suggested: 4, Accepted: 2, Revision: 9,
	})
	wantFull(t, got.ProtoReflect(), "ticket")
	if got.GetNeeds().GetProficiency() != 3 || got.GetOffer().GetAgent() != "yan" || got.GetEstimate().AsDuration() != time.Minute ||
		!got.GetQueueTime().AsTime().Equal(noon) || got.GetSuggested() != 4 || got.GetAccepted() != 2 || got.GetNotes()[0].GetAfterSeq() != 3 {
		t.Errorf("ticketToProto = %v", got)
	}
	empty := ticketToProto(&handoff.Ticket{})
	if empty.GetOffer() != nil || empty.GetSurvey() != nil || empty.GetEstimate() != nil || empty.GetClaimTime() != nil || empty.GetWeight() != 1 {
		t.Errorf("ticketToProto of an empty one = %v, want nothing that was not said, and weight 1", empty)
	}
}

func TestAgentToProtoTellsEverything(t *testing.T) {
	got := agentToProto(&handoff.Agent{
		Name: "zoe", Skills: map[string]int{"refund": 4}, Languages: []string{"zh"}, Capacity: 3, Presence: handoff.Away,
		Draining: true, Since: noon, Idle: noon, Missed: 1, Revision: 8,
		Work: []handoff.Work{{Ticket: "t1", Weight: 2, Kind: handoff.Wrapping, Until: noon}},
	})
	wantFull(t, got.ProtoReflect(), "agent")
	if agentToProto(nil) != nil {
		t.Error("agentToProto(nil) is something")
	}
}

func TestNewsToProtoTellsEverything(t *testing.T) {
	got := newsToProto(dialog.DeskNews{
		Agent: handoff.NewAgent("s", "zoe"), Tickets: []*handoff.Ticket{{ID: "t1"}},
		Lines:  []dialog.DeskLines{{Ticket: "t1", Entries: []dialog.Entry{{Seq: 1}}, Signs: &dialog.Signs{Visitor: dialog.Sign{Typing: true, Read: 2}}}},
		Alarms: []level.Alarm{{Skill: "refund", Reason: level.Stuck, Since: noon, Share: 0.5, Judged: 2, Waiting: 1, Longest: time.Minute}},
	})
	wantFull(t, got.GetAlarms().ProtoReflect(), "alarms")
	want := &dialogv1.Signs{Visitor: &dialogv1.Sign{Typing: true, ReadSeq: 2}, Agent: &dialogv1.Sign{}}
	if diff := cmp.Diff(want, got.GetLines()[0].GetSigns(), protocmp.Transform()); diff != "" {
		t.Errorf("signs (-want +got):\n%s", diff)
	}
	if n := newsToProto(dialog.DeskNews{Alarms: []level.Alarm{}}); n.GetAlarms() == nil {
		t.Error("that all alarms are over is not told")
	}
	if n := newsToProto(dialog.DeskNews{}); proto.Size(n) != 0 {
		t.Errorf("a heartbeat = %v, want nothing set", n)
	}
}

func TestLevelToProtoTellsEverything(t *testing.T) {
	s := level.Spread{Count: 1, Mean: 2, P50: 3, P90: 4, Max: 5}
	f := level.Figures{
		Skill: "refund", Came: 1, PickedUp: 2, Within: 3, Abandoned: 4, Dropped: 5, Waiting: 6, Again: 7, Share: 0.8, Judged: 9,
		Wait: s, Handle: s, Surveys: 10, Score: 4.5, Good: 0.9, Suggested: 11, Accepted: 12, AcceptShare: 0.7,
	}
	got := levelToProto(level.Report{Total: f, Skills: []level.Figures{f}}, noon, noon)
	wantFull(t, got.ProtoReflect(), "level")
}

func TestWaitToProto(t *testing.T) {
	got := waitToProto(dialog.Wait{Position: 2, Estimate: time.Minute, Error: time.Second, Opens: noon})
	wantFull(t, got.ProtoReflect(), "wait")
	if got := waitToProto(dialog.Wait{}); proto.Size(got) != 0 {
		t.Errorf("waitToProto of nothing known = %v", got)
	}
}

// Rules come out as they went in, whatever they are.
func TestRulesRoundTrip(t *testing.T) {
	full := new(handoffv1.Rules)
	populate(full.ProtoReflect())
	for name, want := range map[string]*handoffv1.Rules{
		"full": full, "defaults": RulesToProto(handoff.DefaultRules("tea-house")),
	} {
		r := RulesFromProto("tea-house", want)
		if r.Shop != "tea-house" {
			t.Errorf("%s: shop = %q", name, r.Shop)
		}
		if diff := cmp.Diff(want, RulesToProto(r), protocmp.Transform()); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", name, diff)
		}
	}
	if diff := cmp.Diff(handoff.DefaultRules("tea-house"), RulesFromProto("tea-house", RulesToProto(handoff.DefaultRules("tea-house")))); diff != "" {
		t.Errorf("the defaults (-want +got):\n%s", diff)
	}
	if r := RulesFromProto("tea-house", nil); r.Mode != "" || r.Ring != 0 || r.Calendar.Hours != nil {
		t.Errorf("RulesFromProto(nil) = %v", r)
	}
}

// populate sets every field of a message to something.
func populate(m protoreflect.Message) {
	if d, ok := m.Interface().(*durationpb.Duration); ok {
		d.Seconds = 7
		return
	}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		switch f := fields.Get(i); {
		case f.IsMap():
			v := m.Mutable(f).Map().NewValue()
			populate(v.Message())
			m.Mutable(f).Map().Set(protoreflect.ValueOfString("refund").MapKey(), v)
		case f.IsList() && f.Message() != nil:
			populate(m.Mutable(f).List().AppendMutable().Message())
		case f.IsList():
			m.Mutable(f).List().Append(protoreflect.ValueOfString("a"))
		case f.Message() != nil:
			populate(m.Mutable(f).Message())
		case f.Kind() == protoreflect.StringKind:
			m.Set(f, protoreflect.ValueOfString("b"))
		case f.Kind() == protoreflect.BoolKind:
			m.Set(f, protoreflect.ValueOfBool(true))
		case f.Kind() == protoreflect.Int32Kind:
			m.Set(f, protoreflect.ValueOfInt32(4))
		case f.Kind() == protoreflect.Uint64Kind:
			m.Set(f, protoreflect.ValueOfUint64(5))
		case f.Kind() == protoreflect.DoubleKind:
			m.Set(f, protoreflect.ValueOfFloat64(0.5))
		case f.Kind() == protoreflect.EnumKind:
			m.Set(f, protoreflect.ValueOfEnum(2))
		}
	}
}
