"""上半年工作总结及下半年目标任务和工作安排: from the figures to the paragraphs of the half-year report.

The report is written in Chinese whatever the reader's language is, since that is what is signed: its sentences stand
here and in ``half_year_sentences`` and ``half_year_lists`` in Chinese and are no texts of the interface.

What lags, and what was not reported, is spoken of only where a person chose it: left alone it is in the counts of all
targets, and in the second half it stands with its annual target and nothing that would give it away.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.utils import translation

from reports.document import Run
from reports.half_year.figures import PLANNED_FIGURES, Told, paper
from reports.half_year.guard import Guard, numbers_of
from reports.half_year.lists import alike, listed, listed_tasks, side_by_side
from reports.half_year.placeholders import as_template
from reports.half_year.sentences import Runs, arranged, planned, planned_task, problem, told
from reports.notices.papers import default_signature
from reports.notices.sentences import joined, sentence
from reports.tables.cells import closing_notes
from targets import display
from targets.calculations.difficulty import Prospect
from targets.calculations.terms import Status
from targets.models import Indicator, Section
from targets.summaries.half_year import HalfYear, HalfYearRow
from targets.summaries.selection import thresholds_of

LANGUAGE = "zh-hans"

#: How many of a section are named; of the others it is said how many they are.
MOST_DONE, MOST_GOING, MOST_TASKS, MOST_WATCHED, MOST_PLANNED = 8, 4, 4, 6, 8


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
        ticked: the codes of what lags and was chosen to be named.
        withheld: the figures that would tell of what lags and was not chosen, each with the code of its indicator.
        guard: what words that a person typed may not tell of.
    """

    title: tuple[str, ...]
    addressees: str
    signature: str
    paragraphs: tuple[Paragraph, ...]
    figures: dict[str, str]
    names: dict[str, str]
    notes: tuple[str, ...]
    file_name: str
    ticked: frozenset[str] = frozenset()
    withheld: Mapping[str, str] = field(default_factory=dict)
    guard: Guard = field(default_factory=Guard)


@dataclass(frozen=True)
class Wishes:
    """Codes that a person chose: what lags and may be named, and what is sensitive and may be named."""

    ticked: Collection[str] = ()
    included: Collection[str] = ()


def draft(half: HalfYear, wishes: Wishes, house: Iterable[Indicator] = ()) -> Draft:
    """The report of a unit, in Chinese. ``house`` are further indicators whose names words may not tell of."""
    with translation.override(LANGUAGE):
        return _Writer(half, wishes, house).draft()


