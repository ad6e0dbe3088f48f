"""上半年工作总结及下半年目标任务和工作安排: from the figures to the paragraphs of the half-year report.

The report is written in Chinese whatever the reader's language is, since that is what is signed: its sentences stand
here in Chinese and are no texts of the interface. Each sentence is made of figures, in the forms that offices use: the
cumulative value with its unit, its share of the annual target, how far it lies above the schedule, year on year. Both
share and distance are those of the whole year, so that they are counted in the same points.

What lags, and what was not reported, is spoken of only where a person chose it: left alone it is in the counts of all
targets, and in the second half it stands with its annual target and nothing that would give it away.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby

from django.utils import translation

from reports.binding import as_template
from reports.build import closing_notes
from reports.document import Run
from reports.papers import default_signature
from reports.sentences import joined, sentence
from targets import display
from targets.calculations.difficulty import Prospect
from targets.calculations.facts import Thresholds
from targets.calculations.rollup import Standing
from targets.calculations.terms import Direction, Interpolation, Kind, Status
from targets.calculations.timeline import StepState
from targets.models import Section
from targets.summaries.half_year import HalfYear, HalfYearRow
from targets.summaries.second_half import Arrangement, TimedStep
from targets.summaries.selection import thresholds_of

LANGUAGE = "zh-hans"

#: How many of a section are named; of the others it is said how many they are.
MOST_DONE, MOST_GOING, MOST_TASKS, MOST_WATCHED, MOST_PLANNED = 8, 4, 4, 6, 8
#: From so many on, those that stand alike are told in one sentence, which matches figures to so many at most.
LEAST_MATCHED, MOST_MATCHED = 3, 4

#: Actions are carried out, everything else is completed.
ACTIONS = frozenset({"次", "场", "场次", "期", "人次", "户次", "件次"})
#: An amount of this kind is reached, not completed.
YIELDS = ("产量", "产值", "收入", "销售额")
#: Names that already say what the figure does.
SAYING = ("增长", "下降", "减少", "增幅", "降幅", "增速")
#: How the share of the annual target is told of what adds up.
SHARE = "占年度目标的"
#: What is said of several that are told by their share.
AHEAD, LEVEL = "超序时进度", "达到序时进度"
ALL_DONE = "已全面完成"

Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Paragraph:
    """A generated paragraph or heading (``level`` 1 or 2). ``key`` names it, whatever its figures become."""

    key: str
    level: int
    template: str


@dataclass(frozen=True)
class Draft:
    """The report as the figures make it.

    Attributes:
        figures: every figure that a paragraph may be bound to, as the report prints it.
        names: what each of them is called, for who writes own paragraphs.
        title: by lines.
    """

    title: tuple[str, ...]
    addressees: str
    signature: str
    paragraphs: tuple[Paragraph, ...]
    figures: dict[str, str]
    names: dict[str, str]
    notes: tuple[str, ...]
    file_name: str


@dataclass(frozen=True)
class Wishes:
    """Codes that a person chose: what lags and may be named, and what is sensitive and may be named."""

    ticked: Collection[str] = ()
    included: Collection[str] = ()


def draft(half: HalfYear, wishes: Wishes) -> Draft:
    """The report of a unit, in Chinese."""
    with translation.override(LANGUAGE):
        return _Writer(half, wishes).draft()


# Figures


def paper(text: str) -> str:
    """A printed figure as a paper has it."""
    return display.in_paper(text)


@dataclass
class Told:
    """An indicator with its figures, each by its name in the report."""

    row: HalfYearRow
    thresholds: Thresholds
    is_ticked: bool
    figures: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.figures = dict(self._task_figures() if self.row.is_task else self._figures())

    def run(self, name: str) -> Run:
        return Run(self.figures[name], f"{self.row.code}.{name}")

    def has(self, name: str) -> bool:
        return name in self.figures

    @property
    def name(self) -> str:
        return display.name(self.row.indicator)

    @property
    def half(self) -> Standing[int]:
        return self.row.row.standing

    @property
    def year(self) -> Standing[int] | None:
        return self.row.remaining.row.standing if self.row.remaining is not None else None

    @property
    def is_hidden(self) -> bool:
        """It lags or was not reported, and nobody chose to say so."""
        return self.row.may_be_named and not self.is_ticked

    @property
    def is_year_done(self) -> bool:
        return self.year is not None and self.year.status is Status.COMPLETED

    def _with_unit(self, text: str, approximation: str = "") -> str:
        return paper(display.with_unit(display.approximate(text, approximation), self.row.indicator))

    def _figures(self) -> Iterator[tuple[str, str]]:
        half, year, indicator = self.half, self.year, self.row.indicator
        if half.actual is not None:
            text = paper(display.actual(half, indicator))
            yield "actual", self._with_unit(text, self.row.approximation)
        if half.target is not None:
            yield "half_target", self._with_unit(display.typed_amount(half.target, indicator))
        if half.completion is not None:
            yield "completion", paper(display.completion(half, self.thresholds))
        if half.expected is not None:
            yield "expected", self._with_unit(display.amount(half.expected, indicator))
        if year is None:
            return
        if year.target is not None:
            text = display.typed_amount(year.target, indicator)
            yield "annual_target", self._with_unit(paper(text), self.row.row.approximation)
        if year.completion is not None:
            yield "annual_share", paper(display.completion(year, self.thresholds))
        if year.gap_points is not None:
            yield "against_schedule", self._against_schedule(year.gap_points)
            yield "points_ahead", paper(display.points_number(year.gap_points))
        if indicator.kind == Kind.RATE and half.actual is not None and year.target is not None:
            yield "against_target", self._against_target(half.actual - year.target)
        if self.row.growth.change is not None:
            yield "growth", self._growth(self.row.growth.change)
        remaining = self.row.remaining
        assert remaining is not None
        if remaining.outlook is not None and remaining.outlook.remaining is not None:
            yield "remaining", self._with_unit(display.remaining(remaining.outlook, indicator))
        if remaining.has_pace and remaining.outlook is not None and remaining.outlook.needed_per_month is not None:
            yield "needed", self._with_unit(display.needed(remaining.outlook.needed_per_month, indicator))

    def _against_schedule(self, points: Fraction) -> str:
        """Word and figure together: a figure that turns its sign must not stand beside the old word."""
        if points == 0:
            return "达到序时进度"
        above, below = ("高于序时目标", "低于序时目标") if self.row.indicator.kind == Kind.RATE else ("超", "低于")
        schedule = "" if self.row.indicator.kind == Kind.RATE else "序时进度"
        return f"{above if points > 0 else below}{schedule}{paper(display.points_apart(points))}"

    def _against_target(self, points: Fraction) -> str:
        if points == 0:
            return "达到年度目标"
        return f"{'高于' if points > 0 else '低于'}年度目标{paper(display.points_apart(points))}"

    def _growth(self, change: Fraction) -> str:
        """同比 in words: a rate rises and falls by percentage points."""
        if change == 0:
            return "与上年同期持平"
        is_rate = self.row.indicator.kind == Kind.RATE
        words = ("同比提高", "同比降低") if is_rate else ("同比增长", "同比下降")
        amount = display.points_apart(change) if is_rate else display.percent(abs(change))
        return f"{words[change < 0]}{paper(amount)}"

    def _task_figures(self) -> Iterator[tuple[str, str]]:
        steps = self.row.remaining.steps if self.row.remaining is not None else ()
        if not steps:
            return
        done = [step for step in steps if step.state is StepState.DONE]
        still = self.row.remaining.open_steps if self.row.remaining is not None else ()
        yield "steps", f"{display.number(len(steps))}个"
        yield "steps_done", f"{display.number(len(done))}个"
        if done:
            listed = display.joined(display.name(step.milestone) for step in done)
            count = f"共{display.number(len(steps))}个工作节点，已完成{display.number(len(done))}个"
            yield "done_steps", listed
            yield "progress", f"{count}（{listed}）" if still else ALL_DONE
        if still:
            yield "next_steps", display.joined(_step(step, is_hidden=self.is_hidden) for step in still)

    def period(self) -> str:
        """The months that the figure is about, where it ends before the others: 1至4月. Else empty."""
        if not self.row.row.missing:
            return ""
        months = sorted({month for missing in self.row.row.missing for month in missing.months})
        is_tail = months == list(range(months[0], self.half.month + 1))
        if len(self.row.row.units) == 1 and is_tail and months[0] > 1:
            last = months[0] - 1
            return "1月" if last == 1 else f"1至{last}月"
        return ""

    def incomplete(self) -> str:
        """What is missing in the figure, unless the months that it is about say so."""
        if not self.row.row.missing or self.period():
            return ""
        if len(self.row.row.units) > 1:
            return "（尚有单位未报齐）"
        months = display.months(sorted({month for missing in self.row.row.missing for month in missing.months}))
        return f"（缺{months}数据）"


def _step(step: TimedStep, *, is_hidden: bool) -> str:
    """A step that is still to be done, with its day; of a task that lags the day would give it away."""
    name = display.name(step.milestone)
    if step.due is None or is_hidden:
        return name
    due = display.day_of_year(step.due) if step.place is not None else display.day(step.due)
    return f"{name}（{due}前）"


# Sentences of the first half


def told(one: Told) -> Runs:
    """What was done, in one clause without its stop; empty where there is nothing to tell."""
    indicator = one.row.indicator
    if one.row.is_task:
        return _task(one)
    if not one.has("actual"):
        return ()
    if indicator.direction == Direction.AT_MOST and one.has("annual_target"):
        return _ceiling(one)
    period = one.period()
    runs = sentence("%(period)s%(name)s", period=f"{period}，" if period else "", name=one.name) + _value(one)
    extras = [part for part in (*_share(one), *_growth(one)) if part]
    return joined([runs, *extras], "，")


def _value(one: Told) -> Runs:
    indicator = one.row.indicator
    values: dict[str, Run | str] = {"actual": one.run("actual"), "incomplete": one.incomplete()}
    if one.half.actual == 0 and indicator.accumulation == "flow":
        return sentence("尚未取得进展（累计%(actual)s）%(incomplete)s", **values)
    if one.name.endswith(SAYING):
        return sentence("%(actual)s%(incomplete)s", **values)
    if indicator.accumulation != "flow":
        return sentence("达%(actual)s%(incomplete)s", **values)
    return sentence(f"累计{_verb(one)}%(actual)s%(incomplete)s", **values)


def _verb(one: Told) -> str:
    """What is done with an amount: an action is carried out, a yield reached, everything else completed."""
    if one.row.indicator.unit_of_measure in ACTIONS:
        return "开展"
    return "达到" if one.name.endswith(YIELDS) else "完成"


def _in_list(one: Told) -> Runs:
    """An indicator with its figure as it stands beside others, without a verb of its own."""
    period = one.period()
    about = f"（{period}）" if period else one.incomplete()
    # A name that ends in a digit must not run into the figure.
    name = f"{one.name}为" if one.name[-1:].isdigit() else one.name
    return sentence("%(name)s%(actual)s%(about)s", name=name, actual=one.run("actual"), about=about)


def _share(one: Told) -> Iterator[Runs]:
    """How that stands to the plan of the year."""
    year = one.year
    if year is None or not one.has("annual_target") or year.status in (Status.NOT_DUE, Status.NOT_REPORTED):
        return
    target = one.run("annual_target")
    if one.row.indicator.kind == Kind.RATE:
        is_short = one.half.actual is not None and year.target is not None and one.half.actual < year.target
        if is_short and _may_say_distance(one):
            yield (one.run("against_schedule"),)
        yield (one.run("against_target"),)
        return
    if not one.has("annual_share"):
        return
    share = one.run("annual_share")
    is_level = one.row.indicator.accumulation != "flow"
    if one.is_year_done:
        words = "达到年度目标" if is_level else "完成年度目标任务"
        is_over = year.completion is not None and year.completion > 1
        yield sentence(f"{words}%(target)s的%(share)s", target=target, share=share) if is_over else (Run(words),)
        return
    if year.start is not None and year.start != 0:
        yield sentence("年度目标%(target)s，完成率%(share)s", target=target, share=share)
    elif is_level:
        yield sentence("为年度目标的%(share)s", share=share)
    else:
        yield sentence(f"{SHARE}%(share)s", share=share)
    if _may_say_distance(one):
        yield (one.run("against_schedule"),)


def _may_say_distance(one: Told) -> bool:
    """A year's settings may count what is slightly below the schedule as on it: then nothing is said of that."""
    points = one.year.gap_points if one.year is not None else None
    return points is not None and (points >= 0 or one.is_ticked)


