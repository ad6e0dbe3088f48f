"""Targets in words: what is certain is read, and everything else is a question."""

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from targets.importers.plan.wordings import Context, read_date, read_wording

AT_LEAST, AT_MOST = "at_least", "at_most"


def read(text, unit="", **known):
    return read_wording(text, Context(year=2024, unit_of_measure=unit, **known))


def asked(text, unit="", **known):
    """The question that a wording raises; it never comes with an amount."""
    wording = read(text, unit, **known)
    assert wording.question
    assert wording.amount is None
    assert wording.text == text
    return wording


@pytest.mark.parametrize(
    ("text", "unit", "amount", "read_unit"),
    [
        ("634.29", "", "634.29", ""),
        ("１，５００", "", "1500", ""),
        ("1,500.5万元", "", "1500.5", "万元"),
        ("500万元", "", "500", "万元"),
        ("500万元", "万元", "500", "万元"),
        ("1亿", "万元", "10000", "万元"),
        ("1.2亿", "万元", "12000", "万元"),
        ("5000万", "万元", "5000", "万元"),
        ("1亿", "万吨", "10000", "万吨"),
        # 万 multiplies: 500 × 10,000.
        ("500万元", "元", "5000000", "元"),
        ("1.2万亩", "", "12000", "亩"),
        ("1.2万亩", "亩", "12000", "亩"),
        ("1.2万亩", "万亩", "1.2", "万亩"),
        ("3万公斤", "万公斤", "3", "万千克"),
        ("5公里", "千米", "5", "千米"),
        ("1.5亿元", "", "1.5", "亿元"),
        ("1.2万", "人", "12000", "人"),
        ("200元/人", "", "200", "元/人"),
        ("-3", "", "-3", ""),
        ("新修农村公路5公里", "", "5", "千米"),
        ("2024年完成投资500万元", "", "500", "万元"),
        ("1-6月完成500万元", "", "500", "万元"),
        ("第3批高标准农田建设500亩", "", "500", "亩"),
        ("G320国道改造2公里", "", "2", "千米"),
        ("达到95%以上（含95%）", "", "95", "%"),
        ("95", "%", "95", "%"),
        ("百分之百", "", "100", "%"),
    ],
)
def test_amounts_and_units(text, unit, amount, read_unit):
    wording = read(text, unit)
    assert (wording.question, wording.amount, wording.unit) == ("", Decimal(amount), read_unit)


@pytest.mark.parametrize(
    ("text", "amount", "direction"),
    [
        ("低于4.1", "4.1", AT_MOST),
        ("≤4.1%", "4.1", AT_MOST),
        ("<5", "5", AT_MOST),
        ("不高于5", "5", AT_MOST),
        ("控制在3%以内", "3", AT_MOST),
        ("5起以下", "5", AT_MOST),
        ("达到95%以上", "95", AT_LEAST),
        ("≥98％", "98", AT_LEAST),
        ("不低于90%", "90", AT_LEAST),
        ("不少于12次", "12", AT_LEAST),
        ("3家以上", "3", AT_LEAST),
        ("提高到95%", "95", AT_LEAST),
        ("力争新增规上企业2家", "2", AT_LEAST),
        ("100%", "100", ""),
        ("0", "0", ""),
        ("0起", "0", AT_MOST),
        ("不发生", "0", AT_MOST),
        ("零发生", "0", AT_MOST),
        ("不发生较大以上安全事故", "0", AT_MOST),
        ("无重大安全事故", "0", AT_MOST),
        ("全年不发生越级上访0起", "0", AT_MOST),
    ],
)
def test_directions(text, amount, direction):
    wording = read(text)
    assert (wording.question, wording.amount, wording.direction) == ("", Decimal(amount), direction)


@pytest.mark.parametrize(
    ("text", "amount", "approximation"),
    [
        ("2500余亩", "2500", "over"),
        ("30多户", "30", "over"),
        ("1.2万余亩", "12000", "over"),
        ("10余万元", "10", "over"),
        ("近3000", "3000", "nearly"),
        ("近7000人次", "7000", "nearly"),
        ("附近3000亩", "3000", ""),
        ("2500亩", "2500", ""),
    ],
)
def test_approximate_amounts(text, amount, approximation):
    wording = read(text)
    assert (wording.question, wording.amount, wording.approximation) == ("", Decimal(amount), approximation)


