"""The sentences of the half-year report, each written by hand, for every kind of indicator and status."""

from datetime import date

import pytest
from django.db import transaction
from django.utils.translation import override

from reports.half_year.draft import Wishes, draft
from reports.half_year.placeholders import runs_of
from targets.calculations.terms import Period
from targets.models import Unit, Year
from targets.permissions import everything, scope_of
from targets.services import remedies
from targets.services.base import Author
from targets.summaries.half_year import half_year
from targets.summaries.selection import Selection

pytestmark = pytest.mark.once

TODAY = date(2023, 7, 8)


def made(unit="T", as_of=6, ticked=(), included=(), today=TODAY):
    """The draft of a unit's report."""
    tree = Unit.objects.all().tree()
    year = Year.objects.get(year=2023)
    selection = Selection(everything(tree), year, Period.FIRST_HALF, as_of, tree.by_code[unit])
    return draft(half_year(selection, today=today), Wishes(ticked, included))


def texts(found):
    """The paragraphs as they read, by key."""
    return {
        paragraph.key: "".join(run.text for run in runs_of(paragraph.template, found.figures))
        for paragraph in found.paragraphs
    }


def said(**wishes):
    return texts(made(**wishes))


class House:
    """A township without anybody above it; each test gives it what its sentence needs."""

    def __init__(self, build):
        self.build = build
        self.unit = build.unit("T", kind="township", name="青山乡")

    def indicator(self, name="道路投入", unit="万元", code="A", **fields):
        fields = {"name": name, "unit_of_measure": unit, "name_en": "", "unit_of_measure_en": "", **fields}
        return self.build.indicator(code, **fields)

    def flow(self, value=None, *, checkpoints=None, name="道路投入", unit="万元", code="A", fields=None, **target):
        """A flow of 60 by June and 120 by December, reported in one running total by June."""
        indicator = self.indicator(name, unit, code, **(fields or {}))
        planned = self.build.target(indicator, self.unit, checkpoints or {6: 60, 12: 120}, **target)
        if value is not None:
            self.build.approved(planned, 6, value, from_month=1)
        return planned

    def level(self, value, *, checkpoints, name="种植面积", unit="亩", approximation="", kind="quantity", **target):
        accumulation = "latest" if kind == "rate" else "stock"
        indicator = self.indicator(name, unit, kind=kind, accumulation=accumulation, decimals=1)
        planned = self.build.target(indicator, self.unit, checkpoints, **target)
        for month in range(1, 6):
            self.build.approved(planned, month, value)
        self.build.approved(planned, 6, value, approximation=approximation)
        return planned


@pytest.fixture
def house(build):
    return House(build)


# What was done

FLOWS = {
    # 1200 ÷ 120 = 10.
    "1200": "道路投入累计完成1200万元，完成年度目标任务120万元的10倍以上。",
    # 72 ÷ 120 = 60 %; expected by June 60, (72 − 60) ÷ 120 = 10 points above.
    "72": "道路投入累计完成72万元，占年度目标的60%，超序时进度10个百分点。",
    # 60 ÷ 120 = 50 %, level with the schedule.
    "60": "道路投入累计完成60万元，占年度目标的50%，达到序时进度。",
    # 61.11 ÷ 120 = 50.925 %, so 50.9 %; 1.11 ÷ 120 = 0.925 points, so 0.9.
    "61.11": "道路投入累计完成61.11万元，占年度目标的50.9%，超序时进度0.9个百分点。",
    "120": "道路投入累计完成120万元，完成年度目标任务。",
    # 132 ÷ 120 = 110 %.
    "132": "道路投入累计完成132万元，完成年度目标任务120万元的110%。",
}


@pytest.mark.parametrize(("value", "sentence"), FLOWS.items())
def test_a_flow_that_reached_the_half_years_target(house, value, sentence):
    house.flow(value)
    # What stands before it is the count of the section.
    assert said()["done:economy"] == f"承担目标任务1项，其中1项完成上半年目标任务。{sentence}"


def test_a_number_of_five_digits_is_not_grouped(house):
    house.flow("12345.6", checkpoints={6: 10000, 12: 20000})
    # 12345.6 ÷ 20000 = 61.728 %; (12345.6 − 10000) ÷ 20000 = 11.728 points.
    assert "道路投入累计完成12345.6万元，占年度目标的61.7%，超序时进度11.7个百分点。" in said()["done:economy"]


def test_what_is_carried_out_is_not_completed(house):
    house.flow(72, name="安全检查", unit="次")
    assert "安全检查累计开展72次，" in said()["done:economy"]


