package wish_test

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/honeyguide-chat/honeyguide/dialog/wish"
	"github.com/honeyguide-chat/honeyguide/intent/eval/noise"
	"github.com/honeyguide-chat/honeyguide/knowledge/lint"
	"github.com/honeyguide-chat/honeyguide/knowledge/treefile"
	"github.com/honeyguide-chat/honeyguide/testdata"
)

// slipped are wishes with a slip, one a line.
const slipped = `
转任工
转人供
转仁工
人工可服
人工科服
转客福
联系客福
找真仁
我要真人客浮
什么破玩意，转人共
能不能照个人跟我说
zhuan reng ong
zhuan reng gong
zhuanrengogn
regnong
ren gogn
talk to a humna
talk to a huan
I want to speek with an agnet
let me tlak to a person
give me a represntative
costomer service
conect me to an operater
connect me to suport
this is useless! humman now
get me your superviser
`

// unslipped are one slip away from a wish and are none, one a line.
const unslipped = `
克服困难
可付款吗
可以付款吗
认购多少起
手工活要多久
人工制
人参和西洋参
真人字拖
没给我收货人电话
zhuan qian
ren min bi
zhengong
urgent
gent
is this humane
hunan sauce
stuff missing
peak hours
personal data
walk to the shop
customs held my parcel
don't want to talk to a humna
no need for an agnet
the agnet said I can return it
`

func TestWantsThroughSlips(t *testing.T) {
	for _, tt := range []struct {
		lines string
		want  bool
	}{{slipped, true}, {unslipped, false}} {
		for line := range strings.Lines(strings.TrimSpace(tt.lines)) {
			line = strings.TrimSpace(line)
			if got := wish.Wants(line, "zh-CN"); got != tt.want {
				t.Errorf("Wants(%q) = %t, want %t", line, got, tt.want)
			}
		}
	}
}

// sounds are characters that are typed for others of the same sound.
const sounds = `typed	for
人	仁任认
工	公功供
客	克刻课
服	福付符
转	专砖
真	针珍
活	火伙
找	照
经	精
管	馆
领	岭
员	圆园
机	鸡几
`

// TestWantsThroughSeededSlips puts one slip into every case of the lists.
func TestWantsThroughSeededSlips(t *testing.T) {
	chinese, problems := noise.ReadConfusions("sounds", strings.NewReader(sounds))
	if problems != nil {
		t.Fatal(problems)
	}
	for _, tt := range []struct {
		name  string
		slips noise.Slips
		least float64 // share of the wishes that are still recognised
	}{
		{"Chinese", chinese, 0.8},
		{"letters", noise.Letters{}, 0.6},
	} {
		t.Run(tt.name, func(t *testing.T) {
			hit, all := 0, 0
			for seed := range uint64(5) {
				for line := range strings.Lines(strings.TrimSpace(wishes)) {
					if typed := noise.Typos(tt.slips, line, 1, seed); typed != line {
						all++
						if wish.Wants(typed, "zh-CN") {
							hit++
						}
					}
				}
			}
			t.Logf("%d of %d wishes with a slip are recognised", hit, all)
			if all < 200 || float64(hit) < tt.least*float64(all) {
				t.Errorf("%d of %d wishes with a slip are recognised, want %v of them, of 200 at least", hit, all, tt.least)
			}
		})
	}
}

// wishfulQuestions are questions of the trees that are wishes all the same: who
// asks that may well be given a human.
var wishfulQuestions = []string{
	"我要人工客服出来判这个单",
	"售后被他点了两次拒绝，下面写可请客服处理，可我没看见那个键",
	"找人说和",
}

// TestWantsNoneOfTheQuestions guards against rules, and slips, that see a wish
// where a customer asks what the shop's knowledge answers.
func TestWantsNoneOfTheQuestions(t *testing.T) {
	for _, locale := range []string{"zh-CN", "en"} {
		tree, err := treefile.Load("tree", read(t, "trees/disputes."+locale+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for node := range tree.Nodes() {
			for _, q := range node.Questions() {
				n++
				if wish.Wants(q, locale) && !slices.Contains(wishfulQuestions, q) {
					t.Errorf("Wants(%q) = true, want false: it is a question of %s", q, node.ID)
				}
			}
		}
		if n < 1000 {
			t.Errorf("%s: %d questions, want the whole tree", locale, n)
		}
		for _, set := range []string{"dev", "calibration"} {
			name := "questions/disputes." + locale + "." + set + ".tsv"
			questions, problems := treefile.ReadQuestions(name, bytes.NewReader(read(t, name)))
			if problems != nil {
				t.Fatal(problems)
			}
			for _, q := range questions {
				if !slices.Contains(q.Expect, lint.ExpectHuman) && wish.Wants(q.Text, locale) {
					t.Errorf("%s: Wants(%q) = true, want false: it is for %v", path.Base(name), q.Text, q.Expect)
				}
			}
		}
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := testdata.Files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
