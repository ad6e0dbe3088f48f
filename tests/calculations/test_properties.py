"""What holds for any figures, also nasty ones: negative, zero, four decimals, eleven digits, none, not applicable.

The examples are the same in every run; raise EXAMPLES to look further.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from targets.calculations.answers import account, reported
from targets.calculations.checks import Operator, check
from targets.calculations.comparison import year_on_year
from targets.calculations.facts import Answer, Plan, Revision, Step, TargetFacts, Thresholds
from targets.calculations.means import mean
from targets.calculations.milestones import judge_steps
from targets.calculations.outlook import outlook
from targets.calculations.paths import expected, opening, path_value, period_target, start
from targets.calculations.periods import MONTHS, cut_off, due_months
from targets.calculations.rollup import Standing
from targets.calculations.terms import (
    AnswerKind,
    Basis,
    Direction,
    Figures,
    Frequency,
    Interpolation,
    Period,
    Status,
    TypedAs,
)

from .builders import (
    FLOW,
    QUARTERLY,
    TASK,
    YEAR,
    F,
    Y,
    decimal,
    each,
    measure,
    not_applicable,
    own,
    plan,
    roll_up,
    standing,
    sum_of,
    task,
    total,
    value,
)

EXAMPLES = 100
settings.register_profile("rules", max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)
rules = settings(settings.get_profile("rules"))
more_rules = settings(rules, max_examples=3 * EXAMPLES)

COUNTY = {"C": "TU", "T": "ABD", "U": "EF"}
MOST = Decimal("99999999999.9999")  # eleven digits and four decimals, all that is stored exactly
AMOUNTS = (
    "actual",
    "expected",
    "target",
    "start",
    "completion",
    "schedule_ratio",
    "schedule_share",
    "gap",
    "gap_points",
    "numerator",
    "denominator",
)

# --- figures --------------------------------------------------------------------------------------

amounts = st.one_of(
    st.integers(-30, 150).map(Decimal),
    st.sampled_from([Decimal(0), Decimal("0.0001"), Decimal("-0.0001"), Decimal("33.3333"), MOST, -MOST]),
    st.decimals(-MOST, MOST, places=4),
)
months = st.integers(1, 12)
periods = st.sampled_from(Period)
frequencies = st.sampled_from(Frequency)
directions = st.sampled_from(Direction)
quantities = st.builds(measure, st.sampled_from(["flow", "stock"]), directions, frequencies)
indicators = st.builds(measure, st.sampled_from(["flow", "stock", "latest"]), directions, frequencies)
thresholds = st.builds(Thresholds, basis=st.sampled_from(Basis), two_slightly_behind_is_behind=st.booleans())


@st.composite
def answers(draw, indicator, sizes=amounts):
    """A year of answers in runs that do not overlap, in any order."""
    given_answers = []
    month = 1
    while month <= 12:
        last = min(12, month + draw(st.sampled_from([0, 0, 0, 0, 1, 2])))
        said = draw(st.sampled_from(["nothing", "value", "value", "total", "two numbers", "no change", "excused"]))
        if said == "no change":
            given_answers.append(Answer(month, last, AnswerKind.NO_CHANGE))
        elif said == "excused":
            given_answers.append(not_applicable(last, since=month))
        elif said == "two numbers" and indicator.is_rate:
            denominator = draw(st.integers(0, 60).map(Decimal))
            numerator = draw(sizes) if denominator else Decimal(0)
            given_answers.append(Answer(month, last, AnswerKind.VALUE, numerator=numerator, denominator=denominator))
        elif said != "nothing":
            as_total = said == "total" and indicator.is_flow
            typed = TypedAs.CUMULATIVE if as_total else TypedAs.MONTH
            given_answers.append(Answer(month, last, AnswerKind.VALUE, typed, value=draw(sizes)))
        month = last + 1
    return tuple(draw(st.permutations(given_answers)))


@st.composite
def plans(draw, sizes=amounts, fewest=0):
    """A plan with up to three revisions, each with up to four checkpoints."""
    checkpoints = st.dictionaries(months, sizes, min_size=fewest, max_size=4)
    effective = sorted(draw(st.sets(months, max_size=2)) | {1})
    return Plan(
        draw(st.sampled_from(Interpolation)),
        draw(st.none() | sizes),
        tuple(Revision(month, tuple(sorted(draw(checkpoints).items()))) for month in effective),
    )


@st.composite
def own_targets(draw, indicator, sizes=amounts, fewest=0):
    return TargetFacts(draw(plans(sizes, fewest)), Figures.OWN, draw(answers(indicator, sizes)))


@st.composite
def trees(draw, indicator):
    """Targets at some units of the county."""
    targets = {}
    for unit in "CTUABDEF":
        kind = draw(st.sampled_from(["own", "own", "sum", "none"] if unit in "ABDEF" else ["own", "sum", "none"]))
        if kind == "own":
            targets[unit] = draw(own_targets(indicator))
        elif kind == "sum":
            targets[unit] = TargetFacts(draw(plans()), Figures.SUM)
    return targets


@st.composite
def steps(draw):
    days = st.integers(-40, 400).map(lambda days: date(YEAR, 1, 1) + timedelta(days))
    done = draw(st.booleans())
    return Step(
        draw(st.sampled_from([Decimal(1), Decimal("0.5"), Decimal(3)])),
        draw(st.none() | days),
        done,
        draw(st.none() | days) if done else None,
        draw(months) if done else None,
    )


# --- exactness ------------------------------------------------------------------------------------


def assert_exact(found):
    for name in AMOUNTS:
        amount = getattr(found, name)
        assert amount is None or type(amount) is F, f"{name} is {amount!r}"


@rules
@given(st.data(), indicators, months, periods, thresholds)
def test_no_figures_break_a_rule_and_every_amount_is_exact_or_none(data, indicator, as_of, period, bounds):
    targets = data.draw(trees(indicator))
    rolled = roll_up(indicator, targets, COUNTY, as_of=as_of, period=period, thresholds=bounds)
    found = [one for unit in "CTUABDEF" if (one := rolled.standing(unit)) is not None]
    for one in found:
        assert_exact(one)
        assert isinstance(one.status, Status)
        assert 0 <= one.answered <= one.due
    whole = mean((one, Decimal(1)) for one in found)
    for share in (whole.completion, whole.schedule):
        assert share is None or type(share) is F


@rules
@given(st.data(), indicators, months)
def test_no_figures_break_the_outlook_or_a_comparison(data, indicator, month):
    promised, this, last = data.draw(plans()), data.draw(answers(indicator)), data.draw(answers(indicator))
    seen = reported(indicator, promised.baseline, (answer for answer in this if answer.month <= month))
    before = reported(indicator, None, last)
    ahead = outlook(
        indicator,
        promised.interpolation,
        period_target(indicator, promised, Y, month).value,
        seen,
        opening=opening(indicator, promised),
        month=month,
        last_year=before,
    )
    for name in ("remaining", "needed_per_month", "recent_per_month", "forecast", "difficulty"):
        amount = getattr(ahead, name)
        assert amount is None or type(amount) is F
    assert (ahead.forecast is None) == (ahead.no_forecast is not None)  # each missing forecast says why
    assert ahead.remaining is None or ahead.remaining >= 0
    compared = year_on_year(indicator, seen, before)
    for amount in (compared.this, compared.last, compared.change):
        assert amount is None or type(amount) is F
    if compared.change is not None and not indicator.is_rate:
        assert compared.last is not None
        assert compared.last > 0


@rules
@given(st.data(), indicators, st.integers(1, 11))
def test_months_that_pass_in_silence_change_no_forecast(data, indicator, month):
    promised = data.draw(plans())
    seen = reported(indicator, promised.baseline, (one for one in data.draw(answers(indicator)) if one.month <= month))
    assume(seen)

    def at(judged):
        begun = opening(indicator, promised)
        return outlook(indicator, promised.interpolation, F(100), seen, opening=begun, month=judged)

    now, then = at(month), at(seen[-1].month)
    for name in ("remaining", "recent_per_month", "forecast", "no_forecast"):
        assert getattr(now, name) == getattr(then, name)
    if now.needed_per_month is not None and then.needed_per_month is not None:
        assert now.needed_per_month >= then.needed_per_month


@rules
@given(st.lists(amounts, min_size=9, max_size=9), st.sampled_from([3, 6, 9]))
def test_a_quarter_has_one_pace_however_it_was_reported(by_month, ends):
    sums = {end: sum(by_month[end - 3 : end], Decimal(0)) for end in range(3, ends + 1, 3)}
    forms = [
        [value(month, by_month[month - 1]) for month in range(1, ends + 1)],
        [value(end, amount) for end, amount in sums.items()],
        [value(end, amount, since=end - 2) for end, amount in sums.items()],
        [total(end, sum(by_month[:end], Decimal(0))) for end in sums],
    ]
    found = [
        outlook(QUARTERLY, Interpolation.LINEAR, F(100), reported(QUARTERLY, None, form), opening=F(0), month=ends)
        for form in forms
    ]
    assert found == found[:1] * len(forms)
    assert found[0].recent_per_month == F(sum(by_month[:ends], Decimal(0))) / ends


@rules
@given(st.none() | amounts, st.lists(st.none() | amounts, max_size=4), st.sampled_from(Operator))
def test_a_check_is_decided_exactly_when_every_figure_is_there(left, right, operator):
    as_fraction = [None if amount is None else F(amount) for amount in (left, *right)]
    missing = not right or None in as_fraction
    assert (check(as_fraction[0], operator, as_fraction[1:]).holds is None) == missing


@rules
@given(st.data(), indicators, months, periods)
def test_completion_is_never_below_zero_and_at_most_one_for_ceilings(data, indicator, as_of, period):
    found = standing(indicator, {"T": data.draw(own_targets(indicator))}, as_of=as_of, period=period)
    if found.completion is not None:
        assert found.completion >= 0
        assert indicator.direction is not Direction.AT_MOST or found.completion <= 1


# --- order ----------------------------------------------------------------------------------------


@rules
@given(st.data(), indicators, months, periods, thresholds)
def test_the_order_of_answers_does_not_matter(data, indicator, as_of, period, bounds):
    target = data.draw(own_targets(indicator))
    shuffled = replace(target, answers=tuple(data.draw(st.permutations(target.answers))))
    views = {"as_of": as_of, "period": period, "thresholds": bounds}
    assert standing(indicator, {"T": target}, **views) == standing(indicator, {"T": shuffled}, **views)


@rules
@given(st.data(), quantities, months, periods)
def test_the_order_of_units_changes_no_sum(data, indicator, as_of, period):
    targets = {unit: data.draw(own_targets(indicator)) for unit in "ABD"}
    order = "".join(data.draw(st.permutations("ABD")))
    views = {"as_of": as_of, "period": period}
    one = standing(indicator, targets, {"T": "ABD"}, **views)
    other = standing(indicator, targets, {"T": order}, **views)
    assert [getattr(one, name) for name in (*AMOUNTS, "status")] == [
        getattr(other, name) for name in (*AMOUNTS, "status")
    ]


# --- more is better, or less ----------------------------------------------------------------------

# From worst to best. Which of two answered states applies (not due, or judged) hangs on the plan alone, except
# that reaching the target completes at any time.
RANK = {
    Status.NOT_DUE: 0,
    Status.NOT_REPORTED: 0,
    Status.BEHIND: 1,
    Status.SLIGHTLY_BEHIND: 2,
    Status.ON_SCHEDULE: 3,
    Status.AHEAD: 4,
    Status.COMPLETED: 5,
}


@st.composite
def of_one_size(draw, indicator):
    """An own target whose answers lie around what its plan asks for, so that every status is near."""
    monthly = st.integers(0, 40).map(Decimal)
    asked = st.integers(20, 240) if indicator.is_flow else st.integers(20, 40)
    promised = plan(
        {6: draw(asked), 12: draw(asked)},
        draw(st.none() | st.integers(0, 20)),
        step=draw(st.sampled_from([False, False, True])),
    )
    return TargetFacts(promised, Figures.OWN, draw(answers(indicator, monthly)))


@st.composite
def raised(draw, target):
    """The same target with one of its values raised, in whatever form it was typed."""
    values = [
        index
        for index, answer in enumerate(target.answers)
        if answer.kind is AnswerKind.VALUE and not answer.is_not_applicable
    ]
    assume(values)
    index = draw(st.sampled_from(values))
    more = draw(st.one_of(st.integers(1, 60).map(Decimal), st.decimals("0.0001", 1000, places=4)))
    answer = target.answers[index]
    if answer.numerator is not None:
        higher = replace(answer, numerator=answer.numerator + more)
    else:
        higher = replace(answer, value=answer.value + more)
    return replace(target, answers=(*target.answers[:index], higher, *target.answers[index + 1 :]))


@st.composite
def with_and_without_a_raise(draw, direction):
    """Standings of a target, or of a sum, before and after one of its actuals was raised.

    The target lies above zero. Two yellow months are not counted as red: there a better May (from red to yellow)
    can make a yellow June the second one in a row.
    """
    accumulation = draw(st.sampled_from(["flow", "stock", "latest"]))
    indicator = measure(accumulation, direction, draw(st.sampled_from(["month", "month", "quarter"])))
    target = of_one_size(indicator) if draw(st.integers(0, 4)) else own_targets(indicator, fewest=1)
    targets = {unit: draw(target) for unit in draw(st.sampled_from(["A", "A", "AB"]))}
    if draw(st.integers(0, 3)) == 0:
        targets["T"] = sum_of(draw(target).plan)
    views = {
        "as_of": draw(st.sampled_from([3, 5, 6, 6, 9, 12, 12])),
        "period": draw(periods),
        "thresholds": Thresholds(basis=draw(st.sampled_from(Basis))),
    }
    before = standing(indicator, targets, **views)
    assume(before.status is not Status.MONITORED)  # bare percentages, or rates of different paths
    assume(before.target is not None and before.target > 0)
    after = standing(indicator, targets | {"A": draw(raised(targets["A"]))}, **views)
    return before, after


@more_rules
@given(with_and_without_a_raise("at_least"))
def test_for_targets_above_zero_raising_an_actual_never_worsens_at_least(pair):
    before, after = pair
    assert RANK[after.status] >= RANK[before.status]
    if before.completion is not None and after.completion is not None:
        assert after.completion >= before.completion


@more_rules
@given(with_and_without_a_raise("at_most"))
def test_for_targets_above_zero_raising_an_actual_never_improves_at_most(pair):
    before, after = pair
    assert RANK[after.status] <= RANK[before.status]
    if before.completion is not None:
        assert after.completion <= before.completion


@rules
@given(st.lists(steps(), min_size=1, max_size=5), st.data(), periods, months)
def test_a_step_done_never_worsens_a_task(task_steps, data, period, month):
    rank = [Status.BEHIND, Status.SLIGHTLY_BEHIND, Status.NOT_DUE, Status.ON_SCHEDULE, Status.COMPLETED]
    index = data.draw(st.integers(0, len(task_steps) - 1))
    done = replace(task_steps[index], done=True, done_on=date(YEAR, 1, 1))
    before = judge_steps(task_steps, YEAR, period, month)
    after = judge_steps([*task_steps[:index], done, *task_steps[index + 1 :]], YEAR, period, month)
    assert rank.index(after.status) >= rank.index(before.status)
    assert (after.completion or 0) >= (before.completion or 0)


# --- the whole and its parts ----------------------------------------------------------------------


@rules
@given(st.data(), quantities, months, periods)
def test_the_whole_equals_the_sum_of_its_parts(data, indicator, as_of, period):
    targets = {unit: data.draw(own_targets(indicator, fewest=1)) for unit in "ABD"}
    month = cut_off(period, as_of)
    parts = [
        standing(indicator, targets, unit=unit, as_of=as_of, period=period)
        for unit, target in targets.items()
        if not account(indicator, target.plan.baseline, target.answers, month).all_not_applicable
    ]
    assume(len(parts) > 1)
    whole = standing(indicator, targets, as_of=as_of, period=period)
    known = [part.actual for part in parts if part.actual is not None]
    assert whole.actual == (sum(known, F(0)) if known else None)
    assert (whole.answered, whole.due) == (sum(part.answered for part in parts), sum(part.due for part in parts))
    if whole.status is not Status.MONITORED:
        by_name = {name: [getattr(part, name) for part in parts] for name in AMOUNTS}
        starts = by_name["start"]
        assert whole.start == sum(starts)
        for name in ("expected", "target"):
            # What is not asked of a part yet is asked at its start; nothing where nothing is asked of any.
            asked = by_name[name]
            at_start = [begun if amount is None else amount for amount, begun in zip(asked, starts, strict=True)]
            assert getattr(whole, name) == (None if set(asked) == {None} else sum(at_start))


@rules
@given(st.data(), indicators, months, periods, thresholds, st.booleans())
def test_a_sum_of_one_part_equals_the_part(data, indicator, as_of, period, bounds, through_a_sum):
    targets = {"A": data.draw(own_targets(indicator))}
    if through_a_sum:
        targets["T"] = sum_of()
    views = {"as_of": as_of, "period": period, "thresholds": bounds}
    of_part = standing(indicator, targets, unit="A", **views)
    assert standing(indicator, targets, **views) == replace(of_part, unit="T", own_plan=False)


@rules
@given(st.lists(steps(), max_size=4), periods, months)
def test_a_task_of_one_part_equals_the_part(task_steps, period, as_of):
    targets = {"A": task(*task_steps)}
    of_part = standing(TASK, targets, unit="A", as_of=as_of, period=period)
    assert standing(TASK, targets, as_of=as_of, period=period) == replace(of_part, unit="T")


@rules
@given(st.data(), indicators, months, periods, thresholds)
def test_a_part_that_does_not_apply_changes_nothing_but_says_so(data, indicator, as_of, period, bounds):
    month = cut_off(period, as_of)
    assume(due_months(indicator.frequency, month))
    targets = {unit: data.draw(own_targets(indicator)) for unit in "AB"}
    assume(
        any(
            not account(indicator, target.plan.baseline, target.answers, month).all_not_applicable
            for target in targets.values()
        )
    )
    if data.draw(st.booleans()):
        targets["T"] = sum_of(data.draw(plans()))
    excused = own(data.draw(plans()), *(not_applicable(month) for month in MONTHS))
    views = {"as_of": as_of, "period": period, "thresholds": bounds}
    without = standing(indicator, targets, **views)
    with_it = standing(indicator, targets | {"D": excused}, **views)
    assert with_it == replace(without, left_out=(*without.left_out, "D"))


@rules
@given(st.data(), quantities, months, periods, thresholds, st.sampled_from(["0.01", "3", "1000"]))
def test_another_unit_of_measure_changes_no_ratio_and_no_status(data, indicator, as_of, period, bounds, factor):
    def scaled(amount):
        return None if amount is None else amount * decimal(factor)

    def rescaled(target):
        promised = replace(
            target.plan,
            baseline=scaled(target.plan.baseline),
            revisions=tuple(
                replace(one, checkpoints=tuple((month, scaled(amount)) for month, amount in one.checkpoints))
                for one in target.plan.revisions
            ),
        )
        return replace(
            target,
            plan=promised,
            answers=tuple(replace(answer, value=scaled(answer.value)) for answer in target.answers),
        )

    targets = data.draw(trees(indicator))
    views = {"as_of": as_of, "period": period, "thresholds": bounds}
    rolled = roll_up(indicator, targets, COUNTY, **views)
    other = roll_up(indicator, {unit: rescaled(target) for unit, target in targets.items()}, COUNTY, **views)
    for unit in "CTUABDEF":
        one, two = rolled.standing(unit), other.standing(unit)
        assert (one is None) == (two is None)
        if one is not None:
            for name in ("status", "completion", "schedule_ratio", "schedule_share", "gap_points", "exceeded"):
                assert getattr(one, name) == getattr(two, name)


@rules
@given(st.data(), indicators, months, periods, periods, thresholds)
def test_another_period_of_the_same_facts_is_that_period(data, indicator, as_of, first, other, bounds):
    targets = data.draw(trees(indicator))
    asked = roll_up(indicator, targets, COUNTY, as_of=as_of, period=first, thresholds=bounds)
    derived = asked.in_period(other)
    # What was seen in the first half ended with June, whatever is asked of the year.
    anew = roll_up(indicator, targets, COUNTY, as_of=asked.month, period=other, thresholds=bounds)
    for unit in "CTUABDEF":
        expected = anew.standing(unit)
        assert derived.standing(unit) == expected
        assert derived.target(unit) == anew.target(unit) == (None if expected is None else expected.target)


# --- answers --------------------------------------------------------------------------------------


@rules
@given(amounts, amounts, amounts, amounts, amounts, amounts)
@example(*(Decimal(n) for n in (1, 2, 3, 0, 0, 0)))
def test_correcting_march_never_alters_the_total_that_april_typed(january, march, corrected, april, may, june):
    def reports(of_march, form):
        given_answers = (value(1, january), value(3, of_march), form(4, april), value(5, may), total(6, june))
        return {report.month: report for report in reported(FLOW, None, given_answers)}

    before, after = reports(march, total), reports(corrected, total)
    assert before[4].level == after[4].level == F(april)
    for month in (5, 6):  # all that comes later stands as well
        assert before[month] == after[month]
    assert after[4].added == F(april) - F(january) - F(corrected)  # only what April brought is derived anew
    typed_as_month = reports(corrected, value)
    assert typed_as_month[4].added == F(april)
    assert typed_as_month[6] == replace(before[6], added=typed_as_month[6].added)


@rules
@given(st.lists(amounts, min_size=1, max_size=12), months)
def test_months_and_running_totals_say_the_same(typed, month):
    totals: list[Decimal] = []
    for amount in typed:
        totals.append(amount + (totals[-1] if totals else 0))
    as_totals = tuple(total(at, amount) for at, amount in enumerate(totals, 1))
    assert account(FLOW, None, each(*typed), month) == account(FLOW, None, as_totals, month)
    assert reported(FLOW, None, each(*typed)) == reported(FLOW, None, as_totals)


def has_spoken(indicator, baseline, given_answers, month):
    """Whether anything was answered by the month that reports something."""
    spoke = indicator.is_flow or baseline is not None
    for answer in sorted(given_answers, key=lambda answer: answer.month):
        if answer.month > month or answer.is_not_applicable:
            continue
        if spoke or answer.kind is AnswerKind.VALUE:
            return True
    return False


@rules
@given(st.data(), indicators, months, periods, thresholds)
def test_not_reported_is_exactly_where_something_is_expected_and_nothing_is_in(data, indicator, as_of, period, bounds):
    target = data.draw(own_targets(indicator))
    month = cut_off(period, as_of)
    asked = expected(indicator, target.plan, month)
    if indicator.direction is Direction.AT_LEAST:
        something = bool(asked) and bool(period_target(indicator, target.plan, period, month).value)
    else:
        something = asked is not None
    excused = account(indicator, target.plan.baseline, target.answers, month).all_not_applicable
    silent = not has_spoken(indicator, target.plan.baseline, target.answers, month)
    found = standing(indicator, {"T": target}, as_of=as_of, period=period, thresholds=bounds)
    assert (found.actual is None) == silent
    judged = indicator.direction is not Direction.MONITOR and bool(target.plan.checkpoints(month))
    assert (found.status is Status.NOT_REPORTED) == (judged and something and silent and not excused)


@rules
@given(st.data(), indicators)
def test_a_later_month_never_sees_fewer_answers(data, indicator):
    promised, given_answers = data.draw(plans()), data.draw(answers(indicator))
    seen = [account(indicator, promised.baseline, given_answers, month) for month in MONTHS]
    for earlier, later in pairwise(seen):
        assert set(earlier.answered) <= set(later.answered)
        assert set(earlier.not_applicable) <= set(later.not_applicable)
        assert earlier.actual is None or later.actual is not None
        assert set(later.missing).isdisjoint(earlier.answered)


@rules
@given(st.data(), indicators, months)
def test_what_comes_after_the_month_changes_nothing(data, indicator, month):
    target = data.draw(own_targets(indicator))
    seen = replace(target, answers=tuple(answer for answer in target.answers if answer.month <= month))
    assert standing(indicator, {"T": target}, as_of=month) == standing(indicator, {"T": seen}, as_of=month)


# --- paths ----------------------------------------------------------------------------------------


@rules
@given(indicators, plans(fewest=1), months)
def test_a_path_meets_its_checkpoints_and_stays_between_them(indicator, promised, month):
    points = promised.checkpoints(12)
    at = path_value(indicator, promised, points, month)
    if month in dict(points):
        assert at == F(dict(points)[month])
    if at is not None:
        begun = [] if not indicator.is_flow and promised.baseline is None else [start(indicator, promised)]
        corners = [*begun, *(F(amount) for _, amount in points)]
        assert min(corners) <= at <= max(corners)


# --- means ----------------------------------------------------------------------------------------


@rules
@given(st.lists(st.tuples(st.none() | st.fractions(0, 3), st.integers(1, 9).map(Decimal)), max_size=6))
def test_a_mean_lies_among_what_it_is_the_mean_of_and_is_never_above_100_percent(drawn):
    found = mean((Standing("T", 6, Status.BEHIND, completion=done), weight) for done, weight in drawn)
    capped = [min(done, 1) for done, _ in drawn if done is not None]
    if capped:
        assert min(capped) <= found.completion <= max(capped) <= 1
    else:
        assert found.completion is None
