package textnorm_test

import (
	"testing"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

func TestFold(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"nothing to fold", "快递丢了 怎么办", "快递丢了 怎么办"},
		{"order number", "订单6921734650012345怎么还没发货", "订单 怎么还没发货"},
		{"announced", "怎么还没发货 订单号是6921734650012345", "怎么还没发货"},
		{"announced in parts", "我的快递单号 sf1234567890123 到哪了", "到哪了"},
		{"only announced", "订单号6921734650012345", "订单号"},
		{"only a number", "6921734650012345", ""},
		{"telephone", "打13800138000没人接", "打 没人接"},
		{"two numbers", "订单号6921734650012345 电话13800138000 什么时候到", "什么时候到"},
		{"English", "where is my parcel order number 112233445566", "where is my parcel"},
		{"only announced in English", "my order number is 112233445566", "my order number is"},
		{"part of a word", "reorder 112233445566", "reorder"},
		{"hotline", "打12315投诉", "打12315投诉"},
		{"price", "花了199900元", "花了199900元"},
		{"repeated characters", "太太慢了 谢谢", "太慢了 谢"},
		{"repeated letters stay", "good 退款退款", "good 退款退款"},
		{"days", "7天无理由 15天价保", "七天无理由 十五天价保"},
		{"two", "2天 2号 2手 12天 22个", "两天 二号 二手 十二天 二十二个"},
		{"tens", "10天 20块 30号 99元", "十天 二十块 三十号 九十九元"},
		{"part of a name", "iphone15手机 v2版 a4纸", "iphone15手机 v2版 a4纸"},
		{"leading zero", "05号", "05号"},
		{"mixed numerals", "20十 十2天 1万块 第3天", "20十 十2天 1万块 第三天"},
		{"hundreds", "100块", "100块"},
		{"no Chinese after", "5 天 买5", "5 天 买5"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if textnorm.Normalize(tt.in) != tt.in {
				t.Fatalf("%q is not in normal form", tt.in)
			}
			if got := textnorm.Fold(tt.in); got != tt.want {
				t.Errorf("Fold(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "订单号1234567 1234567号1234567", "1天1天", "好1好好", "号 号1234567", "٣天", "2两天", "1十天20十十000", "99十天", "order 1234567 order 1234567"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = textnorm.Normalize(s)
		once := textnorm.Fold(s)
		if twice := textnorm.Fold(once); twice != once {
			t.Errorf("Fold(%q) = %q, and again %q", s, once, twice)
		}
		if normal := textnorm.Normalize(once); normal != once {
			t.Errorf("Fold(%q) = %q, whose normal form is %q", s, once, normal)
		}
	})
}

func BenchmarkFold(b *testing.B) {
	for _, text := range []string{"签收第8天了还能退吗 快递柜签的我昨天才拿", "订单号6921734650012345怎么还没发货"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				textnorm.Fold(text)
			}
		})
	}
}
