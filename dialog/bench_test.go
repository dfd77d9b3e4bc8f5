package dialog_test

import (
	"fmt"
	"testing"

	"github.com/honeyguide-chat/honeyguide/dialog"
)

// BenchmarkTurn is a turn without a network: the store is in memory and the
// matcher compares with a handful of questions.
func BenchmarkTurn(b *testing.B) {
	for _, bench := range []struct{ name, before, text string }{
		{"answer", "", "退货运费谁出"},
		{"slot", "第8天还能退货吗", "快递员放丰巢了"},
		{"pick", "我要退货", "第二个"},
		{"long", "", "我昨天在你们店里买的鞋子收到以后发现鞋底开胶了，拍了照片给商家，商家说要我自己出运费寄回去，凭什么呢，质量问题难道不是应该商家出运费吗"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			w := newWorld(b, shopTree())
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				id := w.start()
				if bench.before != "" {
					w.say(id, bench.before)
				}
				req := dialog.TurnRequest{Shop: testShop, Visitor: "ann", Session: id, Turn: fmt.Sprint("b", i), Text: bench.text}
				b.StartTimer()
				if _, err := w.service.Turn(b.Context(), req); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