def _growth(one: Told) -> Iterator[Runs]:
    if one.has("growth") and not one.name.endswith(SAYING):
        yield (one.run("growth"),)


def _ceiling(one: Told) -> Runs:
    values: dict[str, Run | str] = {
        "name": one.name,
        "actual": one.run("actual"),
        "target": one.run("annual_target"),
        "incomplete": one.incomplete(),
    }
    # The half may have a ceiling of its own: what breaks the year's is said of the year alone.
    status = one.year.status if one.year is not None else one.half.status
    if status in (Status.COMPLETED, Status.ON_SCHEDULE):
        if one.year is not None and one.year.target == 0:
            # A ceiling of zero is kept or broken: there is nothing below it.
            return sentence("%(name)s保持为%(actual)s%(incomplete)s", **values)
        return sentence("%(name)s%(actual)s%(incomplete)s，未突破年度控制数%(target)s", **values)
    if status is Status.SLIGHTLY_BEHIND and one.has("expected"):
        values["allowance"] = one.run("expected")
        return sentence(
            "%(name)s%(actual)s%(incomplete)s，超出同期控制数%(allowance)s，年度控制数为%(target)s", **values
        )
    if status is Status.BEHIND:
        return sentence("%(name)s%(actual)s%(incomplete)s，突破年度控制数%(target)s", **values)
    return sentence("%(name)s%(actual)s%(incomplete)s", **values)


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
            steps=display.joined(_step(step, is_hidden=False) for step in overdue),
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


