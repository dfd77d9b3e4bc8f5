package dialog

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge"
)

func signedBy() *knowledge.Slot {
	return &knowledge.Slot{
		ID: "signed_by", Title: "签收方式", Type: knowledge.SlotChoice, Ask: "请问包裹是谁签收的？",
		Options: []knowledge.Option{
			{ID: "self", Label: "本人当面签收", Similar: []string{"我自己签的", "我本人", "本人", "我", "self", "in person"}},
			{ID: "locker", Label: "快递柜/驿站代收", Similar: []string{"丰巢", "自提柜", "放柜子里了", "locker", "pick-up point"}},
			{ID: "family", Label: "家人代收", Similar: []string{"我妈签的", "家里人"}},
		},
	}
}

func days() *knowledge.Slot {
	return &knowledge.Slot{
		ID: "days", Title: "签收后天数", Type: knowledge.SlotNumber, Unit: "天", Min: 0, Max: 3650,
		Ask: "签收后过了几天？",
	}
}

func TestReadChoice(t *testing.T) {
	tests := []struct {
		reply string
		want  reading
	}{
		{"本人当面签收", reading{whole, "self"}},
		{"我本人", reading{whole, "self"}},
		{"我", reading{whole, "self"}},
		{"是我本人签的", reading{contained, "self"}},
		{"丰巢", reading{whole, "locker"}},
		{"丰巢吧", reading{whole, "locker"}},
		{"豐巢", reading{whole, "locker"}},
		{"驿站代收", reading{whole, "locker"}},
		{"快递员放丰巢了", reading{contained, "locker"}},
		{"放在 快递柜 里", reading{contained, "locker"}},
		{"不是快递柜，是我妈签的", reading{contained, "family"}},
		{"不是放在快递柜，是我妈签的", reading{contained, "family"}},
		{"没放丰巢，家里人拿的", reading{contained, "family"}},
		{"It was in the LOCKER", reading{contained, "locker"}},
		{"not in the locker, it was me in person", reading{contained, "self"}},
		{"self", reading{whole, "self"}},
		{"myself", reading{}},
		{"blocker", reading{}},
		{"不是快递柜", reading{}},
		{"是不是快递柜啊", reading{}},
		{"快递柜或者我妈签的，记不清", reading{}},
		{"我也不知道", reading{}},
		{"昨天收到的", reading{}},
		{"😀", reading{}},
		{"", reading{}},
	}
	for _, tt := range tests {
		t.Run(tt.reply, func(t *testing.T) {
			if got := readSlot(signedBy(), tt.reply); got != tt.want {
				t.Errorf("readSlot(signed_by, %q) = %v, want %v", tt.reply, got, tt.want)
			}
		})
	}
}

func TestReadYesNo(t *testing.T) {
	yes := []string{
		"是", "是的", "对", "对的", "嗯", "嗯嗯", "有", "有的", "有照片", "我有", "有，刚拍的", "好", "好的", "可以", "行", "没错", "没问题",
		"当然", "当然有", "确实", "已经拍了", "应该有", "是，本人签的", "對", "Yes", "yep!", "yeah", "ok", "sure", "y", "correct", "I do", "yes I have", "对对对",
	}
	no := []string{
		"不", "不是", "没有", "没", "无", "否", "没有的", "我没有", "没有照片", "没拍", "还没", "还没有", "好像没有", "不行", "不可以", "没有，已经扔了",
		"不是我签的", "沒有", "No", "nope", "not yet", "I don't have it", "I don’t", "no I haven't", "n",
	}
	unknown := []string{
		"", "？", "有没有", "是不是", "不知道", "不清楚", "什么意思", "对了，我的快递呢", "可能吧", "也许", "对不起", "我要退货", "怎么拍照", "有什么用吗",
		"这个和照片有什么关系呢", "有的有有的没有", "8", "maybe", "what?", "not sure", "I don't know", "no idea", "快递柜", "我有个问题",
	}
	for _, tt := range []struct {
		name    string
		replies []string
		want    string
	}{{"yes", yes, "true"}, {"no", no, "false"}, {"unread", unknown, ""}} {
		for _, reply := range tt.replies {
			t.Run(tt.name+"/"+reply, func(t *testing.T) {
				if got := readYesNo(reply); got.value != tt.want {
					t.Errorf("readYesNo(%q) = %v, want %q", reply, got, tt.want)
				}
			})
		}
	}
}

