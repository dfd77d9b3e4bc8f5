package dialog_test

import "github.com/honeyguide-chat/honeyguide/knowledge"

// shopTree is a small tree of a shop: returns with the case of the parcel
// locker, a recharge that did not arrive, and what is around them.
func shopTree() knowledge.Document {
	return knowledge.Document{
		Title: "示例", Locale: "zh-CN", Welcome: "您好，欢迎光临。",
		Suggest: []knowledge.NodeID{"returns", "freight.who_pays", "no.such.node"},
		Slots: []knowledge.Slot{
			{
				ID: "signed_by", Title: "签收方式", Type: knowledge.SlotChoice, Ask: "请问包裹是谁签收的？",
				Options: []knowledge.Option{
					{ID: "self", Label: "本人当面签收", Similar: []string{"我自己签的", "我本人", "本人签的"}},
					{ID: "locker", Label: "快递柜/驿站代收", Similar: []string{"丰巢", "自提柜", "放柜子里"}},
					{ID: "family", Label: "家人代收", Similar: []string{"我妈签的", "家里人"}},
				},
			},
			{ID: "days", Title: "签收后天数", Type: knowledge.SlotNumber, Unit: "天", Min: 0, Max: 3650, Ask: "从签收那天算起，到今天是第几天？"},
			{ID: "has_message", Title: "取件短信", Type: knowledge.SlotYesNo, Ask: "您能提供取件短信的截图吗？"},
			{ID: "account", Title: "充值账号", Type: knowledge.SlotText, Ask: "请提供充值账号。"},
			{ID: "seller_proof", Title: "商家出示发货凭证", Type: knowledge.SlotYesNo, Ask: "商家是否出示了已到账的凭证？"},
		},
		Nodes: []*knowledge.Node{returnsNode(), topupNode(), freightNode(), exchangeNode()},
	}
}

func returnsNode() *knowledge.Node {
	rule := []string{"《网络购买商品七日无理由退货暂行办法》第十条（2017-03-15起施行）"}
	return &knowledge.Node{
		ID: "returns", Title: "退货", Question: "我要退货", Similar: []string{"想退货", "东西不想要了"},
		Children: []*knowledge.Node{
			{
				ID: "returns.days", Title: "七天无理由的期限", Question: "第八天还能退货吗", Similar: []string{"超过七天还能退吗", "七天无理由怎么算"},
				Ask: []knowledge.SlotID{"days", "signed_by"},
				Branches: []knowledge.Branch{
					{When: "days <= 7", To: "returns.days.in_time"},
					{When: `signed_by == "locker"`, To: "returns.days.locker"},
					{To: "returns.days.late"},
				},
				Children: []*knowledge.Node{
					{ID: "returns.days.in_time", Title: "七天内", Answer: "还在七天内，可以直接申请退货。", Rules: rule},
					{
						ID: "returns.days.locker", Title: "快递柜代收", Ask: []knowledge.SlotID{"has_message"},
						Branches: []knowledge.Branch{
							{When: "has_message", To: "returns.days.exception"},
							{To: "returns.days.late"},
						},
					},
					{ID: "returns.days.exception", Title: "以取出为准", Answer: "以您取出包裹那天算起，请上传取件短信截图，可以退货。", Rules: rule},
					{ID: "returns.days.late", Title: "超过七天", Question: "已经超过七天了怎么办", Answer: "已超过七天，不能无理由退货；有质量问题仍可退。", Rules: rule},
				},
			},
			{ID: "returns.how", Title: "怎么申请退货", Question: "怎么申请退货", Similar: []string{"退货流程", "在哪里点退货"}, Answer: "在订单页点「申请售后」。"},
		},
	}
}

func topupNode() *knowledge.Node {
	return &knowledge.Node{
		ID: "topup", Title: "充值没到账", Question: "充值没到账", Similar: []string{"充值了没收到", "游戏币没到账"},
		Ask: []knowledge.SlotID{"seller_proof"},
		Branches: []knowledge.Branch{
			{When: "seller_proof", To: "topup.evidence"},
			{To: "topup.refund"},
		},
		Children: []*knowledge.Node{
			{
				ID: "topup.evidence", Title: "需要核对凭证", Ask: []knowledge.SlotID{"account"},
				Branches: []knowledge.Branch{{To: "topup.human"}},
			},
			{
				ID: "topup.human", Title: "人工核对", Answer: "需要核对凭证里的账号和您的账号是否一致。",
				Handoff: &knowledge.HandoffPolicy{Skill: "games", Priority: 5},
			},
			{ID: "topup.refund", Title: "申请退款", Answer: "商家没有凭证，您可以直接申请退款。"},
		},
	}
}

func freightNode() *knowledge.Node {
	return &knowledge.Node{
		ID: "freight", Title: "运费",
		Children: []*knowledge.Node{
			{ID: "freight.who_pays", Title: "退货运费谁出", Question: "退货运费谁出", Similar: []string{"退货邮费谁付"}, Answer: "质量问题由商家承担，七天无理由由您承担。"},
			{ID: "freight.insurance", Title: "运费险怎么赔", Question: "运费险怎么赔", Similar: []string{"运费险赔多少"}, Answer: "退货签收后自动赔付。"},
		},
	}
}

// exchangeNode shares a fact with returnsNode.
func exchangeNode() *knowledge.Node {
	return &knowledge.Node{
		ID: "exchange", Title: "换货", Question: "尺码不对想换", Similar: []string{"怎么换货"},
		Ask: []knowledge.SlotID{"signed_by"},
		Branches: []knowledge.Branch{
			{When: `signed_by == "self"`, To: "exchange.visit"},
			{To: "exchange.send"},
		},
		Children: []*knowledge.Node{
			{ID: "exchange.visit", Title: "上门取件", Answer: "快递员会上门取件。"},
			{ID: "exchange.send", Title: "寄回", Answer: "请把商品寄回商家。"},
		},
	}
}
