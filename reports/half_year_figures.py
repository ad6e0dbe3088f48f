"""The figures of one indicator as the half-year report says them: each by its name, printed as a paper has it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from reports.document import Run
from targets import display
from targets.calculations.facts import Thresholds
from targets.calculations.rollup import Standing
from targets.calculations.terms import Kind, Status
from targets.calculations.timeline import StepState
from targets.summaries.half_year import HalfYearRow
from targets.summaries.second_half import TimedStep

ALL_DONE = "已全面完成"
#: What a plan says by itself: of what lags and was not chosen to be named nothing else may be told.
PLANNED_FIGURES = frozenset({"half_target", "expected", "annual_target", "steps", "next_steps"})


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
            if year.gap_points > 0:
                # It stands beside the word 超序时进度, which must not be said of what has fallen below.
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
            yield "next_steps", display.joined(step_with_day(step, is_hidden=self.is_hidden) for step in still)

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


def step_with_day(step: TimedStep, *, is_hidden: bool) -> str:
    """A step that is still to be done, with its day; of a task that lags the day would give it away."""
    name = display.name(step.milestone)
    if step.due is None or is_hidden:
        return name
    due = display.day_of_year(step.due) if step.place is not None else display.day(step.due)
    return f"{name}（{due}前）"