LEVELS = {
    "reached": (
        {"value": 100, "checkpoints": {6: 100, 12: 100}},
        "种植面积达100亩，达到年度目标。",
    ),
    "over, as it was reported": (
        {"value": 2500, "checkpoints": {6: 2500, 12: 2500}, "approximation": "over"},
        "种植面积达2500余亩，达到年度目标。",
    ),
    "nearly, as it was reported": (
        {"value": 7000, "checkpoints": {6: 6500, 12: 7000}, "approximation": "nearly"},
        "种植面积达近7000亩，达到年度目标。",
    ),
    # 100 ÷ 125 = 80 %, (100 − 90) ÷ 125 = 8 points.
    "without a baseline": (
        {"value": 100, "checkpoints": {6: 90, 12: 125}},
        "种植面积达100亩，为年度目标的80%，超序时进度8个百分点。",
    ),
    # From 50: (80 − 50) ÷ (100 − 50) = 60 %, (80 − 75) ÷ 50 = 10 points.
    "from a baseline": (
        {"value": 80, "checkpoints": {6: 75, 12: 100}, "baseline": 50},
        "种植面积达80亩，年度目标100亩，完成率60%，超序时进度10个百分点。",
    ),
    # Rates: 92 − 90 = 2 points, 92 − 95 = −3 points.
    "a rate under way": (
        {"value": 92, "checkpoints": {6: 90, 12: 95}, "name": "参保率", "unit": "%", "kind": "rate"},
        "参保率达92%，高于序时目标2个百分点，低于年度目标3个百分点。",
    ),
    "a rate that is full": (
        {"value": 100, "checkpoints": {6: 100, 12: 100}, "name": "参保率", "unit": "%", "kind": "rate"},
        "参保率达100%，达到年度目标。",
    ),
    # 13.8 − 12 = 1.8 points.
    "a rate whose name says what it does": (
        {"value": "13.8", "checkpoints": {6: 10, 12: 12}, "name": "收入同比增长", "unit": "%", "kind": "rate"},
        "收入同比增长13.8%，高于年度目标1.8个百分点。",
    ),
}


@pytest.mark.parametrize(("given", "sentence"), LEVELS.values(), ids=LEVELS.keys())
def test_a_level(house, given, sentence):
    given = dict(given)
    house.level(given.pop("value"), checkpoints=given.pop("checkpoints"), **given)
    assert said()["done:economy"] == f"承担目标任务1项，其中1项完成上半年目标任务。{sentence}"


@pytest.mark.parametrize(
    ("kind", "unit", "sentence"),
    [
        # 85 ÷ 80 = 106.25 %; 85 − 80 = 5 points.
        ("quantity", "头", "存栏达85头，达到年度目标80头的106.3%，低于同期目标90头。"),
        ("rate", "%", "存栏达85%，高于年度目标5个百分点，低于同期目标90%。"),
    ],
)
def test_what_the_half_asked_for_and_the_year_does_not_is_said_among_the_problems(house, kind, unit, sentence):
    house.level(85, checkpoints={6: 90, 12: 80}, name="存栏", unit=unit, kind=kind)
    assert said(ticked=["A"])["lags:A"] == sentence


def test_a_rate_that_is_to_be_kept_says_its_distance_once(house):
    house.level(92, checkpoints={6: 95, 12: 95}, name="参保率", unit="%", kind="rate")
    # 92 − 95 = −3 points, on schedule and at the year's end alike.
    assert said(ticked=["A"])["lags:A"] == "参保率达92%，低于年度目标3个百分点。"


def test_a_rate_that_is_level_with_its_schedule(house):
    house.level(90, checkpoints={6: 90, 12: 95}, name="参保率", unit="%", kind="rate")
    assert said()["done:economy"].endswith("参保率达90%，达到序时目标，低于年度目标5个百分点。")


def ceiling(house, value, *, by_june=5, by_december=10):
    indicator = house.indicator("安全事故", "起", direction="at_most", decimals=0)
    target = house.build.target(indicator, house.unit, {6: by_june, 12: by_december})
    for month in range(1, 6):
        house.build.approved(target, month, 0)
    return house.build.approved(target, 6, value)


@pytest.mark.parametrize(
    ("value", "by_december", "sentence"),
    [
        (3, 10, "安全事故3起，未突破年度控制数10起。"),
        (0, 10, "安全事故0起，未突破年度控制数10起。"),
    ],
)
def test_a_ceiling_that_holds(house, value, by_december, sentence):
    ceiling(house, value, by_december=by_december)
    assert sentence in said()["done:economy"]


def test_a_ceiling_of_zero_at_zero_holds(house):
    ceiling(house, 0, by_june=0, by_december=0)
    assert "安全事故保持为0起。" in said()["done:economy"]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (6, "安全事故6起，超出同期控制数5起，年度控制数为10起。"),
        (11, "安全事故11起，突破年度控制数10起。"),
    ],
)
def test_a_ceiling_that_does_not_hold_is_told_only_where_it_was_ticked(house, value, sentence):
    ceiling(house, value)
    assert "安全事故" not in "".join(text for key, text in said().items() if not key.startswith("plan:"))
    assert said(ticked=["A"])["lags:A"] == sentence