# Sentences of the second half


def planned(one: Told, *, rest_of_year: str) -> Runs:
    """What is to be reached by the year's end, in one clause without its stop; empty where nothing is."""
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
        is_kept = not one.is_hidden and one.half.actual is not None and one.half.actual >= (year.target or 0)
        if year.target == 100:
            return sentence(f"%(name)s{'保持' if is_kept else '达到'}%(target)s", **values)
        return sentence(f"%(name)s{'保持在' if is_kept else '达到'}%(target)s以上", **values)
    if indicator.accumulation != "flow":
        return sentence("%(name)s年底达到%(target)s", **values)
    verb = _verb(one)
    is_step = any(own.interpolation == Interpolation.STEP for own in one.row.row.targets)
    if is_step:
        return sentence(f"%(name)s年底前{verb}%(target)s", **values)
    runs = sentence(f"%(name)s全年{verb}%(target)s", **values)
    outlook = remaining.outlook
    if one.is_hidden or not one.has("remaining") or outlook is None or outlook.remaining in (0, None, year.target):
        return runs
    if one.row.row.missing:
        return runs  # what some units have not reported yet would seem to be still to be done
    still = "开展" if verb == "开展" else "完成"
    runs += sentence(f"，{rest_of_year}还需{still}%(remaining)s", remaining=one.run("remaining"))
    # Of a pace below one, such as half a project a month, nobody speaks.
    needed = outlook.needed_per_month
    if one.has("needed") and outlook.months_left > 1 and needed is not None and needed >= 1:
        runs += sentence("、月均%(needed)s", needed=one.run("needed"))
    return runs