@pytest.mark.parametrize("text", ["约3000亩", "3000亩左右", "大约3000亩"])
def test_about_is_judged_by_the_figure_and_says_so(text):
    wording = read(text)
    assert (wording.amount, wording.approximation, wording.question) == (Decimal(3000), "", "")
    assert wording.remark == f"“{text}” is approximate; it is judged by 3000."


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("11月底前通车", date(2024, 11, 30)),
        ("6月30日前完成", date(2024, 6, 30)),
        ("2024年2月底", date(2024, 2, 29)),
        ("本年度11月底前", date(2024, 11, 30)),
        # 年底 behind a year, and numerals of Chinese.
        ("2024年底", date(2024, 12, 31)),
        ("2024年底前", date(2024, 12, 31)),
        ("2024年末", date(2024, 12, 31)),
        ("2024年度内", date(2024, 12, 31)),
        ("2024年年底", date(2024, 12, 31)),
        ("今年底", date(2024, 12, 31)),
        ("十一月底前通车", date(2024, 11, 30)),
        ("二〇二四年七月十五日", date(2024, 7, 15)),
        ("九月三十日前", date(2024, 9, 30)),
        ("2月底", date(2024, 2, 29)),
        ("2024-06-30", date(2024, 6, 30)),
        ("11月上旬", date(2024, 11, 10)),
        ("11月中旬", date(2024, 11, 20)),
        ("年底前完成", date(2024, 12, 31)),
        ("年内完成", date(2024, 12, 31)),
        ("二季度末", date(2024, 6, 30)),
        ("上半年", date(2024, 6, 30)),
    ],
)
def test_dates(text, day):
    wording = read(text)
    assert (wording.due, wording.amount, wording.question) == (day, None, "")
    assert wording.is_task


def test_an_amount_with_a_date_keeps_both():
    wording = read("11月底前新修农村公路5公里")
    assert (wording.amount, wording.unit, wording.due) == (Decimal(5), "千米", date(2024, 11, 30))
    assert not wording.is_task


@pytest.mark.parametrize(
    ("text", "proposals"),
    [
        ("11月前完成", ("2024-10-31", "2024-11-30")),
        ("1月前", ("2023-12-31", "2024-01-31")),
        ("一季度前", ("2023-12-31", "2024-03-31")),
        ("2月30日前", ()),
        ("3月底开工，11月底完工", ("2024-03-31", "2024-11-30")),
    ],
)
def test_a_day_that_is_not_certain_is_asked(text, proposals):
    wording = asked(text)
    assert wording.proposals == proposals
    assert wording.due is None


class TestGrowth:
    @pytest.mark.parametrize(
        ("text", "growth"),
        [("增长8%", "8"), ("同比增长8%以上", "8"), ("下降5%", "-5"), ("翻一番", "100"), ("翻两番", "300")],
    )
    def test_without_last_years_figure_it_is_asked(self, text, growth):
        assert asked(text).growth == Decimal(growth)

    def test_with_it_the_result_is_proposed(self):
        # 500 × 108 % = 540.
        wording = asked("增长8%", baseline=Decimal(500))
        assert wording.proposals == ("540",)

    @pytest.mark.parametrize(
        ("text", "baseline", "amount", "direction"),
        [
            ("增长8%", "500", "540", AT_LEAST),
            # 12.5 × 2 = 25.
            ("翻一番", "12.5", "25", AT_LEAST),
            # 200 × 95 % = 190.
            ("下降5%", "200", "190", AT_MOST),
        ],
    )
    def test_it_is_computed_only_when_asked_for(self, text, baseline, amount, direction):
        wording = read(text, baseline=Decimal(baseline), compute_growth=True)
        assert (wording.amount, wording.direction, wording.question) == (Decimal(amount), direction, "")

    def test_a_result_of_more_than_four_decimals_is_asked(self):
        # 3.3333 × 108.5 % = 3.61663050.
        assert asked("增长8.5%", baseline=Decimal("3.3333"), compute_growth=True).proposals == ()

    def test_of_an_indicator_that_is_a_growth_rate_it_is_the_figure(self):
        wording = read("增长8%", "%", measures_growth=True)
        assert (wording.amount, wording.unit, wording.is_rate) == (Decimal(8), "%", True)

    def test_of_a_rate_percent_could_be_points(self):
        assert "percentage points" in asked("提高2%", "%").question

    @pytest.mark.parametrize("text", ["比上年增加200万元", "减少5起", "提高2个百分点"])
    def test_a_difference_is_asked(self, text):
        asked(text)