def reduction(house, value, *, checkpoints=None, baseline=100):
    indicator = house.indicator("存量房", "套", accumulation="stock", direction="at_most", decimals=0)
    target = house.build.target(indicator, house.unit, checkpoints or {6: 90, 12: 80}, baseline=baseline)
    for month in range(1, 7):
        house.build.approved(target, month, value)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (88, "存量房88套，控制在同期控制数90套以内，年度控制数为80套。"),
        (90, "存量房90套，控制在同期控制数90套以内，年度控制数为80套。"),
        (80, "存量房80套，未突破年度控制数80套。"),
    ],
)
def test_what_comes_down_in_time(house, value, sentence):
    reduction(house, value)
    assert said()["done:economy"].endswith(sentence)


@pytest.mark.parametrize("value", [91, 105])
def test_what_comes_down_too_slowly_breaks_no_annual_ceiling_by_that(house, value):
    reduction(house, value)
    assert "done:economy" not in said()
    assert said(ticked=["A"])["lags:A"] == f"存量房{value}套，超出同期控制数90套，年度控制数为80套。"


def test_what_was_to_come_down_by_june_already(house):
    reduction(house, 85, checkpoints={6: 80, 12: 80})
    assert said(ticked=["A"])["lags:A"] == "存量房85套，高于年度控制数80套。"


def test_what_comes_down_needs_no_baseline_to_be_seen_as_such(house):
    reduction(house, 95, baseline=None)
    assert said(ticked=["A"])["lags:A"] == "存量房95套，超出同期控制数90套，年度控制数为80套。"


@pytest.mark.parametrize(
    ("value", "by_december", "sentence"),
    [
        (20, 120, "1至4月，指标20起，未突破年度控制数120起。"),
        (0, 0, "1至4月，指标保持为0起。"),
        (60, 120, "1至4月，指标60起，超出同期控制数50起，年度控制数为120起。"),
        (130, 120, "1至4月，指标130起，突破年度控制数120起。"),
    ],
)
def test_a_ceiling_says_of_which_months_it_tells(house, value, by_december, sentence):
    indicator = house.indicator("指标", "起", direction="at_most", decimals=0)
    target = house.build.target(indicator, house.unit, {6: by_december and 50, 12: by_december})
    house.build.approved(target, 4, value, from_month=1)
    assert sentence in "".join(said(ticked=["A"]).values())


def test_what_adds_up_does_not_come_down_to_its_ceiling_again(house):
    ceiling(house, 100, by_june=90, by_december=80)
    assert said(ticked=["A"])["lags:A"] == "安全事故100起，突破年度控制数80起。"


def test_a_name_that_ends_in_a_digit_does_not_run_into_what_is_kept_below(house):
    indicator = house.indicator("PM2.5", "微克/立方米", accumulation="stock", direction="at_most", decimals=0)
    target = house.build.target(indicator, house.unit, {6: 40, 12: 40})
    for month in range(1, 7):
        house.build.approved(target, month, 35)
    assert said()["done:economy"].endswith("PM2.5为35微克/立方米，未突破年度控制数40微克/立方米。")


def test_a_rate_and_a_zero_are_told_without_more_or_less(house):
    house.level(92, checkpoints={6: 90, 12: 92}, name="参保率", unit="%", kind="rate", approximation="over")
    indicator = house.indicator("安全事故", "起", "B", direction="at_most", decimals=0)
    target = house.build.target(indicator, house.unit, {6: 0, 12: 0}, approximation="over")
    house.build.approved(target, 6, 0, from_month=1, approximation="over")
    assert said()["done:economy"].endswith("参保率达92%，达到年度目标。安全事故保持为0起。")


def test_what_is_only_monitored_is_told_without_a_judgement(house):
    for code, name, value in (("A", "摸排脱贫户", 501), ("B", "新纳入监测户", 0)):
        indicator = house.indicator(name, "户", code, direction="monitor", decimals=0)
        house.build.approved(house.build.target(indicator, house.unit), 6, value, from_month=1)
    # A third one that nobody reported is not spoken of: a reported zero is.
    house.build.target(house.indicator("临时救助", "户", "C", direction="monitor"), house.unit)
    assert said()["watched:economy"] == "摸排脱贫户501户、新纳入监测户0户。"


STEPS = [
    {"name": "全线开工", "due": date(2023, 4, 24)},
    {"name": "完工通车", "due": date(2023, 11, 30)},
]


