package wish_test

import (
	"strings"
	"testing"

	"github.com/honeyguide-chat/honeyguide/dialog/wish"
)

// wishes ask for a human, one a line.
const wishes = `
客服出来一下
找个活的
请你们的人联系我
让你们工作人员打给我
叫你领导过来
能打电话给我吗，打字说不清
给我回个电话
在线等人工
不想跟你说了 我要人
进人工
来个能管事的
叫个管事的来
connect me to support
is there a person I can talk to
transfer me
human help
hand me over to a colleague
could you get a staff member
who can i speak to
转人工
人工
人工客服
转人工客服
请转人工
麻烦转接一下人工
人工服务
我要人工
我要人工客服！
找客服
我要找客服
我找客服
联系客服
客服
客服在吗
客服呢
有客服吗
真人
真人客服
转真人
我要真人客服
找个真人来
叫个活人来
有没有活人
来个活人
别用机器人糊弄我
别拿机器人忽悠我
我不想跟机器人说话
不要机器人
你这机器人听不懂人话
机器人滚
我要跟人说
我想和人聊
让我跟真人聊
能不能找个人跟我说
有没有人
有没有人啊
有人吗
有人在吗？
来个人
换个人
叫你们主管来
我要找你们经理
让你们负责人来
轉人工
轉真人
我要真人客服，謝謝
轉接專員
轉客服人員
转人功
转人公
人工课服
砖人工
转工人
人工克服
转 人 工
怎么转人工
怎样才能转人工
如何联系人工客服
能转人工吗
可以转人工吗
为什么不转人工
人工在吗
什么破玩意，转人工
都不是，我要人工处理
你好，人工
人工人工人工
快给我转人工！！！
帮我转一下人工吧
给我接人工
要求人工介入
人工回复我
转客服
接客服谢谢
ＺＲＧ
rengong
zhuan rengong
zhuanrengong
rengong kefu
human
Human please
agent
an agent
representative
real person
operator
customer service
live agent
live chat please
talk to someone
talk to a human
I want to talk to a real person
I'd like to speak with a representative
can I speak to someone?
let me speak to your manager
connect me to an agent
transfer me to a human please
please put me through to customer service
get me a human
give me a real person
I need a human
I need an agent now!!
I want a live person
can I get a representative
is there a human there?
is anyone there
is there anybody I can talk to
do you have live agents
how do I contact customer service
I don't want to talk to a bot
no bots
stop the bot
I hate this stupid chatbot
this is useless. human!
need someone to help me
客服，在吗？
你好，有人吗
人工客服电话多少
我就想跟客服本人聊
俺要跟人唠
我要电话客服
hooman plz
你们这个机器人太笨了，给我找个人工
我不和你说了 转人工
能帮我接一下你们的客服吗
请问怎么联系你们客服
我想咨询人工客服
人工帮我处理一下
我需要人工帮助
有人管吗
没人管吗
真人客服有吗
我要投诉，找你们领导
转售后客服
我要找售后
麻烦让人工看一下
想跟客服沟通一下
叫客服出来
赶紧给我转接人工客服，不然投诉
退货的事我要跟客服说
客服人员呢
人工客服在哪里
怎么没有人工客服
你听不懂，换真人
别跟我扯了 人工
人工 谢谢
我要和真人对话
可以和真人说话吗
给个人工
来人工
上人工
求人工
人工！人工！
转人工啊啊啊啊
请帮我转到人工服务
直接转人工吧
我只想找人工
都说了转人工
客户服务
我要找客户服务
I want to speak to customer service
speak with an agent
can someone help me
could you connect me with a live person
I would like to chat with a human being
give me someone real
need to speak to a person
human agent now
let me talk to a person
put me on with a person
is there a real person I can talk to
please escalate this to a supervisor
I want to talk to somebody
real human please
get me your manager
contact support
may I speak with someone
I need to talk to someone about my order
talk to agent
speak to representative
agent please
HUMAN!!!
`