@pytest.mark.parametrize(
    "text",
    [
        "年终根据全省平均水平综合考核", "完成上级下达任务", "以县下达数为准", "待定", "排名前三", "居全县前列",
        "完成方案编制", "全覆盖", "零增长",
    ],
)  # fmt: skip
def test_what_holds_no_figure_of_its_own_is_asked(text):
    assert asked(text).proposals == ()


@pytest.mark.parametrize(
    ("text", "proposals"),
    [
        ("3-5个", ("3个", "5个")),
        ("3～5个", ("3个", "5个")),
        ("3至5个", ("3个", "5个")),
        ("上半年3个、下半年6个", ("3个", "6个")),
        ("上半年3个、全年6户", ("3个", "6户")),
        ("全年6个、上半年3个", ("6个", "3个")),
        ("新建3个，改造5处", ("3个", "5处")),
    ],
)
def test_several_figures_are_asked(text, proposals):
    assert asked(text).proposals == proposals


@pytest.mark.parametrize(
    ("text", "unit", "proposals"),
    # 1.2 × 10,000 = 12,000 万元; 2 × 15 = 30 亩.
    [("1.2亿元", "万元", ("12000万元",)), ("2公顷", "亩", ("30亩",)), ("500户", "人", ()), ("12人", "人次", ())],
)
def test_another_unit_than_the_rows_is_asked_and_never_rescaled(text, unit, proposals):
    assert asked(text, unit).proposals == proposals


@pytest.mark.parametrize("text", ["12.34567", "123456789012", "1.2.3亩"])
def test_a_figure_that_cannot_be_kept_is_asked(text):
    asked(text)


@pytest.mark.parametrize(
    ("text", "checkpoints", "unit", "direction"),
    [
        ("上半年3个、全年6个", ((6, Decimal(3)), (12, Decimal(6))), "个", ""),
        ("上半年签约3个，全年6个", ((6, Decimal(3)), (12, Decimal(6))), "个", ""),
        ("上半年达到85%以上；全年达到95%以上", ((6, Decimal(85)), (12, Decimal(95))), "%", AT_LEAST),
        ("一季度3个；上半年5个；全年9个", ((3, Decimal(3)), (6, Decimal(5)), (12, Decimal(9))), "个", ""),
        ("上半年1.2万亩，全年2万亩", ((6, Decimal(12000)), (12, Decimal(20000))), "亩", ""),
    ],
)  # fmt: skip
def test_figures_of_the_half_and_the_whole_year(text, checkpoints, unit, direction):
    wording = read(text)
    assert (wording.question, wording.checkpoints, wording.unit) == ("", checkpoints, unit)
    assert (wording.amount, wording.direction, wording.text) == (checkpoints[-1][1], direction, text)