def task(house, done, steps=STEPS, *, code="A", name="公路改造"):
    from targets.services import progress

    indicator = house.indicator(name, "", code, kind="milestone", accumulation="")
    target = house.build.target(indicator, house.unit, steps=steps)
    for milestone in list(target.milestones.order_by("step"))[:done]:
        entry = progress.record_step(house.build.by, milestone=milestone, done=True, month=4)
        progress.submit(house.build.by, entry)
        progress.approve(house.build.by, entry)


def test_a_task_under_way(house):
    task(house, 1)
    found = said()
    assert found["tasks:economy"] == "公路改造共2个工作节点，已完成1个（全线开工）。"
    assert found["next:economy"] == "推进公路改造，下一步节点为完工通车（11月30日前）。"


def test_a_task_that_is_done(house):
    task(house, 2)
    found = said()
    assert found["tasks:economy"] == "公路改造已全面完成。"
    assert "next:economy" not in found


def test_a_task_that_lags_gives_neither_its_step_nor_its_day_away(house):
    task(house, 0)
    found = said()
    assert "tasks:economy" not in found
    assert found["next:economy"] == "推进公路改造，下一步节点为全线开工、完工通车。"
    found = said(ticked=["A"])
    assert found["lags:A"] == "公路改造进度滞后，全线开工（原定4月24日前）未按期完成。"
    assert found["next:economy"] == "推进公路改造，下一步节点为全线开工（原定4月24日前）、完工通车（11月30日前）。"


def test_beside_a_task_that_lags_no_other_has_its_days(house):
    task(house, 1)
    task(house, 0, code="B", name="广场建设")
    assert said()["next:economy"] == (
        "推进公路改造，下一步节点为完工通车；推进广场建设，下一步节点为全线开工、完工通车。"
    )


def test_year_on_year_stands_where_there_is_a_year_before(house, build):
    target = house.flow(72)
    build.approved(build.target(target.indicator, house.unit, year=2022), 6, 60, from_month=1)
    # 72 ÷ 60 − 1 = 20 %.
    assert said()["done:economy"].endswith("占年度目标的60%，超序时进度10个百分点，同比增长20%。")


@pytest.mark.parametrize(
    ("before", "word"),
    [
        (90, "同比下降20%"),
        (72, "与上年同期持平"),
        # 72 ÷ 71.98 − 1 = 0.028 %, which prints as 0.
        ("71.98", "与上年同期基本持平"),
        # 72 ÷ 6 − 1 = 11, 72 ÷ 6.56 − 1 = 997.56 %, 72 ÷ 6.55 − 1 = 999.24 %.
        (6, "同比增长10倍以上"),
        ("6.56", "同比增长997.6%"),
        ("6.55", "同比增长999.2%"),
    ],
)
def test_year_on_year_falls_and_stands_still(house, build, before, word):
    # 72 ÷ 90 − 1 = −20 %.
    target = house.flow(72)
    build.approved(build.target(target.indicator, house.unit, year=2022), 6, before, from_month=1)
    assert said()["done:economy"].endswith(f"，{word}。")


def test_months_that_were_not_reported_stand_in_the_sentence(house, build):
    target = house.flow(name="技术培训", unit="次", checkpoints={6: 8, 12: 24}, fields={"decimals": 0})
    build.approved(target, 4, 10, from_month=1, approximation="over")
    # 10 ÷ 24 = 41.67 %; (10 − 8) ÷ 24 = 8.33 points.
    assert "1至4月，技术培训累计开展10余次，占年度目标的41.7%，超序时进度8.3个百分点。" in said()["done:economy"]


@pytest.mark.parametrize(
    ("frequency", "as_of", "month", "begin"),
    [
        ("quarter", 6, 3, "1至3月，"),
        ("quarter", 6, 5, "1至5月，"),
        ("half_year", 6, 3, "1至3月，"),
        ("half_year", 6, 1, "1月，"),
        ("month", 6, 5, "1至5月，"),
        # In May no further quarter has fallen due.
        ("quarter", 5, 3, ""),
    ],
)
def test_what_is_reported_by_quarters_tells_of_the_months_that_were_reported(house, frequency, as_of, month, begin):
    target = house.flow(fields={"frequency": frequency})
    house.build.approved(target, month, 70, from_month=1)
    assert f"{begin}道路投入累计完成70万元" in "".join(f"。{text}" for text in said(as_of=as_of).values())
    assert ("，道路" in "".join(said(as_of=as_of).values())) is bool(begin)


def test_a_quarter_that_is_missing_in_between_is_named(house):
    target = house.flow(fields={"frequency": "quarter"})
    house.build.approved(target, 6, 70)
    assert "道路投入累计完成70万元（缺一季度数据）" in said()["done:economy"]


def test_a_month_in_which_it_did_not_apply_is_no_month_without_a_report(house):
    target = house.flow()
    house.build.approved(target, 3, 70, from_month=1)
    house.build.approved(target, 4, answer="not_applicable")
    assert "1至4月，道路投入累计完成70万元" in said()["done:economy"]


