package dialog

import "testing"

func TestCourtesyOf(t *testing.T) {
	for want, texts := range map[courtesy][]string{
		greeting:   {"你好", "您好！", "在吗？", "亲，在吗", "你好你好", "hi", "Hello there", "Good morning", "早上好", "你好，在不在"},
		thanks:     {"谢谢", "好的谢谢", "谢谢你啊", "多谢了", "謝謝", "thanks!", "Thank you so much", "ok thx", "非常感谢", "谢谢谢谢"},
		nod:        {"好的", "嗯嗯", "哦", "知道了", "明白了", "ok", "OK.", "got it", "是的", "好吧", "嗯，知道了"},
		farewell:   {"再见", "拜拜", "没别的了", "bye", "no thanks", "That's all", "好的，再见"},
		noCourtesy: {"", "😀", "你们好慢", "谢谢你，那运费谁出", "好的，怎么退货", "在哪里退货", "你好，我要退货", "我的", "了", "客服", "不好", "不行", "8", "没有", "thanks but where is it", "hi where is my parcel", "亲", "好评返现", "收到假货"},
	} {
		for _, text := range texts {
			if got := courtesyOf(text); got != want {
				t.Errorf("courtesyOf(%q) = %d, want %d", text, got, want)
			}
		}
	}
}