#: What plans of townships say, with what each is: text, unit of measure of the row, and amount, unit and direction.
CERTAIN = [
    ("低于4.1", "%", "4.1", "%", AT_MOST),
    ("减至5起", "起", "5", "起", AT_MOST),
    ("减少到5起", "起", "5", "起", AT_MOST),
    ("减少至5起", "起", "5", "起", AT_MOST),
    ("压缩到5起", "起", "5", "起", AT_MOST),
    ("压减至10万元", "万元", "10", "万元", AT_MOST),
    ("降低到4.1%", "%", "4.1", "%", AT_MOST),
    ("回落到3%", "%", "3", "%", AT_MOST),
    ("控制到5起", "起", "5", "起", AT_MOST),
    ("严控在5起以内", "起", "5", "起", AT_MOST),
    ("事故控制5起", "起", "5", "起", AT_MOST),
    ("不超5起", "起", "5", "起", AT_MOST),
    ("不得超过5起", "起", "5", "起", AT_MOST),
    ("不得多于5起", "起", "5", "起", AT_MOST),
    ("不能超过5起", "起", "5", "起", AT_MOST),
    ("未超过5起", "起", "5", "起", AT_MOST),
    ("没有超过5起", "起", "5", "起", AT_MOST),
    ("力争不突破5起", "起", "5", "起", AT_MOST),
    ("严禁超过5起", "起", "5", "起", AT_MOST),
    ("确保事故起数控制在5起以内", "起", "5", "起", AT_MOST),
    ("至多3件", "件", "3", "件", AT_MOST),
    ("8小时内办结", "小时", "8", "小时", AT_MOST),
    ("5个工作日内办结", "工作日", "5", "工作日", AT_MOST),
    ("不得少于12次", "次", "12", "次", AT_LEAST),
    ("不能低于90%", "%", "90", "%", AT_LEAST),
    ("不应少于12次", "次", "12", "次", AT_LEAST),
    ("超过5亿元", "亿元", "5", "亿元", AT_LEAST),
    ("提升至95%", "%", "95", "%", AT_LEAST),
    ("增至200户", "户", "200", "户", AT_LEAST),
    ("完成500亩以上高标准农田建设", "亩", "500", "亩", AT_LEAST),
    ("新增3家以上规上企业", "家", "3", "家", AT_LEAST),
    ("完成2轮巡查", "轮", "2", "轮", AT_LEAST),
    ("12345热线按期办结率98%", "%", "98", "%", ""),
    ("60岁以上老年人体检率达到95%", "%", "95", "%", AT_LEAST),
    ("创建4A级景区2个", "个", "2", "个", ""),
    ("10kV线路改造12公里", "千米", "12", "千米", ""),
    ("改造4.5米宽道路3公里", "千米", "3", "千米", ""),
    ("改造县道5公里", "千米", "5", "千米", ""),
    ("省道209改造5公里", "千米", "5", "千米", ""),
    ("PM2.5浓度控制在35微克/立方米以内", "微克/立方米", "35", "微克/立方米", AT_MOST),
    ("建设500㎡", "平方米", "500", "平方米", ""),
    ("3次/月", "次/月", "3", "次/月", ""),
    ("完成12345亩", "亩", "12345", "亩", AT_LEAST),
    ("扩建至500千伏", "千伏", "500", "千伏", ""),
    ("2500余亩", "亩", "2500", "亩", ""),
    ("建成1万吨冷库", "", "10000", "吨", ""),
    ("争创省级1村", "", "1", "村", ""),
    ("覆盖7个村", "村", "7", "村", ""),
    ("优良天数330天", "", "330", "天", ""),
    ("1000亩/年", "亩", "1000", "亩", ""),
    ("前10个月完成80%", "%", "80", "%", AT_LEAST),
    ("引进亿元以上项目2个", "个", "2", "个", AT_LEAST),
    ("新建5G基站3个", "个", "3", "个", AT_LEAST),
    ("确保95%以上农户参保", "%", "95", "%", AT_LEAST),
    ("近7000人次", "人次", "7000", "人次", ""),
]