def test_a_level_is_that_of_the_month_in_which_it_was_reported(house):
    indicator = house.indicator("种植面积", "亩", accumulation="stock")
    target = house.build.target(indicator, house.unit, {6: 90, 12: 125})
    for month in (1, 2, 3, 4):
        house.build.approved(target, month, 100)
    assert "截至4月底，种植面积达100亩" in said()["done:economy"]


def test_a_gap_in_between_is_named(house, build):
    target = house.flow()
    for month in (1, 2, 3, 5, 6):
        build.approved(target, month, 20)
    assert "道路投入累计完成100万元（缺4月数据），占年度目标的83.3%" in said()["done:economy"]


# What lags


def test_what_lags_is_not_spoken_of_until_it_is_ticked(house):
    house.flow(45)
    found = said()
    assert not [key for key in found if key.startswith(("done:", "going:", "lags:", "heading:done", "heading:lags"))]
    assert "45" not in "".join(found.values())
    # In the second half it has its annual target, and nothing of which the rest could be reckoned.
    assert found["plan:economy"] == "确保道路投入全年完成120万元。"


def test_what_lags_stands_among_the_problems_once_it_is_ticked(house):
    target = house.flow(45)
    remedies.state_remedy(
        Author.system("test"),
        target=target,
        month=6,
        cause="征地进展缓慢。",
        measure="专班推进",
        responsible="副乡长",
        deadline=date(2023, 9, 30),
    )
    found = said(ticked=["A"])
    # 45 ÷ 120 = 37.5 %; (45 − 60) ÷ 120 = −12.5 points; 120 − 45 = 75, 75 ÷ 6 = 12.5.
    assert found["lags:A"] == (
        "道路投入累计完成45万元，占年度目标的37.5%，低于年度序时进度12.5个百分点。主要原因：征地进展缓慢。"
    )
    assert found["plan:economy"] == "确保道路投入全年完成120万元，下半年还需完成75万元、月均12.5万元。"
    assert found["measures:economy"] == "道路投入：专班推进（责任人：副乡长，完成时限：2023年9月30日）。"
    assert list(found)[1:3] == ["heading:lags", "lags:A"]


def test_problems_of_one_kind_stand_together_the_worst_first(house, build):
    # 57 ÷ 60 = 95 %: slightly behind; 45 ÷ 60 = 75 %: behind.
    house.flow(57, code="A", name="甲投入")
    house.flow(45, code="B", name="乙投入")
    build.target(house.indicator("水渠", "千米", "C"), house.unit, {6: 6, 12: 12})
    found = said(ticked=["A", "B", "C"])
    lags = [(key, text) for key, text in found.items() if "lags" in key]
    assert [key for key, _text in lags] == [
        "heading:lags",
        "heading:lags:behind",
        "lags:B",
        "heading:lags:slightly_behind",
        "lags:A",
        "heading:lags:not_reported",
        "lags:C",
    ]
    assert [text for key, text in lags if key.startswith("heading:lags:")] == ["欠进度1项", "略欠进度1项", "未报1项"]


def test_a_reported_zero_reads_differently_from_no_report(house, build):
    house.flow(0)
    build.target(house.indicator("水渠", "千米", "B"), house.unit, {6: 6, 12: 12})
    assert not [key for key in said() if key.startswith("lags")]
    found = said(ticked=["A", "B"])
    assert found["lags:A"] == "道路投入尚未取得进展（累计0万元），占年度目标的0%，低于年度序时进度50个百分点。"
    assert found["lags:B"] == "水渠截至目前尚未报送数据。"


def test_what_was_not_reported_does_not_give_itself_away_by_what_is_left(house):
    house.flow()
    assert said()["plan:economy"] == "确保道路投入全年完成120万元。"


def second_half(found):
    return {key: text for key, text in found.items() if key.partition(":")[0] in ("plan", "next", "measures", "who")}


LAGGING = range(4)


@pytest.mark.parametrize("unreported", [False, True])
def test_the_second_half_reads_alike_whichever_of_its_indicators_lags(house, unreported):
    """Two flows that differ in weight and pace, a level and a rate: none of them stands out by place or words."""
    targets = [
        house.flow(code="A", name="甲投入"),
        house.flow(code="B", name="乙投入", checkpoints={6: 30, 12: 60}, weight=3),
        house.build.target(house.indicator("丙面积", "亩", "C", accumulation="stock"), house.unit, {6: 60, 12: 80}),
        house.build.target(
            house.indicator("丁率", "%", "D", kind="rate", accumulation="latest"), house.unit, {6: 60, 12: 60}
        ),
    ]
    found = []
    for lagging in LAGGING:
        sid = transaction.savepoint()
        for number, target in enumerate(targets):
            is_flow = target.indicator.accumulation == "flow"
            value = (10 if number == lagging else 65) if number != 1 else (5 if number == lagging else 31)
            if number == lagging and unreported:
                continue
            for month in (6,) if is_flow else range(1, 7):
                house.build.approved(target, month, value, **({"from_month": 1} if is_flow else {}))
        found.append(second_half(said()))
        transaction.savepoint_rollback(sid)
    assert found == [found[0]] * len(LAGGING)
    assert found[0]["plan:economy"] == (
        "确保甲投入全年完成120万元；乙投入全年完成60万元；丙面积年底达到80亩；丁率达到60%以上。"
    )