class _Writer:
    """Everything at once: which indicator stands where, and the counts of what is not named."""

    def __init__(self, half: HalfYear, wishes: Wishes, house: Iterable[Indicator]) -> None:
        self.half, self.selection = half, half.selection
        self.house = house
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
        figures, names, withheld = dict(self.extra), dict(self.extra_names), {}
        for code, one in self.told.items():
            for name, text in one.figures.items():
                if one.is_hidden and name not in PLANNED_FIGURES:
                    withheld[f"{code}.{name}"] = code
                    continue
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
            ticked=frozenset(one.row.code for one in self.told.values() if one.is_ticked),
            withheld=withheld,
            guard=self._guard(),
        )

    def _guard(self) -> Guard:
        lagging = [self.told.get(row.code) or self._told(row) for row in self.half.rows if row.may_be_named]
        planned = {
            one.row.code: numbers_of([text for name, text in one.figures.items() if name in PLANNED_FIGURES])
            for one in lagging
        }
        known = {indicator.code: indicator for indicator in (*self.house, *(row.indicator for row in self.half.rows))}
        guard = Guard(known, frozenset(planned), planned)
        return guard.with_choice(self.wishes.ticked, self.wishes.included)

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
                yield self._heading("done", section)
                yield from found

    def _section_done(self, section: Section) -> Iterator[Paragraph]:
        rows = [one for one in self._of(self.half.of(section)) if not one.row.may_be_named]
        figures = [one for one in rows if not one.row.is_task]
        done = sorted((one for one in figures if one.half.status is Status.COMPLETED), key=_importance)
        going = sorted((one for one in figures if _is_going(one)), key=_importance)
        tasks = sorted((one for one in rows if one.row.is_task and told(one)), key=_importance)
        watched = [one for one in figures if one.half.status is Status.MONITORED and one.has("actual")]
        counts = self._counts(section)
        if counts or done:
            rest = self._rest(section, "done", done[MOST_DONE:], "另有%(count)s完成上半年目标任务。")
            yield self._paragraph(f"done:{section.code}", (*counts, *listed(done[:MOST_DONE]), *rest))
        if going:
            rest = self._rest(section, "going", going[MOST_GOING:], "另有%(count)s按计划推进。")
            yield self._paragraph(f"going:{section.code}", (*listed(going[:MOST_GOING]), *rest))
        if tasks:
            rest = self._rest(section, "tasks", tasks[MOST_TASKS:], "另有%(count)s节点任务取得进展。")
            yield self._paragraph(f"tasks:{section.code}", (*listed_tasks(tasks[:MOST_TASKS]), *rest))
        if watched:
            yield self._paragraph(f"watched:{section.code}", (*side_by_side(watched[:MOST_WATCHED]), Run("。")))

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
    def _heading(part: str, section: Section) -> Paragraph:
        """What reports call the section, such as 抓项目稳增长; else its name."""
        words = display.localized(section, "report_heading") or display.name(section)
        return Paragraph(f"heading:{part}:{section.code}", 2, as_template((Run(words),)))

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
                word = display.status_word(status)
                runs = (Run(word), self.count(f"total.lags_{status}", len(together), word))
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
                yield self._heading("second", section)
                yield from found

    def _section_second(self, section: Section) -> Iterator[Paragraph]:
        rows = self._of(self.half.hardest_of(section))
        hides_target = any(one.is_hidden for one in rows if not one.row.is_task)
        hides_task = any(one.is_hidden for one in rows if one.row.is_task)
        if hides_target or hides_task:
            # Its place by difficulty would tell which one lags, so all keep to the order of the plan.
            rows = [one for one in self._of(self.half.of(section)) if one.row.remaining is not None]
        plans = [
            (one, planned(one, rest_of_year=self.rest_of_year, target_alone=hides_target))
            for one in rows
            if not _is_finished(one)
        ]
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
        next_steps = [
            found for one in rows if one.row.is_task and (found := planned_task(one, target_alone=hides_task))
        ]
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


def _is_going(one: Told) -> bool:
    """On or ahead of the schedule; or given before it falls due, unless that is a mere zero."""
    if one.half.status in (Status.ON_SCHEDULE, Status.AHEAD):
        return True
    return one.half.status is Status.NOT_DUE and one.has("actual") and one.half.actual != 0


def _is_finished(one: Told) -> bool:
    """Nothing remains; of a target of zero only once somebody said so."""
    remaining = one.row.remaining
    if remaining is None or remaining.prospect is not Prospect.FINISHED:
        return False
    return one.row.is_task or remaining.standing.actual is not None


#: What is a problem, the worst first.
PROBLEMS = (Status.BEHIND, Status.SLIGHTLY_BEHIND, Status.NOT_REPORTED)


def _problem_of(one: Told) -> Status:
    """How it lags: in the half, else in the year."""
    if one.half.status in PROBLEMS or one.year is None:
        return one.half.status
    return one.year.status


def _importance(one: Told) -> tuple[object, ...]:
    """Weight first, then what is done for the year, exceeded first, of one kind together; else the plan's order."""
    exceeded = one.half.exceeded or (one.year is not None and one.year.exceeded)
    return -one.row.row.weight, not one.is_year_done, not exceeded, alike(one)


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
