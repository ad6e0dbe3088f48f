"""Numbers, percents, months and words as text: rounded once, half up, and never up to a bound that is not reached."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from types import SimpleNamespace

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from targets import display
from targets.calculations.facts import Thresholds
from targets.calculations.oddities import Odd, Oddity
from targets.calculations.outlook import NoForecast, Outlook
from targets.calculations.rollup import Standing
from targets.calculations.terms import Direction, Period, Status

THRESHOLDS = Thresholds()
H1, YEAR = Period.FIRST_HALF, Period.YEAR


def indicator(decimals=2, unit="万元", unit_en="CNY 10k", accumulation="flow", direction="at_least"):
    return SimpleNamespace(
        decimals=decimals,
        unit_of_measure=unit,
        unit_of_measure_en=unit_en,
        accumulation=accumulation,
        kind="quantity",
        direction=direction,
    )


def standing(status=Status.BEHIND, **values):
    return Standing(unit="T", month=6, status=status, **values)


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("0.5", 0, "1"),  # half up, not to the even neighbour
        ("2.5", 0, "3"),
        ("1.5", 0, "2"),
        ("0.49", 0, "0"),
        ("-0.5", 0, "−1"),  # half away from zero
        ("-0.4", 0, "0"),  # no minus before a zero
        ("1.005", 2, "1.01"),  # exact, where a float would hold 1.00499…
        ("2.675", 2, "2.68"),
        ("0.00005", 4, "0.0001"),
        ("99999999999.9999", 4, "99,999,999,999.9999"),
        ("99999999999.9999", 0, "100,000,000,000"),
    ],
)
def test_rounding_is_half_up_and_exact(value, decimals, text):
    assert display.number(Fraction(value), decimals) == text
    assert display.number(Decimal(value), decimals) == text


def test_a_third_is_rounded_only_when_it_is_printed():
    # 1 ÷ 3 × 3 is 1 again; 2 ÷ 3 = 0.666…, so 0.67.
    assert display.number(Fraction(1, 3) * 3, 2) == "1.00"
    assert display.number(Fraction(2, 3), 2) == "0.67"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1000"),
        (9999, "9999"),
        (10000, "10,000"),
        (1234567, "1,234,567"),
        (-10000, "−10,000"),
    ],
)
def test_digits_are_grouped_from_five_on(value, text):
    assert display.number(value) == text


def test_what_rounds_to_five_digits_is_grouped():
    assert display.number(Fraction("9999.995"), 2) == "10,000.00"


def test_nothing_is_a_dash_and_zero_is_zero():
    assert display.number(None) == "—"
    assert display.number(0) == "0"
    assert display.number(Decimal("0.00"), 2) == "0.00"
    assert display.percent(None) == "—"
    assert display.percent(Fraction(0)) == "0.0%"
    assert display.amount(None, indicator()) == "—"
    assert display.with_unit(display.amount(None, indicator()), indicator()) == "—"
    assert display.points(None) == "—"
    assert display.day(None) == "—"
    assert display.moment(None) == "—"


def as_defined(value, decimals, never_reach, never_within):
    """Half up by the definition, away from bounds, in fractions throughout."""
    exact, unit = Fraction(value), Fraction(1, 10**decimals)
    steps = floor(abs(exact) / unit + Fraction(1, 2)) * (-1 if exact < 0 else 1)
    for bound in never_reach:
        if bound is not None and exact < Fraction(bound) <= steps * unit:
            steps = floor(exact / unit)
    for bound in never_within:
        if bound is not None and steps * unit <= Fraction(bound) < exact:
            steps = ceil(exact / unit)
    return steps * unit


FRACTIONS = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6)
AMOUNTS = FRACTIONS | st.decimals(-(10**6), 10**6, places=4) | st.integers(-(10**12), 10**12)
NEAR = st.sampled_from([Fraction(0), Fraction(1, 200), Fraction(-1, 200), Fraction(1, 1000), Fraction(-1, 1000)])


@given(
    value=AMOUNTS,
    decimals=st.integers(0, 4),
    offsets=st.lists(NEAR, max_size=2),
    others=st.lists(AMOUNTS | st.none(), max_size=1),
)
def test_rounding_is_the_definition_for_any_number_and_any_bound(value, decimals, offsets, others):
    # Bounds close by are what matters: those far away never do anything.
    bounds = [*(Fraction(value) + offset for offset in offsets), *others]
    reach, within = bounds[::2], bounds[1::2]
    found = display.rounded(value, decimals, reach, within)
    assert Fraction(found) == as_defined(value, decimals, reach, within)
    assert found.as_tuple().exponent == -decimals


@given(value=AMOUNTS, at_least=st.integers(0, 4))
def test_the_decimals_of_an_amount_are_the_fewest_that_show_it_whole(value, at_least):
    enough = [decimals for decimals in range(at_least, 5) if (Fraction(value) * 10**decimals).denominator == 1]
    assert display.decimals_of(value, at_least) == (enough[0] if enough else at_least)


@pytest.mark.parametrize(("value", "text"), [(2, "+2"), (0, "0"), (-2, "−2"), (Fraction("-0.2"), "0")])
def test_a_sign_stands_before_a_difference(value, text):
    assert display.number(value, signed=True) == text


@pytest.mark.parametrize(
    ("actual", "bound", "decimals", "text"),
    [
        ("7.996", 8, 2, "7.99"),  # rounded it would be 8.00
        ("7.994", 8, 2, "7.99"),
        ("8", 8, 2, "8.00"),
        ("8.004", 8, 2, "8.00"),
        ("7.6", 8, 0, "7"),
        ("-0.4", 0, 0, "−1"),
        ("7.996", 9, 2, "8.00"),  # 8 is no bound here
    ],
)
def test_an_amount_below_a_bound_never_looks_as_if_it_reached_it(actual, bound, decimals, text):
    assert display.number(Fraction(actual), decimals, never_reach=(bound, None)) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        ("0.7996", "79.9%"),  # below 80 %: slightly behind begins there
        ("0.8", "80.0%"),
        ("0.9999", "99.9%"),  # below 100 %
        ("1", "100.0%"),
        ("1.0996", "109.9%"),  # below 110 %
        ("1.1", "110.0%"),
        ("0.7928625", "79.3%"),
        ("0.50049", "50.0%"),
        ("0.5005", "50.1%"),
    ],
)
def test_a_schedule_ratio_never_looks_as_if_it_reached_a_threshold_above_it(ratio, text):
    assert display.schedule_ratio(standing(schedule_ratio=Fraction(ratio)), THRESHOLDS) == text


@pytest.mark.parametrize(("ratio", "text"), [("0.99999", "99.9%"), ("1", "100.0%"), ("1.09999", "109.9%")])
def test_a_completion_never_looks_as_if_the_target_was_reached(ratio, text):
    assert display.completion(standing(completion=Fraction(ratio)), THRESHOLDS) == text


def test_other_thresholds_of_a_year_are_bounds_as_well():
    strict = Thresholds(slightly_behind_ratio=Fraction(90, 100))
    below = standing(schedule_ratio=Fraction("0.89999"))
    assert display.schedule_ratio(below, strict) == "89.9%"
    assert display.schedule_ratio(below, THRESHOLDS) == "90.0%"


@pytest.mark.parametrize(
    ("ratio", "text"),
    [("-0.0001", "<0"), ("-5", "<0"), ("0", "0.0%"), ("9.99", "999.0%"), ("9.9901", ">999%"), ("1000000", ">999%")],
)
def test_a_ratio_is_bounded_at_both_ends(ratio, text):
    assert display.percent(Fraction(ratio)) == text


@pytest.mark.parametrize(
    ("gap", "decimals", "text"),
    [
        ("-165.71", 2, "−165.71"),
        ("1.6", 2, "+1.60"),
        ("0", 2, "0.00"),
        ("-0.4", 0, "−0.4"),  # a decimal more rather than 0
        ("-0.04", 0, "−0.04"),
        ("-0.0004", 2, "−0.0004"),
        ("-1/30000", 2, "−0.0001"),  # a shortfall of 0.00003
        ("-1/30000000", 0, "−0.0001"),
        ("0.3", 0, "+0.3"),
    ],
)
def test_a_shortfall_is_never_printed_as_zero(gap, decimals, text):
    assert display.gap(standing(gap=Fraction(gap)), indicator(decimals)) == text


def test_no_gap_is_a_dash():
    assert display.gap(standing(), indicator()) == "—"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1.25", "+1.3 percentage points"),
        ("-30", "−30.0 percentage points"),
        ("0", "0.0 percentage points"),
    ],
)
def test_points_carry_sign_and_name(value, text):
    assert display.points(Fraction(value)) == text


def test_points_below_a_threshold_never_look_as_if_they_reached_it():
    # −0.04 points are slightly behind, 0 points on schedule.
    assert display.points(Fraction("-0.04"), (0,)) == "−0.1 percentage points"
    assert display.points(Fraction("9.96"), (0, 10)) == "+9.9 percentage points"


def test_an_actual_never_looks_as_if_it_reached_target_or_expectation():
    below_target = standing(actual=Fraction("7.996"), target=Fraction(8), expected=Fraction(4))
    below_expected = standing(actual=Fraction("3.999"), target=Fraction(8), expected=Fraction(4))
    assert display.actual(below_target, indicator()) == "7.99"
    assert display.actual(below_expected, indicator()) == "3.99"
    assert display.actual(standing(actual=Fraction(0)), indicator()) == "0.00"
    assert display.actual(standing(), indicator()) == "—"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("8.004", 2, "8.01"),  # rounded it would be 8.00, within a ceiling of 8
        ("8.006", 2, "8.01"),
        ("8", 2, "8.00"),
        ("7.994", 2, "7.99"),
        ("8.4", 0, "9"),
        ("4.004", 2, "4.01"),  # above the allowance
        ("9.004", 2, "9.00"),  # 9 is no bound here
    ],
)
def test_an_exceeded_ceiling_never_looks_as_if_it_was_kept(value, decimals, text):
    found = standing(actual=Fraction(value), target=Fraction(8), expected=Fraction(4))
    assert display.actual(found, indicator(decimals, direction="at_most")) == text


def test_a_ceiling_below_zero_is_a_bound_as_well():
    found = standing(actual=Fraction("-0.4"), target=Fraction(-1), expected=Fraction(-1))
    assert display.actual(found, indicator(0, direction="at_most")) == "0"  # −1 would be within
    found = standing(actual=Fraction("-0.6"), target=Fraction(-1), expected=Fraction(-1))
    assert display.actual(found, indicator(0, direction="at_most")) == "0"


@pytest.mark.parametrize("part", ["a/b", "a\\b", 'a"b', "a  b", "a:b", "a\nb", "<a>?*|b"])
def test_a_file_name_is_one_that_a_file_system_takes(part):
    assert display.file_name(part, "", "上半年") in ("a-b_上半年", "a-b_上半年")


def test_a_plan_is_shown_with_the_decimals_it_has():
    # 2.5 must not become 3 where the indicator counts whole things.
    assert display.typed_amount(Decimal("2.5"), indicator(0)) == "2.5"
    assert display.typed_amount(Decimal("2.5000"), indicator(0)) == "2.5"
    assert display.typed_amount(Decimal("2"), indicator(0)) == "2"
    assert display.typed_amount(Decimal("2"), indicator(2)) == "2.00"
    assert display.typed_amount(Fraction(1, 3), indicator(2)) == "0.33"


def test_units_of_measure_follow_their_amounts():
    assert display.with_unit("8.00", indicator()) == "8.00 CNY 10k"
    assert display.with_unit("8.0", indicator(unit="%", unit_en="%")) == "8.0%"
    assert display.with_unit("8", indicator(unit="", unit_en="")) == "8"
    with override("zh-hans"):
        assert display.with_unit("8.00", indicator()) == "8.00 万元"


def test_an_english_name_stands_in_where_it_is_filled():
    road = SimpleNamespace(name="道路", name_en="Road")
    lane = SimpleNamespace(name="小路", name_en="")
    assert (display.name(road), display.name(lane)) == ("Road", "小路")
    with override("zh-hans"):
        assert (display.name(road), display.name(lane)) == ("道路", "小路")


@pytest.mark.parametrize(
    ("months", "english", "chinese"),
    [
        ([], "", ""),
        ([6], "June", "6月"),
        ([5, 6], "May, June", "5月、6月"),
        ([1, 2, 3, 4], "January to April", "1月至4月"),
        ([4, 2, 3, 1], "January to April", "1月至4月"),
        ([1, 2, 3, 6], "January to March, June", "1月至3月、6月"),
        ([1, 3, 5], "January, March, May", "1月、3月、5月"),
        ([10, 11, 12], "October to December", "10月至12月"),
    ],
)
def test_months_in_a_row_are_a_run(months, english, chinese):
    assert display.months(months) == english
    with override("zh-hans"):
        assert display.months(months) == chinese


def test_missing_months_are_named():
    assert display.missing([5, 6]) == "missing: May, June"
    assert display.missing([]) == ""
    with override("zh-hans"):
        assert display.missing([5, 6]) == "缺5月、6月"
        assert display.missing([6]) == "缺6月"


def test_the_months_of_an_entry_are_one_or_a_run():
    assert (display.month_run(6, 6), display.month_run(1, 4)) == ("June", "January to April")
    with override("zh-hans"):
        assert (display.month_run(6, 6), display.month_run(1, 4)) == ("6月", "1月至4月")
        assert display.month_short(6) == "6月"
    assert display.month_short(9) == "Sep"


@pytest.mark.parametrize(
    ("word", "english", "chinese"),
    [("", "2500", "2500"), ("over", "over 2500", "2500余"), ("nearly", "nearly 2500", "近2500")],
)
def test_an_approximate_amount_is_worded_as_in_its_document(word, english, chinese):
    assert display.approximate("2500", word) == english
    with override("zh-hans"):
        assert display.approximate("2500", word) == chinese


def test_dates_have_no_leading_zeros():
    assert display.day(date(2023, 4, 5)) == "5 April 2023"
    assert display.as_of(2023, 6) == "June 2023"
    with override("zh-hans"):
        assert display.day(date(2023, 4, 5)) == "2023年4月5日"
        assert display.as_of(2023, 6) == "2023年6月"


def test_a_moment_is_that_of_the_office():
    # 30 June 2023, 17:05 in UTC is 1 July, 01:05 in China.
    moment = datetime(2023, 6, 30, 17, 5, tzinfo=UTC)
    assert display.moment(moment) == "1 July 2023 01:05"
    with override("zh-hans"):
        assert display.moment(moment) == "2023年7月1日 01:05"


@pytest.mark.parametrize(
    ("values", "period", "english", "chinese"),
    [
        ({"status": Status.COMPLETED}, H1, "First-half target completed", "已完成上半年目标"),
        ({"status": Status.COMPLETED}, YEAR, "Completed", "已完成"),
        ({"status": Status.COMPLETED, "exceeded": True}, H1, "Exceeded", "超额完成"),
        ({"status": Status.COMPLETED, "exceeded": True}, YEAR, "Exceeded", "超额完成"),
        ({"status": Status.AHEAD}, H1, "Ahead of schedule", "超进度"),
        ({"status": Status.ON_SCHEDULE}, H1, "On schedule", "达进度"),
        ({"status": Status.SLIGHTLY_BEHIND}, H1, "Slightly behind", "略欠进度"),
        ({"status": Status.BEHIND}, H1, "Behind", "欠进度"),
        ({"status": Status.NOT_DUE}, H1, "Not due", "未到节点"),
        ({"status": Status.NOT_DUE, "all_not_applicable": True}, H1, "Not applicable", "本月不涉及"),
        ({"status": Status.NOT_REPORTED}, H1, "Not reported", "未报"),
        ({"status": Status.MONITORED}, H1, "Monitored", "监测"),
    ],
)
def test_a_status_is_worded_for_the_period_viewed(values, period, english, chinese):
    assert display.status(standing(**values), period) == english
    with override("zh-hans"):
        assert display.status(standing(**values), period) == chinese


def test_the_period_names_its_target():
    assert [display.period(period) for period in (H1, YEAR)] == ["First half", "Whole year"]
    assert [display.period_target(period) for period in (H1, YEAR)] == ["First-half target", "Annual target"]
    with override("zh-hans"):
        assert [display.period_target(period) for period in (H1, YEAR)] == ["上半年目标", "全年目标"]


def test_every_status_has_a_word_a_light_and_an_icon_of_its_own():
    assert len({display.status_word(status) for status in Status}) == len(Status)
    assert len({display.LIGHTS[status].icon for status in Status}) == len(Status)
    colours = {status: display.LIGHTS[status].colour for status in Status}
    assert colours[Status.SLIGHTLY_BEHIND] == "yellow"
    assert colours[Status.BEHIND] == "red"
    assert {colours[status] for status in (Status.COMPLETED, Status.AHEAD, Status.ON_SCHEDULE)} == {"green"}
    assert {colours[status] for status in (Status.NOT_DUE, Status.NOT_REPORTED)} == {"grey"}
    assert colours[Status.MONITORED] == "none"


def test_directions_have_words():
    words = [display.direction(direction) for direction in Direction]
    assert words == ["at least", "at most", "monitored only"]


@pytest.mark.parametrize(
    ("values", "accumulation", "text"),
    [
        ({"answer": "value", "value": Decimal("3.7000")}, "flow", "3.70"),
        ({"answer": "value", "value": Decimal("0")}, "flow", "0.00"),
        ({"answer": "value", "value": Decimal("3.7"), "typed_as": "cumulative"}, "flow", "3.70 (running total)"),
        ({"answer": "value", "value": Decimal("2500"), "approximation": "over"}, "stock", "over 2500.00"),
        ({"answer": "value", "numerator": Decimal("3"), "denominator": Decimal("4")}, "latest", "3.00/4.00"),
        ({"answer": "no_change"}, "flow", "Nothing new"),
        ({"answer": "no_change"}, "stock", "No change"),
        ({"answer": "not_applicable"}, "flow", "Not applicable"),
    ],
)
def test_an_answer_reads_as_it_was_typed(values, accumulation, text):
    blank = {"typed_as": "month", "value": None, "numerator": None, "denominator": None, "approximation": ""}
    entry = SimpleNamespace(
        target=SimpleNamespace(indicator=indicator(accumulation=accumulation)), **{**blank, **values}
    )
    assert display.answer(entry) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("634.29", Decimal("634.29")),
        ("−165.71", Decimal("-165.71")),
        ("+1,234.50", Decimal("1234.50")),
        ("79.3%", Decimal("0.793")),
        ("0", Decimal("0")),
        ("—", None),
        (">999%", None),
        ("<0", None),
        ("Behind", None),
    ],
)
def test_a_file_takes_the_number_that_the_page_shows(text, value):
    assert display.as_number(text) == value


def test_a_count_of_indicators_has_singular_and_plural():
    assert [display.count_of_indicators(count) for count in (0, 1, 2)] == [
        "0 indicators",
        "1 indicator",
        "2 indicators",
    ]


def test_lists_are_joined_in_the_readers_language():
    assert display.joined(["a", "b"]) == "a, b"
    with override("zh-hans"):
        assert display.joined(["甲", "乙"]) == "甲、乙"


NEEDED = "still needed this year"


@pytest.mark.parametrize(
    ("decimals", "values", "text"),
    [
        # 3.2 over six months is 0.533…: 0.53 a month would end at 3.18
        (1, {"remaining": Fraction(32, 10), "needed_per_month": Fraction(32, 60)}, f"3.2 km {NEEDED}, 0.54 a month"),
        (0, {"remaining": Fraction(18), "needed_per_month": Fraction(18, 7)}, f"18 km {NEEDED}, 2.6 a month"),
        (0, {"remaining": Fraction(18), "needed_per_month": Fraction(3)}, f"18 km {NEEDED}, 3 a month"),
        (
            2,
            {"remaining": Fraction(1, 1000), "needed_per_month": Fraction(1, 6000)},
            f"0.001 km {NEEDED}, 0.01 a month",
        ),
        (2, {"remaining": Fraction(1, 3), "needed_per_month": Fraction(1, 18)}, f"0.34 km {NEEDED}, 0.06 a month"),
        (2, {"remaining": Fraction(0), "needed_per_month": Fraction(0)}, "The annual target is reached."),
        (2, {"remaining": Fraction(5), "needed_per_month": Fraction(5), "months_left": 1}, f"5.00 km {NEEDED}"),
        (2, {"no_forecast": NoForecast.YEAR_ENDED}, ""),
    ],
)
def test_what_is_still_needed_is_never_said_to_be_less(decimals, values, text):
    outlook = Outlook(**{"months_left": 6, **values})
    assert display.still_needed(outlook, indicator(decimals, "千米", "km")) == text


def test_of_a_target_in_steps_and_of_a_rate_no_pace_is_said():
    steps = Outlook(Fraction(5), 6, Fraction(5, 6), no_forecast=NoForecast.STEP_TARGET)
    assert display.still_needed(steps, indicator(1, "千米", "km")) == f"5.0 km {NEEDED}"
    rate = indicator(1, "%", "%", accumulation="latest")
    rate.kind = "rate"
    # From 2/3 to 90 %: 23.33… points
    points = Outlook(Fraction(90) - Fraction(200, 3), 6, no_forecast=NoForecast.RATE)
    assert display.still_needed(points, rate) == f"23.4 percentage points {NEEDED}"


def test_nothing_is_needed_where_there_is_no_outlook():
    assert display.still_needed(None, indicator()) == ""


@pytest.mark.parametrize(
    ("days", "text"), [(2, "2 days left"), (1, "1 day left"), (0, "today is the last day"), (-1, "")]
)
def test_the_days_left_are_said_until_they_have_run_out(days, text):
    assert display.days_left(days) == text


def test_a_gap_to_schedule_is_a_phrase_or_nothing():
    found = standing(actual=Fraction(1), expected=Fraction(3), gap=Fraction(-2))
    assert display.gap_to_schedule(found, indicator(1, "千米", "km")) == "−2.0 km against schedule"
    assert display.gap_to_schedule(standing(), indicator()) == display.gap_to_schedule(None, indicator()) == ""


@pytest.mark.parametrize(
    ("kind", "figure", "against", "decimals", "text"),
    [
        (Oddity.TOTAL_FALLS, 3, 5, 1, "The running total falls from 5.0 km to 3.0 km."),
        # (3 + 3.2 + 3.4)/3 is 3.2; a mean of months has one decimal more than the indicator.
        (Oddity.UNUSUAL_MONTH, 12, "3.2", 0, "12 km in a month: more than three times the usual 3.2 km."),
        (Oddity.LEVEL_JUMPS, 2500, 5, 0, "It jumps from 5 km to 2500 km: more than three times as much."),
        (Oddity.LEVEL_COLLAPSES, 5, 2500, 0, "It collapses from 2500 km to 5 km: less than a third."),
        (Oddity.FAR_ABOVE_TARGET, 301, 150, 0, "301 km is more than twice the target of the period, 150 km."),
        (Oddity.TOO_MANY_DECIMALS, "12.345", 2, 2, "12.345 has more decimals than this indicator (2)."),
        (Oddity.BELOW_ZERO, -4, 0, 0, "−4 km is below zero."),
    ],
)
def test_an_oddity_names_its_figures(kind, figure, against, decimals, text):
    odd = Odd(kind, Fraction(figure), Fraction(against))
    assert display.oddity(odd, indicator(decimals, "千米", "km")) == text


def test_a_percentage_that_is_odd_is_never_rounded_to_one_that_is_not():
    rate = indicator(1, "%", "%", accumulation="latest")
    # 3001/3000 is 100.0333… %, −1/3000 is −0.0333… %.
    above = Odd(Oddity.ABOVE_HUNDRED, Fraction(3001, 30), Fraction(100))
    below = Odd(Oddity.BELOW_ZERO, Fraction(-1, 30), Fraction(0))
    assert display.oddity(above, rate) == "100.1% is above 100%."
    assert display.oddity(below, rate) == "−0.1% is below zero."


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_a_spreadsheet_takes_for_a_formula_is_kept_text(sign):
    assert display.spreadsheet_text(f"{sign}1+1") == f"'{sign}1+1"
    assert display.spreadsheet_text(f"  {sign}1+1") == f"'  {sign}1+1"
    assert display.spreadsheet_text(f"1{sign}1") == f"1{sign}1"