@pytest.mark.parametrize("lagging", ["A", "B"])
def test_the_next_steps_read_alike_whichever_task_lags(house, lagging):
    task(house, 0, code="A", name="甲路", steps=[{"name": "开工", "due": date(2023, 4 if lagging == "A" else 9, 24)}])
    task(house, 0, code="B", name="乙路", steps=[{"name": "开工", "due": date(2023, 4 if lagging == "B" else 9, 24)}])
    assert second_half(said())["next:economy"] == "推进甲路，下一步节点为开工；推进乙路，下一步节点为开工。"


def test_a_target_of_zero_that_nobody_reported_is_not_done(house):
    target = house.flow(checkpoints={6: 0, 12: 0})
    assert "plan:economy" not in said()
    house.build.approved(target, 6, 0, from_month=1)
    assert said()["plan:economy"] == "已完成年度目标任务的1项，继续巩固成果。"


def test_what_does_not_apply_is_not_promised(house, build):
    target = house.flow()
    for month in range(1, 7):
        build.approved(target, month, answer="not_applicable")
    assert "plan:economy" not in said()


def test_a_year_that_counts_a_little_below_as_on_schedule_says_nothing_of_it(house, build):
    build.year(on_schedule_ratio="0.9")
    # 57 ÷ 60 = 95 %: on schedule by this year's settings, and 2.5 points below the plan.
    house.flow(57)
    assert said()["going:economy"] == "道路投入累计完成57万元，占年度目标的47.5%。"


def test_a_tick_on_what_does_not_lag_names_nothing(house):
    house.flow(72)
    assert not [key for key in said(ticked=["A", "NOTHING"]) if "lags" in key]


def test_the_measure_of_what_lags_stays_in_the_house_unless_it_is_ticked(house):
    target = house.flow(45)
    remedies.state_remedy(Author.system("test"), target=target, month=6, cause="征地", measure="专班推进")
    assert "专班" not in "".join(said().values())


def test_what_somebody_typed_can_bind_nothing(house):
    target = house.flow(45)
    remedies.state_remedy(
        Author.system("test"), target=target, month=6, cause="{{A.actual}}〖45〗<b>慢</b>", measure="查"
    )
    assert said(ticked=["A"])["lags:A"].endswith("主要原因：｛｛A.actual｝｝【45】<b>慢</b>。")


# Sensitive ones


def test_a_sensitive_indicator_stays_out_unless_it_is_chosen_by_its_code(house):
    house.flow(72, fields={"sensitive": True})
    without = made()
    assert "道路投入" not in "".join(texts(without).values())
    assert not [name for name in without.figures if name.startswith("A.")]
    assert "道路投入累计完成72万元" in said(included=["A"])["done:economy"]


# The second half


def test_what_is_left_is_told_with_its_pace(house):
    house.flow(72)
    # 120 − 72 = 48, 48 ÷ 6 = 8.
    assert said()["plan:economy"] == "确保道路投入全年完成120万元，下半年还需完成48万元、月均8万元。"


@pytest.mark.parametrize(
    ("unit", "said_of_it"),
    [
        # 120 − 71 = 49, 49 ÷ 6 = 8.1666…, which is rounded up: who keeps to it reaches the target.
        ("万元", "下半年还需完成49万元、月均8.17万元。"),
        ("亩", "下半年还需完成49亩、月均8.17亩。"),
        ("个", "下半年还需完成49个。"),
        ("处", "下半年还需完成49处。"),
    ],
)
def test_of_what_is_whole_no_fraction_a_month_is_told(house, unit, said_of_it):
    house.flow(71, name="整治", unit=unit)
    assert said()["plan:economy"] == f"确保整治全年完成120{unit}，{said_of_it}"


def test_an_action_is_carried_out_in_the_second_half_as_well(house):
    house.flow(72, name="安全检查", unit="次")
    assert said()["plan:economy"] == "确保安全检查全年开展120次，下半年还需开展48次、月均8次。"


def test_a_pace_below_one_is_not_told(house):
    house.flow(3, name="招商项目", unit="个", checkpoints={6: 3, 12: 6}, fields={"decimals": 0})
    assert said()["plan:economy"] == "确保招商项目全年完成6个，下半年还需完成3个。"