func TestReadNumber(t *testing.T) {
	tests := []struct {
		reply string
		want  reading
	}{
		{"8", reading{whole, "8"}},
		{"８", reading{whole, "8"}},
		{"第8天", reading{contained, "8"}},
		{"八天", reading{contained, "8"}},
		{"8 天了", reading{contained, "8"}},
		{"十二", reading{whole, "12"}},
		{"大概是十二吧", reading{whole, "12"}},
		{"今天是第八天", reading{contained, "8"}},
		{"二十一天前签收的", reading{contained, "21"}},
		{"一周", reading{contained, "7"}},
		{"1周了", reading{contained, "7"}},
		{"两个星期", reading{contained, "14"}},
		{"三個禮拜", reading{contained, "21"}},
		{"半个月", reading{contained, "15"}},
		{"一个月", reading{contained, "30"}},
		{"8 days", reading{contained, "8"}},
		{"eight", reading{whole, "8"}},
		{"it's been a week", reading{contained, "7"}},
		{"half a month", reading{contained, "15"}},
		{"day 8", reading{contained, "8"}},
		{"the 8th day", reading{contained, "8"}},
		{"昨天签收的", reading{contained, "1"}},
		{"前天", reading{contained, "2"}},
		{"大前天到的", reading{contained, "3"}},
		{"刚刚签收", reading{contained, "0"}},
		{"0", reading{whole, "0"}},
		{"4000天", reading{grasp: outOfRange}},
		{"-3", reading{grasp: outOfRange}},
		{"9999999999", reading{grasp: outOfRange}},
		{"七八天", reading{}},
		{"7-8天", reading{}},
		{"7到8天", reading{}},
		{"7、8天吧", reading{}},
		{"第7天签收，第8天取的", reading{}},
		{"超过7天", reading{}},
		{"不到7天", reading{}},
		{"7天以内", reading{}},
		{"十几天", reading{}},
		{"好几天了", reading{}},
		{"一个半月", reading{}},
		{"两天半", reading{}},
		{"more than 7 days", reading{}},
		{"3.5天", reading{}},
		{"12月8日", reading{}},
		{"8号签收的", reading{}},
		{"2024年", reading{}},
		{"花了200元", reading{}},
		{"iphone 15 坏了", reading{}},
		{"订单 2024112233445566", reading{}},
		{"第2周", reading{}},
		{"等一下", reading{}},
		{"8天可以退吗？", reading{}},
		{"", reading{}},
	}
	for _, tt := range tests {
		t.Run(tt.reply, func(t *testing.T) {
			if got := readSlot(days(), tt.reply); got != tt.want {
				t.Errorf("readSlot(days, %q) = %v, want %v", tt.reply, got, tt.want)
			}
		})
	}
}

// A day such as "yesterday" could be the first or the second where the slot
// counts places.
func TestReadNumberLeavesYesterdayOpenWherePlacesCount(t *testing.T) {
	slot := days()
	slot.Ask = "从签收那天算起，到今天是第几天？"
	if got := readSlot(slot, "昨天签收的"); got.ok() {
		t.Errorf("readSlot(%q, 昨天签收的) = %v, want unread", slot.Ask, got)
	}
}

func TestReadText(t *testing.T) {
	slot := &knowledge.Slot{Type: knowledge.SlotText}
	long := strings.Repeat("长", knowledge.MaxSlotText)
	for reply, want := range map[string]string{
		" 10086 ": "10086", "没有账号": "没有账号", long + "长": long, "第一行\n第二行": "第一行\n第二行",
		"好的": "", "在吗": "", "谢谢！": "", " ": "", "": "",
	} {
		if got := readSlot(slot, reply); got.value != want {
			t.Errorf("readSlot(text, %q) = %v, want %q", reply, got, want)
		}
	}
}

