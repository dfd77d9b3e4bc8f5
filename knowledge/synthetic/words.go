package synthetic

import "strings"

// kind is a group of products that share their troubles.
type kind string

const (
	clothing    kind = "clothing"
	shoes       kind = "shoes"
	electronics kind = "electronics"
	appliance   kind = "appliance"
	food        kind = "food"
	fresh       kind = "fresh"
	beauty      kind = "beauty"
	home        kind = "home"
	baby        kind = "baby"
	virtual     kind = "virtual"
)

// catalogue lists the products of each kind, with the other names that
// customers have for some of them behind a slash.
var catalogue = []struct {
	kind     kind
	products []string
}{
	{clothing, strings.Fields(`连衣裙 半身裙/半裙 牛仔裤/仔裤 羽绒服/鹅绒服 卫衣 衬衫/衬衣 毛衣/针织衫 风衣 西装/西服 冲锋衣
		T恤/短袖 打底裤 睡衣/家居服 内裤 文胸/胸罩 袜子 羊绒大衣/呢子大衣 皮衣 马甲/坎肩 汉服 旗袍 泳衣 防晒衣 运动裤 瑜伽裤
		围巾 帽子 手套 领带 皮带/腰带 校服 雨衣 棉服/棉袄 背带裤 秋衣秋裤/保暖内衣 丝袜 披肩 短裤 吊带 工装裤`)},
	{shoes, strings.Fields(`跑步鞋/跑鞋 篮球鞋 帆布鞋 高跟鞋 凉鞋 拖鞋 马丁靴 雪地靴 皮鞋 板鞋/小白鞋 登山鞋 老人鞋 童鞋 雨鞋/雨靴
		洞洞鞋 豆豆鞋 乐福鞋 足球鞋 棉拖 舞蹈鞋`)},
	{electronics, strings.Fields(`手机 蓝牙耳机/耳机 充电宝/移动电源 充电器/充电头 数据线 平板电脑/平板 笔记本电脑/笔记本 机械键盘/键盘 鼠标
		智能手表/手表 手环 音箱/音响 摄像头/监控 路由器 移动硬盘/硬盘 优盘/U盘 显示器 投影仪 打印机 电子书阅读器/电纸书 行车记录仪
		无人机 相机 游戏手柄/手柄 麦克风/话筒 录音笔 学习机 点读笔 翻译机 电视盒子/盒子 显卡 内存条 自拍杆 手写板 读卡器 对讲机`)},
	{appliance, strings.Fields(`电饭煲/电饭锅 空气炸锅 电热水壶/烧水壶 豆浆机 破壁机 微波炉 烤箱 洗衣机 冰箱 空调 电风扇/风扇 取暖器/电暖器
		加湿器 空气净化器 吸尘器 扫地机器人/扫地机 吹风机/电吹风 电动牙刷 剃须刀/刮胡刀 电熨斗/挂烫机 净水器 热水器 油烟机 燃气灶
		洗碗机 电磁炉 养生壶 除湿机 电热毯 暖手宝 榨汁机 电压力锅/高压锅 足浴盆/泡脚桶 按摩椅 电蚊拍 浴霸`)},
	{food, strings.Fields(`坚果礼盒/坚果 牛肉干 薯片 巧克力 饼干 面包 方便面/泡面 螺蛳粉 火锅底料 辣条 瓜子 蜂蜜 茶叶 咖啡 奶粉 酸奶 牛奶
		大米 面条/挂面 食用油 酱油 月饼 粽子 汤圆 糖果 果冻 红枣 枸杞 燕麦片/麦片 蛋白粉 鸭脖 鸡爪/凤爪 海苔 肉松 豆腐干/豆干
		芝麻糊 藕粉 自热火锅 蛋糕 白酒 红酒 啤酒 果汁 矿泉水`)},
	{fresh, strings.Fields(`苹果 橙子 芒果 榴莲 车厘子/樱桃 草莓 西瓜 猕猴桃/奇异果 火龙果 蓝莓 葡萄 水蜜桃/桃子 荔枝 香蕉 牛油果 柚子
		大闸蟹/螃蟹 小龙虾 三文鱼 牛排 羊肉卷 鸡蛋/土鸡蛋 红薯/地瓜 玉米 山药 带鱼 鲜花 多肉植物/多肉`)},
	{beauty, strings.Fields(`面膜 洗面奶/洁面 口红/唇膏 粉底液 防晒霜 爽肤水/化妆水 精华液/精华 面霜 眼霜 卸妆水 眼影 眉笔 睫毛膏 腮红 香水
		洗发水 护发素 沐浴露 身体乳 护手霜 染发剂/染发膏 指甲油 气垫 散粉 美瞳 脱毛膏 牙膏 漱口水 发膜 隔离霜`)},
	{home, strings.Fields(`床垫 四件套/床上用品 枕头 被子/羽绒被 沙发 书桌/电脑桌 椅子/电竞椅 衣柜 鞋柜 书架 窗帘 地毯 台灯 吊灯 晾衣架/晾衣杆
		收纳箱 保温杯/水杯 炒锅/不粘锅 菜刀 餐具套装/碗筷 垃圾桶 拖把 浴巾/毛巾 凉席 蚊帐 茶几 电视柜 花盆 雨伞 行李箱/拉杆箱
		折叠床 梳妆台 置物架 马桶盖/马桶圈 花洒 门锁/指纹锁 镜子 挂钟 鱼缸 猫爬架`)},
	{baby, strings.Fields(`纸尿裤/尿不湿 奶瓶 婴儿车/推车 安全座椅 婴儿床 积木 毛绒玩具/玩偶 遥控车 拼图 滑板车 儿童书包/书包 爬行垫 辅食机
		湿巾 吸奶器 背带/腰凳 餐椅 围栏 学步车 早教机 磨牙棒 隔尿垫 儿童水壶 平衡车 橡皮泥/彩泥 儿童牙刷`)},
	{virtual, strings.Fields(`视频会员/影视会员 音乐会员 话费充值/话费 流量包 游戏点卡/点卡 网盘会员 加油卡 电影票 购物卡/礼品卡 外卖会员
		听书会员 网课/课程 软件激活码 考试资料 电子书 景区门票/门票 酒店代金券 体检套餐 手机靓号 洗车券`)},
}

