package dialog

import (
	"testing"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

func TestReadCan(t *testing.T) {
	clear := &knowledge.Slot{ID: "s", Type: knowledge.SlotYesNo, Title: "截图能看清账号", Ask: "截图上能同时看到充值账号和付款时间吗？"}
	open := &knowledge.Slot{ID: "s", Type: knowledge.SlotYesNo, Title: "链接", Ask: "商家发的链接您能不能打开？"}
	stuck := &knowledge.Slot{ID: "s", Type: knowledge.SlotYesNo, Title: "页面", Ask: "页面还是打不开吗？"}
	denied := &knowledge.Slot{ID: "s", Type: knowledge.SlotYesNo, Title: "页面", Ask: "您的意思是没法收到短信吗？"}
	either := &knowledge.Slot{ID: "s", Type: knowledge.SlotYesNo, Title: "卖家", Ask: "现在联系得上还是联系不上卖家？"}
	other := &knowledge.Slot{ID: "s", Type: knowledge.SlotYesNo, Title: "发货", Ask: "商家已经发货了吗？"}
	tests := []struct {
		name    string
		slot    *knowledge.Slot
		replies []string
		want    string
	}{
		{"clear, yes", clear, []string{"看得清", "看得清的", "看得清楚", "都看得清", "账号看得清", "能看清", "可以看到", "看得到，都在", "看得清！", "看得清晰"}, "true"},
		{"clear, no", clear, []string{"看不清", "看不清楚啊", "时间看不到", "无法看清", "太糊了，看不清", "看不清诶", "不太看得清"}, "false"},
		{"clear, neither", clear, []string{
			"账号看得清，时间看不清", "看得清吗", "看得清看不清", "看不看得清", "不知道看不看得清", "勉强看得清", "打得开", "收不到", "看得起", "看得清不清我不确定",
			"我上次拍的那几张照片应该全都看得清吧我觉得", "看", "清", "我不清楚看得清没", "也说不清看得清",
		}, ""},
		{"open, yes", open, []string{"打得开", "可以打开", "能打开"}, "true"},
		{"open, no", open, []string{"打不开", "一直打不开", "没办法打开"}, "false"},
		{"open, neither", open, []string{"看得清", "能不能打开", "怎么打开"}, ""},
		{"asked the other way, yes", stuck, []string{"打不开", "还是打不开"}, "true"},
		{"asked the other way, no", stuck, []string{"打得开", "现在打得开了"}, "false"},
		{"denied, yes", denied, []string{"收不到"}, "true"},
		{"denied, no", denied, []string{"收得到"}, "false"},
		{"either or, the first counts", either, []string{"联系得上"}, "true"},
		{"either or, the second", either, []string{"联系不上"}, "false"},
		{"about something else", other, []string{"看得清", "收不到", "联系不上", "查得到"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, reply := range tt.replies {
				if got := readSlot(tt.slot, reply); got.value != tt.want || got.grasp == whole {
					t.Errorf("readSlot(%q, %q) = %v, want %q among other words", tt.slot.Ask, reply, got, tt.want)
				}
			}
		})
	}
}

// FuzzReadCan checks that a reply is read in one of three ways.
func FuzzReadCan(f *testing.F) {
	for _, s := range []string{"看得清", "看不清", "看得清看不清", "能看清", "得清", "不清", "\xff得清", "看不得清"} {
		f.Add(s, "能看清吗")
	}
	f.Fuzz(func(t *testing.T, reply, ask string) {
		got := readCan(&knowledge.Slot{Type: knowledge.SlotYesNo, Ask: ask}, reply)
		if got != (reading{}) && got != (reading{contained, "true"}) && got != (reading{contained, "false"}) {
			t.Errorf("readCan(%q, %q) = %v", ask, reply, got)
		}
	})
}
