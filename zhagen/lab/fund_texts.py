"""The funds of the demo's communities: four cycles with the words of their residents; all of it is made up."""

from datetime import date

from zhagen.lab.fund_story import Buy, FundDays, FundPlan, Planted, Project, Said

SHOP = Planted.SHOP.value
GARDEN, LIGHTS, HELPER = "org:s2", "org:s3", "org:a4"
SELLERS = (
    (SHOP, "示例区顺手房屋维修服务部"),
    (GARDEN, "示例区绿荫园艺店"),
    (LIGHTS, "示例市明亮消防器材商行"),
)
"""Shops that proposals buy from."""

OFFICE = "community:990101001003"
FINANCE = "finance:990101001000"
SUN = (Planted.PROPOSER.value, "3号楼孙师傅")
KIN_OF_SHOP = (SHOP,)


def _by_sun(key: str, day: int, theme: str, text: str, project: Project, building: str = "3号楼") -> Said:
    return Said(key, *SUN, text, project.title, theme, "phone", day, building, 7, project)


PAST_IDEAS = (
    _by_sun("table", 2, "elderly", "楼下石桌裂了，老人下棋没处坐，我认识人能修。", Project(
        "3号楼前石桌石凳重做", "四月买料，五月两个周末装好，楼里老人一起搬。",
        (Buy("石桌", 3, 1_600, SHOP), Buy("石凳", 12, 320, SHOP), Buy("安装", 1, 960, SHOP)),
        0.50, kin_of=KIN_OF_SHOP)),
    _by_sun("rail", 3, "elderly", "上下楼没有扶手，去年摔了两个老人，一到四号楼都该装。", Project(
        "一至四号楼楼道装扶手", "先量尺寸公示，再按单元装，楼门长逐层验。",
        (Buy("不锈钢扶手（米）", 128, 118, SHOP), Buy("安装（单元）", 8, 480, SHOP)),
        0.58, kin_of=KIN_OF_SHOP), building=""),
    _by_sun("ramp", 4, "disability", "单元门口三级台阶，轮椅和婴儿车都上不去。", Project(
        "五个单元门口做防滑坡道", "请楼里坐轮椅的邻居先试一处，合适了再做其余四处。",
        (Buy("坡道", 5, 2_380, SHOP), Buy("防滑条", 10, 125, SHOP)), 0.46, kin_of=KIN_OF_SHOP), building=""),
    Said("corner", "resident:mother", "6号楼一位妈妈", "孩子放学没地方待，活动室角上能不能铺个垫子放些书。",
         "活动室辟儿童角", "children", "page", 5, "6号楼", 9, Project(
             "活动室儿童角", "家长轮值，每天放学后两小时；图书由各家捐一半。",
             (Buy("地垫和矮柜", 1, 8_400), Buy("图书", 200, 25), Buy("护角和软包", 1, 3_100)), 0.42,
             shop="示例区小树苗图书文具店", spent_bp=9_600)),
    Said("aid", "resident:zhou", "1号楼周阿姨", "楼门长谁也不会急救，叫救护车要等二十分钟。",
         "楼门长学急救", "health", "paper", 6, "1号楼", 6, Project(
             "楼门长急救培训", "请持证讲师，分四个晚上，每个单元至少一人学会，买四个急救箱。",
             (Buy("讲师课时", 24, 320), Buy("急救箱", 8, 280), Buy("教具租用", 1, 1_500)), 0.44,
             grantee=HELPER, shop="示例市急救知识普及站")),
    Said("tools", "resident:wang", "2号楼王大姐", "电钻梯子家家买一次用一次，放一处大家借多好。",
         "共享工具间", "neighbours", "voice", 8, "2号楼", 6, Project(
             "共享工具间", "用楼下闲置的岗亭，登记借还，志愿者每周盘点。",
             (Buy("工具", 1, 6_300), Buy("货架和锁", 1, 2_500)), 0.31, kin_of=(OFFICE,), shop="示例区老街五金店")),
    Said("fire", "resident:he", "4号楼何师傅", "电动车棚一个灭火器都没有，万一着了谁也救不了。",
         "车棚配消防箱", "safety", "page", 9, "4号楼", 8, Project(
             "电动车棚消防箱和烟感", "装好后请消防站来教一次，每月志愿者查一遍。",
             (Buy("消防箱", 6, 1_180, LIGHTS), Buy("烟感", 24, 165, LIGHTS), Buy("安装", 1, 1_800, LIGHTS)),
             0.43, own_yuan=1_000)),
    Said("boxes", "resident:lin", "5号楼小林", "楼前光秃秃的，想种点东西，浇水用雨水。",
         "楼前雨水花箱", "environment", "page", 10, "5号楼", 6, Project(
             "楼前雨水花箱", "认领到户，春天一起种，秋天一起收。",
             (Buy("花箱", 26, 480, GARDEN), Buy("雨水桶", 6, 380, GARDEN), Buy("土和苗", 1, 2_300, GARDEN)),
             0.24)),
    Said("feast", "resident:zhang", "7号楼张老师", "搬来八年还叫不出对门的名字，重阳节一起吃顿饭吧。",
         "重阳百家宴", "culture", "paper", 12, "", 5, Project(
             "重阳百家宴", "每家一个菜，桌椅餐具统一租，剩菜当天分完。",
             (Buy("桌椅租用", 60, 110), Buy("餐具和炉灶租用", 1, 5_900), Buy("保险", 1, 2_000)), 0.22)),
    Said("gym", "resident:liu", "8号楼小刘", "想在东墙根装几件健身器材。",
         "东墙健身角", "health", "page", 13, "8号楼", 6, Project(
             "东墙健身角", "先请物业看管线，再装五件器材。",
             (Buy("健身器材", 5, 3_100), Buy("地胶（平方米）", 40, 68)), 0.27, fate="returned")),
    Said("window", "resident:qian", "3号楼钱先生", "我家阳台想装防护窗，能不能也从这里出。",
         "阳台防护窗", "safety", "page", 14, "3号楼", 5, Project(
             "阳台防护窗", "请厂家上门量。", (Buy("防护窗", 1, 3_800),), fate="refused")),
    Said("lamp", "resident:ma", "2号楼马奶奶", "小区外面那条路的路灯不亮，晚上不敢走。",
         "", "safety", "phone", 15, "2号楼", 0,
         declined="市政道路的路灯由区城管维护，已代您报 12345，工单号告知本人；不占自治金。"),
)  # fmt: skip