def planned_task(one: Told) -> Runs:
    """What comes next of a task."""
    if not one.has("next_steps"):
        return ()
    if one.figures["next_steps"] == one.name:
        return sentence("推进%(steps)s", steps=one.run("next_steps"))
    return sentence("推进%(name)s，下一步节点为%(steps)s", name=one.name, steps=one.run("next_steps"))


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


# The paper


class _Writer:
    """Everything at once: which indicator stands where, and the counts of what is not named."""

    def __init__(self, half: HalfYear, wishes: Wishes) -> None:
        self.half, self.selection = half, half.selection
        self.wishes = wishes
        self.thresholds = thresholds_of(half.selection.year)
        self.extra: dict[str, str] = {}
        self.extra_names: dict[str, str] = {}
        self.told = {row.code: self._told(row) for row in half.rows if self._may_be_named(row)}

    def _may_be_named(self, row: HalfYearRow) -> bool:
        return not row.indicator.sensitive or row.code in self.wishes.included or self._is_ticked(row)

    def _is_ticked(self, row: HalfYearRow) -> bool:
        return row.code in self.wishes.ticked and row.may_be_named

    def _told(self, row: HalfYearRow) -> Told:
        return Told(row, self.thresholds, self._is_ticked(row))

    def _of(self, rows: Iterable[HalfYearRow]) -> list[Told]:
        return [self.told[row.code] for row in rows if row.code in self.told]

    def count(self, name: str, number: int, label: str) -> Run:
        """A count that the report says of the whole or of a section."""
        return self.figure(name, f"{display.number(number)}项", label)

    def figure(self, name: str, text: str, label: str) -> Run:
        self.extra[name] = paper(text)
        self.extra_names[name] = label
        return Run(paper(text), name)

    def draft(self) -> Draft:
        unit, year = display.name(self.selection.unit), self.selection.year.year
        paragraphs = (*self._opening(), *self._done(), *self._problems(), *self._second())
        parent = self.selection.tree.units.get(self.selection.unit.parent_id or 0)
        if parent is not None:
            # A report to a superior ends as one; a summary without addressees does not.
            paragraphs = (*paragraphs, Paragraph("closing", 0, "特此报告。"))
        cut_off = display.as_of(year, self.selection.month)
        figures, names = dict(self.extra), dict(self.extra_names)
        for code, one in self.told.items():
            for name, text in one.figures.items():
                figures[f"{code}.{name}"] = text
                names[f"{code}.{name}"] = one.name
        return Draft(
            title=(f"{unit}{year}年上半年工作总结", "及下半年目标任务和工作安排"),
            addressees=f"{display.name(parent)}人民政府：" if parent is not None else "",
            signature=default_signature(self.selection),
            paragraphs=tuple(paragraphs),
            figures=figures,
            names=names,
            notes=(f"数据截至{cut_off}底", *closing_notes(self.selection)),
            file_name=display.file_name(f"{year}年上半年工作总结及下半年目标任务和工作安排", unit, f"截至{cut_off}"),
        )

    @property
    def until(self) -> str:
        return f"截至{display.month(self.selection.month)}底"

    @property
    def rest_of_year(self) -> str:
        return "下半年" if self.selection.month == 6 else "年底前"

    def _opening(self) -> Iterator[Paragraph]:
        mean = self.half.total.mean
        runs = sentence(
            "%(year)s年上半年，%(unit)s承担目标任务%(total)s。",
            year=str(self.selection.year.year),
            unit=display.name(self.selection.unit),
            total=self.count("total.indicators", mean.total, "目标任务"),
        )
        if mean.completion is not None:
            runs += sentence(
                "%(until)s，已纳入评价的%(judged)s上半年目标平均完成率%(completion)s，序时应完成%(schedule)s",
                until=self.until,
                judged=self.count("total.judged", mean.judged, "已评价"),
                completion=self.figure("total.completion", display.mean_percent(mean.completion), "平均完成率"),
                schedule=self.figure("total.schedule", display.mean_percent(mean.schedule), "序时应完成"),
            )
            good = self._good("total", mean.counts)
            runs += (*((Run("，其中"), *good) if good else ()), Run("。"))
        runs += (Run("现将上半年工作完成情况及下半年目标任务和工作安排报告如下。"),)
        yield Paragraph("opening", 0, as_template(runs))

    def _good(self, prefix: str, counts: Mapping[Status, int]) -> Runs:
        """How many are completed and how many are on or above the schedule; empty where none is."""
        completed = counts[Status.COMPLETED]
        going = counts[Status.AHEAD] + counts[Status.ON_SCHEDULE]
        parts = []
        if completed:
            parts.append(
                (self.count(f"{prefix}.completed", completed, "完成上半年目标任务"), Run("完成上半年目标任务"))
            )
        if going:
            parts.append((self.count(f"{prefix}.going", going, "达到或超过序时进度"), Run("达到或超过序时进度")))
        return joined(parts, "、")

    # First half

    def _done(self) -> Iterator[Paragraph]:
        sections = [(section, list(self._section_done(section))) for section in self.half.sections]
        if any(found for _section, found in sections):
            yield Paragraph("heading:done", 1, "上半年工作完成情况")
        for section, found in sections:
            if found:
                yield Paragraph(f"heading:done:{section.code}", 2, as_template((Run(display.name(section)),)))
                yield from found

    def _section_done(self, section: Section) -> Iterator[Paragraph]:
        rows = [one for one in self._of(self.half.of(section)) if not one.row.lags]
        figures = [one for one in rows if not one.row.is_task]
        done = sorted((one for one in figures if one.half.status is Status.COMPLETED), key=_importance)
        going = sorted((one for one in figures if _is_going(one)), key=_importance)
        tasks = sorted((one for one in rows if one.row.is_task and told(one)), key=_importance)
        watched = [one for one in figures if one.half.status is Status.MONITORED and one.has("actual")]
        counts = self._counts(section)
        if counts or done:
            rest = self._rest(section, "done", done[MOST_DONE:], "另有%(count)s完成上半年目标任务。")
            yield self._paragraph(f"done:{section.code}", (*counts, *_listed(done[:MOST_DONE]), *rest))
        if going:
            rest = self._rest(section, "going", going[MOST_GOING:], "另有%(count)s按计划推进。")
            yield self._paragraph(f"going:{section.code}", (*_listed(going[:MOST_GOING]), *rest))
        if tasks:
            rest = self._rest(section, "tasks", tasks[MOST_TASKS:], "另有%(count)s节点任务取得进展。")
            runs = (*_listed_tasks(tasks[:MOST_TASKS]), *rest)
            yield self._paragraph(f"tasks:{section.code}", runs)
        if watched:
            listed = [_in_list(one) for one in watched[:MOST_WATCHED]]
            yield self._paragraph(f"watched:{section.code}", (*joined(listed, "、"), Run("。")))

    def _counts(self, section: Section) -> Runs:
        mean = self.half.group_of(section).mean
        good = self._good(section.code, mean.counts)
        if not good:
            return ()
        total = self.count(f"{section.code}.indicators", mean.total, "目标任务")
        return (*sentence("承担目标任务%(total)s，其中", total=total), *good, Run("。"))

    def _rest(self, section: Section, what: str, rest: Sequence[Told], text: str) -> Runs:
        if not rest:
            return ()
        return sentence(text, count=self.count(f"{section.code}.{what}_rest", len(rest), "其余"))

    @staticmethod
    def _paragraph(key: str, runs: Runs) -> Paragraph:
        return Paragraph(key, 0, as_template(runs))

    def _problems(self) -> Iterator[Paragraph]:
        named = [one for one in self._of(self.half.rows) if one.is_ticked]
        if named:
            yield Paragraph("heading:lags", 1, "存在的主要问题")
        named.sort(key=lambda one: PROBLEMS.index(_problem_of(one)))
        is_divided = len({_problem_of(one) for one in named}) > 1
        for status, group in groupby(named, key=_problem_of):
            together = list(group)
            if is_divided:
                count = self.count(f"total.lags_{status}", len(together), display.status_word(status))
                runs = (Run(display.status_word(status)), count)
                yield Paragraph(f"heading:lags:{status}", 2, as_template(runs))
            for one in together:
                yield self._paragraph(f"lags:{one.row.code}", problem(one))

    # Second half

    def _second(self) -> Iterator[Paragraph]:
        sections = [(section, list(self._section_second(section))) for section in self.half.sections]
        if any(found for _section, found in sections):
            yield Paragraph("heading:second", 1, "下半年目标任务和工作安排")
        for section, found in sections:
            if found:
                yield Paragraph(f"heading:second:{section.code}", 2, as_template((Run(display.name(section)),)))
                yield from found

    def _section_second(self, section: Section) -> Iterator[Paragraph]:
        rows = self._of(self.half.hardest_of(section))
        # Hidden ones keep to the order of the plan: their place by difficulty would tell.
        rows.sort(key=lambda one: (one.is_hidden, one.row.indicator.position if one.is_hidden else 0))
        plans = [(one, planned(one, rest_of_year=self.rest_of_year)) for one in rows if not _is_finished(one)]
        plans = [(one, runs) for one, runs in plans if runs]
        finished = sum(1 for one in rows if not one.row.is_task and _is_finished(one))
        runs: Runs = ()
        if plans:
            runs = (Run("确保"), *joined([runs for _one, runs in plans[:MOST_PLANNED]], "；"), Run("。"))
            rest = [one for one, _runs in plans[MOST_PLANNED:]]
            runs += self._rest(section, "planned_rest", rest, "其余%(count)s按年度目标任务抓好落实。")
        if finished:
            count = self.count(f"{section.code}.finished", finished, "已完成年度目标任务")
            runs += sentence("已完成年度目标任务的%(count)s，继续巩固成果。", count=count)
        if runs:
            yield self._paragraph(f"plan:{section.code}", runs)
        next_steps = [found for one in rows if one.row.is_task and (found := planned_task(one))]
        if next_steps:
            yield self._paragraph(f"next:{section.code}", (*joined(next_steps, "；"), Run("。")))
        measures = [
            found
            for one in rows
            if not one.is_hidden and one.row.remaining is not None
            for arrangement in one.row.remaining.arrangements
            if (found := arranged(one, arrangement))
        ]
        if measures:
            yield self._paragraph(f"measures:{section.code}", (*joined(measures, "；"), Run("。")))
        who = _who(self.selection.unit.pk, rows)
        if who and (runs or next_steps):
            yield self._paragraph(f"who:{section.code}", (Run(who),))


