package noise

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/honeyguide-chat/honeyguide/knowledge/textnorm"
)

// unchanged are simplified characters that some traditional one becomes, but
// that are usually written the same in both scripts, by OpenCC's table from
// simplified to traditional.
const unchanged = "佛俊修僵克冢冬凌出刮制千升卜即卷只合吊同向呆周咽哄喂噪回困埼奸姜娘家局巨布席幸庵弦彩御志念恤愈戚扇才扎托扣" +
	"折抬抵拐拼挨挲挽捆捍搜教旋旗既昆暗曲札朱杆杯松板查栗核梁棋棱欲污沈沾泄泛注溪溯漓狸玩璇症真矩私秋糊糖系累" +
	"胄胡致舍芸苔蒙蓑蔑表谷踊逾酸雕面飧"

// hanRanges are where Chinese characters are: those of daily use first.
var hanRanges = [...][2]rune{{0x4e00, 0x9fff}, {0x3400, 0x4dbf}, {0x20000, 0x323af}}

// traditional maps a simplified character to the first traditional one that
// textnorm turns into it.
var traditional = sync.OnceValue(func() map[rune]rune {
	out := make(map[rune]rune)
	for _, han := range hanRanges {
		for r := han[0]; r <= han[1]; r++ {
			simple := textnorm.Simplify(string(r))
			to, size := utf8.DecodeRuneInString(simple)
			if size != len(simple) || to == r || strings.ContainsRune(unchanged, to) {
				continue
			}
			if _, taken := out[to]; !taken {
				out[to] = r
			}
		}
	}
	return out
})

// Traditional returns text in traditional characters, one for one: what
// textnorm.Simplify turns back. Where a simplified character stands for several
// traditional ones it takes the first, which a writer would not always.
func Traditional(text string) string {
	table := traditional()
	return strings.Map(func(r rune) rune {
		if to, ok := table[r]; ok {
			return to
		}
		return r
	}, text)
}