PAST = FundPlan(
    "fund:2025-003", "990101001003", "和煦苑社区2025年自治金", 2025,
    FundDays(
        drafted=date(2025, 3, 3), opened=date(2025, 3, 5), ideas_until=date(2025, 3, 28),
        written=date(2025, 4, 7), checked=date(2025, 4, 10), listed=date(2025, 4, 16),
        vote_from=date(2025, 4, 25), vote_until=date(2025, 5, 5), counted=date(2025, 5, 7),
        decided=(date(2025, 5, 9), date(2025, 5, 14), date(2025, 5, 19)), granted=date(2025, 5, 21),
        clearing=date(2026, 3, 31),
    ),
    residents=1_206, coaching_yuan=16_000, pot_yuan=4_000, coach="org:a2", ideas=PAST_IDEAS,
    roll=120, turnout=0.7, sign="和居",
)  # fmt: skip

VOTING_IDEAS = (
    Said("bench", "resident:zhao", "1号楼赵大爷", "公交站走回来中间没有歇脚的地方。", "歇脚长椅", "elderly",
         "phone", 2, "1号楼", 7, Project(
             "回家路上的歇脚长椅", "选十二处公示，志愿者认领擦洗。", (Buy("带靠背长椅", 12, 1_540, SHOP),), 0.5)),
    Said("read", "resident:mother", "6号楼一位妈妈", "儿童角的书看完了，想换着看，再请人讲故事。",
         "故事周末和换书", "children", "page", 3, "6号楼", 8, Project(
             "故事周末和换书架", "家长轮流讲，一学期十六次。",
             (Buy("换书架", 4, 1_450), Buy("图书", 180, 25), Buy("材料", 16, 110)), 0.4)),
    Said("charge", "resident:he", "4号楼何师傅", "电动车还是有人往楼里推，充电位不够。", "增加充电位",
         "safety", "page", 4, "4号楼", 9, Project(
             "加八个电动车充电位", "物业出电，住户自筹一部分。", (Buy("充电桩", 8, 2_250, LIGHTS),), 0.47,
             own_yuan=800)),
    Said("compost", "resident:lin", "5号楼小林", "厨余可以堆肥，花就不用买土了。", "厨余堆肥角",
         "environment", "page", 6, "5号楼", 6, Project(
             "厨余堆肥角", "十户先试，三个月后公布减了多少。",
             (Buy("堆肥箱", 8, 1_180, GARDEN), Buy("菌剂和工具", 1, 2_900, GARDEN)), 0.26)),
    Said("ear", "resident:wu", "7号楼吴奶奶", "耳朵背，来人按门铃听不见。", "助听门铃",
         "disability", "paper", 7, "7号楼", 6, Project(
             "听障老人闪光门铃", "由楼门长逐户问，需要的才装。", (Buy("闪光门铃", 70, 178),), 0.36)),
    Said("choir", "resident:zhang", "7号楼张老师", "合唱队想要一台能推着走的音箱。", "合唱队音箱",
         "culture", "page", 9, "", 5, Project(
             "移动音箱和谱架", "社区保管，各队登记借用。", (Buy("移动音箱", 2, 4_600), Buy("谱架", 20, 85)), 0.2)),
)  # fmt: skip