#: What is a problem, the worst first.
PROBLEMS = (Status.BEHIND, Status.SLIGHTLY_BEHIND, Status.NOT_REPORTED)


def _problem_of(one: Told) -> Status:
    """How it lags: in the half, else in the year."""
    if one.half.status in PROBLEMS or one.year is None:
        return one.half.status
    return one.year.status


def _is_going(one: Told) -> bool:
    """On or ahead of the schedule; or given before it falls due, unless that is a mere zero."""
    if one.half.status in (Status.ON_SCHEDULE, Status.AHEAD):
        return True
    return one.half.status is Status.NOT_DUE and one.has("actual") and one.half.actual != 0


def _is_finished(one: Told) -> bool:
    return one.row.remaining is not None and one.row.remaining.prospect is Prospect.FINISHED


def _importance(one: Told) -> tuple[object, ...]:
    """Weight first, then what is done for the year, exceeded first, of one kind together; else the plan's order."""
    exceeded = one.half.exceeded or (one.year is not None and one.year.exceeded)
    return -one.row.row.weight, not one.is_year_done, not exceeded, _alike(one)


def _reached(one: Told) -> str:
    """How it is said of several at once that they did what the year asks, and no more; empty where it is not so."""
    if not one.is_year_done or one.year is None or one.year.completion != 1 or one.has("growth") or one.row.is_task:
        return ""
    if one.row.indicator.kind == Kind.RATE or one.row.indicator.direction == Direction.AT_MOST:
        return ""
    return "完成年度目标任务" if one.row.indicator.accumulation == "flow" else "达到年度目标"


