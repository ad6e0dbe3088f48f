"""The sentences of the half-year report on one indicator, in Chinese: what was done, what lags, what comes next.

Each is made of figures, in the forms that offices use: the cumulative value with its unit, its share of the annual
target, how far it lies above the schedule, year on year. Both share and distance are those of the whole year, so that
they are counted in the same points.
"""

import re
from collections.abc import Iterator
from fractions import Fraction

from reports.document import Run
from reports.half_year.figures import Told, step_with_day
from reports.notices.sentences import joined, sentence
from targets import display
from targets.calculations.terms import Direction, Interpolation, Kind, Status
from targets.calculations.timeline import StepState
from targets.models import Indicator
from targets.summaries.second_half import Arrangement

#: Actions are carried out, everything else is completed.
ACTIONS = frozenset({"次", "场", "场次", "期", "人次", "户次", "件次"})
#: An amount of this kind is reached, not completed.
YIELDS = ("产量", "产值", "收入", "销售额")
#: Names that already say what the figure does.
SAYING = ("增长", "下降", "减少", "增幅", "降幅", "增速")
#: How the share of the annual target is told of what adds up.
SHARE = "占年度目标的"

#: Units of measure that are divided, such as money, land, lengths and weights; of all else there are whole ones only.
_MEASURED = re.compile(r"(?:元|亩|公顷|米|里|斤|克|吨|升|瓦|瓦时|小时|天|%|百分点)$")

Runs = tuple[Run, ...]


def told(one: Told) -> Runs:
    """What was done, in one clause without its stop; empty where there is nothing to tell."""
    indicator = one.row.indicator
    if one.row.is_task:
        return _task(one)
    if not one.has("actual"):
        return ()
    if indicator.direction == Direction.AT_MOST and one.has("annual_target"):
        return _ceiling(one)
    runs = (*_period(one), *_value_so_far(one))
    extras = [part for part in (*share_of_year(one), *_growth(one)) if part]
    return joined([runs, *extras], "，")


def _period(one: Told) -> Runs:
    """The months that it is about, where these are not all."""
    period = one.period()
    return (Run(f"{period}，"),) if period else ()


def _value_so_far(one: Told) -> Runs:
    indicator = one.row.indicator
    values: dict[str, Run | str] = {"name": one.name, "actual": one.run("actual"), "incomplete": one.incomplete()}
    if one.half.actual == 0 and indicator.accumulation == "flow":
        return sentence("%(name)s尚未取得进展（累计%(actual)s）%(incomplete)s", **values)
    if one.name.endswith(SAYING):
        return sentence("%(name)s%(actual)s%(incomplete)s", **values)
    if indicator.accumulation != "flow":
        return sentence("%(name)s达%(actual)s%(incomplete)s", **values)
    return sentence(f"%(name)s累计{_verb(one)}%(actual)s%(incomplete)s", **values)


def _may_be_a_pace(needed: Fraction, indicator: Indicator) -> bool:
    """Whether one speaks of so much a month: of half a project nobody does, nor of 2.9 toilets."""
    is_whole = needed.denominator == 1
    return needed >= 1 and (is_whole or _MEASURED.search(indicator.unit_of_measure) is not None)


def _verb(one: Told) -> str:
    """What is done with an amount: an action is carried out, a yield reached, everything else completed."""
    if one.row.indicator.unit_of_measure in ACTIONS:
        return "开展"
    return "达到" if one.name.endswith(YIELDS) else "完成"


