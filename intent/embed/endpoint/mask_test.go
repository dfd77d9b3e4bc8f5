package endpoint

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMask(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"nothing to hide", "退货运费谁出", "退货运费谁出"},
		{"days, prices and hotlines", "7天内退 199.5元 打12315没用 第30天", "7天内退 199.5元 打12315没用 第30天"},
		{"mobile", "我电话13800138000打不通", "我电话00000000000打不通"},
		{"mobile, parted", "+86 138-0013-8000", "+00 000-0000-0000"},
		{"mobile, full width", "１３８００１３８０００", "00000000000"},
		{"mobile in characters", "一三八零零一三八零零零", "零零零零零零零零零零零"},
		{"mobile, mixed", "13八零零1三8零00", "00零零零0零0零00"},
		{"identity", "身份证11010519491231002x对吗", "身份证00000000000000000x对吗"},
		{"bank card", "卡号 6222 0212 3456 7890 123", "卡号 0000 0000 0000 0000 000"},
		{"order and parcel", "订单2026112100001，快递SF1234567890123", "订单0000000000000，快递SF0000000000000"},
		{"letters among digits", "code A1B2C3D4E5F6", "code A0B0C0D0E0F0"},
		{"code", "验证码 482913", "验证码 000000"},
		{"telephone", "call (0571) 8502-2088 now", "call (0000) 0000-0000 now"},
		{"e-mail", "发我邮箱 li.wei+shop@mail.example.com 谢谢", "发我邮箱 link 谢谢"},
		{"e-mail among characters", "邮箱是，lin@例子.公司，谢谢", "邮箱是，link，谢谢"},
		{"a host without dots", "root@localhost", "link"},
		{"one after the other", "138001380001 和 a@b.cc", "000000000000 和 link"},
		{"invalid", "\xff13800138000", "\uFFFD00000000000"},
		{"empty", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := mask(tt.text); got != tt.want {
				t.Errorf("mask(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

// FuzzMask checks that nothing gets through beside a secret, wherever it stands.
func FuzzMask(f *testing.F) {
	for _, s := range []string{"我的电话是", "12345", "a@", "@b", " - ", "一二三", "退款，", "SF", "\xff", "1 2 3 "} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		for _, secret := range []string{"13957184628", "6222-0845-9173-4462", "330106199209187415", "SF8375192846357"} {
			got := mask(before + secret + after)
			if strings.Contains(got, secret) && !strings.Contains(before+after, secret) {
				t.Errorf("mask(%q) = %q, which has %s", before+secret+after, got, secret)
			}
			if again := mask(got); again != got {
				t.Errorf("mask(%q) = %q, and once more %q", before+secret+after, got, again)
			}
		}
		if got := mask(before + " wang.fang@mail.example.com " + after); strings.Contains(got, "wang.fang@mail") && !strings.Contains(before+after, "wang.fang@mail") {
			t.Errorf("mask lets an address through: %q", got)
		}
		text := strings.ToValidUTF8(before, "?")
		if got := mask(text); !strings.Contains(text, "@") && utf8.RuneCountInString(got) != utf8.RuneCountInString(text) {
			t.Errorf("mask(%q) = %q, which has another length", text, got)
		}
	})
}