def _alike(one: Told) -> str:
    """What is said of several at once in place of a sentence each; empty where nothing is."""
    reached = _reached(one)
    points = one.year.gap_points if one.year is not None else None
    if reached or points is None or one.has("growth") or not one.has("annual_share"):
        return reached
    told_by_share = ((Run(SHARE), one.run("annual_share")), (one.run("against_schedule"),))
    if points < 0 or tuple(_share(one)) != told_by_share:
        return ""
    return AHEAD if points > 0 else LEVEL


def _listed(rows: Iterable[Told]) -> Runs:
    """A sentence each, and one for those that can be told in one breath."""
    runs: Runs = ()
    for words, group in groupby(rows, key=_alike):
        together = list(group)
        if words in (AHEAD, LEVEL) and len(together) >= LEAST_MATCHED:
            for some in _portions(together):
                runs += _matched(some, words)
        elif words not in ("", AHEAD, LEVEL) and len(together) > 1:
            runs += (*joined([_in_list(one) for one in together], "、"), Run(f"，均{words}。"))
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
    listed = joined([_in_list(one) for one in rows], "、")
    shares = joined([(one.run("annual_share"),) for one in rows], "、")
    runs = (*listed, Run(f"，分别{SHARE}"), *shares)
    if words == LEVEL:
        return (*runs, Run(f"，均{LEVEL}。"))
    return (
        *runs,
        Run(f"，分别{AHEAD}"),
        *joined([(one.run("points_ahead"),) for one in rows], "、"),
        Run("个百分点。"),
    )


def _listed_tasks(tasks: Iterable[Told]) -> Runs:
    """A clause each, and one for those that are done."""
    clauses: list[Runs] = []
    for is_done, group in groupby(tasks, key=lambda one: one.figures.get("progress") == ALL_DONE):
        together = list(group)
        if is_done and len(together) > 1:
            clauses.append((Run(f"{display.joined(one.name for one in together)}均{ALL_DONE}"),))
        else:
            clauses += [told(one) for one in together]
    return (*joined(clauses, "；"), Run("。"))


def _who(viewed: int, rows: Sequence[Told]) -> str:
    """Who leads, and which units see to it."""
    open_ = [one for one in rows if not _is_finished(one)]
    leads = list(dict.fromkeys(lead.lead_leader for one in open_ for lead in one.row.row.leads))
    units = list(dict.fromkeys(display.name(unit) for one in open_ for unit in one.row.row.units if unit.pk != viewed))
    parts = []
    if leads:
        parts.append(f"由{display.joined(leads)}牵头")
    if units:
        parts.append(f"{display.joined(units)}负责落实")
    return f"以上任务{'，'.join(parts)}。" if parts else ""