def share_of_year(one: Told) -> Iterator[Runs]:
    """How that stands to the plan of the year."""
    year = one.year
    if year is None or not one.has("annual_target") or year.status in (Status.NOT_DUE, Status.NOT_REPORTED):
        return
    target = one.run("annual_target")
    if one.row.indicator.kind == Kind.RATE:
        is_short = one.half.actual is not None and year.target is not None and one.half.actual < year.target
        if is_short and year.expected != year.target and _may_say_distance(one):
            yield (one.run("against_schedule"),)
        yield (one.run("against_target"),)
        yield from _short_of_half(one)
        return
    if not one.has("annual_share"):
        return
    share = one.run("annual_share")
    is_level = one.row.indicator.accumulation != "flow"
    if one.is_year_done:
        words = "达到年度目标" if is_level else "完成年度目标任务"
        is_over = year.completion is not None and year.completion > 1
        yield sentence(f"{words}%(target)s的%(share)s", target=target, share=share) if is_over else (Run(words),)
        yield from _short_of_half(one)
        return
    if year.start is not None and year.start != 0:
        yield sentence("年度目标%(target)s，完成率%(share)s", target=target, share=share)
    elif is_level:
        yield sentence("为年度目标的%(share)s", share=share)
    else:
        yield sentence(f"{SHARE}%(share)s", share=share)
    if _may_say_distance(one):
        yield (one.run("against_schedule"),)


def _short_of_half(one: Told) -> Iterator[Runs]:
    """What the year asks is done, and the half asked for more: a stock that is to be smaller by December."""
    year, actual = one.year, one.half.actual
    is_done = year is not None and year.target is not None and actual is not None and actual >= year.target
    lags = one.half.status in (Status.BEHIND, Status.SLIGHTLY_BEHIND)
    if one.is_ticked and is_done and lags and one.has("expected"):
        yield sentence("低于同期目标%(expected)s", expected=one.run("expected"))


def _may_say_distance(one: Told) -> bool:
    """A year's settings may count what is slightly below the schedule as on it: then nothing is said of that."""
    points = one.year.gap_points if one.year is not None else None
    return points is not None and (points >= 0 or one.is_ticked)


def _growth(one: Told) -> Iterator[Runs]:
    if one.has("growth") and not one.name.endswith(SAYING):
        yield (one.run("growth"),)


def _ceiling(one: Told) -> Runs:
    values: dict[str, Run | str] = {
        "name": one.subject,
        "actual": one.run("actual"),
        "target": one.run("annual_target"),
        "incomplete": one.incomplete(),
    }
    if one.has("expected"):
        values["allowance"] = one.run("expected")
    if one.year is not None and one.year.target == one.half.actual == 0:
        # A ceiling of zero is kept or broken: there is nothing below it.
        values["name"] = f"{one.name}保持为"
        return (*_period(one), *sentence("%(name)s%(actual)s%(incomplete)s", **values))
    return (*_period(one), *sentence(f"%(name)s%(actual)s%(incomplete)s{_against_ceiling(one)}", **values))


def _against_ceiling(one: Told) -> str:
    """How a ceiling holds. The half may have one of its own: what breaks the year's is said of the year alone."""
    year, actual = one.year, one.half.actual
    if year is None or year.target is None or actual is None or not one.has("expected"):
        return ""
    is_within = actual <= year.target
    if year.status in (Status.COMPLETED, Status.ON_SCHEDULE):
        if is_within:
            return "，未突破年度控制数%(target)s"
        return "，控制在同期控制数%(allowance)s以内，年度控制数为%(target)s"
    if year.status not in (Status.SLIGHTLY_BEHIND, Status.BEHIND):
        return ""
    # What is to come down to its ceiling by December lies above it until then, and breaks nothing by that.
    is_level = one.row.indicator.accumulation != "flow"
    comes_down = is_level and year.target < max(year.start or 0, year.expected or 0)
    if is_within or (comes_down and year.expected != year.target):
        return "，超出同期控制数%(allowance)s，年度控制数为%(target)s"
    return "，高于年度控制数%(target)s" if comes_down else "，突破年度控制数%(target)s"


def _task(one: Told) -> Runs:
    if not one.has("progress"):
        return ()
    return sentence("%(name)s%(progress)s", name=one.name, progress=one.run("progress"))