func TestReadNumberInOtherUnits(t *testing.T) {
	tests := []struct{ unit, reply, want string }{
		{"小时", "两天", "48"},
		{"小时", "半天", "12"},
		{"小时", "一个半小时", ""},
		{"分钟", "半小时", "30"},
		{"分钟", "2个小时", "120"},
		{"个月", "半年", "6"},
		{"个月", "3个月", "3"},
		{"个月", "一年", "12"},
		{"周", "三周", "3"},
		{"元", "200块", "200"},
		{"元", "1,000 元", "1000"},
		{"元", "两千", "2000"},
		{"件", "3件", "3"},
		{"件", "3天", ""},
		{"", "3", "3"},
		{"hours", "an hour", "1"},
	}
	for _, tt := range tests {
		t.Run(tt.unit+" "+tt.reply, func(t *testing.T) {
			slot := &knowledge.Slot{Type: knowledge.SlotNumber, Unit: tt.unit, Max: 10_000}
			if got := readSlot(slot, tt.reply); got.value != tt.want {
				t.Errorf("readSlot(unit %q, %q) = %v, want %q", tt.unit, tt.reply, got, tt.want)
			}
		})
	}
}

func TestVolunteered(t *testing.T) {
	tests := []struct {
		name, utterance string
		slot            *knowledge.Slot
		want            string
	}{
		{"place", "快递柜签收的能退吗", signedBy(), "locker"},
		{"place denied", "不是快递柜签收的能退吗", signedBy(), ""},
		{"two places", "快递柜还是家人代收有区别吗", signedBy(), ""},
		{"one character is too little", "我想退货", signedBy(), ""},
		{"day", "签收第8天还能退吗", days(), "8"},
		{"days in words", "签收八天了还能退吗", days(), "8"},
		{"two days", "第7天签收第8天取的能退吗", days(), ""},
		{"name of a service", "七天无理由怎么退", days(), ""},
		{"name of a service in digits", "7天无理由退货", days(), ""},
		{"price promise", "15天价保怎么算", days(), ""},
		{"over", "超过7天还能退吗", days(), ""},
		{"within", "7天内能退吗", days(), ""},
		{"no unit", "第8还能退吗", days(), ""},
		{"english", "I got it 8 days ago, can I return it?", days(), "8"},
		{"english policy", "how does the 30-day return policy work", days(), ""},
		{"english policy without hyphen", "30 day guarantee?", days(), ""},
		{"out of range", "签收9999天了", days(), ""},
		{"yesno never", "有短信", &knowledge.Slot{Type: knowledge.SlotYesNo}, ""},
		{"text never", "账号 123", &knowledge.Slot{Type: knowledge.SlotText}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := volunteered(tt.slot, tt.utterance, true)
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("volunteered(%q) = %q, %t, want %q", tt.utterance, got, ok, tt.want)
			}
		})
	}
	if got, ok := volunteered(days(), "签收第8天还能退吗", false); ok {
		t.Errorf("volunteered with several numbers pending = %q, want none", got)
	}
}

// FuzzReadSlot checks that whatever is read fits the slot.
func FuzzReadSlot(f *testing.F) {
	for _, s := range []string{"8天", "第八天", "不是快递柜", "没有", "7-8", "半个月", "\xff", "99999999999999999999", "①", "一亿亿", "第", "half a month"} {
		f.Add(s)
	}
	slots := []*knowledge.Slot{signedBy(), days(), {Type: knowledge.SlotYesNo}, {Type: knowledge.SlotText}, {Type: knowledge.SlotNumber, Unit: "小时", Min: -5, Max: 5}}
	f.Fuzz(func(t *testing.T, reply string) {
		if !utf8.ValidString(reply) {
			return // never gets here: Turn refuses it
		}
		for _, slot := range slots {
			if got := readSlot(slot, reply); got.ok() && !validValue(slot, got.value) {
				t.Errorf("readSlot(%s, %q) = %v, which the slot does not hold", slot.Type, reply, got)
			}
			if got, ok := volunteered(slot, reply, true); ok && !validValue(slot, got) {
				t.Errorf("volunteered(%s, %q) = %q, which the slot does not hold", slot.Type, reply, got)
			}
		}
	})
}