// What a customer puts around the matter.
var (
	openers = strings.Fields(`请问 你好 您好 亲 在吗 我想问下 咨询一下 麻烦问一下 老板 客服 掌柜的 想了解一下 有人吗 帮我看看 问一哈 哈喽`)
	closers = strings.Fields(`谢谢 急 在线等 呢 呀 啊 怎么弄 求解答 麻烦了 快点回 急急急 帮忙看下 有人管吗 怎么回事 怎么说 可以吗 行吗 给个说法`)
	// details stand in front of the product: @ is a town, # a number, $ a
	// person, ^ an occasion, ~ a place.
	details = strings.Fields(`昨天刚到的 上周买的 双十一囤的 给$买的 $推荐的 直播间拍的 第二次买的 前天下单的 六一八抢的 用了#天的 送$的
		@发来的 寄到@的 尾号#的那单 店里新出的 活动时买的 $代拍的 退换过一次的 花了#块的 收藏很久的 排队抢到的 给$^准备的 ^要用的
		网红推荐的 ^收到的 拼单买的 积分换的 会员价买的 $看上的 $下单的 放在~的 ~取的 寄到~的 放了#天没拆的 $^用的 ~摆的`)
	persons = strings.Fields(`我妈 我爸 老婆 老公 孩子 婆婆 丈母娘 爷爷 奶奶 外公 姥姥 舅舅 姑姑 表姐 堂弟 侄女 外甥 闺蜜 同学 室友 同事 领导 老师
		邻居 朋友 客户 教练 房东 对象 女朋友 男朋友 师傅 学徒 徒弟 房客 亲戚 妹妹 哥哥 嫂子 姐夫 儿媳 孙子 干妈 战友 网友 医生 护士 司机`)
	occasions = strings.Fields(`结婚 订婚 满月 周岁 搬家 乔迁 开学 毕业 升学 面试 入职 旅游 露营 爬山 钓鱼 健身 减肥 年会 聚餐 过年 中秋 端午 情人节 圣诞
		母亲节 生日 祝寿 住院 手术 坐月子 考研 高考 军训 出差 直播 开业 装修 拜年 回娘家 相亲 比赛 演出 婚礼 野餐 烧烤 自驾 滑雪 游泳`)
	places = strings.Fields(`公司楼下 宿舍 工地 店里 仓库 阳台 厨房 卧室 客厅 卫生间 车库 后备箱 学校门口 菜鸟驿站 丰巢柜 物业 门卫 前台 老家 乡下 村口 镇上
		医院 酒店 机场 车站 地下室 楼道 电梯口 邻居家 出租屋 幼儿园 办公室 食堂 健身房 图书馆 小卖部 加油站 快递点 超市`)
	towns = strings.Fields(`杭州 北京 上海 广州 深圳 成都 重庆 武汉 西安 南京 郑州 长沙 青岛 苏州 合肥 福州 厦门 昆明 贵阳 南宁 海口 沈阳 大连 长春
		哈尔滨 石家庄 太原 济南 兰州 西宁 银川 乌鲁木齐 拉萨 呼和浩特 天津 宁波 温州 无锡 佛山 东莞 珠海 泉州 烟台 洛阳 徐州 临沂 绵阳 桂林
		三亚 义乌 唐山 保定 赣州 襄阳 宜昌 常德 喀什 大理 丽江 玉溪 毕节 梧州 漳州 台州 湖州 嘉兴 绍兴 金华 衢州 阜阳 芜湖 南通 盐城 淮安`)
	colours = strings.Fields(`黑色 白色 红色 蓝色 灰色 粉色 米色 军绿 卡其 紫色 黄色 酒红 藏青 奶白 咖色 银色 香槟色 薄荷绿 雾霾蓝 豆沙`)
	// What things are like that are worn or used, eaten, and neither.
	makes   = strings.Fields(`加厚 加大 儿童 男款 女款 大号 小号 迷你 升级版 经典款 套装 家用 便携 新款 高端 平价 折叠 同款 秋冬 轻薄`)
	packs   = strings.Fields(`大份 小份 礼盒装 家庭装 试吃装 两斤装 五斤装 整箱 散装 独立包装 新鲜 特价 进口 国产 农家 无糖 原味 精选 尝鲜 一级`)
	periods = strings.Fields(`月卡 季卡 年卡 半年 一年 单次 套餐 特价 限时 官方 学生 亲子 双人 单人 通用 新人 高级 普通 试用 企业`)
	// The makings of brand names.
	brandFirst  = strings.Split("安美乐佳欧尚德康宝恒华丽金凯朗诺奇瑞森泰维西雅逸优悦泽卓朵菲格禾锦澜沐妮潘琪若思唐", "")
	brandSecond = strings.Split("博彩达尔芙歌豪洁客兰玛娜派琴仕特薇希雪依颖臻姿倍迪纷谷卉霁珂莱慕宁沛茜舒图", "")
	// slips are pairs of characters that fingers take for each other.
	slips = strings.Fields(`的得 在再 货或 退推 款歀 快块 递弟 收手 买卖 换还 坏怀 么吗 到道 优忧 券卷 码马 错措 件见 运云 险现 修秀 价假`)
)
