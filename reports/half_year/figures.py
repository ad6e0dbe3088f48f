"""The figures of one indicator as the half-year report says them: each by its name, printed as a paper has it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from reports.document import Run
from targets import display
from targets.calculations.facts import Thresholds
from targets.calculations.periods import due_within, latest_due_month
from targets.calculations.rollup import Standing
from targets.calculations.terms import Frequency, Kind, Status
from targets.calculations.timeline import StepState
from targets.summaries.half_year import HalfYearRow
from targets.summaries.second_half import TimedStep

ALL_DONE = "已全面完成"
#: Quarters by the month in which they are reported.
QUARTERS = {3: "一", 6: "二", 9: "三", 12: "四"}
#: What a plan says by itself: of what lags and was not chosen to be named nothing else may be told.
PLANNED_FIGURES = frozenset({"half_target", "expected", "annual_target", "steps", "next_steps_undated"})


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
    def subject(self) -> str:
        """The name right before a figure: one that ends in a digit must not run into it."""
        return f"{self.name}为" if self.name[-1:].isdigit() else self.name

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
        if text == "0" or display.unit_of_measure(self.row.indicator) in ("%", "‰"):
            # Nobody writes 45余%, nor 0余起.
            approximation = ""
        return paper(display.with_unit(display.approximate(text, approximation), self.row.indicator))

    def _figures(self) -> Iterator[tuple[str, str]]:
        half, year, indicator = self.half, self.year, self.row.indicator
        if half.actual is not None:
            text = paper(display.actual(half, indicator))
            yield "actual", self._with_unit(text, self.row.approximation)
        if half.target is not None:
            text = display.typed_amount(half.target, indicator)
            yield "half_target", self._with_unit(paper(text), self.row.row.approximation)
        if half.completion is not None:
            yield "completion", self._share(half)
        if half.expected is not None:
            yield "expected", self._with_unit(display.amount(half.expected, indicator))
        if year is None:
            return
        if year.target is not None:
            text = display.typed_amount(year.target, indicator)
            yield "annual_target", self._with_unit(paper(text), self.row.row.approximation)
        if year.completion is not None:
            yield "annual_share", self._share(year)
        if year.gap_points is not None:
            yield "against_schedule", self._against_schedule(year.gap_points)
            if year.gap_points > 0:
                # It stands beside the word 超序时进度, which must not be said of what has fallen below.
                yield "points_ahead", paper(display.points_number(year.gap_points))
        if indicator.kind == Kind.RATE and half.actual is not None and year.target is not None:
            yield "against_target", self._against_target(half.actual - year.target)
        # A fall by more than all there was comes of amounts below zero, of which nobody says by how much.
        if self.row.growth.change is not None and (indicator.kind == Kind.RATE or self.row.growth.change >= -1):
            yield "growth", self._growth(self.row.growth.change)
        remaining = self.row.remaining
        assert remaining is not None
        if remaining.outlook is not None and remaining.outlook.remaining is not None:
            yield "remaining", self._with_unit(display.remaining(remaining.outlook, indicator))
        if remaining.has_pace and remaining.outlook is not None and remaining.outlook.needed_per_month is not None:
            yield "needed", self._with_unit(display.needed(remaining.outlook.needed_per_month, indicator))

    def _share(self, standing: Standing[int]) -> str:
        if standing.completion is not None and standing.completion > display.HIGHEST_RATIO:
            return paper(_times(standing.completion))
        return paper(display.completion(standing, self.thresholds))

    def _against_schedule(self, points: Fraction) -> str:
        """Word and figure together: a figure that turns its sign must not stand beside the old word."""
        if points == 0:
            return "达到序时目标" if self.row.indicator.kind == Kind.RATE else "达到序时进度"
        above, below = ("高于序时目标", "低于序时目标") if self.row.indicator.kind == Kind.RATE else ("超", "低于")
        # Of the half's target it may lie further below: whoever reads both must see that this is another base.
        is_other_base = points < 0 and self.half.gap_points not in (None, points)
        schedule = "年度序时进度" if is_other_base else "序时进度"
        if self.row.indicator.kind == Kind.RATE:
            schedule = ""
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
        amount = paper(display.points_apart(change) if is_rate else _times(abs(change)))
        if amount == "0%":
            return "与上年同期基本持平"
        return f"{words[change < 0]}{amount}"

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
            yield "next_steps", display.joined(step_with_day(step) for step in still)
            yield "next_steps_undated", display.joined(display.name(step.milestone) for step in still)

    def period(self) -> str:
        """The months that the figure is about, where it ends before the others: 1至4月, of a level 截至4月底.

        Else empty.
        """
        latest = self.row.latest
        if not self.row.row.missing or latest is None or len(self.row.row.units) != 1:
            return ""
        months = self._missing_months
        frequency = Frequency(self.row.indicator.frequency)
        if months != list(due_within(frequency, months[0], self.half.month)) or latest >= months[0]:
            return ""
        # A month that was answered as not applicable brought nothing and is answered all the same.
        last = max(latest, latest_due_month(frequency, months[0] - 1) or 0)
        if self.row.indicator.accumulation != "flow":
            return f"截至{last}月底"
        return "1月" if last == 1 else f"1至{last}月"

    @property
    def _missing_months(self) -> list[int]:
        return sorted({month for missing in self.row.row.missing for month in missing.months})

    def incomplete(self) -> str:
        """What is missing in the figure, unless the months that it is about say so."""
        if not self.row.row.missing or self.period():
            return ""
        if len(self.row.row.units) > 1:
            return "（部分单位数据未报齐）"
        months = self._missing_months
        if self.row.indicator.frequency == Frequency.QUARTER:
            return f"（缺{'、'.join(QUARTERS[month] for month in months)}季度数据）"
        return f"（缺{display.months(months)}数据）"


def _times(ratio: Fraction) -> str:
    """A ratio in words where a percentage would have five digits."""
    if ratio >= 10:
        return "10倍以上"
    return display.percent(ratio) if ratio <= display.HIGHEST_RATIO else f"{display.number(ratio * 100, 1)}%"


def step_with_day(step: TimedStep) -> str:
    """A step that is still to be done, with its day."""
    name = display.name(step.milestone)
    if step.due is None:
        return name
    due = display.day_of_year(step.due) if step.place is not None else display.day(step.due)
    return f"{name}（{'原定' if step.state is StepState.OVERDUE else ''}{due}前）"