def problem(one: Told) -> Runs:
    """What lags, with the causes that were stated."""
    if one.half.status is Status.NOT_REPORTED:
        runs = sentence("%(name)s截至目前尚未报送数据", name=one.name)
    elif one.row.is_task:
        overdue = one.row.remaining.with_state(StepState.OVERDUE) if one.row.remaining is not None else ()
        runs = sentence(
            "%(name)s进度滞后，%(steps)s未按期完成",
            name=one.name,
            steps=display.joined(step_with_day(step) for step in overdue),
        )
    else:
        runs = told(one)
    causes = [
        _clean(arranged.remedy.cause) for arranged in (one.row.remaining.arrangements if one.row.remaining else ())
    ]
    said = "；".join(cause for cause in causes if cause)
    return (*runs, Run("。"), *((Run(f"主要原因：{said}。"),) if said else ()))


def _clean(text: str) -> str:
    """What somebody typed, within a sentence: one line, and no stop at its end."""
    return " ".join(text.split()).rstrip("。.;；，, ")


def planned(one: Told, *, rest_of_year: str, target_alone: bool) -> Runs:
    """What is to be reached by the year's end, in one clause without its stop; empty where nothing is.

    ``target_alone`` says that beside it stands what lags and was not chosen to be named: whatever is said of one and
    not of the other would tell which.
    """
    remaining, year = one.row.remaining, one.year
    if remaining is None or year is None or not one.has("annual_target") or year.all_not_applicable:
        return ()
    indicator, target = one.row.indicator, one.run("annual_target")
    values: dict[str, Run | str] = {"name": one.name, "target": target}
    if indicator.direction == Direction.AT_MOST:
        if year.target == 0:
            return sentence("%(name)s保持为%(target)s", **values)
        return sentence("%(name)s控制在%(target)s以内", **values)
    if indicator.kind == Kind.RATE:
        is_kept = not target_alone and one.half.actual is not None and one.half.actual >= (year.target or 0)
        if year.target == 100:
            return sentence(f"%(name)s{'保持' if is_kept else '达到'}%(target)s", **values)
        return sentence(f"%(name)s{'保持在' if is_kept else '达到'}%(target)s以上", **values)
    if year.target is not None and year.target <= 0:
        return ()
    if indicator.accumulation != "flow":
        return sentence("%(name)s年底达到%(target)s", **values)
    verb = _verb(one)
    is_step = any(own.interpolation == Interpolation.STEP for own in one.row.row.targets)
    if is_step:
        return sentence(f"%(name)s年底前{verb}%(target)s", **values)
    runs = sentence(f"%(name)s全年{verb}%(target)s", **values)
    outlook = remaining.outlook
    if target_alone or not one.has("remaining") or outlook is None or outlook.remaining in (0, None, year.target):
        return runs
    if one.row.row.missing:
        return runs  # what some units have not reported yet would seem to be still to be done
    still = "开展" if verb == "开展" else "完成"
    runs += sentence(f"，{rest_of_year}还需{still}%(remaining)s", remaining=one.run("remaining"))
    needed = outlook.needed_per_month
    if one.has("needed") and outlook.months_left > 1 and needed is not None and _may_be_a_pace(needed, indicator):
        runs += sentence("、月均%(needed)s", needed=one.run("needed"))
    return runs


def planned_task(one: Told, *, target_alone: bool) -> Runs:
    """What comes next of a task; without its days where ``target_alone``, as in ``planned``."""
    name = "next_steps_undated" if target_alone else "next_steps"
    if not one.has(name):
        return ()
    if one.figures[name] == one.name:
        return sentence("推进%(steps)s", steps=one.run(name))
    return sentence("推进%(name)s，下一步节点为%(steps)s", name=one.name, steps=one.run(name))


def arranged(one: Told, arrangement: Arrangement) -> Runs:
    """What is done about it, by whom and until when; empty where no measure was stated."""
    remedy = arrangement.remedy
    measure = _clean(remedy.measure)
    if not measure:
        return ()
    details = []
    if _clean(remedy.responsible):
        details.append(f"责任人：{_clean(remedy.responsible)}")
    if remedy.deadline is not None:
        details.append(f"完成时限：{display.day(remedy.deadline)}")
    when = f"（{'，'.join(details)}）" if details else ""
    return (Run(f"{one.name}：{measure}{when}"),)