#: What is asked: text, unit of measure of the row, and the answers to choose from.
UNCERTAIN = [
    ("创建4A级景区", "", ()),
    ("创建4A级景区", "个", ()),
    ("创4A景区", "", ()),
    ("建成5G基站", "", ()),
    ("PM2.5浓度达标", "", ()),
    ("PM10浓度达标", "", ()),
    ("12345热线工单按期办结", "", ()),
    ("110联动处置到位", "", ()),
    ("209国道改造", "", ()),
    ("省道209改造", "", ()),
    ("X023线改造", "", ()),
    ("10kV线路", "", ()),
    ("500千伏变电站", "", ()),
    ("24小时值班", "", ()),
    ("7×24小时值守", "", ()),
    ("力争前3", "", ()),
    ("力争前3名", "名", ()),
    ("全县前三", "", ()),
    ("完成3·15宣传", "", ()),
    ("创建6S管理", "", ()),
    ("15分钟生活圈建设", "", ()),
    ("培育500强企业", "", ()),
    ("3次/月", "次", ("36次", "3次")),
    ("每月2次", "次", ("24次", "2次")),
    ("每月召开2次会议", "次", ("24次", "2次")),
    ("每季度至少开展1次", "次", ("4次", "1次")),
    ("每半年1次", "次", ("2次", "1次")),
    ("每月不超过2起", "起", ("≤24起", "≤2起")),
    ("每村2个", "个", ()),
    ("200元/月", "元", ("2400元", "200元")),
    ("示范3级联创", "", ("3",)),
    ("示范3级联创", "个", ("3个",)),
    ("水质达到3类", "", ("3",)),
    ("8小时内办结", "", ("≤8小时",)),
    ("消除5户以下集体经济薄弱村", "", ("5户",)),
    ("培育年出栏500头以上养殖场", "", ("500头",)),
    ("引进5000万元以上项目", "", ("5000万元",)),
    ("建成100亩以上基地", "", ("100亩",)),
    ("2人/村", "人", ("2人",)),
    ("80元/人/月", "元", ("80元",)),
    ("增长1.5倍", "", ()),
    ("提高2倍", "%", ()),
    ("30%的3成", "%", ("30%", "3")),
    ("收入不足5万元的户清零", "", ("5万元",)),
    ("不发生3人以上死亡事故", "起", ("不发生", "3人")),
    ("集体收入20万元以上村达到100%", "%", ("20万元", "100%")),
    ("压缩10%", "万元", ()),
    ("降幅10%", "", ()),
    ("超额完成10%", "", ()),
    ("500㎡", "亩", ("0.75亩",)),
    ("1亿吨", "万吨", ("10000万吨",)),
    ("2万", "千元", ("20千元", "20000千元")),
    ("5000万", "亿元", ("0.5亿元", "50000000亿元")),
    ("0.95", "%", ("95%", "0.95%")),
    ("１", "％", ("100%", "1%")),
    ("0.5%", "‰", ("5‰",)),
    ("3‰", "%", ("0.3%",)),
]


@pytest.mark.parametrize(("text", "unit", "amount", "read_unit", "direction"), CERTAIN)
def test_what_plans_say_for_certain(text, unit, amount, read_unit, direction):
    wording = read(text, unit)
    assert (wording.question, wording.amount, wording.unit) == ("", Decimal(amount), read_unit)
    assert (wording.direction, wording.due) == (direction, None)


@pytest.mark.parametrize(("text", "unit", "proposals"), UNCERTAIN)
def test_what_plans_leave_open_is_asked_and_every_answer_is_read(text, unit, proposals):
    wording = asked(text, unit)
    assert wording.proposals == proposals
    for proposal in proposals:
        answered = read(proposal, unit)
        # 3人 in a row of 起 is asked again: for its unit of measure.
        assert answered.amount is not None or "Which figure is meant?" in answered.question


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("11月底前创建4A级景区", date(2024, 11, 30)),
        ("209国道改造6月底前完工", date(2024, 6, 30)),
        ("年底前建成500千伏变电站", date(2024, 12, 31)),
        ("9月底前5G基站建成", date(2024, 9, 30)),
    ],
)
def test_a_name_with_digits_does_not_keep_a_task_from_its_day(text, day):
    wording = read(text)
    assert (wording.due, wording.amount, wording.question) == (day, None, "")


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("3千", "亩", 3000),
        ("5百", "户", 500),
        ("1亿2千万", "万元", 12000),
        ("2千万", "万元", 2000),
        ("3万5千", "人", 35000),
    ],
)
def test_multiples_in_words_count(text, unit, amount):
    assert read(text, unit).amount == amount