VOTING = FundPlan(
    "fund:2026-003", "990101001003", "和煦苑社区2026年自治金", 2026,
    FundDays(
        drafted=date(2026, 5, 12), opened=date(2026, 5, 14), ideas_until=date(2026, 6, 5),
        written=date(2026, 6, 12), checked=date(2026, 6, 16), listed=date(2026, 6, 23),
        vote_from=date(2026, 7, 2), vote_until=date(2026, 7, 12), counted=date(2026, 7, 14),
        decided=(date(2026, 7, 16), date(2026, 7, 21), date(2026, 7, 27)), granted=date(2026, 7, 29),
        clearing=date(2027, 3, 31),
    ),
    residents=1_198, coaching_yuan=15_000, pot_yuan=3_000, coach="org:a2", ideas=VOTING_IDEAS,
    expert_weight_bp=2_000, roll=120, turnout=0.7, sign="和居", again=("楼前雨水花箱", "东墙健身角"),
)  # fmt: skip

BUSY_IDEAS = (
    Said("gate", "resident:b1", "1号楼邓师傅", "小区东门晚上太暗，老人回来看不清路。", "东门加灯", "safety", "page", 2,
         "", 7, Project(
             "东门加三盏太阳能灯", "灯杆位置公示一周，装好后楼门长每周看一次。",
             (Buy("太阳能灯", 3, 4_200, LIGHTS), Buy("安装", 1, 1_800, LIGHTS)), 0.55, stops="pay")),
    Said("mulch", "resident:b2", "3号楼许阿姨", "树坑露着土，一下雨满地泥。", "树坑覆盖", "environment", "phone", 3, "3号楼",
         6, Project(
             "三十个树坑铺木屑", "孩子和老人一起铺，一人认一个坑。",
             (Buy("木屑（方）", 18, 520, GARDEN), Buy("围圈", 30, 95, GARDEN)), 0.48, stops="sign")),
    Said("mend", "resident:b3", "5号楼小冯", "家电坏了没处修，扔了可惜。", "修东西的周末", "neighbours", "paper", 5, "5号楼",
         6, Project(
             "修理咖啡角", "退休师傅轮值，每月两个周六。", (Buy("工具和备件", 1, 7_600), Buy("桌灯", 6, 260)), 0.44,
             shop="示例区老街五金店", stops="check")),
    Said("drum", "resident:b4", "2号楼谢老师", "想要一套锣鼓，过节热闹。", "锣鼓队", "culture", "page", 6, "2号楼", 5,
         Project("锣鼓队乐器", "社区保管，节日和白事都能借。", (Buy("乐器", 1, 16_800),), 0.2)),
)  # fmt: skip