// others hold the same words and do not ask for a human, one a line.
const others = `
人工费
人工费多少
安装人工费怎么算
人工智能音箱
人工智能是什么
这个是人工智能的吗
人工草坪能退吗
人工合成的钻石
人工钻石和天然的区别
需要人工安装吗
要人工审核吗
退款要人工审核多久
人工成本谁出
纯人工制作吗
真人头发假发
这是真人实拍图吗
有真人试穿吗
我要真人发的那款
真人CS装备
卖家客服不理我
商家客服态度差
商家客服一直不回
店铺客服说可以退
店家客服承诺包邮
快递客服让我等
对方客服骗我
旗舰店客服不处理
客服电话多少
客服电话是多少号
客服热线
客服几点上班
人工客服几点下班
客服的工作时间
客服微信是什么
你们客服态度真差
客服说今天发货
客服答应给我补偿
昨天客服告诉我能退
客服不理我
客服一直敷衍我
我联系过客服了
联系了客服也没用
找过客服说不行
之前的客服回复我说要等
不用转人工
不要人工
先不转人工
不需要客服
别转人工了
你是机器人吗
你是真人吗
是不是机器人
扫地机器人没用
扫地机器人不要了能退吗
机器人玩具坏了
有没有人买过这个
有人签收了吗
本人签收
别人签收的
家人代收
人呢我不在家
收货人写错了
换个人收货行吗
找不到快递
转账失败
转运费多少
我要退款
怎么申请售后
经理人杂志
专员证书
客服招聘
怎么退货
8
有
没有
都不是
agent fee
what is the agent fee
travel agent tickets
cleaning agent leaked
human hair wig
is it real human hair
100% human hair
human error
robot vacuum stopped working
I don't want the robot vacuum
are you a bot?
are you a human
is this a bot
seller's customer service ignored me
the store's support is terrible
the agent said I can return it
your representative told me to wait
customer service promised a refund
customer service phone number
what are your customer service hours
email of customer support
I spoke to an agent yesterday
I already talked to someone
I don't need an agent
no need to talk to a human
a table for one person
per person price
signed for by another person
personalised mug
in person pickup
I want to return this
someone stole my parcel
someone else signed for it
is it an agent of the brand
I am an agent, how do I sell here
operators manual missing
shipping agent lost it
where is my order
客服，我的件趴窝了吧，几天没挪窝
客服，包裹没人联系过我就签收了
跟客服说一声就算申请退货了么
你们派人来拿还是我自己寄
把话费充别人机子上了
找人帮我打游戏
这事我要找人说理
扬言叫人来堵我
价格一天一变，有人管没
申请小二介入是不是过了几天就不让点了
客服介入要多久
客服让我来问你
我问客服客服不回我
商家让我找平台客服
退款找谁
找不到人工湖景区
真人图片和实物不符
我想要人工珍珠
人工珍珠和天然珍珠
这个衣服有真人图吗
快递员没给我打电话
叫快递员来取件
能换一个吗
来个大号的
换一件
想要个大人穿的
人物手办
没有人取件
怎么联系商家
联系卖家
怎么联系卖家
要不要本人签收
快递转给别人了
主管道漏水
经理桌
老人手机
工人手套
给老人用的
我要跟别人一起拼单
和人一起买可以吗
找人代付可以吗
让人代收可以吗
有人在家才送吗
有人用过吗
机器人可以退吗
有没有智能客服系统卖
这个机器人怎么充电
买的机器人坏了
我要退扫地机器人
can I have someone else pick it up
someone signed for my package
is there someone at home when delivered
the delivery person was rude
a gift for a person
I need a new robot
I want a robot
does the robot work offline
is the agent included
contact lens
contact the seller
how do I contact the seller
manager chair
support stand
I need support for my back
wrist support
phone support stand
live plants
real leather
is it real leather
my representative payee
human sized doll
people say it is bad
`

func TestWants(t *testing.T) {
	for _, tt := range []struct {
		name, lines string
		want        bool
	}{
		{"wishes", wishes, true},
		{"others", others, false},
	} {
		lines := strings.Split(strings.TrimSpace(tt.lines), "\n")
		if len(lines) < 60 {
			t.Errorf("%s: %d cases, want at least 60", tt.name, len(lines))
		}
		for _, line := range lines {
			t.Run(tt.name+"/"+line, func(t *testing.T) {
				if got := wish.Wants(line, "zh-CN"); got != tt.want {
					t.Errorf("Wants(%q) = %t, want %t", line, got, tt.want)
				}
			})
		}
	}
}

func TestWantsPinyinOnlyInChinese(t *testing.T) {
	for locale, want := range map[string]bool{"zh-CN": true, "ZH-Hant-TW": true, "en": false, "": false} {
		if got := wish.Wants("rengong", locale); got != want {
			t.Errorf("Wants(%q, %q) = %t, want %t", "rengong", locale, got, want)
		}
	}
}

// FuzzWants checks that any text ends in an answer.
func FuzzWants(f *testing.F) {
	for _, s := range []string{"转人工", "human", "", "\xff", strings.Repeat("转", 3000), "不要人工"} {
		f.Add(s, "zh-CN")
	}
	f.Fuzz(func(_ *testing.T, text, locale string) { wish.Wants(text, locale) })
}

func BenchmarkWants(b *testing.B) {
	for _, bench := range []struct{ name, text string }{
		{"short", "签收第8天了还能退吗"},
		{"wish", "什么破玩意，转人工"},
		{"story", "我昨天在你们店里买的鞋子收到以后发现鞋底开胶了，拍了照片给商家，商家说要我自己出运费寄回去，凭什么呢，别人都说质量问题是商家出"},
		{"longest", strings.Repeat("我昨天收到的包裹破了，商家说不退给本人，", 100)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				wish.Wants(bench.text, "zh-CN")
			}
		})
	}
}
