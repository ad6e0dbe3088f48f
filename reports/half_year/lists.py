"""The sentences of the half-year report on several indicators at once, in Chinese.

Those that stand alike are told in one sentence: nobody reads the same sentence ten times in a row.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from reports.document import Run
from reports.half_year.figures import ALL_DONE, Told
from reports.half_year.sentences import SHARE, Runs, share_of_year, told
from reports.notices.sentences import joined, sentence
from targets import display
from targets.calculations.terms import Direction, Kind

#: What is said of several that are told by their share of the annual target.
AHEAD, LEVEL = "超序时进度", "达到序时进度"
#: From so many on these are told in one sentence, which matches figures to so many at most.
LEAST_MATCHED, MOST_MATCHED = 3, 4


def alike(one: Told) -> str:
    """What is said of several at once in place of a sentence each; empty where nothing is."""
    reached = _reached(one)
    points = one.year.gap_points if one.year is not None else None
    if reached or points is None or one.has("growth") or not one.has("annual_share"):
        return reached
    told_by_share = ((Run(SHARE), one.run("annual_share")), (one.run("against_schedule"),))
    if points < 0 or tuple(share_of_year(one)) != told_by_share:
        return ""
    return AHEAD if points > 0 else LEVEL


def _reached(one: Told) -> str:
    """How it is said of several at once that they did what the year asks, and no more; empty where it is not so."""
    if not one.is_year_done or one.year is None or one.year.completion != 1 or one.has("growth") or one.row.is_task:
        return ""
    if one.row.indicator.kind == Kind.RATE or one.row.indicator.direction == Direction.AT_MOST:
        return ""
    return "完成年度目标任务" if one.row.indicator.accumulation == "flow" else "达到年度目标"


def listed(rows: Iterable[Told]) -> Runs:
    """A sentence each, and one for those that can be told in one breath."""
    runs: Runs = ()
    for words, group in groupby(rows, key=alike):
        together = list(group)
        if words in (AHEAD, LEVEL) and len(together) >= LEAST_MATCHED:
            for some in _portions(together):
                runs += _matched(some, words)
        elif words not in ("", AHEAD, LEVEL) and len(together) > 1:
            runs += (*side_by_side(together), Run(f"，均{words}。"))
        else:
            runs += tuple(run for one in together for run in (*told(one), Run("。")))
    return runs


def _portions(rows: Sequence[Told]) -> Iterator[Sequence[Told]]:
    """In parts of nearly one size, none longer than what a reader matches."""
    count = -(-len(rows) // MOST_MATCHED)
    size = -(-len(rows) // count)
    for begin in range(0, len(rows), size):
        yield rows[begin : begin + size]


def _matched(rows: Sequence[Told], words: str) -> Runs:
    """What each did, which shares these are, and how far they lie above the schedule, each in the same order."""
    shares = joined([(one.run("annual_share"),) for one in rows], "、")
    runs = (*side_by_side(rows), Run(f"，分别{SHARE}"), *shares)
    if words == LEVEL:
        return (*runs, Run(f"，均{LEVEL}。"))
    return (
        *runs,
        Run(f"，分别{AHEAD}"),
        *joined([(one.run("points_ahead"),) for one in rows], "、"),
        Run("个百分点。"),
    )


def side_by_side(rows: Iterable[Told]) -> Runs:
    """Indicators with their figures beside one another, without a verb of their own."""
    return joined([_in_list(one) for one in rows], "、")


def _in_list(one: Told) -> Runs:
    period = one.period()
    about = f"（{period}）" if period else one.incomplete()
    return sentence("%(name)s%(actual)s%(about)s", name=one.subject, actual=one.run("actual"), about=about)


def listed_tasks(tasks: Iterable[Told]) -> Runs:
    """A clause each, and one for those that are done."""
    clauses: list[Runs] = []
    for is_done, group in groupby(tasks, key=lambda one: one.figures.get("progress") == ALL_DONE):
        together = list(group)
        if is_done and len(together) > 1:
            clauses.append((Run(f"{display.joined(one.name for one in together)}均{ALL_DONE}"),))
        else:
            clauses += [told(one) for one in together]
    return (*joined(clauses, "；"), Run("。"))