def test_a_harvest_is_promised_for_the_years_end(house):
    house.flow(name="水稻产量", unit="万公斤", checkpoints={6: 0, 12: 500}, interpolation="step")
    found = said()
    assert found["plan:economy"] == "确保水稻产量年底前达到500万公斤。"
    assert "heading:done" not in found


def test_what_is_done_is_kept_up(house):
    house.flow(130)
    assert said()["plan:economy"] == "已完成年度目标任务的1项，继续巩固成果。"


def test_a_full_rate_is_kept(house):
    house.level(100, checkpoints={6: 100, 12: 100}, name="参保率", unit="%", kind="rate")
    assert said()["plan:economy"] == "确保参保率保持100%。"


def test_a_ceiling_is_kept(house):
    ceiling(house, 3)
    assert said()["plan:economy"] == "确保安全事故控制在10起以内。"


def test_who_sees_to_it(house, build):
    office = build.unit("O", house.unit, kind="office", name="经济发展办")
    target = build.target(house.indicator(), office, {6: 60, 12: 120}, lead_leader="副乡长")
    build.approved(target, 6, 72, from_month=1)
    assert said()["who:economy"] == "以上任务由副乡长牵头，经济发展办负责落实。"


# The whole


def test_a_section_is_called_what_reports_call_it(house, build):
    house.flow(72, fields={"section": build.section("rural", name="乡村振兴", report_heading="抓巩固促衔接")})
    house.flow(72, code="B")
    found = said()
    assert (found["heading:done:rural"], found["heading:second:rural"]) == ("抓巩固促衔接", "抓巩固促衔接")
    assert found["heading:done:economy"] == "板块economy"


def test_the_opening_says_how_the_whole_stands(house):
    house.flow(72)
    house.flow(45, code="B", name="水渠投入")
    # (1 + 45 ÷ 60) ÷ 2 = 87.5 %.
    assert said()["opening"] == (
        "2023年上半年，青山乡承担目标任务2项。截至6月底，已纳入评价的2项上半年目标平均完成率87.5%，"
        "序时应完成100%，其中1项完成上半年目标任务。现将上半年工作完成情况及下半年目标任务和工作安排报告如下。"
    )


def test_title_addressees_and_signature(house, build):
    build.unit("V", house.unit, name="东村")
    build.year()
    found = made()
    assert found.title == ("青山乡2023年上半年工作总结", "及下半年目标任务和工作安排")
    assert (found.addressees, found.signature) == ("", "青山乡人民政府")
    assert made(unit="V").addressees == "青山乡人民政府："
    assert texts(made(unit="V"))["closing"] == "特此报告。"
    assert "closing" not in texts(found)
    assert found.file_name == "2023年上半年工作总结及下半年目标任务和工作安排_青山乡_截至2023年6月"


def test_the_report_is_chinese_in_an_english_interface(house):
    house.flow(72)
    chinese = said()
    with override("en"):
        assert said() == chinese


def test_before_june_the_rest_is_that_of_the_year(house, build):
    target = house.flow()
    build.approved(target, 4, 48, from_month=1)
    found = said(as_of=4)
    # Expected by April 40; (48 − 40) ÷ 120 = 6.67 points; 120 − 48 = 72, 72 ÷ 8 = 9.
    assert found["going:economy"] == "道路投入累计完成48万元，占年度目标的40%，超序时进度6.7个百分点。"
    assert found["plan:economy"] == "确保道路投入全年完成120万元，年底前还需完成72万元、月均9万元。"
    assert "截至4月底" in found["opening"]


def test_what_did_just_what_the_year_asks_is_told_in_one_breath(house):
    house.flow(120, code="A", name="甲")
    house.flow(120, code="B", name="乙")
    house.flow(132, code="C", name="丙")
    # 132 ÷ 120 = 110 %: exceeded, so it stands first.
    assert said()["done:economy"].endswith(
        "丙累计完成132万元，完成年度目标任务120万元的110%。甲120万元、乙120万元，均完成年度目标任务。"
    )


def test_a_section_is_bounded_and_the_others_are_counted(house):
    for number in range(11):
        house.flow(60 + number, code=f"A{number}", name=f"任务{number}")
    text = said()["done:economy"]
    assert text.count("任务") - text.count("目标任务") == 8
    assert text.endswith("另有3项完成上半年目标任务。")