@pytest.mark.parametrize(
    ("text", "unit", "proposals"),
    [
        ("(5)", "亩", ("-5", "5")),
        ("（1,200）", "万元", ("-1200", "1200")),
        ("5-", "亩", ("-5", "5")),
        ("△5", "亩", ("-5", "5")),
        ("1e3", "亩", ()),
        ("1.2E+05", "万元", ()),
        ("5千", "万元", ("0.5", "5000")),
    ],
)
def test_signs_and_shortened_figures_are_asked(text, unit, proposals):
    assert asked(text, unit).proposals == proposals
    for answer in proposals:
        assert str(read(answer, unit).amount) == answer


@pytest.mark.parametrize(
    ("text", "unit", "proposals"),
    [("完成3千", "个", ("3000个",)), ("完成2千万", "万元", ("2000万元",)), ("完成3千", "万元", ())],
)
def test_of_a_multiple_in_words_the_bare_number_is_no_answer(text, unit, proposals):
    assert asked(text, unit).proposals == proposals


def test_nothing_is_nothing():
    wording = read("  ")
    assert (wording.amount, wording.due, wording.question) == (None, None, "")


def test_what_is_too_long_is_asked():
    assert asked("完成" * 1500).question == "This is longer than a target is worded. Shorten it."


class TestDeadlines:
    def test_a_day(self):
        assert read_date("11月底前", 2024).due == date(2024, 11, 30)
        assert read_date("2024年6月30日", 2024).due == date(2024, 6, 30)
        assert read_date("2024.6", 2024).due == date(2024, 6, 30)
        assert read_date("年底", 2024).due == date(2024, 12, 31)
        assert read_date("", 2024).due is None

    @pytest.mark.parametrize("text", ["长期", "全年", "持续推进", "每月"])
    def test_what_has_no_day_is_told(self, text):
        wording = read_date(text, 2024)
        assert (wording.due, wording.question) == (None, "")
        assert wording.remark

    @pytest.mark.parametrize("text", ["尽快", "5天内", "3月底、9月底"])
    def test_what_is_no_day_is_asked(self, text):
        assert read_date(text, 2024).question


@given(
    st.text(
        alphabet="0123456789.,%万亿余近约≤低于不达到以上增长月底前日年亩公里元人个起-～至翻番零发生（）、，全 \n",
        max_size=30,
    ),
    st.sampled_from(["", "%", "亩", "万元", "千米", "人次"]),
)
def test_any_words_are_read_or_asked_and_always_alike(text, unit):
    wording = read(text, unit)
    assert wording == read(text, unit)
    assert wording.text == text.strip()
    assert not (wording.question and wording.amount is not None)
    assert not (wording.is_rate and wording.unit not in ("%", "‰"))


@given(st.text(max_size=60))
def test_any_text_at_all(text):
    read(text)
    read_date(text, 2024)


@pytest.mark.parametrize(
    ("text", "proposals"),
    [
        ("明年1月底", ("2025-01-31",)),
        ("次年1月15日前", ("2025-01-15",)),
        ("翌年2月底前", ("2025-02-28",)),
        ("下年度3月底", ("2025-03-31",)),
        ("明年底", ("2025-12-31",)),
        ("明年上半年", ("2025-06-30",)),
        ("后年6月底", ("2026-06-30",)),
        ("去年12月底", ("2023-12-31", "2024-12-31")),
        ("前年6月30日", ("2022-06-30", "2024-06-30")),
        ("2025年1月", ("2025-01-31", "2024-01-31")),
        ("2023-09-30", ("2023-09-30", "2024-09-30")),
        ("二〇二五年一月底", ("2025-01-31", "2024-01-31")),
        ("2025年底", ("2025-12-31", "2024-12-31")),
        ("跨年2月底", ("2025-02-28", "2024-02-28")),
        ("第二年3月底前", ("2025-03-31", "2024-03-31")),
        ("隔年1月15日", ("2025-01-15", "2024-01-15")),
        ("11月底前（农历）", ()),
        ("八月十五前", ()),
        ("九月初九前", ()),
        ("十二月廿三前", ()),
        ("农历腊月二十三", ()),
        ("农历8月15日前", ()),
        ("腊月底", ()),
        ("正月十五前", ()),
        ("春节前", ()),
        ("元旦前", ()),
        ("中秋节前", ()),
        ("年前", ()),
        ("明年", ()),
    ],
)
def test_a_day_outside_the_year_or_of_no_fixed_date_is_asked(text, proposals):
    """Never placed into the year of the plan: as a deadline and in the words of a task."""
    deadline = read_date(text, 2024)
    assert (deadline.due, bool(deadline.question), deadline.proposals) == (None, True, proposals)
    words = asked(f"{text}完成")
    assert words.due is None
    for answer in proposals:
        assert read_date(answer, 2024, answered=True).due == date.fromisoformat(answer)
        assert read(answer, answered=True).due == date.fromisoformat(answer)


