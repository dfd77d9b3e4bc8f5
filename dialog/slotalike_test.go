package dialog

import (
	"testing"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

func TestResemble(t *testing.T) {
	who := &knowledge.Slot{
		ID: "signed_by", Title: "签收方式", Type: knowledge.SlotChoice, Ask: "请问包裹是谁签收的？",
		Options: []knowledge.Option{
			{ID: "self", Label: "本人当面签收", Similar: []string{"自己签的", "我签收的"}},
			{ID: "family", Label: "家人、同事或门卫代收", Similar: []string{"家里人签的", "前台收的"}},
			{ID: "locker", Label: "快递柜或驿站", Similar: []string{"丰巢", "自提柜", "快递柜签的"}},
			{ID: "courier", Label: "快递员代签或没通知就放下", Similar: []string{"扔门口了", "快递小哥代签"}},
		},
	}
	proof := &knowledge.Slot{
		ID: "proof", Title: "凭证", Type: knowledge.SlotChoice, Ask: "您能出示哪种凭证？",
		Options: []knowledge.Option{{ID: "record", Label: "账号余额或充值记录截图"}, {ID: "chat", Label: "只有聊天记录"}, {ID: "none", Label: "都没有"}},
	}
	english := &knowledge.Slot{
		ID: "where", Title: "Where", Type: knowledge.SlotChoice, Ask: "Where was the parcel left?",
		Options: []knowledge.Option{{ID: "locker", Label: "Parcel locker"}, {ID: "neighbour", Label: "With a neighbour"}},
	}
	tests := []struct {
		name  string
		slot  *knowledge.Slot
		reply string
		want  string
	}{
		{"inside other words", who, "放快递柜里了", "locker"},
		{"part of a label", proof, "充值记录截图", "record"},
		{"the other one", proof, "就聊天的截屏", "chat"},
		{"word of a label", who, "我家人拿的", "family"},
		{"English word", english, "it was in a locker", "locker"},
		{"most characters in common", who, "我自己签收的", "self"},
		{"denied as a whole", who, "不是我自己签收的", ""},
		{"shared word says nothing", who, "快递", ""},
		{"word of the question says nothing", who, "签收", ""},
		{"two options", who, "家人从快递柜拿的", ""},
		{"denied", who, "不是快递柜那种的", ""},
		{"asks back", who, "快递柜收费吗", ""},
		{"a story", who, "那天我在公司上班，晚上回家才看到短信说放到楼下快递柜里面去了", ""},
		{"nothing of it", who, "今天天气真好", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := readSlot(tt.slot, tt.reply); got.value != tt.want {
				t.Errorf("readSlot(%q) = %q, want %q", tt.reply, got.value, tt.want)
			}
		})
	}
}