def test_what_stands_alike_is_told_in_one_sentence_and_no_more_than_four_at_once(house):
    for code, value in (("A", "61.2"), ("B", "62.4"), ("C", "63.6"), ("D", "64.8"), ("E", "65.4")):
        house.flow(value, code=code, name=f"{code}投入")
    # Of 120: 51, 52, 53, 54 and 54.5 %; the schedule asks for 50 %. Five are told as three and two.
    assert said()["done:economy"].endswith(
        "A投入61.2万元、B投入62.4万元、C投入63.6万元，分别占年度目标的51%、52%、53%，分别超序时进度1、2、3个百分点。"
        "D投入64.8万元、E投入65.4万元，分别占年度目标的54%、54.5%，分别超序时进度4、4.5个百分点。"
    )
    done = next(one for one in made().paragraphs if one.key == "done:economy")
    for name in ("A.actual", "A.annual_share", "A.points_ahead", "E.points_ahead"):
        assert f"{{{{{name}}}}}" in done.template


def test_what_is_level_with_the_schedule_stands_apart_from_what_is_above(house):
    for code, value in (("A", 60), ("B", 72), ("C", 60), ("D", 60)):
        house.flow(value, code=code, name=f"{code}投入")
    assert said()["done:economy"].endswith(
        "B投入累计完成72万元，占年度目标的60%，超序时进度10个百分点。"
        "A投入60万元、C投入60万元、D投入60万元，分别占年度目标的50%、50%、50%，均达到序时进度。"
    )


def test_two_that_stand_alike_have_a_sentence_each(house):
    house.flow(60, code="A", name="甲投入")
    house.flow(60, code="B", name="乙投入")
    assert said()["done:economy"].endswith(
        "甲投入累计完成60万元，占年度目标的50%，达到序时进度。乙投入累计完成60万元，占年度目标的50%，达到序时进度。"
    )


def test_in_a_list_the_months_of_a_figure_stand_behind_it(house, build):
    for code, name in (("A", "技术培训"), ("B", "防疫检查"), ("C", "普法宣传")):
        target = house.flow(code=code, name=name, unit="次", checkpoints={6: 8, 12: 24}, fields={"decimals": 0})
        build.approved(target, 4, 10, from_month=1)
    # 10 ÷ 24 = 41.67 %; (10 − 8) ÷ 24 = 8.33 points.
    assert said()["done:economy"].endswith(
        "技术培训10次（1至4月）、防疫检查10次（1至4月）、普法宣传10次（1至4月），"
        "分别占年度目标的41.7%、41.7%、41.7%，分别超序时进度8.3、8.3、8.3个百分点。"
    )


def test_a_name_that_ends_in_a_digit_does_not_run_into_its_figure(house):
    house.flow(120, code="A", name="项目1")
    house.flow(120, code="B", name="项目2")
    assert said()["done:economy"].endswith("项目1为120万元、项目2为120万元，均完成年度目标任务。")


def test_what_has_a_year_before_keeps_its_own_sentence(house, build):
    for code, name in (("A", "甲投入"), ("B", "乙投入"), ("C", "丙投入"), ("D", "丁投入")):
        target = house.flow(72, code=code, name=name)
        if code == "B":
            build.approved(build.target(target.indicator, house.unit, year=2022), 6, 60, from_month=1)
    text = said()["done:economy"]
    assert "乙投入累计完成72万元，占年度目标的60%，超序时进度10个百分点，同比增长20%。" in text
    assert "甲投入72万元、丙投入72万元、丁投入72万元，分别占" in text


def test_tasks_that_are_done_are_told_together(house):
    for code, name in (("A", "公路改造"), ("B", "广场建设")):
        task(house, 2, code=code, name=name)
    task(house, 1, code="C", name="管网改造")
    assert said()["tasks:economy"] == ("公路改造、广场建设均已全面完成；管网改造共2个工作节点，已完成1个（全线开工）。")


def test_weight_comes_before_the_order_of_the_plan_and_the_finished_before_the_rest(house):
    house.flow(60, code="A", name="甲")
    house.flow(120, code="B", name="乙")
    house.flow(61, code="C", name="丙", weight=2)
    text = said()["done:economy"]
    assert text.index("丙") < text.index("乙") < text.index("甲")


def test_a_unit_without_targets_has_an_opening_and_nothing_else(house, build):
    build.year()
    assert list(said()) == ["opening"]


def test_every_figure_of_a_sentence_is_bound(house):
    house.flow(72)
    found = made()
    done = next(one for one in found.paragraphs if one.key == "done:economy")
    assert done.template == (
        "承担目标任务{{economy.indicators}}，其中{{economy.completed}}完成上半年目标任务。"
        "道路投入累计完成{{A.actual}}，占年度目标的{{A.annual_share}}，{{A.against_schedule}}。"
    )


def test_who_sees_only_some_sections_makes_no_other_figures(house, build):
    """The report follows what the person may see, like every page."""
    house.flow(72)
    person = build.person("leader", "leader", house.unit, build.section("rural"))
    tree = Unit.objects.all().tree()
    selection = Selection(scope_of(person), Year.objects.get(), Period.FIRST_HALF, 6, tree.by_code["T"])
    assert list(texts(draft(half_year(selection, today=TODAY), Wishes()))) == ["opening"]