@pytest.mark.parametrize(
    ("text", "proposals"),
    [
        ("翌年2月底前完成500亩", ("500亩",)),
        ("明年完成500亩", ("500亩",)),
        ("到2025年达到500亩", ("500亩",)),
        ("2024-2026年累计500亩", ("500亩",)),
        ("2025年3月底前达到500亩", ("500亩",)),
        ("春节前完成500亩", ()),
        ("农历八月前完成500亩", ()),
    ],
)
def test_an_amount_of_another_year_is_asked(text, proposals):
    assert asked(text, "亩").proposals == proposals


@pytest.mark.parametrize(
    "text",
    [
        "比2023年增长500亩",
        "2024年完成500亩",
        "500亩（《2025年规划》）",
        "近年来新增500亩",
        "今后年均500亩",
        "入冬月份500亩",
    ],
)
def test_words_that_only_look_like_another_year_are_not_asked_for_it(text):
    question = read(text, "亩").question
    assert "another year" not in question
    assert "fixed day" not in question


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1 234", 1234), ("12 345 678", 12345678), ("1\u00a0234", 1234), ("1\u2009234亩", 1234), ("500 亩", 500)],
)
def test_a_blank_groups_thousands(text, amount):
    assert read(text, "亩").amount == amount


@pytest.mark.parametrize(
    ("text", "proposals"),
    [
        ("3\n5", ("3", "5")),
        ("3 5", ("3", "5")),
        ("3\r\n5", ("3", "5")),
        ("12 18", ("12", "18")),
        ("35亩\n40亩", ("35亩", "40亩")),
        ("1\n234", ("1", "234")),
        ("1, 234", ("1", "234")),
        ("1234 567", ("1234", "567")),
        ("3\u30005", ("3", "5")),
    ],
)
def test_two_figures_in_a_cell_are_two(text, proposals):
    assert asked(text, "亩").proposals == proposals


#: Texts made to keep a pattern busy: each is read in full length, closed by something that fits nothing.
HOSTILE = [
    "1", "1,", "1,234", "1.", "1 ", "1 234 ", "．", "a", "aB1", "“", "《", "第1", "1-", "1至",
    "每月1次", "前1", "连续1", "增长", "同比", "1月", "2024年1月", "上半年1个，", "不得", "零", "全年",
    "年底", "1×", "1号", "(", "（1）", "万", "1万", "㎡", "\u3000", "\n", "确保", "约", "1%", "1/月",
    "无", "1+a", "以", "岁1", "〔1", "[1]", "十一月", "二〇二", "农历", "春节", "明年", "去年底", "1周岁",
]  # fmt: skip


@pytest.mark.parametrize("part", HOSTILE)
def test_reading_takes_time_in_proportion_to_the_length(part):
    """Four times the length: four times the time, where a quadratic reader takes sixteen times."""

    def seconds(length):
        text = (part * length)[:length] + "。"
        best = 1.0
        for _turn in range(4):
            begun = time.thread_time()
            read(text)
            read_date(text, 2024)
            best = min(best, time.thread_time() - begun)
        return best

    longest = seconds(1996)
    # Below two milliseconds there is nothing to compare.
    assert longest < 0.002 or longest < 9 * seconds(499)