BUSY = FundPlan(
    "fund:2026-004", "990101001004", "东仓社区2026年自治金", 2026,
    FundDays(
        drafted=date(2026, 3, 2), opened=date(2026, 3, 4), ideas_until=date(2026, 3, 25),
        written=date(2026, 4, 2), checked=date(2026, 4, 7), listed=date(2026, 4, 10),
        vote_from=date(2026, 4, 20), vote_until=date(2026, 4, 27), counted=date(2026, 4, 29),
        decided=(date(2026, 5, 6), date(2026, 5, 12), date(2026, 5, 18)), granted=date(2026, 6, 1),
        clearing=date(2027, 3, 31),
    ),
    residents=1_020, coaching_yuan=12_000, pot_yuan=2_000, coach="org:a2", ideas=BUSY_IDEAS,
    direct_yuan=52_000, roll=64, turnout=0.62, sign="东居",
)  # fmt: skip

COLLECTING_IDEAS = (
    Said("light", "resident:e1", "2号楼冯阿姨", "自行车棚没有灯，晚上找锁眼要打手电。", "车棚装灯", "safety",
         "page", 1, "2号楼", 8, Project(
             "车棚装感应灯", "楼门长选位置，物业接电。", (Buy("感应灯", 10, 185, LIGHTS),), fate="submitted")),
    Said("clinic", "resident:e2", "5号楼许先生", "每月请医生来看一次，量血压、看报告。", "每月健康角",
         "health", "page", 2, "5号楼", 6, Project(
             "每月健康角", "和卫生站说好，每月第一个周六上午。",
             (Buy("血压计", 4, 320), Buy("义诊物资", 12, 260)), kin_of=(FINANCE,), fate="submitted")),
    Said("sand", "resident:e3", "3号楼小秦", "孩子没有沙坑玩。", "儿童沙坑", "children", "page", 4, "3号楼", 6,
         Project("儿童沙坑", "家长轮流翻沙、消毒。", (Buy("木围挡和沙", 1, 6_900),), fate="draft")),
    Said("seats", "resident:e4", "1号楼老冯", "活动室的椅子摇，老人坐着怕。", "活动室换椅子", "elderly",
         "phone", 6, "1号楼", 3),
    Said("cats", "resident:e5", "4号楼小卫", "流浪猫越来越多，想统一绝育、定点喂。", "流浪猫绝育和定点喂养",
         "environment", "page", 8, "4号楼", 4),
    Said("parcel", "resident:e6", "", "快递堆在门厅，绊倒过人，能不能装个架子。", "", "neighbours", "page", 11,
         "6号楼", 0),
    Said("ladder", "resident:e7", "", "我妈腿不好，楼梯转角放把折叠椅，累了能坐一下。", "", "elderly", "page",
         12, "2号楼", 0),
)  # fmt: skip

COLLECTING = FundPlan(
    "fund:2026-001", "990101001001", "榆树里社区2026年自治金", 2026,
    FundDays(
        drafted=date(2026, 6, 22), opened=date(2026, 6, 24), ideas_until=date(2026, 7, 22),
        written=date(2026, 7, 2), checked=date(2026, 7, 27), listed=date(2026, 7, 30),
        vote_from=date(2026, 8, 8), vote_until=date(2026, 8, 16), counted=date(2026, 8, 18),
        decided=(date(2026, 8, 20), date(2026, 8, 25), date(2026, 8, 28)), granted=date(2026, 8, 31),
        clearing=date(2027, 3, 31),
    ),
    residents=1_154, coaching_yuan=15_000, pot_yuan=3_000, coach="org:a2", ideas=COLLECTING_IDEAS,
)  # fmt: skip

PLANS = (PAST, BUSY, VOTING, COLLECTING)
"""All funds, in the order in which they began."""
